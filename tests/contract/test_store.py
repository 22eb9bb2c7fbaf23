"""The port of the store (`homeport.store.tx`): what holds of every store, in memory or on disk."""

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from homeport.model.record import Record, Writer
from homeport.model.service import Service
from homeport.model.task import Task, TaskSeen, TaskState
from homeport.store.memory import MemoryStore
from homeport.store.sqlite import SqliteStore
from homeport.store.tx import Conflict, Store
from tests.builders import (
    CLUSTER,
    SCOPE,
    T0,
    TASK_SET,
    a_cluster,
    a_load_balancer,
    a_sample,
    a_service,
    a_target_group,
    a_task,
    a_task_set,
    ids,
)

STORES: dict[str, Callable[[Path], Store]] = {
    "memory": lambda _: MemoryStore(ids()),
    "sqlite": lambda folder: SqliteStore.open(folder / "homeport.db", ids()),
}


@pytest.fixture(params=STORES)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    made = STORES[request.param](tmp_path)
    yield made
    made.close()


def put(store: Store, *records: Record) -> None:
    with store.write("spec", T0) as tx:
        for record in records:
            tx.put(record)


def statuses(store: Store, key: str) -> list[str]:
    with store.read(T0) as tx:
        return [task.hex[-1] for task in tx.owned(Task, key)]


def test_what_was_put_is_got_with_the_revision_of_its_commit(store: Store) -> None:
    put(store, a_task(1))
    put(store, a_task(2))
    with store.read(T0) as tx:
        assert tx.get(Task, a_task(1).id) == a_task(1, revision=1)
        assert tx.get(Task, a_task(2).id) == a_task(2, revision=2)
    assert store.revision == 2


def test_an_id_is_of_its_kind(store: Store) -> None:
    put(store, a_service())
    with store.read(T0) as tx:
        assert tx.get(Task, a_service().id) is None


def test_time_is_what_the_transaction_was_opened_with(store: Store) -> None:
    with store.read(T0 + 1) as read, store.write("spec", T0 + 2) as write:
        assert (read.now, write.now) == (T0 + 1, T0 + 2)


def test_new_ids_are_32_hexadecimal_digits_and_never_the_same(store: Store) -> None:
    with store.write("spec", T0) as tx:
        drawn = {tx.new_id() for _ in range(100)} | {store.installation}
    assert len(drawn) == 101
    assert all(len(id) == 32 and int(id, 16) >= 0 for id in drawn)


def test_an_error_in_the_block_leaves_nothing_behind(store: Store) -> None:
    put(store, a_task(1))
    with pytest.raises(ZeroDivisionError), store.write("state", T0) as tx:
        tx.put(a_task(1, last="RUNNING"))
        tx.delete(a_task(1))
        tx.put(a_task(2))
        tx.emit(TASK_SET, "never said")
        raise ZeroDivisionError
    with store.read(T0) as read:
        assert read.all(Task) == [a_task(1, revision=1)]
        assert list(read.events(TASK_SET)) == []
    assert store.revision == 1


def test_a_block_that_writes_nothing_is_no_commit(store: Store) -> None:
    with store.write("spec", T0) as tx:
        tx.get(Task, a_task().id)
    assert store.revision == 0


def test_a_transaction_sees_what_it_has_written(store: Store) -> None:
    put(store, a_task(1), a_task(2), a_task(3))
    with store.write("state", T0) as tx:
        tx.put(a_task(4))
        tx.put(a_task(1, last="STOPPED"))
        tx.delete(a_task(2))
        tx.emit(TASK_SET, "first")
        tx.emit(TASK_SET, "second")
        assert tx.get(Task, a_task(2).id) is None
        assert [task.hex[-1] for task in tx.owned(Task, TASK_SET)] == ["1", "3", "4"]
        assert [task.hex[-1] for task in tx.all(Task)] == ["1", "3", "4"]
        assert [task.hex[-1] for task in tx.owned(Task, f"{TASK_SET}#STOPPED")] == ["1"]
        assert tx.count(Task, f"{TASK_SET}#PROVISIONING") == 2
        assert [event.message for event in tx.events(TASK_SET)] == ["second", "first"]
        tx.forget_events(TASK_SET)
        assert list(tx.events(TASK_SET)) == []


def test_a_record_put_again_is_found_under_its_last_keys_only(store: Store) -> None:
    with store.write("state", T0) as tx:
        tx.put(a_task(1))
        assert tx.count(Task, f"{TASK_SET}#PROVISIONING") == 1
        tx.put(a_task(1, last="RUNNING"))
        assert tx.count(Task, f"{TASK_SET}#PROVISIONING") == 0
        assert tx.owned(Task, f"{TASK_SET}#RUNNING") == [a_task(1, last="RUNNING")]
        tx.delete(a_task(1))
        assert tx.count(Task, f"{TASK_SET}#RUNNING") == 0


def test_a_record_put_twice_in_a_transaction_is_one_change(store: Store) -> None:
    with store.write("state", T0) as tx:
        tx.put(a_task(1))
        tx.put(a_task(1, last="PENDING"))
        tx.put(a_task(1, last="RUNNING"))
    changes = store.changes_since(0)
    assert changes is not None
    assert [(c.before, c.after) for c in changes] == [(None, a_task(1, last="RUNNING", revision=1))]


def test_a_record_created_and_deleted_in_a_transaction_never_was(store: Store) -> None:
    with store.write("spec", T0) as tx:
        tx.put(a_task(1))
        tx.delete(a_task(1))
    assert store.changes_since(0) == []


def test_lists_are_in_the_order_of_creation_whatever_changes_later(store: Store) -> None:
    put(store, a_task(3), a_task(1), a_task(2))
    for number in (2, 3):
        with store.write("state", T0) as tx:
            tx.put(a_task(number, last="STOPPED"))
    assert statuses(store, TASK_SET) == ["3", "1", "2"]
    assert statuses(store, f"{TASK_SET}#STOPPED") == ["3", "2"]
    with store.write("state", T0) as tx:
        tx.put(a_task(4, last="STOPPED"))
        tx.put(a_task(1, last="STOPPED"))
        assert [t.hex[-1] for t in tx.owned(Task, f"{TASK_SET}#STOPPED")] == ["3", "1", "2", "4"]
    assert statuses(store, f"{TASK_SET}#STOPPED") == ["3", "1", "2", "4"]


def test_a_record_that_comes_again_is_the_youngest(store: Store) -> None:
    put(store, a_task(1), a_task(2))
    with store.write("spec", T0) as tx:
        tx.delete(a_task(1))
    put(store, a_task(1))
    assert statuses(store, TASK_SET) == ["2", "1"]


def test_counts_are_of_owners_and_of_any_other_key(store: Store) -> None:
    put(store, a_task(1), a_task(2, last="RUNNING"), a_task(3, owner=CLUSTER, last="RUNNING"))
    with store.read(T0) as tx:
        keys = (TASK_SET, CLUSTER, f"cluster:{CLUSTER}#RUNNING", "nobody")
        assert [tx.count(Task, key) for key in keys] == [2, 1, 2, 0]


def test_deleting_what_is_not_there_changes_nothing(store: Store) -> None:
    with store.write("spec", T0) as tx:
        tx.delete(a_task(1))
    assert store.changes_since(0) == []


@pytest.mark.parametrize(
    ("writer", "part"),
    [("spec", {"last": "RUNNING"}), ("seen", {"last": "RUNNING"}), ("state", {"stop_reason": "why"})],
)
def test_another_writers_part_is_not_to_be_touched(
    store: Store, writer: Writer, part: dict[str, str]
) -> None:
    put(store, a_task(1))
    with pytest.raises(AssertionError, match="was written by"), store.write(writer, T0) as tx:
        tx.put(a_task(1, **part))
    assert store.revision == 1


def test_each_writer_changes_its_own_part(store: Store) -> None:
    task = a_task(1)
    put(store, task)
    with store.write("state", T0) as tx:
        task = replace(task, state=TaskState(last="RUNNING"))
        tx.put(task)
    with store.write("seen", T0) as tx:
        task = replace(task, seen=TaskSeen())
        tx.put(task)
    with store.write("spec", T0) as tx:
        task = replace(task, spec=replace(task.spec, stop_reason="why"))
        tx.put(task)
    with store.read(T0) as read:
        assert read.get(Task, task.id) == replace(task, revision=4)


def test_an_owner_is_for_life(store: Store) -> None:
    put(store, a_task(1))
    with pytest.raises(AssertionError, match="changed its owner"), store.write("spec", T0) as tx:
        tx.put(a_task(1, owner="somebody else"))


def test_observations_never_delete(store: Store) -> None:
    put(store, a_task(1))
    with pytest.raises(AssertionError, match="deleted by an observation"), store.write("seen", T0) as tx:
        tx.delete(a_task(1))


def test_what_is_deleted_and_put_in_one_transaction_starts_anew(store: Store) -> None:
    put(store, a_service(desired_count=3, steady_since=T0), a_service("api"))
    with store.write("spec", T0) as tx:
        tx.delete(a_service())
        tx.put(a_service(desired_count=1))
    with store.read(T0) as read:
        assert read.all(Service)[0] == a_service(desired_count=1, revision=2)


def test_two_transactions_that_overlap_do_not_both_commit(store: Store) -> None:
    with pytest.raises(Conflict), store.write("spec", T0) as slow:
        slow.put(a_task(1))
        with store.write("spec", T0) as quick:
            quick.put(a_task(2))
    with store.read(T0) as read:
        assert [task.hex[-1] for task in read.all(Task)] == ["2"]


def test_the_last_hundred_events_are_kept_newest_first(store: Store) -> None:
    for number in range(60):
        with store.write("state", T0 + number) as tx:
            tx.emit(SCOPE, f"{number} a")
            tx.emit(SCOPE, f"{number} b")
    with store.read(T0) as read:
        events = read.events(SCOPE)
    assert len(events) == 100
    assert (events[0].message, events[0].at) == ("59 b", T0 + 59)
    assert events[-1].message == "10 a"
    assert len({event.id for event in events}) == 100
    assert [len(part) for part in events[0].id.split("-")] == [8, 4, 4, 4, 12]


def test_events_that_are_forgotten_do_not_come_back(store: Store) -> None:
    with store.write("state", T0) as tx:
        tx.emit(SCOPE, "old")
    with store.write("state", T0) as tx:
        tx.forget_events(SCOPE)
        tx.emit(SCOPE, "new")
    with store.read(T0) as read:
        assert [event.message for event in read.events(SCOPE)] == ["new"]


def test_changes_say_what_was_and_what_is(store: Store) -> None:
    put(store, a_task(1))
    with store.write("state", T0) as tx:
        tx.put(a_task(1, last="RUNNING"))
    with store.write("spec", T0) as tx:
        tx.delete(a_task(1))
    created, running = a_task(1, revision=1), a_task(1, last="RUNNING", revision=2)
    changes = store.changes_since(0)
    assert changes is not None
    assert [(c.revision, c.before, c.after) for c in changes] == [
        (1, None, created),
        (2, created, running),
        (3, running, None),
    ]
    assert store.changes_since(2) == changes[2:]
    assert store.changes_since(3) == []


def test_each_commit_wakes_those_who_asked(store: Store) -> None:
    woken: list[int] = []
    store.on_commit(lambda: woken.append(store.revision))
    put(store, a_task(1))
    put(store, a_task(2))
    assert woken == [1, 2]


def test_a_record_without_some_parts_is_written_by_those_who_have_one(store: Store) -> None:
    with store.write("spec", T0) as tx:
        tx.put(a_cluster())
        tx.put(a_task_set())
    with store.write("spec", T0) as tx:
        tx.put(a_cluster(deleted_at=T0))
    with store.read(T0) as read:
        assert read.count(type(a_cluster()), "clusters") == 1


def test_what_was_awaited_is_on_disk(store: Store) -> None:
    async def commit_and_wait() -> None:
        put(store, a_task(1))
        waiting = store.durable(store.revision)
        if waiting is not None:
            await waiting
        assert store.durable(store.revision) is None

    asyncio.run(commit_and_wait())
    put(store, a_task(2))
    store.flush()
    assert store.durable(store.revision) is None
    assert store.health() is None


def test_traffic_is_kept_by_seconds_for_an_hour_of_what_there_is(store: Store) -> None:
    front, blue = a_load_balancer().id, a_target_group().id
    put(store, a_load_balancer(), a_target_group())
    seconds = [a_sample(front, T0 + second, requests=float(second % 7)) for second in range(1, 4000)]
    store.note(seconds)
    store.note([a_sample(blue, T0 + 3999, ((5.0, 2),), healthy=2.0), a_sample("nobody's", T0 + 3999)])
    with store.read(T0 + 3999) as tx:
        assert tx.samples(front, T0 + 3990) == seconds[3990:]
        assert tx.samples(front, 0.0) == seconds[-3600:]
        assert tx.samples(blue, 0.0) == [a_sample(blue, T0 + 3999, ((5.0, 2),), healthy=2.0)]
        assert tx.samples("nobody's", 0.0) == []
    with store.read(T0 + 9000) as tx:
        assert tx.samples(front, 0.0) == []


def test_traffic_is_summed_up_and_states_are_the_last(store: Store) -> None:
    blue = a_target_group().id
    put(store, a_target_group())
    store.note([a_sample(blue, T0 + 1, ((5.0, 2),), requests=2, healthy=2, bytes=10)])
    store.note([a_sample(blue, T0 + 2, ((5.0, 1), (8.0, 1)), requests=2, unhealthy=1)])
    with store.read(T0 + 2) as tx:
        assert tx.traffic(blue) == a_sample(
            blue, T0 + 2, ((5.0, 3), (8.0, 1)), requests=4, bytes=10, unhealthy=1
        )
        assert tx.traffic("nobody's") is None


def test_traffic_is_no_commit(store: Store) -> None:
    put(store, a_target_group())
    woken: list[int] = []
    store.on_commit(lambda: woken.append(store.revision))
    store.note([a_sample(a_target_group().id, T0)])
    assert (store.revision, woken) == (1, [])


def test_traffic_of_what_is_deleted_is_forgotten(store: Store) -> None:
    put(store, a_target_group())
    store.note([a_sample(a_target_group().id, T0, requests=1)])
    with store.write("spec", T0) as tx:
        tx.delete(a_target_group())
    store.note([a_sample(a_target_group().id, T0 + 1, requests=1)])
    put(store, a_target_group())
    with store.read(T0 + 1) as read:
        assert read.samples(a_target_group().id, 0.0) == []
        assert read.traffic(a_target_group().id) is None
