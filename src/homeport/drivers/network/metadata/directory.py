"""Tasks by the secret parts of their endpoints' addresses. Follows the tables of tasks, and asks nobody."""

from collections.abc import Mapping

from msgspec import Struct

from homeport.plan.network import ContainerTable, TaskTable


class Found(Struct, frozen=True):
    """A container, and its task."""

    task: TaskTable
    container: ContainerTable


class Directory:
    """The tasks of this machine. An empty token is nobody's."""

    def __init__(self) -> None:
        self._tasks: dict[str, TaskTable] = {}
        self._by_token: dict[str, str] = {}
        self._by_endpoint: dict[str, tuple[str, str]] = {}

    def publish(self, tasks: Mapping[str, TaskTable | None]) -> None:
        """Those that have changed; None for what is there no more."""
        for id, task in tasks.items():
            self._forget(id)
            if task is not None:
                self._know(task)

    def task(self, token: str) -> TaskTable | None:
        """The task whose credentials endpoint has this token."""
        return self._tasks.get(self._by_token.get(token, ""))

    def container(self, token: str) -> Found | None:
        """The container whose metadata endpoint has this token."""
        id, name = self._by_endpoint.get(token, ("", ""))
        task = self._tasks.get(id)
        if task is None:
            return None
        return next((Found(task, one) for one in task.containers if one.name == name), None)

    def _know(self, task: TaskTable) -> None:
        self._tasks[task.id] = task
        if task.token:
            self._by_token[task.token] = task.id
        for container in task.containers:
            if container.token:
                self._by_endpoint[container.token] = (task.id, container.name)

    def _forget(self, id: str) -> None:
        before = self._tasks.pop(id, None)
        if before is not None:
            self._by_token.pop(before.token, None)
            for container in before.containers:
                self._by_endpoint.pop(container.token, None)
