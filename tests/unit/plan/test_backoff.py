"""Starts that fail are tried again later and later."""

from msgspec.structs import replace

from homeport.model.task import Task, TaskSpec, TaskState
from homeport.model.task_set import TaskSetState
from homeport.plan import backoff
from homeport.plan.options import DEFAULTS

T0 = 1_700_000_000.0
SPEC = TaskSpec(cluster="a/r/c", definition="a/r/f:1", created_at=T0, group="service:s")


def a_task(code: str, ran_s: float | None) -> Task:
    started_at = None if ran_s is None else T0
    stopping_at = T0 if ran_s is None else T0 + ran_s
    state = TaskState(
        last="STOPPED", desired="STOPPED", stop_code=code, started_at=started_at, stopping_at=stopping_at
    )
    return Task(id="a/r/c/1", owner="a/r/c/s/ecs-svc/1", spec=SPEC, state=state)


def test_a_start_that_failed_is_tried_again_after_a_second():
    after = backoff.after(TaskSetState(), [a_task("TaskFailedToStart", None)], T0, DEFAULTS)
    assert (after.failures, after.retry_at) == (1, T0 + 1)


def test_the_delay_doubles_up_to_27_minutes():
    delays = [backoff.delay_s(n, DEFAULTS) for n in range(13)]
    assert delays == [0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 1620]


def test_a_container_that_ends_at_once_counts_as_a_failed_start():
    assert backoff.has_failed(a_task("EssentialContainerExited", 9.9), DEFAULTS)


def test_a_container_that_ended_before_it_was_seen_to_run_counts_as_a_failed_start():
    assert backoff.has_failed(a_task("EssentialContainerExited", None), DEFAULTS)


def test_a_container_that_ran_well_does_not():
    assert not backoff.has_failed(a_task("EssentialContainerExited", 10.0), DEFAULTS)


def test_a_task_that_the_user_or_the_scheduler_stopped_does_not():
    assert not backoff.has_failed(a_task("UserInitiated", 1.0), DEFAULTS)
    assert not backoff.has_failed(a_task("ServiceSchedulerInitiated", 1.0), DEFAULTS)


def test_tasks_of_one_wave_count_once():
    state = TaskSetState(failures=2, failed_at=T0 - 1, retry_at=T0 + 1)
    assert backoff.after(state, [a_task("TaskFailedToStart", None)], T0, DEFAULTS) == state


def test_a_task_that_had_run_well_ends_the_back_off():
    state = TaskSetState(failures=5, failed_at=T0 - 1, retry_at=T0 + 15)
    after = backoff.after(state, [a_task("EssentialContainerExited", 60.0)], T0, DEFAULTS)
    assert (after.failures, after.retry_at) == (0, None)


def test_a_failure_long_after_the_last_one_starts_the_count_anew():
    state = TaskSetState(failures=5, failed_at=T0 - 1000, retry_at=T0 - 984)
    after = backoff.after(state, [a_task("TaskFailedToStart", None)], T0, DEFAULTS)
    assert after.failures == 1


def test_nothing_that_stopped_changes_nothing():
    state = replace(TaskSetState(), failures=3)
    assert backoff.after(state, [], T0, DEFAULTS) is state
