"""A machine joins a cluster: the container instance that stands for it there."""

from collections.abc import Callable, Iterable

from homeport.model.cluster import Cluster
from homeport.model.instance import Instance, InstanceSpec, Machine
from homeport.model.record import Time


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
    """The attributes under which AWS's agent registers a machine like this one, as far as they are true of it."""
    region = cluster.owner.rsplit("/", 1)[1]
    return {
        "ecs.availability-zone": f"{region}a",
        "ecs.os-type": machine.seen.os_type,
        "ecs.cpu-architecture": machine.seen.architecture,
    }
