"""What must be true of load balancers at every commit and every request to the machine, watched as the world goes on.

It asks rows and the machine, and none of the product's planners: a bug that is planted there must show here.
"""

from collections.abc import Iterator, Sequence

from homeport.model import arn
from homeport.model.load_balancer import Listener, Rule
from homeport.model.record import Time
from homeport.model.target_group import Target, TargetGroup
from homeport.model.task import Task
from homeport.model.task_set import TaskSet
from homeport.plan.effects import Effect, StopContainer
from homeport.store.tx import Change, ReadTx, Store


class Watch:
    """`wrongs` are sentences about what should not have happened."""

    def __init__(self) -> None:
        self.wrongs: list[str] = []
        self._registered: set[tuple[str, str]] = set()

    def committed(self, store: Store, changes: Sequence[Change], now: Time) -> None:
        """The changes that the latest commits have made."""
        if not any(isinstance(change.record, Target | Task | TaskSet) for change in changes):
            return
        with store.read(now) as tx:
            for change in changes:
                if isinstance(change.record, Target):
                    self.wrongs += self._of_target(tx, change, now)
            for change in changes:
                if isinstance(change.after, Task):
                    self.wrongs += self._of_task(tx, change)
                elif isinstance(change.after, TaskSet):
                    self.wrongs += _of_set(tx, change)

    def asked(self, store: Store, effect: Effect, now: Time) -> None:
        """Something is about to be asked of the machine."""
        if not isinstance(effect, StopContainer):
            return
        ref = effect.ref
        with store.read(now) as tx:
            task = tx.get(Task, ref.task)
            seen = None if task is None else task.seen.containers.get(ref.container)
            if task is None or seen is None or seen.attempt != ref.attempt or seen.status != "RUNNING":
                return
            if task.spec.interrupted_at is not None:
                return
            ports = {binding.host_port for binding in seen.bindings}
            # Load balancers of these worlds reach a container of this name, and only what it has open.
            address = task.state.address if ref.container == "app" else None
            for row in tx.owned(Target, f"task:{task.id}"):
                is_here = row.spec.target == address or row.spec.port in ports
                if is_here and not _is_over(tx, row, now):
                    self.wrongs.append(f"{ref} is asked to stop while {row.id} is needed")

    def _of_target(self, tx: ReadTx, change: Change, now: Time) -> Iterator[str]:
        before, after = change.before, change.after
        assert isinstance(before, Target | None) and isinstance(after, Target | None)
        if after is None:
            assert before is not None
            if tx.get(TargetGroup, before.owner) is not None and not _is_over(tx, before, now):
                yield f"{before.id} was forgotten before it was drained"
            return
        is_new = before is None or before.state.registered_at != after.state.registered_at
        if not is_new or after.state.task is None:
            return
        self._registered.add((after.state.task, after.owner))
        task = tx.get(Task, after.state.task)
        bound = {
            binding.host_port
            for seen in (task.seen.containers.values() if task is not None else ())
            for binding in seen.bindings
        }
        if task is None or task.state.last == "STOPPED":
            yield f"{after.id} was registered for a task that is gone"
        elif after.spec.target != task.state.address and after.spec.port not in bound:
            yield f"{after.id} was registered for {task.id}, which has {sorted(bound)}"

    def _of_task(self, tx: ReadTx, change: Change) -> Iterator[str]:
        before, after = change.before, change.after
        assert isinstance(after, Task)
        was = before.state.last if isinstance(before, Task) else None
        task_set = tx.get(TaskSet, after.owner)
        if task_set is None:
            return
        groups = [id for id in _groups(task_set) if tx.get(TargetGroup, id) is not None]
        if after.state.last == "RUNNING" and was != "RUNNING":
            there = {row.owner for row in tx.owned(Target, f"task:{after.id}")}
            for id in groups:
                if id not in there and (after.id, id) not in self._registered:
                    yield f"{after.id} is RUNNING and was not registered in {id}"
        if after.state.last == "STOPPED" and was != "STOPPED":
            for row in tx.owned(Target, f"task:{after.id}"):
                if not row.is_draining and not is_users(row):
                    yield f"{after.id} is STOPPED and {row.id} still stands for it"


def _of_set(tx: ReadTx, change: Change) -> Iterator[str]:
    """A set becomes steady only when all its running tasks are reached by all the load balancers in use."""
    before, after = change.before, change.after
    assert isinstance(after, TaskSet)
    if not after.is_steady or (isinstance(before, TaskSet) and before.is_steady):
        return
    for group in _groups(after):
        if not _is_used(tx, group):
            continue
        for task in tx.owned(Task, f"{after.id}#RUNNING"):
            rows = [row for row in tx.owned(Target, f"task:{task.id}") if row.owner == group]
            well = [r for r in rows if r.seen.status == "healthy" and r.seen.at > r.registered_at]
            if not [row for row in well if not row.is_draining]:
                yield f"{after.id} is steady and {group} does not reach {task.id}"


def is_users(row: Target) -> bool:
    """Whether the user registered a target after the engine did: then it is the user's to take out."""
    return (row.spec.registered_at or 0.0) > (row.state.registered_at or 0.0)


def _groups(task_set: TaskSet) -> list[str]:
    return [arn.record_id(each.target_group_arn or "") for each in task_set.spec.load_balancers]


def _is_used(tx: ReadTx, group_id: str) -> bool:
    key = f"group:{arn.target_group_arn(group_id)}"
    has_group = tx.get(TargetGroup, group_id) is not None
    return has_group and bool(tx.count(Listener, key) or tx.count(Rule, key))


def _is_over(tx: ReadTx, row: Target, now: Time) -> bool:
    """Whether nobody needs to wait for a target any more: it was taken out, and its time is over or it is idle."""
    if not _is_used(tx, row.owner):
        return True
    group = tx.get(TargetGroup, row.owner)
    assert group is not None
    dates = [date for date in (row.spec.deregistered_at, row.state.deregistered_at) if date is not None]
    since = [date for date in dates if date >= (row.state.registered_at or 0.0)]
    if not since:
        return False
    idle_at = row.seen.idle_at if group.spec.protocol in ("HTTP", "HTTPS") else None
    delay_s = float(group.spec.attributes.get("deregistration_delay.timeout_seconds", "300"))
    return any(now >= round(date + delay_s, 3) or (idle_at or 0.0) >= date for date in since)
