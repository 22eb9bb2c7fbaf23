"""A task set and its tasks: what is missing is started, what is too much is retired, what fails is waited for."""

from collections.abc import Callable, Sequence
from typing import Any

from msgspec.structs import replace

from homeport.model.record import Record
from homeport.model.task import Task
from homeport.model.task_set import TaskSet
from homeport.plan.options import DEFAULTS
from homeport.plan.plan import Plan
from homeport.plan.replicas import Births, TaskSetView, plan_replicas
from tests.builders import T0, TASK_SET, a_service, a_task, a_task_set

NOW = T0 + 100


def born(upto: int = 100, refusal: str | None = None) -> Callable[[int], Births]:
    def births(wanted: int) -> Births:
        tasks = tuple(a_task(900 + n, owner=TASK_SET, created_at=NOW) for n in range(min(wanted, upto)))
        return Births(tasks, refusal if wanted > upto else None)

    return births


def running(number: int, **members: Any) -> Task:
    return a_task(
        number, owner=TASK_SET, last="RUNNING", started_at=T0 + number, created_at=T0 + number, **members
    )


def a_view(
    computed: int, alive: Sequence[Task] = (), ended: Sequence[Task] = (), **members: Any
) -> TaskSetView:
    """A set at 100 % of a service that wants `computed` tasks."""
    task_set = a_task_set(computed=computed, scale_percent=100.0, unsettled_at=T0, **members)
    return TaskSetView(task_set, a_service(desired_count=computed), alive, ended)


def planned(view: TaskSetView, births: Callable[[int], Births] = born()) -> Plan:
    return plan_replicas(view, births, NOW, DEFAULTS)


def tasks(records: Sequence[Record]) -> list[Task]:
    return [record for record in records if isinstance(record, Task)]


def the_set(plan: Plan) -> TaskSet:
    [found] = [record for record in plan.puts if isinstance(record, TaskSet)]
    return found


def messages(plan: Plan) -> list[str]:
    return [event.message for event in plan.events]


def test_what_is_missing_is_started_and_told():
    plan = planned(a_view(2))
    assert len(tasks(plan.puts)) == 2
    hexes = [task.hex for task in tasks(plan.puts)]
    assert messages(plan) == [
        f"(service web, taskSet ecs-svc/{1:019d}) has started 2 tasks: (task {hexes[0]}) (task {hexes[1]})."
    ]


def test_an_event_lists_ten_tasks_at_most():
    assert [len(line.split("(task ")) - 1 for line in messages(planned(a_view(23)))] == [10, 10, 3]


def test_what_is_too_much_is_retired_the_youngest_first_and_with_the_deployments_name():
    plan = planned(a_view(1, [running(1), running(2), running(3)]))
    retired = tasks(plan.puts)
    assert [task.spec.created_at for task in retired] == [T0 + 2, T0 + 3]
    assert {task.state.stopped_reason for task in retired} == {
        f"Scaling activity initiated by (deployment ecs-svc/{1:019d})"
    }
    assert {task.state.stop_code for task in retired} == {"ServiceSchedulerInitiated"}


def test_a_task_that_does_not_run_yet_is_retired_before_one_that_does():
    pending = a_task(1, owner=TASK_SET, last="PENDING", created_at=T0)
    assert tasks(planned(a_view(1, [pending, running(5)])).puts)[0].id == pending.id


def test_a_task_on_its_way_down_is_replaced_at_once():
    stopping = running(1, desired="STOPPED")
    assert len(tasks(planned(a_view(1, [stopping])).puts)) == 1


def test_a_set_is_steady_when_all_that_is_wanted_runs():
    plan = planned(a_view(1, [running(1)]))
    assert the_set(plan).is_steady
    assert the_set(plan).stability_at == NOW
    assert messages(plan) == [f"(service web, taskSet ecs-svc/{1:019d}) updated state to STEADY_STATE."]


def test_a_set_at_nothing_is_steady_without_a_task():
    assert the_set(planned(a_view(0))).is_steady


def test_a_set_whose_count_is_stale_is_not_steady():
    view = a_view(1, [running(1)])
    stale = replace(view.service, spec=replace(view.service.spec, desired_count=2))
    plan = planned(TaskSetView(view.task_set, stale, view.alive, view.ended))
    assert not any(isinstance(record, TaskSet) and record.is_steady for record in plan.puts)


def test_a_set_with_health_checks_is_steady_only_when_they_pass():
    view = a_view(1, [running(1)])
    checked = TaskSetView(view.task_set, view.service, view.alive, view.ended, checked=True)
    assert planned(checked).puts == ()
    well = TaskSetView(view.task_set, view.service, [running(1, health="HEALTHY")], view.ended, checked=True)
    assert the_set(planned(well)).is_steady


def test_an_unhealthy_task_is_stopped_replaced_and_told():
    plan = planned(a_view(1, [running(1, health="UNHEALTHY")]))
    old, new = tasks(plan.puts)
    assert old.state.stopped_reason == "Task failed container health checks"
    assert new.id != old.id
    assert messages(plan)[0] == f"(service web) (task {old.hex}) failed container health checks."


def test_an_unhealthy_task_is_left_alone_during_the_grace_period_and_looked_at_after_it():
    view = a_view(1, [running(1, health="UNHEALTHY")])
    service = replace(view.service, spec=replace(view.service.spec, health_check_grace_period_s=300))
    plan = planned(TaskSetView(view.task_set, service, view.alive, view.ended))
    assert tasks(plan.puts) == []
    assert plan.wake_at == T0 + 1 + 300


def test_after_a_failed_start_nothing_is_started_until_the_back_off_is_over():
    failed = a_task(1, owner=TASK_SET, last="STOPPED", desired="STOPPED", stop_code="TaskFailedToStart")
    plan = planned(a_view(1, ended=[failed]))
    assert [task.state.counted for task in tasks(plan.puts)] == [True]
    assert (the_set(plan).state.retry_at, plan.wake_at) == (NOW + 1, NOW + 1)


def test_starts_that_keep_failing_are_told_once():
    failed = a_task(1, owner=TASK_SET, last="STOPPED", desired="STOPPED", stop_code="TaskFailedToStart")
    plan = planned(a_view(1, ended=[failed], failures=2, failed_at=NOW - 5))
    assert messages(plan) == [
        (
            "(service web) is unable to consistently start tasks successfully."
            " For more information, see the Troubleshooting section."
        )
    ]
    again = TaskSetView(the_set(plan), a_service(desired_count=1), [], [])
    assert messages(planned(again)) == []


def test_what_finds_no_room_is_told_once_and_tried_again():
    plan = planned(a_view(3), born(upto=1, refusal="(service web) was unable to place a task because …"))
    assert len(tasks(plan.puts)) == 1
    assert messages(plan)[0] == "(service web) was unable to place a task because …"
    assert plan.wake_at == NOW + 15
    again = TaskSetView(the_set(plan), a_service(desired_count=3), tasks(plan.puts), [])
    assert messages(planned(again, born(upto=0, refusal="again"))) == []


def test_a_deleted_set_retires_its_tasks_and_is_gone_when_they_are():
    task = running(1)
    plan = planned(a_view(0, [task], deleted_at=T0))
    assert [t.state.desired for t in tasks(plan.puts)] == ["STOPPED"]
    assert planned(a_view(0, deleted_at=T0)).deletes != ()


def test_planning_again_on_its_own_result_changes_nothing():
    first = planned(a_view(2, [running(1), running(2)]))
    again = TaskSetView(the_set(first), a_service(desired_count=2), [running(1), running(2)], [])
    assert not planned(again)
