"""A task as AWS shows it: its record, its definition under its overrides, the instance that it is on."""

from collections.abc import Sequence
from typing import cast

from msgspec.structs import replace

from homeport.api.ecs import tagging
from homeport.api.ecs.view import attachment
from homeport.model import arn
from homeport.model.container import Binding, ContainerSeen
from homeport.model.instance import Instance, Machine
from homeport.model.lifecycle import ContainerStatus
from homeport.model.task import Task
from homeport.model.task_definition import TaskDefinition
from homeport.model.vpc import Subnet
from homeport.plan import containers
from homeport.plan.payload import overridden
from homeport.plan.placement import capacity
from homeport.plan.runtime_id import runtime_id
from homeport.plan.storage import storage_gib
from homeport.shapes import ecs
from homeport.store.tx import ReadTx

_STATUSES: dict[ContainerStatus, str] = {
    "NONE": "PENDING",
    "PULLED": "PENDING",
    "CREATED": "PENDING",
    "RUNNING": "RUNNING",
    "STOPPED": "STOPPED",
    "REMOVED": "STOPPED",
}


def task(tx: ReadTx, record: Task) -> ecs.Task:
    """The shape of `record`, its tags left out (an empty list, as AWS does unless they are asked for)."""
    spec, state = record.spec, record.state
    definition = _definition(tx, record)
    instance = tx.get(Instance, state.instance) if state.instance else None
    machine = tx.get(Machine, state.machine) if state.machine else None
    needed = capacity.demand(definition, spec.overrides)
    storage = _storage_gib(record, definition)
    return ecs.Task(
        attachments=attachment.attachments(record),
        attributes=_attributes(machine),
        availability_zone=_zone(tx, record, instance),
        capacity_provider_name=spec.capacity_provider,
        cluster_arn=arn.cluster_arn(spec.cluster),
        connectivity=_connectivity(record, machine),
        connectivity_at=state.connectivity_at,
        container_instance_arn=arn.instance_arn(state.instance) if state.instance else None,
        containers=[_container(record, container) for container in _containers(definition, spec.overrides)],
        cpu=str(needed.cpu),
        created_at=spec.created_at,
        desired_status="STOPPED" if record.is_stopping else state.desired,
        enable_execute_command=spec.enable_execute_command,
        execution_stopped_at=state.execution_stopped_at,
        group=spec.group,
        health_status=state.health,
        inference_accelerators=[],
        last_status=state.last,
        launch_type=cast("ecs.LaunchType", spec.launch_type),
        memory=str(needed.memory_mib),
        overrides=_overrides(definition, spec.overrides),
        platform_version=spec.platform_version,
        platform_family=spec.platform_family,
        pull_started_at=state.pull_started_at,
        pull_stopped_at=state.pull_stopped_at,
        started_at=state.started_at,
        started_by=spec.started_by,
        stop_code=_stop_code(record),
        stopped_at=state.stopped_at,
        stopped_reason=_stopped_reason(record),
        stopping_at=state.stopping_at or spec.stop_requested_at,
        tags=[],
        task_arn=arn.task_arn(record.id),
        task_definition_arn=arn.task_definition_arn(spec.definition),
        version=state.version,
        ephemeral_storage=None if storage is None else ecs.EphemeralStorage(size_in_gi_b=storage),
        fargate_ephemeral_storage=None if storage is None else ecs.TaskEphemeralStorage(size_in_gi_b=storage),
    )


def _definition(tx: ReadTx, record: Task) -> ecs.TaskDefinition:
    """The task's definition, which is kept for as long as the task is."""
    kept = tx.get(TaskDefinition, record.spec.definition)
    return ecs.TaskDefinition() if kept is None else kept.spec.definition


def tagged(tx: ReadTx, record: Task) -> ecs.Task:
    """The same with its tags: what RunTask answers, and DescribeTasks when TAGS are included."""
    return replace(task(tx, record), tags=tagging.shown(record.spec.tags))


def _zone(tx: ReadTx, record: Task, instance: Instance | None) -> str | None:
    """The zone of its subnet, or else of its instance."""
    where = attachment.subnet(record)
    subnet = tx.get(Subnet, where) if where is not None else None
    if subnet is not None:
        return subnet.spec.zone
    return instance.zone if instance else None


def _connectivity(record: Task, machine: Machine | None) -> ecs.Connectivity | None:
    """Nothing is told of a task that waits for its interface (seen on AWS)."""
    if record.state.connectivity_at is None:
        return None
    return "CONNECTED" if machine and machine.seen.connected else "DISCONNECTED"


def _storage_gib(record: Task, definition: ecs.TaskDefinition) -> int | None:
    """What a task on Fargate is told to have of disk; other tasks are told nothing."""
    if record.spec.launch_type != "FARGATE":
        return None
    return storage_gib(definition, record.spec.overrides)


def _attributes(machine: Machine | None) -> list[ecs.Attribute]:
    if machine is None:
        return []
    return [ecs.Attribute(name="ecs.cpu-architecture", value=machine.seen.architecture)]


def _stop_code(record: Task) -> ecs.TaskStopCode | None:
    """The planner's conclusion; until it has come to one, what StopTask asked for."""
    if record.state.stop_code is not None:
        return cast("ecs.TaskStopCode", record.state.stop_code)
    return None if record.spec.stop_requested_at is None else "UserInitiated"


def _stopped_reason(record: Task) -> str | None:
    if record.state.stopped_reason is not None:
        return record.state.stopped_reason
    return None if record.spec.stop_requested_at is None else record.spec.stop_reason


def _containers(
    definition: ecs.TaskDefinition, overrides: ecs.TaskOverride | None
) -> list[ecs.ContainerDefinition]:
    changed = {item.name: item for item in (overrides and overrides.container_overrides) or []}
    return [
        overridden(container, changed[container.name]) if container.name in changed else container
        for container in definition.container_definitions or []
    ]


def _container(record: Task, definition: ecs.ContainerDefinition) -> ecs.Container:
    name = definition.name or ""
    state = record.state.containers.get(name)
    seen = containers.seen_of(record, name)
    soft = definition.memory_reservation
    return ecs.Container(
        container_arn=None if state is None else arn.container_arn(record.id, state.uuid),
        task_arn=arn.task_arn(record.id),
        name=name,
        image=definition.image,
        image_digest=seen.image_digest,
        runtime_id=runtime_id(record, name),
        last_status=_last_status(record, seen),
        exit_code=seen.exit_code,
        reason=seen.reason,
        network_bindings=[] if record.spec.network is not None else _bindings(seen.bindings),
        network_interfaces=attachment.interfaces(record),
        health_status=seen.health,
        cpu=str(definition.cpu or 0),
        memory=None if definition.memory is None else str(definition.memory),
        memory_reservation=None if soft is None else str(soft),
    )


def _last_status(record: Task, seen: ContainerSeen) -> str:
    """A container that never came to be is STOPPED with its task."""
    return "STOPPED" if record.state.last == "STOPPED" else _STATUSES[seen.status]


def _bindings(bindings: Sequence[Binding]) -> list[ecs.NetworkBinding]:
    return [
        ecs.NetworkBinding(
            bind_ip=binding.bind_ip,
            container_port=binding.container_port,
            host_port=binding.host_port,
            protocol="udp" if binding.protocol == "udp" else "tcp",
        )
        for binding in bindings
    ]


def _overrides(definition: ecs.TaskDefinition, overrides: ecs.TaskOverride | None) -> ecs.TaskOverride:
    """Every container is listed, also those that nothing was overridden of."""
    given = overrides or ecs.TaskOverride()
    changed = {item.name: item for item in given.container_overrides or []}
    names = [container.name for container in definition.container_definitions or []]
    return replace(
        given,
        container_overrides=[changed.get(name, ecs.ContainerOverride(name=name)) for name in names],
        inference_accelerator_overrides=given.inference_accelerator_overrides or [],
    )
