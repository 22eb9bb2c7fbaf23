"""RegisterTaskDefinition and the other operations on task definitions and their families.

A family's numbers are never given out twice: its record stays when its last definition is gone. Deleted
definitions are forgotten by the engine, once no task and no task set needs them.
"""

from msgspec.structs import replace

from homeport.api.caller import Caller
from homeport.api.ecs import find, tagging
from homeport.api.ecs.errors import task_definitions as errors
from homeport.api.ecs.registration import checks, normal
from homeport.api.ecs.view import task_definition as view
from homeport.api.operation import read, write
from homeport.api.paging import Listing
from homeport.model import arn
from homeport.model.task_definition import Family, FamilySpec, TaskDefinition, TaskDefinitionSpec
from homeport.shapes import ecs
from homeport.store.tx import ReadTx, WriteTx

MOST_DELETED = 10


def _revision(text: str) -> tuple[str, int]:
    """What an ARN is sorted by: its family, and the revision as a number."""
    family, _, number = text.rsplit("/", 1)[1].partition(":")
    return family, int(number)


OLDEST_FIRST = Listing(operation="ListTaskDefinitions", order=_revision)
NEWEST_FIRST = Listing(operation="ListTaskDefinitions", order=_revision, descending=True)
FAMILIES = Listing(operation="ListTaskDefinitionFamilies")


@write
def register_task_definition(
    tx: WriteTx, caller: Caller, request: ecs.RegisterTaskDefinitionRequest
) -> ecs.RegisterTaskDefinitionResponse:
    """Makes the family's next revision."""
    checks.check(request)
    tags = tagging.checked(request.tags)
    family = _family(tx, caller, request.family)

    record_id = f"{family.id}:{family.spec.last_revision}"
    record = TaskDefinition(
        id=record_id,
        owner=family.id,
        spec=TaskDefinitionSpec(
            definition=normal.definition(request, record_id, caller, tx.now),
            registered_at=tx.now,
            registered_by=caller.principal,
            tags=tags,
        ),
    )

    tx.put(family)
    tx.put(record)
    return ecs.RegisterTaskDefinitionResponse(
        task_definition=view.task_definition(record), tags=tagging.shown(record.spec.tags) or None
    )


@read
def describe_task_definition(
    tx: ReadTx, caller: Caller, request: ecs.DescribeTaskDefinitionRequest
) -> ecs.DescribeTaskDefinitionResponse:
    """One revision, in whatever status; of a family alone, its newest ACTIVE one."""
    record = find.task_definition(tx, caller, request.task_definition)
    tags = tagging.shown(record.spec.tags) if "TAGS" in (request.include or []) else None
    return ecs.DescribeTaskDefinitionResponse(task_definition=view.task_definition(record), tags=tags)


@read
def list_task_definitions(
    tx: ReadTx, caller: Caller, request: ecs.ListTaskDefinitionsRequest
) -> ecs.ListTaskDefinitionsResponse:
    """The revisions of one status, ACTIVE by default; `familyPrefix` is in truth a whole family's name."""
    scope, status = caller.scope.id, request.status or "ACTIVE"
    owner = f"{scope}/{request.family_prefix}" if request.family_prefix else scope
    arns = [arn.task_definition_arn(record.id) for record in tx.owned(TaskDefinition, f"{owner}#{status}")]
    filters = f"{owner} {status} {request.sort}"
    listing = NEWEST_FIRST if request.sort == "DESC" else OLDEST_FIRST
    page = listing.page(caller, arns, request.next_token, request.max_results, filters)
    return ecs.ListTaskDefinitionsResponse(task_definition_arns=page.items, next_token=page.next_token)


@read
def list_task_definition_families(
    tx: ReadTx, caller: Caller, request: ecs.ListTaskDefinitionFamiliesRequest
) -> ecs.ListTaskDefinitionFamiliesResponse:
    """The families whose names begin so. INACTIVE ones are those without an ACTIVE revision."""
    prefix, status = request.family_prefix or "", request.status or "ALL"
    names = [
        name
        for family in tx.owned(Family, caller.scope.id)
        if (name := family.id.rsplit("/", 1)[1]).startswith(prefix) and _is_listed(tx, family, status)
    ]
    filters = f"{prefix} {status}"
    page = FAMILIES.page(caller, names, request.next_token, request.max_results, filters)
    return ecs.ListTaskDefinitionFamiliesResponse(families=page.items, next_token=page.next_token)


@write
def deregister_task_definition(
    tx: WriteTx, caller: Caller, request: ecs.DeregisterTaskDefinitionRequest
) -> ecs.DeregisterTaskDefinitionResponse:
    """Makes a revision INACTIVE; to do so again is no error (PipeCD does)."""
    if not _names_revision(request.task_definition):
        raise errors.revision_missing()
    record = find.task_definition(tx, caller, request.task_definition)

    if record.status == "ACTIVE":
        record = replace(record, spec=replace(record.spec, deregistered_at=tx.now))
        tx.put(record)
    return ecs.DeregisterTaskDefinitionResponse(task_definition=view.task_definition(record))


@write
def delete_task_definitions(
    tx: WriteTx, caller: Caller, request: ecs.DeleteTaskDefinitionsRequest
) -> ecs.DeleteTaskDefinitionsResponse:
    """Marks up to ten INACTIVE revisions for deletion; a failure stops none of the others."""
    if len(request.task_definitions) > MOST_DELETED:
        raise errors.too_many_named()

    deleted, failures = [], []
    for text in dict.fromkeys(request.task_definitions):
        record = _found(tx, caller, text)
        if record is None:
            failures.append(ecs.Failure(arn=text, reason=errors.NOT_FOUND))
        elif record.status == "ACTIVE":
            failures.append(ecs.Failure(arn=arn.task_definition_arn(record.id), reason=errors.STILL_ACTIVE))
        else:
            deleted.append(view.task_definition(_deleted(tx, record)))
    return ecs.DeleteTaskDefinitionsResponse(task_definitions=deleted, failures=failures)


def _family(tx: ReadTx, caller: Caller, name: str) -> Family:
    """The family with its next number given out."""
    family_id = f"{caller.scope.id}/{name}"
    family = tx.get(Family, family_id) or Family(id=family_id, owner=caller.scope.id, spec=FamilySpec())
    return replace(family, spec=FamilySpec(last_revision=family.spec.last_revision + 1))


def _is_listed(tx: ReadTx, family: Family, status: str) -> bool:
    if status == "ALL":
        return tx.count(TaskDefinition, family.id) > 0
    is_active = tx.count(TaskDefinition, f"{family.id}#ACTIVE") > 0
    return is_active if status == "ACTIVE" else not is_active and tx.count(TaskDefinition, family.id) > 0


def _names_revision(text: str) -> bool:
    return ":" in text.rsplit("/", 1)[-1]


def _found(tx: ReadTx, caller: Caller, text: str) -> TaskDefinition | None:
    """The revision that `text` names, None when it names none."""
    return find.any_task_definition(tx, caller, text) if _names_revision(text) else None


def _deleted(tx: WriteTx, record: TaskDefinition) -> TaskDefinition:
    """The record marked for deletion; one that is marked already stays as it is."""
    if record.status == "INACTIVE":
        record = replace(record, spec=replace(record.spec, deleted_at=tx.now))
        tx.put(record)
    return record
