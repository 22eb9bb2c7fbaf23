"""Loads a machine: it joins every cluster, and what it carries without being asked to is dealt with, one at a time."""

from homeport.engine.desk import Desk
from homeport.model.cluster import Cluster
from homeport.model.instance import Instance, Machine
from homeport.plan.instances import registrations
from homeport.plan.plan import NO_PLAN, Plan


def plan(desk: Desk, id: str) -> Plan:
    """Registrations that are missing, and the next step about strays."""
    machine = desk.tx.get(Machine, id)
    if machine is None:
        return NO_PLAN
    joined = {instance.owner for instance in desk.tx.owned(Instance, f"machine:{id}")}
    puts = tuple(
        instance
        for cluster in desk.tx.owned(Cluster, "clusters")
        if cluster.spec.deleted_at is None and cluster.id not in joined
        for instance in registrations(cluster, [machine], [], desk.now, desk.tx.new_id)
    )
    effects = tuple(desk.strays.next_effects(desk.now))
    why = f"joins {len(puts)} clusters" if puts else "a stray is dealt with"
    return Plan(puts=puts, effects=effects, why=why if puts or effects else "")
