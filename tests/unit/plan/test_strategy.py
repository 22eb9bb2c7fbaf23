"""Which capacity provider new tasks are launched by."""

from collections import Counter

import pytest

from homeport.model.task import Task
from homeport.plan.strategy import split, to_keep
from homeport.shapes import ecs
from tests.builders import a_task


def an_item(provider: str, weight: int = 0, base: int = 0) -> ecs.CapacityProviderStrategyItem:
    return ecs.CapacityProviderStrategyItem(capacity_provider=provider, weight=weight, base=base)


MIXED = [an_item("FARGATE", 1, base=2), an_item("FARGATE_SPOT", 3)]


def test_the_base_is_filled_first():
    assert split(MIXED, {}, 2) == ["FARGATE", "FARGATE"]


def test_beyond_the_base_tasks_are_shared_out_by_weight():
    assert Counter(split(MIXED, {}, 10)) == {"FARGATE": 2 + 2, "FARGATE_SPOT": 6}


@pytest.mark.parametrize("first", range(11))
def test_a_set_that_grows_ends_where_one_that_starts_at_once_does(first: int):
    whole = split(MIXED, {}, 10)
    grown = split(MIXED, {}, first)
    assert grown + split(MIXED, Counter(grown), 10 - first) == whole


def test_a_provider_that_lost_its_tasks_gets_them_back():
    assert split(MIXED, {"FARGATE": 4}, 6) == ["FARGATE_SPOT"] * 6


def test_without_weights_there_are_no_more_than_the_base():
    assert split([an_item("FARGATE", base=2)], {}, 5) == ["FARGATE"] * 2


def of(*providers: str) -> list[Task]:
    return [a_task(number, capacity_provider=provider) for number, provider in enumerate(providers, 1)]


def test_the_base_is_kept_when_there_are_fewer_tasks():
    tasks = of("FARGATE_SPOT", "FARGATE_SPOT", "FARGATE_SPOT", "FARGATE", "FARGATE")
    assert [task.spec.capacity_provider for task in to_keep(MIXED, tasks, 2)[:2]] == ["FARGATE", "FARGATE"]


def test_within_a_provider_the_worthiest_are_kept():
    tasks = of("FARGATE_SPOT", "FARGATE", "FARGATE", "FARGATE", "FARGATE_SPOT")
    assert to_keep(MIXED, tasks, 3)[:3] == [tasks[0], tasks[1], tasks[2]]


def test_without_a_strategy_the_order_stays():
    tasks = of("", "", "")
    assert to_keep([], tasks, 2) == tasks
