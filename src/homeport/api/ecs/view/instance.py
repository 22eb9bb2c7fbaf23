"""A container instance as AWS shows it. What is left is the machine's: clusters share it and see the same."""

from collections.abc import Collection

from homeport.api.ecs import tagging
from homeport.model import arn
from homeport.model.instance import Instance, Machine
from homeport.model.lifecycle import BEFORE_RUNNING
from homeport.model.task import Task
from homeport.model.task_definition import TaskDefinition
from homeport.plan.placement import capacity
from homeport.shapes import ecs
from homeport.store.tx import ReadTx


def instance(tx: ReadTx, record: Instance, include: Collection[str] = ()) -> ecs.ContainerInstance:
    """The shape of `record`; CPU in units, memory in MiB, ports that are taken.

    `include` says which of the larger members are wanted, as in DescribeContainerInstances.
    """
    machine = tx.get(Machine, record.spec.machine) or Machine(id=record.spec.machine, owner="machines")
    held = tx.owned(Task, f"machine:{machine.id}")
    mine = [task.state.last for task in held if task.state.instance == record.id]
    return ecs.ContainerInstance(
        container_instance_arn=arn.instance_arn(record.id),
        ec2_instance_id=machine.ec2_id,
        version=1,
        version_info=_versions(machine),
        registered_resources=_resources(capacity.free(machine, [])),
        remaining_resources=_resources(capacity.free(machine, [_demand(tx, task) for task in held])),
        status="ACTIVE",
        agent_connected=machine.seen.connected,
        running_tasks_count=sum(last == "RUNNING" for last in mine),
        pending_tasks_count=sum(last in BEFORE_RUNNING for last in mine),
        attributes=[ecs.Attribute(name=name, value=value) for name, value in record.spec.attributes.items()],
        registered_at=record.spec.registered_at,
        attachments=[],
        tags=tagging.shown(record.spec.tags) if "TAGS" in include else [],
        health_status=_health(machine) if "CONTAINER_INSTANCE_HEALTH" in include else None,
    )


def _versions(machine: Machine) -> ecs.VersionInfo:
    """The engine's version in the agent's words; nothing of an agent, for there is none beside us."""
    version = machine.seen.engine_version
    return ecs.VersionInfo(docker_version=f"DockerVersion: {version}" if version else None)


def _health(machine: Machine) -> ecs.ContainerInstanceHealthStatus:
    """Whether the container engine answers, and since when we know."""
    seen = machine.seen
    if not seen.at:
        return ecs.ContainerInstanceHealthStatus(overall_status="INSUFFICIENT_DATA", details=[])
    status: ecs.InstanceHealthCheckState = "OK" if seen.connected else "IMPAIRED"
    check = ecs.InstanceHealthCheckResult(
        type="CONTAINER_RUNTIME", status=status, status_reason=seen.reason or None, last_updated=seen.at
    )
    return ecs.ContainerInstanceHealthStatus(overall_status=status, details=[check])


def _demand(tx: ReadTx, task: Task) -> capacity.Demand:
    definition = tx.get(TaskDefinition, task.spec.definition)
    if definition is None:
        return capacity.Demand()
    return capacity.of_task(task, capacity.demand(definition.spec.definition, task.spec.overrides))


def _resources(left: capacity.Capacity) -> list[ecs.Resource]:
    return [
        _number("CPU", left.cpu),
        _number("MEMORY", left.memory_mib),
        _ports("PORTS", left.tcp_used),
        _ports("PORTS_UDP", left.udp_used),
    ]


def _number(name: str, value: int) -> ecs.Resource:
    return ecs.Resource(name=name, type="INTEGER", double_value=0.0, long_value=0, integer_value=value)


def _ports(name: str, ports: frozenset[int]) -> ecs.Resource:
    shown = [str(port) for port in sorted(ports)]
    return ecs.Resource(
        name=name, type="STRINGSET", double_value=0.0, long_value=0, integer_value=0, string_set_value=shown
    )
