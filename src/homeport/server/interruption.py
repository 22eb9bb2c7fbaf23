"""Takes a task's Spot capacity back, as AWS does when it needs it: for `homeport interrupt`.

Only the wish is written here, into the task's `spec`; what follows from it is the engine's (docs/decisions/0028).
"""

from msgspec.structs import replace

from homeport.model import arn
from homeport.model.cluster import Cluster
from homeport.model.record import Time
from homeport.model.task import Task
from homeport.store.tx import ReadTx, Store

SPOT = "FARGATE_SPOT"


class NotInterrupted(Exception):
    """Nothing was changed; the message says why, and what to do instead."""


def interrupt(store: Store, text: str, now: Time) -> str:
    """What is going to happen to the task that an id or ARN names. Raises NotInterrupted."""
    with store.write("spec", now) as tx:
        task = _task(tx, text)
        if task.spec.capacity_provider != SPOT:
            raise NotInterrupted(
                f"{task.hex} does not run on {SPOT} ({_hosting(task)}): only Spot capacity is taken back. "
                "To end the task use `aws ecs stop-task`."
            )
        if task.state.last == "STOPPED":
            raise NotInterrupted(f"{task.hex} has stopped already.")
        if task.is_stopping:
            return f"{task.hex} is on its way down already"
        tx.put(replace(task, spec=replace(task.spec, interrupted_at=now)))
    return f"{task.hex} is interrupted: SIGTERM now, SIGKILL within two minutes"


def _task(tx: ReadTx, text: str) -> Task:
    """By its ARN, or by its id in whatever cluster of whatever account."""
    if text.startswith("arn:"):
        parsed = arn.parse(text)
        is_task = parsed is not None and (parsed.service, parsed.kind) == ("ecs", "task")
        found = tx.get(Task, arn.record_id(text)) if is_task else None
    else:
        clusters = tx.owned(Cluster, "clusters")
        tasks = (tx.get(Task, f"{cluster.id}/{text}") for cluster in clusters)
        found = next((task for task in tasks if task is not None), None)
    if found is None:
        raise NotInterrupted(
            f"there is no task {text}: give its id or its ARN, as `aws ecs list-tasks` shows it."
        )
    return found


def _hosting(task: Task) -> str:
    if task.spec.capacity_provider is not None:
        return f"its capacity provider is {task.spec.capacity_provider}"
    return f"its launch type is {task.spec.launch_type}"
