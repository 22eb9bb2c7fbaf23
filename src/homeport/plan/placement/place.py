"""Choose an instance for each of several like tasks: what is allowed first, then what is preferred.

A pure function of the world it is shown. It commits nothing and reserves nothing: the caller writes the
tasks, and counts their demands from then on.
"""

from collections.abc import Iterable, Sequence

from msgspec import Struct

from homeport.plan.placement import constraints, fit
from homeport.plan.placement.candidates import Candidate, Seat
from homeport.plan.placement.capacity import Demand
from homeport.plan.placement.constraints import Expression
from homeport.plan.placement.strategies import SERVICE_DEFAULT, Preference
from homeport.shapes import ecs

ARCHITECTURES = {"X86_64": "x86_64", "ARM64": "arm64"}


class Rules(Struct, frozen=True, kw_only=True, gc=False):
    """What restricts and what prefers, made ready by `rules`; good for all tasks of one definition and group.

    `required` are attributes and their values, `distinct` is distinctInstance.
    """

    group: str = ""
    required: tuple[tuple[str, str], ...] = ()
    expressions: tuple[Expression, ...] = ()
    distinct: bool = False
    strategies: tuple[ecs.PlacementStrategy, ...] = SERVICE_DEFAULT


class Placement(Struct, frozen=True, kw_only=True, gc=False):
    """Where the tasks go, one candidate for each; `reason` tells why the rest go nowhere, None if all do.

    `refusals` has every candidate's reason then, the `closest` match first.
    """

    instances: tuple[Candidate, ...] = ()
    reason: fit.Reason | None = None
    refusals: tuple[tuple[Candidate, fit.Reason], ...] = ()

    @property
    def closest(self) -> Candidate | None:
        """The instance that came closest to taking one more task."""
        return self.refusals[0][0] if self.refusals else None


def rules(
    definition: ecs.TaskDefinition,
    group: str,
    placement_constraints: Sequence[ecs.PlacementConstraint] = (),
    strategies: Sequence[ecs.PlacementStrategy] = (),
) -> Rules:
    """The rules of a definition, and of the service or the call that starts it.

    Expressions were checked when they came in; one that is not understood now is satisfied by no instance.
    """
    texts = [
        item.expression or ""
        for item in (*(definition.placement_constraints or ()), *placement_constraints)
        if item.type == "memberOf"
    ]
    return Rules(
        group=group,
        required=_required(definition),
        expressions=tuple(_expression(text) for text in texts),
        distinct=any(item.type == "distinctInstance" for item in placement_constraints),
        strategies=tuple(strategies) or SERVICE_DEFAULT,
    )


def place(wanted: int, demand: Demand, candidates: Sequence[Candidate], rules_: Rules) -> Placement:
    """Places for up to `wanted` tasks of `demand` among `candidates`, none beyond what it has room for."""
    if not candidates:
        return Placement(reason=fit.NO_INSTANCES if wanted > 0 else None)
    seats = [Seat(candidate) for candidate in candidates]
    taking = [seat for seat in seats if _refusal(seat, demand, rules_) is None]
    chosen = (
        _fill_one(taking[0], wanted, demand, rules_)
        if len(taking) == 1
        else _fill(Preference(rules_.strategies, seats, taking, _seed(seats, rules_)), wanted, demand, rules_)
    )
    if len(chosen) >= wanted:
        return Placement(instances=tuple(chosen))
    refusals = sorted(
        _refusals(seats, demand, rules_), key=lambda item: (-fit.CLOSENESS[item[1]], item[0].instance.id)
    )
    return Placement(instances=tuple(chosen), reason=refusals[0][1], refusals=tuple(refusals))


def _fill(preference: Preference, wanted: int, demand: Demand, rules_: Rules) -> list[Candidate]:
    chosen: list[Candidate] = []
    while len(chosen) < wanted and (seat := preference.best()) is not None:
        seat.take(demand)
        chosen.append(seat.candidate)
        preference.placed(seat, takes_more=_refusal_of_another(seat, demand, rules_) is None)
    return chosen


def _fill_one(seat: Seat, wanted: int, demand: Demand, rules_: Rules) -> list[Candidate]:
    """The same when there is nothing to choose: no preference needs to be kept."""
    while seat.taken < wanted:
        seat.take(demand)
        if _refusal_of_another(seat, demand, rules_) is not None:
            break
    return [seat.candidate] * seat.taken


def _refusals(seats: Iterable[Seat], demand: Demand, rules_: Rules) -> list[tuple[Candidate, fit.Reason]]:
    found = [(seat.candidate, _refusal(seat, demand, rules_)) for seat in seats]
    return [(candidate, reason) for candidate, reason in found if reason is not None]


def _refusal(seat: Seat, demand: Demand, rules_: Rules) -> fit.Reason | None:
    """Why no task may go there, asked from the most general to the most particular."""
    if not seat.candidate.connected:
        return "AGENT"
    if any(seat.attribute(name) != value for name, value in rules_.required):
        return "ATTRIBUTE"
    if rules_.expressions:
        facts = seat.facts(rules_.group)
        if not all(expression.match(facts) for expression in rules_.expressions):
            return "MemberOf placement constraint unsatisfied."
    if rules_.distinct and seat.peers:
        return "DistinctInstance placement constraint unsatisfied."
    return fit.shortage(demand, seat.capacity)


def _refusal_of_another(seat: Seat, demand: Demand, rules_: Rules) -> fit.Reason | None:
    """The same of a seat that has just taken a task: only what that can have changed is asked again."""
    if rules_.distinct or any(expression.changes for expression in rules_.expressions):
        return _refusal(seat, demand, rules_)
    return fit.shortage(demand, seat.capacity)


def _required(definition: ecs.TaskDefinition) -> tuple[tuple[str, str], ...]:
    """The attributes that an instance must have. Only the processor: the rest all our machines can do."""
    platform = definition.runtime_platform
    architecture = ARCHITECTURES.get((platform and platform.cpu_architecture) or "")
    return (("ecs.cpu-architecture", architecture),) if architecture else ()


def _expression(text: str) -> Expression:
    try:
        return constraints.parse(text)
    except ValueError:
        return constraints.nothing(text)


def _seed(seats: Iterable[Seat], rules_: Rules) -> str:
    """Differs from one call to the next as tasks come, and is the same for the same world."""
    return f"{rules_.group} {sum(seat.peers for seat in seats)}"
