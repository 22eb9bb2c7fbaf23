"""A task set behind load balancers: who is reached, who is ill, and what is told."""

from typing import Any

from msgspec.structs import replace

from homeport.model import arn
from homeport.model.target_group import Target, TargetSeen, TargetSpec, TargetState
from homeport.model.task import Task
from homeport.model.task_set import TaskSet
from homeport.plan import balance
from homeport.plan.balance import Balance
from homeport.plan.options import DEFAULTS
from homeport.plan.plan import Plan
from homeport.plan.replicas import Births, TaskSetView, plan_replicas
from tests.builders import T0, TASK_SET, a_service, a_target_group, a_task, a_task_set

NOW = T0 + 100
BLUE, GREEN = a_target_group("blue"), a_target_group("green")
BLUE_ARN = arn.target_group_arn(BLUE.id)
WHO = f"(service web, taskSet ecs-svc/{1:019d})"
WELL = {"status": "healthy", "at": T0 + 5, "healthy_at": T0 + 5}
SICK = {
    "status": "unhealthy",
    "reason": "Target.Timeout",
    "description": "Request timed out",
    "at": T0 + 50,
    "healthy_at": T0 + 5,
}
NEVER_WELL = {**SICK, "healthy_at": None}


def running(number: int = 1, **members: Any) -> Task:
    return a_task(number, last="RUNNING", started_at=T0, **members)


def a_target(task: Task, health: dict[str, Any], group: str = BLUE.id, **state: Any) -> Target:
    given = {"task": task.id, "task_set": TASK_SET, "registered_at": T0, **state}
    port = 32_000 + int(task.hex, 16)
    return Target(
        id=f"{group}/i-1:{port}",
        owner=group,
        spec=TargetSpec(target="i-1", port=port),
        state=TargetState(**given),
        seen=TargetSeen(**health),
    )


def by_hand(target: Target, **dates: float) -> Target:
    return replace(target, spec=replace(target.spec, **dates))


def planned(
    tasks: list[Task],
    *targets: Target,
    expected: tuple[str, ...] = (BLUE.id,),
    grace_s: int = 0,
    **state: Any,
) -> Plan:
    """A set that wants as many tasks as there are; births give one task each."""
    view = TaskSetView(
        a_task_set(computed=len(tasks), targets_told_until=NOW, **state),
        a_service(desired_count=len(tasks), health_check_grace_period_s=grace_s),
        alive=tasks,
        ended=[],
        targets=balance.balance(expected, targets),
    )
    return plan_replicas(view, lambda n: Births(tuple(a_task(900 + i) for i in range(n))), NOW, DEFAULTS)


def the_set(plan: Plan) -> TaskSet:
    [found] = [record for record in plan.puts if isinstance(record, TaskSet)]
    return found


def retired(plan: Plan) -> list[Task]:
    return [r for r in plan.puts if isinstance(r, Task) and r.state.desired == "STOPPED"]


def messages(plan: Plan) -> list[str]:
    return [event.message for event in plan.events]


def test_a_set_is_steady_when_all_its_tasks_are_reached():
    one, two = running(1), running(2)
    assert not planned([one, two], a_target(one, WELL)).puts
    assert not planned([one, two], a_target(one, WELL), a_target(two, {})).puts
    assert the_set(planned([one, two], a_target(one, WELL), a_target(two, WELL))).is_steady


def test_every_load_balancer_has_to_reach_a_task():
    task = running()
    both = (BLUE.id, GREEN.id)
    assert not planned([task], a_target(task, WELL), expected=both).puts
    assert the_set(
        planned([task], a_target(task, WELL), a_target(task, WELL, GREEN.id), expected=both)
    ).is_steady


def test_a_group_that_no_load_balancer_uses_keeps_no_set_from_being_steady():
    task = running()
    assert the_set(planned([task], a_target(task, SICK), expected=())).is_steady


def test_what_was_seen_of_another_target_at_the_same_place_is_not_believed():
    task = running()
    again = a_target(task, WELL, registered_at=T0 + 10)
    assert not planned([task], again).puts


def test_an_unhealthy_task_is_replaced_in_aws_words():
    task = running()
    plan = planned([task], a_target(task, SICK))
    (old,) = retired(plan)
    assert old.state.stop_code == "ServiceSchedulerInitiated"
    assert old.state.stopped_reason == f"Task failed ELB health checks in (target-group {BLUE_ARN})"
    assert messages(plan) == [
        (
            f"{WHO} (task {task.hex}) (instance i-1) (port 32001) is unhealthy in (target-group {BLUE_ARN})"
            " due to (reason Request timed out)"
        ),
        f"{WHO} has started 1 tasks: (task {900:032x}).",
        f"{WHO} has stopped 1 running tasks: (task {task.hex}).",
    ]


def test_it_is_left_alone_until_the_grace_period_after_its_start_is_over():
    task = running()
    plan = planned([task], a_target(task, SICK), grace_s=101)
    assert (retired(plan), plan.wake_at) == ([], T0 + 101)
    assert retired(planned([task], a_target(task, SICK), grace_s=100)) != []


def test_a_task_that_fails_two_checks_is_replaced_once_and_for_the_first_reason():
    task = running(health="UNHEALTHY")
    (old,) = retired(planned([task], a_target(task, SICK)))
    assert old.state.stopped_reason == "Task failed container health checks"


def test_a_task_that_is_already_stopping_is_not_complained_of():
    task = running(desired="STOPPED")
    assert not any("unhealthy" in line for line in messages(planned([task], a_target(task, SICK))))


def test_a_target_that_was_taken_out_by_hand_makes_its_task_one_to_be_replaced():
    task = running()
    plan = planned([task], by_hand(a_target(task, WELL), deregistered_at=NOW - 1))
    assert len(retired(plan)) == 1
    assert messages(plan)[0].endswith("due to (reason Target deregistration is in progress)")


def test_a_target_that_the_engine_took_out_does_not():
    task = running()
    assert retired(planned([task], a_target(task, WELL, deregistered_at=NOW - 1))) == []


def test_a_task_that_was_never_reached_counts_as_a_start_that_failed():
    task = running()
    plan = planned([task], a_target(task, NEVER_WELL), failures=2, failed_at=NOW - 20)
    assert (the_set(plan).state.failures, the_set(plan).state.retry_at) == (3, NOW + 4)
    assert not any("has started" in line for line in messages(plan))


def test_one_that_had_been_reached_is_replaced_at_once():
    task = running()
    assert any("has started" in line for line in messages(planned([task], a_target(task, SICK))))


def test_the_end_of_a_task_that_nobody_reached_is_no_sign_of_recovery():
    reason = f"Task failed ELB health checks in (target-group {BLUE_ARN})"
    long = running(
        desired="STOPPED",
        stop_code="ServiceSchedulerInitiated",
        stopped_reason=reason,
        stopping_at=T0 + 90,
    )
    ended = replace(long, state=replace(long.state, last="STOPPED"))
    view = TaskSetView(a_task_set(failures=4, failed_at=NOW - 10), a_service(), [], [ended])
    plan = plan_replicas(view, lambda _: Births(()), NOW, DEFAULTS)
    assert all(record.state.failures == 4 for record in plan.puts if isinstance(record, TaskSet))


def a_balance(*targets: Target) -> Balance:
    return balance.balance((BLUE.id, GREEN.id), targets)


def test_what_has_come_and_gone_is_told_by_target_group():
    tasks = [running(n) for n in range(1, 5)]
    view = a_balance(
        a_target(tasks[0], {}, registered_at=NOW),
        a_target(tasks[1], {}, registered_at=NOW + 1),
        a_target(tasks[1], {}, GREEN.id, registered_at=NOW + 1),
        a_target(tasks[2], {}, deregistered_at=NOW + 1),
        a_target(tasks[2], {}, GREEN.id, deregistered_at=NOW + 1),
        a_target(tasks[3], {}, registered_at=NOW + 2),
    )
    green = arn.target_group_arn(GREEN.id)
    assert list(balance.news(view, NOW, NOW + 2)) == [
        f"registered 2 targets in (target-group {BLUE_ARN})",
        f"registered 1 targets in (target-group {green})",
        f"deregistered 1 targets in (target-group {BLUE_ARN})",
        f"deregistered 1 targets in (target-group {green})",
        "has begun draining connections on 1 tasks.",
    ]
    assert list(balance.news(view, NOW + 2, NOW + 3)) == [
        f"registered 1 targets in (target-group {BLUE_ARN})"
    ]


def test_what_comes_at_this_moment_is_told_a_little_later_with_what_follows():
    view = a_balance(a_target(running(), {}, registered_at=NOW))
    assert list(balance.news(view, T0, NOW)) == []
    assert balance.told_next_at(view, NOW) == NOW + 0.1
    assert balance.told_next_at(view, NOW + 0.1) is None


def test_news_are_told_once():
    task = running()
    view = TaskSetView(
        a_task_set(computed=1), a_service(desired_count=1), [task], [], targets=a_balance(a_target(task, {}))
    )
    plan = plan_replicas(view, lambda _: Births(()), NOW, DEFAULTS)
    assert messages(plan) == [f"{WHO} registered 1 targets in (target-group {BLUE_ARN})"]
    again = TaskSetView(the_set(plan), view.service, [task], [], targets=view.targets)
    assert not plan_replicas(again, lambda _: Births(()), NOW + 1, DEFAULTS)


def test_a_set_that_is_gone_has_told_everything():
    task = running(desired="STOPPED")
    gone = a_target(task, WELL, deregistered_at=NOW)
    view = TaskSetView(
        a_task_set(deleted_at=T0, targets_told_until=NOW), a_service(), [], [], targets=a_balance(gone)
    )
    plan = plan_replicas(view, lambda _: Births(()), NOW, DEFAULTS)
    assert plan.deletes == (view.task_set,)
    assert messages(plan) == [
        f"{WHO} deregistered 1 targets in (target-group {BLUE_ARN})",
        f"{WHO} has begun draining connections on 1 tasks.",
    ]
