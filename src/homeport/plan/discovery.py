"""A task's registrations for service discovery: made once its containers run, taken back before they are stopped."""

from dataclasses import dataclass

from homeport.model.record import Time
from homeport.model.task import Task
from homeport.plan.steps import NO_STEP, Step


@dataclass(frozen=True, slots=True)
class TaskRegistrations:
    """What a task has to do with registries: nothing, most of the time."""


UNREGISTERED = TaskRegistrations()


def plan_registrations(task: Task, view: TaskRegistrations, now: Time, *, is_up: bool) -> Step:  # noqa: ARG001
    """The registrations' next step; `is_up`: whether all containers of the task run."""
    return NO_STEP
