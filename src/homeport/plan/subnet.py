"""A subnet's warm interfaces: a few whose pause runs already, so that a task that comes need not wait for one.

Only where tasks came lately, and never at the cost of a task that starts right now.
"""

from collections.abc import Callable, Sequence

from homeport.model.interface import Interface
from homeport.model.record import Time
from homeport.model.vpc import Subnet
from homeport.plan.interface import given_back
from homeport.plan.options import Options
from homeport.plan.plan import NO_PLAN, Plan, earliest


def plan_subnet(
    subnet: Subnet,
    warm: Sequence[Interface],
    births: Callable[[int], tuple[Interface, ...]],
    now: Time,
    options: Options,
) -> Plan:
    """Bring the number of warm interfaces to what it should be. `births(n)` makes up to n new ones."""
    used_at = subnet.state.used_at
    if used_at is None:
        return NO_PLAN
    cools_at = round(used_at + options.keep_warm_s, 3)
    wanted = options.warm_pauses if now < cools_at else 0
    if len(warm) > wanted:
        surplus = tuple(given_back(each, now) for each in _by_use(warm)[wanted:])
        return Plan(
            puts=surplus,
            wake_at=cools_at if wanted else None,
            why=f"{len(surplus)} warm interfaces cool down",
        )
    missing = wanted - len(warm)
    fills_at = round(used_at + options.warm_after_s, 3)
    if not missing or now < fills_at:
        return Plan(wake_at=earliest(cools_at if wanted else None, fills_at if missing else None))
    born = births(missing)
    return Plan(puts=born, wake_at=cools_at, why=f"{len(born)} interfaces are warmed up")


def _by_use(warm: Sequence[Interface]) -> list[Interface]:
    """Those that a task could use at once first."""
    return sorted(warm, key=lambda each: each.pause.status != "RUNNING")


def best(warm: Sequence[Interface]) -> Interface | None:
    """The warm interface that a task is given: one whose pause runs, else one that is coming up; the oldest of them."""
    usable = [each for each in warm if each.pause.status not in ("STOPPED", "REMOVED")]
    return min(usable, key=lambda each: each.pause.status != "RUNNING", default=None)
