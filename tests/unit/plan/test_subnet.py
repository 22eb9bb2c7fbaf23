"""The pool of warm interfaces."""

from msgspec.structs import replace

from homeport.model.interface import Interface
from homeport.model.vpc import Subnet, SubnetState
from homeport.plan.options import DEFAULTS
from homeport.plan.plan import NO_PLAN, Plan
from homeport.plan.subnet import best, plan_subnet
from tests.builders import T0
from tests.unit.plan.networks import DEAD, SUBNET, UP, an_interface, asked

USED = replace(SUBNET, state=SubnetState(used_at=T0))


def planned(subnet: Subnet, warm: list[Interface], now: float) -> Plan:
    def births(wanted: int) -> tuple[Interface, ...]:
        return tuple(an_interface(10 + number) for number in range(wanted))

    return plan_subnet(subnet, warm, births, now, DEFAULTS)


def test_where_no_task_ever_was_nothing_is_kept_warm():
    assert planned(SUBNET, [], T0) is NO_PLAN


def test_after_a_start_the_pool_is_filled_but_not_while_tasks_start():
    assert planned(USED, [], T0 + 1) == Plan(wake_at=T0 + 2)
    assert len(planned(USED, [], T0 + 2).puts) == 3
    assert len(planned(USED, [an_interface()], T0 + 2).puts) == 2


def test_a_full_pool_is_looked_at_again_when_it_cools_down():
    warm = [an_interface(number) for number in range(1, 4)]
    assert planned(USED, warm, T0 + 5) == Plan(wake_at=T0 + 3600)


def test_an_hour_after_the_last_start_the_pool_is_given_back():
    warm = [asked(an_interface(number), UP) for number in range(1, 4)]
    plan = planned(USED, warm, T0 + 3600)
    assert [row.state.released_at for row in plan.puts if isinstance(row, Interface)] == [T0 + 3600] * 3


def test_of_a_pool_that_is_too_large_those_go_that_are_of_no_use_yet():
    warm = [an_interface(1), *(asked(an_interface(number), UP) for number in (2, 3, 4))]
    (gone,) = planned(USED, warm, T0 + 5).puts
    assert gone.id == an_interface(1).id


def test_a_task_is_given_one_whose_pause_runs_else_one_that_comes_up_and_none_that_is_dead():
    coming, running = an_interface(1), asked(an_interface(2), UP)
    assert best([coming, running]) == running
    assert best([coming]) == coming
    assert best([asked(an_interface(3), DEAD)]) is None
