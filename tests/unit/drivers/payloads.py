"""Builds task payloads in one line, for every test of a driver."""

from typing import Any

from homeport.plan.effects import ContainerRef, TaskPayload
from homeport.shapes import ecs
from tests import images

INSTALLATION = "0123456789abcdef0123456789abcdef"
HEX = "11112222333344445555666677778888"
TASK = f"123456789012/us-east-1/default/{HEX}"


def a_container(name: str = "web", **members: Any) -> ecs.ContainerDefinition:
    """A container definition of the busybox image."""
    return ecs.ContainerDefinition(**{"name": name, "image": images.BUSYBOX, **members})


def a_payload(*containers: ecs.ContainerDefinition, **members: Any) -> TaskPayload:
    """The payload of a task of these containers, or of one named `web`."""
    filled: dict[str, Any] = {
        "task": TASK,
        "task_arn": f"arn:aws:ecs:us-east-1:123456789012:task/default/{HEX}",
        "cluster": "arn:aws:ecs:us-east-1:123456789012:cluster/default",
        "family": "shop",
        "revision": 3,
        "containers": {container.name or "": container for container in containers or (a_container(),)},
    }
    return TaskPayload(**{**filled, **members})


def a_ref(container: str = "web", attempt: int = 0, task: str = TASK) -> ContainerRef:
    """A run of a container of the task."""
    return ContainerRef(task, container, attempt)
