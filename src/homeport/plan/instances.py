"""A machine joins a cluster: the container instance that stands for it there."""

from collections.abc import Callable, Iterable

from homeport.model.cluster import Cluster
from homeport.model.instance import ZONE, Instance, InstanceSpec, Machine
from homeport.model.record import Time

DOCKER = "com.amazonaws.ecs.capability"
CAPABILITIES = (
    *(f"{DOCKER}.docker-remote-api.1.{minor}" for minor in range(17, 25)),
    f"{DOCKER}.docker-plugin.local",
    f"{DOCKER}.logging-driver.json-file",
    f"{DOCKER}.task-iam-role",
    f"{DOCKER}.task-iam-role-network-host",
    "ecs.capability.container-health-check",
    "ecs.capability.container-ordering",
    "ecs.capability.container-restart-policy",
    "ecs.capability.pid-ipc-namespace-sharing",
    "ecs.capability.task-cpu-mem-limit",
    "ecs.capability.task-eni",
)
"""What AWS's agent says of a machine that can do what Homeport's drivers can do; names of the agent's.

A definition's `requiresAttributes` are of the same words (`api/ecs/registration/compatibility.py`). Left out is what
needs an operator's switch (privileged containers) and what is not built (EFS, secrets, awslogs).
Every engine that Homeport runs on has had these versions of Docker's API since 2016.
"""


def registrations(
    cluster: Cluster,
    machines: Iterable[Machine],
    existing: Iterable[Instance],
    now: Time,
    ids: Callable[[], str],
) -> list[Instance]:
    """The instances that `cluster` lacks, one for each of `machines` that is not among `existing`."""
    joined = {instance.spec.machine for instance in existing}
    return [
        Instance(
            id=f"{cluster.id}/{ids()}",
            owner=cluster.id,
            spec=InstanceSpec(
                cluster=cluster.id,
                machine=machine.id,
                registered_at=now,
                attributes=attributes(cluster, machine),
            ),
        )
        for machine in machines
        if machine.id not in joined
    ]


def attributes(cluster: Cluster, machine: Machine) -> dict[str, str | None]:
    """The attributes under which AWS's agent registers a machine like this one, as far as they are true of it.

    No `ecs.instance-type` and no `ecs.ami-id`: it is no instance of EC2's, and has neither. A capability has no value.
    """
    region = cluster.owner.rsplit("/", 1)[1]
    return {
        **dict.fromkeys(CAPABILITIES),
        ZONE: f"{region}a",
        "ecs.os-type": machine.seen.os_type,
        "ecs.cpu-architecture": machine.seen.architecture,
    }
