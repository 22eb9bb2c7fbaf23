"""The id under which a container is shown."""

import re

from homeport.model.container import ContainerSeen, ContainerState
from homeport.model.task import Task, TaskSeen, TaskState
from homeport.plan.runtime_id import runtime_id
from tests.builders import a_task

ENGINE = "ab" * 32


def a_seen_task(attempt: int = 0, runtime: str | None = ENGINE, launch_type: str = "FARGATE") -> Task:
    return a_task(
        state=TaskState(containers={"app": ContainerState(attempt=attempt)}),
        seen=TaskSeen(containers={"app": ContainerSeen(attempt=attempt, runtime_id=runtime)}),
        launch_type=launch_type,
    )


def test_on_an_instance_it_is_the_engines():
    assert runtime_id(a_seen_task(launch_type="EC2"), "app") == ENGINE


def test_on_fargate_it_is_the_tasks_and_ten_digits():
    task = a_seen_task()
    assert re.fullmatch(rf"{task.hex}-[1-9][0-9]{{9}}", runtime_id(task, "app") or "")


def test_it_is_another_for_each_attempt():
    first, second = (runtime_id(a_seen_task(n), "app") for n in (0, 1))
    assert first != second


def test_what_is_not_there_has_none():
    assert runtime_id(a_seen_task(runtime=None), "app") is None
