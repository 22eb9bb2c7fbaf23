"""The id under which a container is shown."""

import re

from homeport.model.container import ContainerSeen, ContainerState
from homeport.model.task import TaskSeen, TaskState
from homeport.plan.runtime_id import runtime_id
from tests.builders import a_task

ENGINE = "ab" * 32


def a_seen_task(attempt: int = 0, runtime: str | None = ENGINE, **members: object):
    return a_task(
        state=TaskState(containers={"app": ContainerState(attempt=attempt)}),
        seen=TaskSeen(containers={"app": ContainerSeen(attempt=attempt, runtime_id=runtime)}),
        **members,
    )


def test_on_an_instance_it_is_the_engines():
    assert runtime_id(a_seen_task(), "app") == ENGINE


def test_on_fargate_it_is_the_tasks_and_ten_digits():
    task = a_seen_task(launch_type="FARGATE")
    assert re.fullmatch(rf"{task.hex}-[1-9][0-9]{{9}}", runtime_id(task, "app") or "")


def test_it_is_another_for_each_attempt():
    first, second = (runtime_id(a_seen_task(n, launch_type="FARGATE"), "app") for n in (0, 1))
    assert first != second


def test_what_is_not_there_has_none():
    assert runtime_id(a_seen_task(runtime=None, launch_type="FARGATE"), "app") is None
