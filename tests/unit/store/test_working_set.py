"""The records in memory: what is undone never was, and the log says when it has forgotten."""

from homeport.model.task import Task
from homeport.store.transaction import WriteTransaction
from homeport.store.working_set import Commit, WorkingSet
from tests.builders import T0, TASK_SET, a_task, ids


def commit(records: WorkingSet, *tasks: Task, deleted: tuple[Task, ...] = (), said: int = 0) -> Commit:
    made: list[Commit] = []
    with WriteTransaction(records, "state", T0, ids(), made.append) as tx:
        for task in tasks:
            tx.put(task)
        for task in deleted:
            tx.delete(task)
        for number in range(said):
            tx.emit("me", f"{records.revision} {number}")
    records.apply(made[0])
    return made[0]


def listed(records: WorkingSet, key: str) -> list[str]:
    return [id[-1] for id in records.kind(Task).under(key)]


def messages(records: WorkingSet) -> list[str]:
    return [event.message for _, event in records.history.of("me")]


def test_what_is_undone_leaves_records_order_and_events_as_they_were() -> None:
    records = WorkingSet()
    commit(records, a_task(1), a_task(2), a_task(3), said=99)
    before = (listed(records, TASK_SET), listed(records, f"{TASK_SET}#PROVISIONING"), messages(records))

    lost = [
        commit(records, a_task(4), deleted=(a_task(1),), said=3),
        commit(records, a_task(2, last="STOPPED"), a_task(1)),
        commit(records, deleted=(a_task(4), a_task(3)), said=101),
    ]
    records.undo(lost)

    assert (
        listed(records, TASK_SET),
        listed(records, f"{TASK_SET}#PROVISIONING"),
        messages(records),
    ) == before
    assert listed(records, f"{TASK_SET}#STOPPED") == []
    assert [task.revision for task in records.kind(Task).by_id.values()] == [1, 1, 1]


def test_the_revision_grows_also_when_something_is_undone() -> None:
    records = WorkingSet()
    commit(records, a_task(1))
    records.undo([commit(records, a_task(2))])
    assert records.revision == 3
    assert records.changes_since(2) is None
    assert records.changes_since(3) == []
    assert commit(records, a_task(2)).revision == 4


def test_changes_that_were_forgotten_are_not_passed_off_as_none() -> None:
    records = WorkingSet(changes_kept=3)
    commit(records, a_task(1), a_task(2))
    commit(records, a_task(1), a_task(2))
    assert records.changes_since(0) is None
    known = records.changes_since(1)
    assert known is not None
    assert [change.revision for change in known] == [2, 2]
