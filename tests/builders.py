"""Valid records in one line: a test names what it is about, and the rest is sensible.

Members are given flat, and land in the part that has them: `a_task(3, last="RUNNING", started_by="me")` sets
`state.last` and `spec.started_by`. A whole part can be given instead (`seen=TaskSeen(...)`).
"""

from collections.abc import Callable
from itertools import count
from typing import Any

import msgspec

from homeport.model.cluster import Cluster
from homeport.model.instance import Instance, Machine
from homeport.model.load_balancer import LoadBalancer, Zone
from homeport.model.record import R
from homeport.model.sample import Sample
from homeport.model.service import Service
from homeport.model.target_group import HealthCheck, TargetGroup
from homeport.model.task import Task
from homeport.model.task_definition import TaskDefinition
from homeport.model.task_set import TaskSet
from homeport.shapes import ecs

T0 = 1_700_000_000.0
SCOPE = "123456789012/us-east-1"
CLUSTER = f"{SCOPE}/default"
SERVICE = f"{CLUSTER}/web"
TASK_SET = f"{SERVICE}/ecs-svc/{1:019d}"
DEFINITION = f"{SCOPE}/web:1"
MACHINE = "local"


def ids() -> Callable[[], str]:
    """A source of ids that is the same in every run: 32 hexadecimal digits, counted up from one."""
    numbers = count(1)
    return lambda: f"{next(numbers):032x}"


def a_cluster(name: str = "default", **members: object) -> Cluster:
    """An ACTIVE cluster."""
    return _record(Cluster, f"{SCOPE}/{name}", SCOPE, {"name": name, "created_at": T0}, members)


def a_task_definition(
    family: str = "web", number: int = 1, *containers: ecs.ContainerDefinition, **members: object
) -> TaskDefinition:
    """An ACTIVE revision with the containers given, or with one, `app`, of 128 units and 64 MiB."""
    arn = f"arn:aws:ecs:us-east-1:123456789012:task-definition/{family}:{number}"
    app = ecs.ContainerDefinition(name="app", image="busybox:local", cpu=128, memory=64, essential=True)
    definition = ecs.TaskDefinition(
        task_definition_arn=arn,
        family=family,
        revision=number,
        network_mode="bridge",
        container_definitions=list(containers) or [app],
    )
    filled = {
        "definition": definition,
        "registered_at": T0,
        "registered_by": "arn:aws:iam::123456789012:root",
    }
    return _record(TaskDefinition, f"{SCOPE}/{family}:{number}", f"{SCOPE}/{family}", filled, members)


def a_service(name: str = "web", **members: object) -> Service:
    """An ACTIVE service with the EXTERNAL controller that wants no task."""
    filled = {
        "cluster": CLUSTER,
        "name": name,
        "incarnation": f"{1:032x}",
        "created_at": T0,
        "created_by": "arn:aws:iam::123456789012:root",
    }
    return _record(Service, f"{CLUSTER}/{name}", CLUSTER, filled, members)


def a_task_set(number: int = 1, **members: object) -> TaskSet:
    """A task set of the service `web`, at 100 percent."""
    digits = f"{number:019d}"
    filled = {
        "cluster": CLUSTER,
        "service": SERVICE,
        "number": digits,
        "definition": DEFINITION,
        "created_at": T0,
        "updated_at": T0,
        "unsettled_at": T0,
        "scale_percent": 100.0,
    }
    return _record(TaskSet, f"{SERVICE}/ecs-svc/{digits}", SERVICE, filled, members)


def a_task(number: int = 1, owner: str = TASK_SET, **members: object) -> Task:
    """A new task of the first task set of `web`."""
    filled = {"cluster": CLUSTER, "definition": DEFINITION, "created_at": T0, "group": "service:web"}
    return _record(Task, f"{CLUSTER}/{number:032x}", owner, filled, members)


def an_instance(number: int = 1, machine: str = MACHINE, **members: object) -> Instance:
    """A machine's registration with the default cluster."""
    filled = {"cluster": CLUSTER, "machine": machine, "registered_at": T0}
    return _record(Instance, f"{CLUSTER}/{number:032x}", CLUSTER, filled, members)


def a_machine(name: str = MACHINE, **members: object) -> Machine:
    """A connected machine with 4 cores and 8 GiB."""
    return _record(Machine, name, "machines", {"cpu": 4096, "memory_mib": 8192, "connected": True}, members)


def a_load_balancer(name: str = "front", kind: str = "app", **members: object) -> LoadBalancer:
    """An application load balancer in two zones; `net` for a network load balancer."""
    filled = {
        "name": name,
        "number": f"{1:016x}",
        "kind": {"app": "application", "net": "network"}[kind],
        "created_at": T0,
        "address": "127.77.0.1",
        "vpc": "vpc-01234567",
        "zones": [Zone(subnet=f"subnet-0000000{zone}", name=f"us-east-1{zone}") for zone in "ab"],
    }
    return _record(LoadBalancer, f"{SCOPE}/{kind}/{name}/{1:016x}", SCOPE, filled, members)


def a_target_group(name: str = "blue", **members: object) -> TargetGroup:
    """A target group of instances that speak HTTP on port 80."""
    filled = {
        "name": name,
        "number": f"{2:016x}",
        "target_type": "instance",
        "created_at": T0,
        "protocol": "HTTP",
        "protocol_version": "HTTP1",
        "port": 80,
        "vpc": "vpc-01234567",
        "health_check": HealthCheck(),
    }
    return _record(TargetGroup, f"{SCOPE}/{name}/{2:016x}", SCOPE, filled, members)


def a_sample(of: str, at: float, latency_ms: tuple[tuple[float, int], ...] = (), **values: float) -> Sample:
    """A second of traffic."""
    return Sample(at=at, of=of, values=values, latency_ms=latency_ms)


def _record(kind: type[R], id: str, owner: str, filled: dict[str, Any], given: dict[str, Any]) -> R:
    """The record, each member in the part that has it; what is given wins over what is filled in."""
    members = {**filled, **given}
    whole: dict[str, Any] = {
        name: members.pop(name) for name in ("spec", "state", "seen", "revision") if name in members
    }
    for field in msgspec.structs.fields(kind):
        if (
            field.name in whole
            or not isinstance(field.type, type)
            or not issubclass(field.type, msgspec.Struct)
        ):
            continue
        mine = {name: members.pop(name) for name in field.type.__struct_fields__ if name in members}
        whole[field.name] = field.type(**mine)
    unknown = members.keys() - filled.keys()
    assert not unknown, f"{kind.__name__} has no {', '.join(sorted(unknown))}"
    return kind(id=id, owner=owner, **whole)
