"""A VPC's container network: provided once something needs an address in it, removed before the VPC is forgotten.

What the container engine refuses (a block that overlaps another network's) is kept as the VPC's trouble, told to tasks and
tried again now and then. Which interfaces there are is none of its business.
"""

from functools import lru_cache
from hashlib import sha256

from msgspec.structs import replace

from homeport.model.record import Time
from homeport.model.vpc import Vpc
from homeport.plan import addresses
from homeport.plan.effects import ContainerRef, Network, ProvideNetwork, RemoveNetwork
from homeport.plan.options import Options
from homeport.plan.plan import NO_PLAN, Plan

NETWORK = "network"
"""The part of a VPC that effects name: its ref is (VPC, NETWORK)."""

RETRY_S = 30.0
"""How long after a refusal it is tried again: whoever is in the way may have left."""


def network(vpc: Vpc, options: Options) -> Network:
    """A VPC as a container network."""
    return Network(
        vpc=vpc.id,
        cidr=vpc.spec.cidr,
        gateway=addresses.gateway(vpc.spec.cidr),
        resolver=addresses.resolver(vpc.spec.cidr),
        bridge=_bridge(options.installation, vpc.id),
    )


@lru_cache(maxsize=1024)
def _bridge(installation: str, vpc: str) -> str:
    """Fifteen letters are all that Linux takes, so the name is a digest."""
    return f"hp{sha256((installation + vpc).encode()).hexdigest()[:12]}"


def plan_vpc(vpc: Vpc, now: Time, options: Options, *, is_used: bool) -> Plan:
    """The next step of a VPC. `is_used`: something of it has, or is to have, an address on the machine."""
    if vpc.spec.deleted_at is not None:
        return NO_PLAN if is_used else _plan_removal(vpc, vpc.spec.deleted_at, now, options)
    if not is_used or vpc.seen.bridge is not None:
        return NO_PLAN
    date = _retry_at(vpc)
    if date is not None and now < date:
        return Plan(wake_at=date)
    effect = ProvideNetwork(ContainerRef(vpc.id, NETWORK), network(vpc, options))
    return Plan(puts=_asked(vpc, now), effects=(effect,), why=f"needs its network{_because(vpc)}")


def _plan_removal(vpc: Vpc, deleted_at: Time, now: Time, options: Options) -> Plan:
    """Gone is what was seen to be gone after it was asked for; or what never was."""
    asked_at, seen = vpc.state.asked_at, vpc.seen
    if asked_at is None and seen.bridge is None:
        return Plan(deletes=(vpc,), why="deleted, and never had a network")
    is_asked = asked_at is not None and asked_at >= deleted_at
    if is_asked and seen.bridge is None and seen.trouble is None and seen.at >= (asked_at or 0.0):
        return Plan(deletes=(vpc,), why="its network is gone")
    date = _retry_at(vpc) if is_asked else None
    if date is not None and now < date:
        return Plan(wake_at=date)
    effect = RemoveNetwork(ContainerRef(vpc.id, NETWORK), network(vpc, options))
    puts = () if is_asked and date is None else _asked(vpc, now)
    return Plan(puts=puts, effects=(effect,), why=f"deleted: its network goes{_because(vpc)}")


def _retry_at(vpc: Vpc) -> Time | None:
    """When to try again after a refusal; None without one."""
    if vpc.seen.trouble is None or vpc.state.asked_at is None:
        return None
    return round(vpc.state.asked_at + RETRY_S, 3)


def _asked(vpc: Vpc, now: Time) -> tuple[Vpc, ...]:
    """The date is kept of what may be there, and of each try after a refusal."""
    is_known = vpc.state.asked_at is not None and vpc.seen.trouble is None and vpc.spec.deleted_at is None
    return () if is_known else (replace(vpc, state=replace(vpc.state, asked_at=now)),)


def _because(vpc: Vpc) -> str:
    return f": {vpc.seen.trouble}" if vpc.seen.trouble else ""
