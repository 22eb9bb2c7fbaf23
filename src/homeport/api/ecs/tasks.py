"""RunTask, StopTask, DescribeTasks, ListTasks.

RunTask places its tasks before it answers, as AWS does; starting them is the engine's. StopTask leaves a wish
in `spec`, and the planner draws the conclusion.
"""

from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from homeport.api.caller import Caller
from homeport.api.ecs import checks_network, checks_run_task, find, run_places, tagging
from homeport.api.ecs.errors import tasks as errors
from homeport.api.ecs.view import task as view
from homeport.api.idempotency import Tokens
from homeport.api.operation import read, write
from homeport.api.paging import Listing
from homeport.model import arn
from homeport.model.cluster import Cluster
from homeport.model.lifecycle import TASK_STATUSES
from homeport.model.task import Task, TaskSpec
from homeport.model.task_definition import TaskDefinition
from homeport.plan.birth import new_task
from homeport.shapes import ecs
from homeport.store.tx import ReadTx, WriteTx

MOST_DESCRIBED = 100
DEFAULT_STOP_REASON = "Task stopped by user"
LISTING = Listing(operation="ListTasks")
TOKENS = Tokens(
    operation="RunTask",
    mismatch=lambda ids: errors.token_conflict([arn.task_arn(id) for id in ids]),
    longest=64,
)


@write
def run_task(tx: WriteTx, caller: Caller, request: ecs.RunTaskRequest) -> ecs.RunTaskResponse:
    """Places up to ten tasks and makes their records; what could not be placed is told in `failures`."""
    cluster = find.cluster(tx, caller, request.cluster)
    known = TOKENS.remembered(tx, caller, cluster.id, request)
    if known is not None:
        return ecs.RunTaskResponse(
            tasks=[view.tagged(tx, record) for record in _kept(tx, known)], failures=[]
        )
    definition = find.runnable_definition(tx, caller, request.task_definition)
    body = definition.spec.definition
    hosting = checks_run_task.check(request, cluster, definition)
    spec = replace(
        _spec(tx, cluster, definition, request),
        launch_type=hosting.launch_type,
        platform_version=hosting.platform_version,
        platform_family=hosting.platform_family,
        network=checks_network.network(tx, caller, request.network_configuration, body, hosting.launch_type),
        overrides=checks_run_task.overrides(request, body, hosting),
    )
    checks_run_task.check_role(tx, caller, body, spec.overrides)
    seats, failures = (
        run_places.on_fargate(tx, request, spec, body, hosting.strategy)
        if hosting.is_fargate
        else run_places.on_instances(tx, request, spec, body)
    )
    made = [
        new_task(tx.new_id(), cluster.id, replace(spec, capacity_provider=provider), body, host, tx.new_id)
        for host, provider in seats
    ]
    for record in made:
        tx.put(record)
    if made:
        ids = [record.id for record in made]
        TOKENS.remember(tx, caller, cluster.id, request, ids)
    return ecs.RunTaskResponse(tasks=[view.tagged(tx, record) for record in made], failures=failures)


@write
def stop_task(tx: WriteTx, caller: Caller, request: ecs.StopTaskRequest) -> ecs.StopTaskResponse:
    """Asks for the end of a task. Asked again, or of a task that has ended, it changes nothing."""
    cluster = find.cluster(tx, caller, request.cluster)
    record = find.task(tx, cluster, request.task)
    if record is None:
        raise errors.task_not_found()

    if not record.is_stopping:
        reason = request.reason or DEFAULT_STOP_REASON
        record = replace(record, spec=replace(record.spec, stop_requested_at=tx.now, stop_reason=reason))
        tx.put(record)
    return ecs.StopTaskResponse(task=view.task(tx, record))


@read
def describe_tasks(
    tx: ReadTx, caller: Caller, request: ecs.DescribeTasksRequest
) -> ecs.DescribeTasksResponse:
    """The tasks that are known, and a failure MISSING for each that is not."""
    if not request.tasks:
        raise errors.tasks_empty()
    if len(request.tasks) > MOST_DESCRIBED:
        raise errors.tasks_too_many()
    cluster = find.cluster(tx, caller, request.cluster)

    shown = view.tagged if "TAGS" in (request.include or []) else view.task
    tasks, failures = [], []
    for text in dict.fromkeys(request.tasks):
        record = find.task(tx, cluster, text)
        if record is None:
            failures.append(ecs.Failure(arn=_arn(cluster, text), reason="MISSING"))
        else:
            tasks.append(shown(tx, record))
    return ecs.DescribeTasksResponse(tasks=tasks, failures=failures)


@read
def list_tasks(tx: ReadTx, caller: Caller, request: ecs.ListTasksRequest) -> ecs.ListTasksResponse:
    """The ARNs of the tasks that pass all filters: those that shall run, unless STOPPED is asked for."""
    others = (request.family, request.service_name, request.container_instance, request.launch_type)
    if request.started_by and any(others):
        raise errors.started_by_not_alone()
    cluster = find.cluster(tx, caller, request.cluster)
    service = find.service(tx, cluster, request.service_name).id if request.service_name else None

    found = [
        arn.task_arn(record.id)
        for record in _desired(tx, cluster, request.desired_status or "RUNNING")
        if (service is None or record.spec.service == service) and _passes(record, request)
    ]
    page = LISTING.page(caller, found, request.next_token, request.max_results, _filters(cluster, request))
    return ecs.ListTasksResponse(task_arns=page.items, next_token=page.next_token)


def _desired(tx: ReadTx, cluster: Cluster, desired: ecs.DesiredStatus) -> Iterator[Task]:
    """The cluster's tasks of which `desired` is wanted; nothing is ever wanted to be PENDING."""
    for status in TASK_STATUSES if desired != "PENDING" else ():
        if status == "STOPPED" and desired == "RUNNING":
            continue
        for record in tx.owned(Task, f"cluster:{cluster.id}#{status}"):
            if record.is_stopping == (desired == "STOPPED"):
                yield record


def _passes(record: Task, request: ecs.ListTasksRequest) -> bool:
    """Whether a task passes the filters that need nothing but the task."""
    spec = record.spec
    family = spec.definition.rsplit("/", 1)[1].rsplit(":", 1)[0]
    instance = (record.state.instance or "").rsplit("/", 1)[-1]
    return (
        (not request.family or family == request.family)
        and (not request.started_by or spec.started_by == request.started_by)
        and (not request.launch_type or spec.launch_type == request.launch_type)
        and (not request.container_instance or instance == request.container_instance.rsplit("/", 1)[-1])
        and not request.daemon_name
    )


def _filters(cluster: Cluster, request: ecs.ListTasksRequest) -> str:
    """What a page's token is bound to: the cluster and all filters."""
    return f"{cluster.id} {replace(request, cluster=None, next_token=None, max_results=None)}"


def _kept(tx: ReadTx, ids: Sequence[str]) -> list[Task]:
    """Those of the tasks that are not yet forgotten."""
    return [record for record_id in ids if (record := tx.get(Task, record_id)) is not None]


def _arn(cluster: Cluster, text: str) -> str:
    """What was asked for as an ARN, as far as it is none yet."""
    return text if text.startswith("arn:") else arn.task_arn(f"{cluster.id}/{text}")


def _spec(tx: ReadTx, cluster: Cluster, definition: TaskDefinition, request: ecs.RunTaskRequest) -> TaskSpec:
    return TaskSpec(
        cluster=cluster.id,
        definition=definition.id,
        created_at=tx.now,
        group=request.group or f"family:{definition.family}",
        started_by=request.started_by or None,
        enable_execute_command=request.enable_execute_command or False,
        client_token=request.client_token or None,
        tags=_tags(cluster, definition, request),
    )


def _tags(cluster: Cluster, definition: TaskDefinition, request: ecs.RunTaskRequest) -> dict[str, str]:
    """The request's tags win over the definition's; AWS's own are propagated by nobody."""
    tags: dict[str, str] = {}
    if request.propagate_tags == "TASK_DEFINITION":
        tags |= {key: value for key, value in definition.spec.tags.items() if not key.startswith("aws:")}
    tags |= tagging.checked(request.tags)
    if request.enable_ecs_managed_tags:
        tags["aws:ecs:clusterName"] = cluster.name
    return tags
