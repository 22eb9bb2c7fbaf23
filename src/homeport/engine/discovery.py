"""Loads a task's registrations for service discovery, and how a task set stands with its registries."""

from homeport.model import arn
from homeport.model.instance import Instance, Machine, ec2_id
from homeport.model.namespace import DiscoveryInstance, DiscoveryService
from homeport.model.record import scope_of
from homeport.model.service import Service
from homeport.model.task import Task
from homeport.model.task_set import TaskSet
from homeport.model.vpc import Subnet
from homeport.plan.discovery import LOOPBACK, UNREGISTERED, Bearings, TaskRegistrations, registrations
from homeport.plan.effects import TaskPayload
from homeport.shapes import ecs
from homeport.store.tx import ReadTx


def of_task(tx: ReadTx, task: Task, task_set: TaskSet, payload: TaskPayload) -> TaskRegistrations:
    """What a task of a set has to do with registries."""
    if not task_set.spec.service_registries:
        return UNREGISTERED
    registries = _registries(tx, task_set)
    mine = tx.owned(DiscoveryInstance, f"task:{task.id}")
    services = {row.owner: tx.get(DiscoveryService, row.owner) for row in mine}
    return TaskRegistrations(
        expected=len(registries),
        registrations=registrations(task, payload, registries, _bearings(tx, task, task_set, payload)),
        mine=mine,
        services={id: service for id, service in services.items() if service is not None},
        is_checked=any(
            each.health_check is not None and each.essential is not False
            for each in payload.containers.values()
        ),
    )


def is_well(tx: ReadTx, task_set: TaskSet) -> bool:
    """Whether no registered task of a set is known to be unhealthy. What somebody deregistered is nobody's business."""
    return not task_set.spec.service_registries or not tx.count(DiscoveryInstance, f"{task_set.id}#UNHEALTHY")


def _registries(tx: ReadTx, task_set: TaskSet) -> list[tuple[ecs.ServiceRegistry, DiscoveryService]]:
    """Its registries whose services are there. One that was deleted is nobody's business any more."""
    found = []
    for each in task_set.spec.service_registries:
        service = tx.get(DiscoveryService, arn.record_id(each.registry_arn or ""))
        if service is not None:
            found.append((each, service))
    return found


def _bearings(tx: ReadTx, task: Task, task_set: TaskSet, payload: TaskPayload) -> Bearings:
    """AWS's attributes of a task's instance (Developer Guide, "Service discovery")."""
    machine = None if task.state.machine is None else tx.get(Machine, task.state.machine)
    service = tx.get(Service, task_set.owner)
    found = {
        "AVAILABILITY_ZONE": _zone(tx, task),
        "REGION": scope_of(task.id).region,
        "ECS_SERVICE_NAME": "" if service is None else service.spec.name,
        "ECS_CLUSTER_NAME": task.spec.cluster.rsplit("/", 1)[1],
        "ECS_TASK_DEFINITION_FAMILY": payload.family,
        "ECS_TASK_SET_EXTERNAL_ID": task_set.spec.external_id or "",
        "EC2_INSTANCE_ID": "" if task.spec.launch_type == "FARGATE" else ec2_id(task.state.machine or ""),
    }
    address = LOOPBACK if machine is None else machine.seen.address
    return Bearings(attributes={key: value for key, value in found.items() if value}, machine=address)


def _zone(tx: ReadTx, task: Task) -> str:
    """That of its subnet, or else of its instance."""
    subnet = None if task.state.subnet is None else tx.get(Subnet, task.state.subnet)
    if subnet is not None:
        return subnet.spec.zone
    instance = None if task.state.instance is None else tx.get(Instance, task.state.instance)
    return "" if instance is None else instance.zone or ""
