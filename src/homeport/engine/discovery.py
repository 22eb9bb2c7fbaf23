"""Loads a task's registrations for service discovery."""

from homeport.model.task import Task
from homeport.plan.discovery import UNREGISTERED, TaskRegistrations
from homeport.plan.effects import TaskPayload
from homeport.store.tx import ReadTx


def of_task(tx: ReadTx, task: Task, payload: TaskPayload) -> TaskRegistrations:  # noqa: ARG001
    """What a task has to do with registries."""
    return UNREGISTERED
