"""The id under which a container is shown: the container engine's own; on Fargate, of whose engine nobody knows, AWS's form.

DescribeTasks and the metadata endpoint show the same.
"""

from hashlib import sha256

from homeport.model.task import Task
from homeport.plan import containers

LEAST = 10**9
"""Ten digits."""


def runtime_id(task: Task, container: str) -> str | None:
    """None until the container is there. On Fargate `TASK-DIGITS` (seen on AWS), another one for each attempt."""
    seen = containers.seen_of(task, container)
    if seen.runtime_id is None or task.spec.launch_type != "FARGATE":
        return seen.runtime_id
    number = int(sha256(f"{task.id}/{container}/{seen.attempt}".encode()).hexdigest(), 16)
    return f"{task.hex}-{LEAST + number % (9 * LEAST)}"
