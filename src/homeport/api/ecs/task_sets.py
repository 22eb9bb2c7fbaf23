"""CreateTaskSet, UpdateTaskSet, UpdateServicePrimaryTaskSet, DescribeTaskSets, DeleteTaskSet.

The user's hand on the scale. Each call writes down what is wanted and answers with what is: computedDesiredCount,
counts and steadiness follow in the engine's own time, as they do on AWS.
"""

from msgspec.structs import replace

from homeport.api import errors as common
from homeport.api.caller import Caller
from homeport.api.ecs import (
    checks_attachments,
    checks_capacity,
    checks_network,
    checks_task_set,
    find,
    tagging,
)
from homeport.api.ecs.errors import task_sets as errors
from homeport.api.ecs.view import task_set as view
from homeport.api.idempotency import Tokens
from homeport.api.operation import read, write
from homeport.model import arn
from homeport.model.cluster import Cluster
from homeport.model.service import Service
from homeport.model.task_definition import TaskDefinition
from homeport.model.task_set import TaskSet, TaskSetSpec
from homeport.shapes import ecs
from homeport.store.tx import ReadTx, WriteTx

MOST_TASK_SETS = 5
LARGEST_NUMBER = 2**63 - 1
TOKENS = Tokens(operation="CreateTaskSet", mismatch=lambda _: errors.not_idempotent())


@write
def create_task_set(
    tx: WriteTx, caller: Caller, request: ecs.CreateTaskSetRequest
) -> ecs.CreateTaskSetResponse:
    """A new task set, ACTIVE and STABILIZING, at 0 % unless the request says otherwise."""
    cluster = find.cluster(tx, caller, request.cluster)
    service = _service(tx, cluster, request.service)
    made = TOKENS.remembered(tx, caller, service.spec.incarnation, request)
    before = tx.get(TaskSet, made[0]) if made else None
    if before is not None:
        return ecs.CreateTaskSetResponse(task_set=view.task_set(tx, service, before, tags=True))

    definition = checks_task_set.definition(tx, caller, request.task_definition)
    body = definition.spec.definition
    hosting = checks_capacity.hosting(request, cluster, body)
    network = checks_network.network(tx, caller, request.network_configuration, body, hosting.launch_type)
    checks_attachments.check_load_balancers(tx, caller, request.load_balancers or [], definition)
    checks_attachments.check_registries(tx, caller, request.service_registries or [], definition)
    spec = replace(
        _spec(tx, service, definition, request),
        launch_type=hosting.shown_launch_type,
        capacity_provider_strategy=hosting.strategy,
        platform_version=hosting.platform_version,
        platform_family=hosting.platform_family,
        network=network,
    )
    if tx.count(TaskSet, service.id) >= MOST_TASK_SETS:
        raise errors.five_exist()

    task_set = TaskSet(id=f"{service.id}/ecs-svc/{spec.number}", owner=service.id, spec=spec)
    tx.put(task_set)
    TOKENS.remember(tx, caller, service.spec.incarnation, request, [task_set.id])
    return ecs.CreateTaskSetResponse(task_set=view.task_set(tx, service, task_set, tags=True))


@write
def update_task_set(
    tx: WriteTx, caller: Caller, request: ecs.UpdateTaskSetRequest
) -> ecs.UpdateTaskSetResponse:
    """A new scale. The answer still has the old computedDesiredCount (seen on AWS)."""
    cluster = find.cluster(tx, caller, request.cluster)
    service = _service(tx, cluster, request.service)
    task_set = find.task_set(tx, service, request.task_set)
    if request.scale.value is None:
        raise errors.scale_out_of_range()  # Not the default: nobody loses all tasks by leaving something out.
    scale_percent = checks_task_set.scale_percent(request.scale)
    if task_set.spec.deleted_at is not None:
        raise errors.draining()

    spec = replace(task_set.spec, scale_percent=scale_percent, updated_at=tx.now, unsettled_at=tx.now)
    task_set = replace(task_set, spec=spec)
    tx.put(task_set)
    return ecs.UpdateTaskSetResponse(task_set=view.task_set(tx, service, task_set))


@write
def update_service_primary_task_set(
    tx: WriteTx, caller: Caller, request: ecs.UpdateServicePrimaryTaskSetRequest
) -> ecs.UpdateServicePrimaryTaskSetResponse:
    """Makes a set PRIMARY, and the one that was ACTIVE again. Its stabilityStatus stays as it is (seen on AWS)."""
    cluster = find.cluster(tx, caller, request.cluster)
    service = _service(tx, cluster, request.service)
    task_set = find.task_set(tx, service, request.primary_task_set)
    if task_set.spec.deleted_at is not None:
        raise errors.draining()

    service = replace(service, spec=replace(service.spec, primary=task_set.id))
    task_set = replace(task_set, spec=replace(task_set.spec, updated_at=tx.now))
    tx.put(service)
    tx.put(task_set)
    return ecs.UpdateServicePrimaryTaskSetResponse(task_set=view.task_set(tx, service, task_set))


@read
def describe_task_sets(
    tx: ReadTx, caller: Caller, request: ecs.DescribeTaskSetsRequest
) -> ecs.DescribeTaskSetsResponse:
    """The task sets that are named, and a failure MISSING for each that is not there.

    That ids are missing is told before anything is looked up (seen on AWS).
    """
    if not request.task_sets:
        raise errors.task_sets_empty()
    cluster = find.cluster(tx, caller, request.cluster)
    service = find.service(tx, cluster, request.service)
    if service.status == "INACTIVE":
        raise common.service_not_active()
    _check_controller(service)

    tags = "TAGS" in (request.include or [])
    found, failures = [], []
    for text in dict.fromkeys(request.task_sets):
        task_set = find.any_task_set(tx, service, text)
        if task_set is None:
            id = text if text.startswith("arn:") else arn.task_set_arn(f"{service.id}/{text}")
            failures.append(ecs.Failure(arn=id, reason="MISSING"))
        else:
            found.append(view.task_set(tx, service, task_set, tags=tags))
    return ecs.DescribeTaskSetsResponse(task_sets=found, failures=failures)


@write
def delete_task_set(
    tx: WriteTx, caller: Caller, request: ecs.DeleteTaskSetRequest
) -> ecs.DeleteTaskSetResponse:
    """DRAINING at once, gone when its tasks are. Only a PRIMARY set needs force, whatever the scale; four independent
    controllers rely on it. Asked again of a set that drains, it changes nothing.
    """
    cluster = find.cluster(tx, caller, request.cluster)
    service = find.service(tx, cluster, request.service)
    if service.status == "INACTIVE":
        raise common.service_not_active()
    _check_controller(service)
    task_set = find.task_set(tx, service, request.task_set)
    if view.status(service, task_set) == "PRIMARY" and not request.force:
        raise errors.primary_not_deletable()

    if task_set.spec.deleted_at is None:
        dates = {"deleted_at": tx.now, "updated_at": tx.now, "unsettled_at": tx.now}
        task_set = replace(task_set, spec=replace(task_set.spec, scale_percent=0.0, **dates))
        tx.put(task_set)
    return ecs.DeleteTaskSetResponse(task_set=view.task_set(tx, service, task_set))


def _service(tx: ReadTx, cluster: Cluster, text: str) -> Service:
    """An ACTIVE service whose deployments are the user's."""
    service = find.service(tx, cluster, text)
    if service.status != "ACTIVE":
        raise common.service_not_active()
    _check_controller(service)
    return service


def _check_controller(service: Service) -> None:
    if service.spec.controller != "EXTERNAL":
        raise errors.only_external()


def _spec(
    tx: WriteTx,
    service: Service,
    definition: TaskDefinition,
    request: ecs.CreateTaskSetRequest,
) -> TaskSetSpec:
    return TaskSetSpec(
        cluster=service.spec.cluster,
        service=service.id,
        number=_new_number(tx, service),
        definition=definition.id,
        created_at=tx.now,
        updated_at=tx.now,
        unsettled_at=tx.now,
        scale_percent=checks_task_set.scale_percent(request.scale),
        external_id=request.external_id or None,
        network_configuration=checks_network.shown(request.network_configuration),
        load_balancers=request.load_balancers or [],
        service_registries=request.service_registries or [],
        client_token=request.client_token or None,
        tags=tagging.checked(request.tags),
    )


def _new_number(tx: WriteTx, service: Service) -> str:
    """A random positive number of 63 bits, as AWS's ids have been since 2020."""
    while True:
        number = int(tx.new_id(), 16) & LARGEST_NUMBER
        if number and tx.get(TaskSet, f"{service.id}/ecs-svc/{number}") is None:
            return str(number)
