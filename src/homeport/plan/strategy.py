"""Which capacity provider each new task is launched by, under a capacity provider strategy.

First the base is filled, then tasks are shared out by weight (API Reference, CapacityProviderStrategyItem). It is asked
with what there is already, so that a set that grows one by one ends where one that starts at once does.
"""

from collections import Counter
from collections.abc import Mapping, Sequence

from msgspec.structs import replace

from homeport.model.task import Task
from homeport.shapes import ecs

FARGATE = frozenset({"FARGATE", "FARGATE_SPOT"})
"""The providers that every cluster may use, and that need no container instance."""


def whole(strategy: Sequence[ecs.CapacityProviderStrategyItem]) -> list[ecs.CapacityProviderStrategyItem]:
    """The strategy with its defaults filled in, as AWS shows it. Where nobody names a weight, all weigh the same."""
    usual = 1 if all(item.weight is None for item in strategy) else 0
    return [
        replace(item, weight=usual if item.weight is None else item.weight, base=item.base or 0)
        for item in strategy
    ]


def split(
    strategy: Sequence[ecs.CapacityProviderStrategyItem], have: Mapping[str, int], wanted: int
) -> list[str]:
    """The provider of each of `wanted` new tasks, in order. `have` counts the tasks that there are, by provider."""
    counts = Counter(have)
    chosen: list[str] = []
    for _ in range(wanted):
        name = _next(strategy, counts)
        if name is None:
            break
        counts[name] += 1
        chosen.append(name)
    return chosen


def to_keep(
    strategy: Sequence[ecs.CapacityProviderStrategyItem], tasks: Sequence[Task], count: int
) -> list[Task]:
    """The tasks again, those first that make up the strategy when only `count` are kept: a base is a minimum, also when
    there are fewer tasks than before. Within a provider the order stays.
    """
    room = Counter(split(strategy, {}, count))
    first: list[Task] = []
    rest: list[Task] = []
    for task in tasks:
        provider = task.spec.capacity_provider or ""
        (first if room[provider] > 0 else rest).append(task)
        room[provider] -= 1
    return [*first, *rest]


def _next(strategy: Sequence[ecs.CapacityProviderStrategyItem], counts: Counter[str]) -> str | None:
    for item in strategy:
        if counts[item.capacity_provider] < (item.base or 0):
            return item.capacity_provider
    weighed = [item for item in strategy if item.weight]
    if not weighed:
        return None
    return min(weighed, key=lambda item: _load(item, counts)).capacity_provider


def _load(item: ecs.CapacityProviderStrategyItem, counts: Counter[str]) -> float:
    """How far a provider would be ahead with one more task: beyond its base, by its weight; the first of equals wins."""
    assert item.weight, "asked of weighed ones only"
    return (counts[item.capacity_provider] - (item.base or 0) + 1) / item.weight
