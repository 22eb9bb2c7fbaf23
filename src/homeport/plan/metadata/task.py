"""The document of a task, and the table of it that the network process is told."""

from collections.abc import Sequence

from homeport.model.lifecycle import TASK_RANK, ContainerStatus
from homeport.model.task import Task
from homeport.plan.containers import seen_of
from homeport.plan.effects import TaskPayload
from homeport.plan.metadata import containers, networks
from homeport.plan.metadata.document import Document, filled, raw, when
from homeport.plan.metadata.view import TaskView
from homeport.plan.network import ContainerTable, TaskTable
from homeport.plan.payload import task_payload
from homeport.plan.storage import storage_gib

CPU_UNITS = 1024
EARLY: tuple[ContainerStatus, ...] = ("NONE", "PULLED", "CREATED")


def task_table(view: TaskView) -> TaskTable | None:
    """What the network process is told of a task; None once all of it is gone."""
    task = view.task
    if task.state.last == "STOPPED":
        return None
    payload = task_payload(task, view.definition)
    shared = networks.of_interface(view)
    documents = {name: containers.container(view, payload, name, shared) for name in payload.containers}
    pauses = (
        [containers.pause(view, payload, shared)]
        if view.interface is not None and not view.is_fargate
        else []
    )
    return TaskTable(
        id=task.id,
        arn=payload.task_arn,
        network_mode=payload.network_mode,
        interface=task.state.interface,
        pause=None if view.interface is None else view.interface.seen.pause.runtime_id,
        token=task.state.token,
        role=view.role,
        containers=tuple(_table(task, payload, name, document) for name, document in documents.items()),
        document=raw(_task(view, payload, [*documents.values(), *pauses])),
    )


def _table(task: Task, payload: TaskPayload, name: str, document: Document) -> ContainerTable:
    seen, state = seen_of(task, name), task.state.containers.get(name)
    is_up = seen.status == "RUNNING"
    is_alone = payload.network_mode == "none" or bool(payload.containers[name].disable_networking)
    return ContainerTable(
        name=name,
        token="" if state is None else state.token,
        runtime_id=seen.runtime_id,
        # An address that was given back may be somebody else's by now.
        address=seen.address if is_up else None,
        namespace=seen.namespace if is_up and is_alone else None,
        document=raw(document),
    )


def _task(view: TaskView, payload: TaskPayload, documents: Sequence[Document]) -> Document:
    task = view.task
    state = task.state
    return filled(
        {
            "Cluster": payload.cluster,
            "TaskARN": payload.task_arn,
            "Family": payload.family,
            "Revision": str(payload.revision),
            "DesiredStatus": "STOPPED" if task.is_stopping else state.desired,
            "KnownStatus": _known_status(task, payload),
            "Limits": _task_limits(payload),
            "PullStartedAt": when(state.pull_started_at),
            "PullStoppedAt": when(state.pull_stopped_at),
            "ExecutionStoppedAt": when(state.execution_stopped_at),
            "AvailabilityZone": _zone(view),
            "LaunchType": task.spec.launch_type,
            "Containers": list(documents),
            "VPCID": None if view.vpc is None or view.is_fargate else view.vpc.name,
            "ServiceName": task.spec.service and task.spec.service.rsplit("/", 1)[1],
            "EphemeralStorageMetrics": _storage(view) if view.is_fargate else None,
            "TaskTags": task.spec.tags,
            "ContainerInstanceTags": {} if view.instance is None else view.instance.spec.tags,
        }
    ) | {"FaultInjectionEnabled": bool(view.definition.enable_fault_injection)}


def _task_limits(payload: TaskPayload) -> Document:
    """CPU in cores here."""
    cpu = payload.cpu and payload.cpu / CPU_UNITS
    return filled({"CPU": int(cpu) if cpu and cpu == int(cpu) else cpu, "Memory": payload.memory_mib})


def _storage(view: TaskView) -> Document:
    """What is reserved, in MiB; what is used is looked up when it is asked for."""
    return {"Utilized": 0, "Reserved": storage_gib(view.definition, view.task.spec.overrides) * 1024}


def _zone(view: TaskView) -> str | None:
    if view.subnet is not None:
        return view.subnet.spec.zone
    return None if view.instance is None else view.instance.zone


def _known_status(task: Task, payload: TaskPayload) -> str:
    """The agent's own word, which knows nothing of load balancers: until all containers run, how far the last one is."""
    if TASK_RANK[task.state.last] >= TASK_RANK["DEPROVISIONING"]:
        return "STOPPED"
    if TASK_RANK[task.state.last] >= TASK_RANK["ACTIVATING"]:
        return "RUNNING"
    statuses = {seen_of(task, name).status for name in payload.containers}
    return next((status for status in EARLY if status in statuses), "CREATED")
