"""When the next start may be tried after starts that failed: ECS's throttle, per task set.

AWS slows down tasks that "repeatedly fail to enter a RUNNING state", up to 27 minutes (Developer Guide, "Service
throttle logic"); its curve is not published. Ours doubles from one second (docs/decisions/0012).
"""

from collections.abc import Sequence

from msgspec.structs import replace

from homeport.model.record import Time
from homeport.model.task import Task
from homeport.model.task_set import TaskSetState
from homeport.plan.options import Options

IMPAIRED_AT = 3
"""So many failed waves in a row, and the service's events say that it is impaired."""

FAILED_CHECKS = "Task failed ELB health checks"
"""With this the reason begins for which a task is stopped whose target is unhealthy (seen on AWS)."""

OWN_ACCORD = frozenset({"TaskFailedToStart", "EssentialContainerExited"})


def has_failed(task: Task, options: Options) -> bool:
    """Whether a stopped task's run counts as a start that failed: it never ran, or not for long, of its own accord."""
    return task.state.stop_code in OWN_ACCORD and not _ran_well(task, options)


def _ran_well(task: Task, options: Options) -> bool:
    """Whether it was RUNNING, and for long enough. One that ended at once may never have been seen to run."""
    state = task.state
    if state.started_at is None or state.stopping_at is None:
        return False
    return state.stopping_at - state.started_at >= options.short_run_s


def after(state: TaskSetState, stopped: Sequence[Task], now: Time, options: Options) -> TaskSetState:
    """A set's state after these tasks have stopped.

    Tasks of one wave fail together: those that fail while the back-off runs are not counted again. A failure long
    after the last one starts the count anew, and so does a task that had run well.
    """
    if any(has_failed(task, options) for task in stopped):
        return failed(state, now, options)
    has_run_well = any(_ran_well(task, options) and not _failed_checks(task) for task in stopped)
    return replace(state, failures=0, retry_at=None) if has_run_well and state.failures else state


def failed(state: TaskSetState, now: Time, options: Options) -> TaskSetState:
    """A set's state after one more start has failed."""
    if state.retry_at is not None and now < state.retry_at:
        return state
    is_old = now - state.failed_at > 2 * delay_s(state.failures, options) + 60
    failures = 1 if is_old else state.failures + 1
    return replace(
        state, failures=failures, failed_at=now, retry_at=round(now + delay_s(failures, options), 3)
    )


def _failed_checks(task: Task) -> bool:
    """Whether it was stopped because nobody could reach it: however long it ran, that proves nothing good."""
    return (task.state.stopped_reason or "").startswith(FAILED_CHECKS)


def delay_s(failures: int, options: Options) -> float:
    """How long to wait after so many failures in a row, in seconds: 1, 2, 4, … up to the cap."""
    if failures == 0:
        return 0.0
    return min(options.back_off_s * 2.0 ** min(failures - 1, 32), options.back_off_cap_s)
