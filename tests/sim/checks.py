"""What must be true: of every change, and of the world once it has settled.

Each check raises AssertionError with a sentence. `mutants.py` proves that they bite.
"""

import itertools
import math
from collections import Counter, defaultdict
from collections.abc import Iterator

from homeport.model import arn
from homeport.model.instance import Machine
from homeport.model.interface import Interface, is_interface
from homeport.model.lifecycle import TASK_RANK
from homeport.model.service import Service
from homeport.model.target_group import Target, TargetGroup
from homeport.model.task import Task
from homeport.model.task_definition import TaskDefinition
from homeport.model.task_set import TaskSet
from homeport.plan.effects import StartContainer, StopContainer
from homeport.plan.placement import capacity
from homeport.store.tx import Change, ReadTx
from tests.sim.network_checks import interfaces_at_rest, never_wrong_about_networks
from tests.sim.registry import never_found_when_going, registrations_at_rest
from tests.sim.watch import is_users
from tests.sim.world import World

STARTS_AN_HOUR = 40
"""More starts than this of one task set whose tasks always fail, in an hour, is no back-off."""


def backs_off(world: World, until_s: float) -> None:
    """Starts that always fail become rare, and are not given up."""
    starts = [at for at, effect in world.asked if isinstance(effect, StartContainer)]
    assert len(starts) <= STARTS_AN_HOUR, f"{len(starts)} starts in {until_s:.0f} s"
    assert len(starts) > 5 and max(starts) > world.now - 1800, "given up"


def stopped_means_down(world: World) -> None:
    """When a task is called STOPPED, none of its containers runs or is about to.

    A control plane that was killed, or an answer that was lost, may leave a start under way that nobody knows of; those
    are strays, and dealt with as such. In all other worlds there is no excuse.
    """
    if world.deaths == 0 and not world.errs:
        assert not world.leaks, f"STOPPED, and still there: {world.leaks}"


def never_backwards(world: World) -> None:
    """A status never goes back, a version counts every step, and STOPPED is the end."""
    for change in world.changes:
        before, after = change.before, change.after
        if isinstance(before, Task) and isinstance(after, Task):
            b, a = before.state, after.state
            assert TASK_RANK[a.last] >= TASK_RANK[b.last], f"{after.id} went from {b.last} back to {a.last}"
            assert not (b.desired == "STOPPED" and a.desired == "RUNNING"), f"{after.id} was wanted again"
            assert (a.version - b.version >= 1) == (a.last != b.last), f"{after.id}: version {a.version}"
            assert b.stopped_reason in (None, a.stopped_reason), f"{after.id} changed its reason"
            assert a.stopped_at is None or b.stopped_at in (None, a.stopped_at), f"{after.id} stopped twice"


def _commits(world: World) -> Iterator[list[Change]]:
    """The changes, commit by commit: within one they have no order."""
    for _, changes in itertools.groupby(world.changes, key=lambda change: change.revision):
        yield list(changes)


def never_too_many(world: World) -> None:
    """No birth takes a task set above its computed count."""
    alive: dict[str, set[str]] = defaultdict(set)
    computed: dict[str, int] = {}
    for changes in _commits(world):
        born = set()
        for change in changes:
            record = change.record
            if isinstance(record, TaskSet):
                computed[record.id] = 0 if change.after is None else record.state.computed
            elif isinstance(record, Task) and record.spec.service is not None:
                if change.after is None or record.is_stopping:
                    alive[record.owner].discard(record.id)
                else:
                    alive[record.owner].add(record.id)
                    born |= {record.owner} if change.before is None else set()
        for owner in born:
            count, wanted = len(alive[owner]), computed.get(owner, 0)
            assert count <= wanted, f"{count} tasks in {owner}, {wanted} wanted"


def steady_means_running(world: World) -> None:
    """A task set is only called steady when as many tasks run as it wants."""
    running: dict[str, set[str]] = defaultdict(set)
    for changes in _commits(world):
        for change in changes:
            if isinstance(change.record, Task):
                is_up = change.after is not None and change.record.state.last == "RUNNING"
                (running[change.record.owner].add if is_up else running[change.record.owner].discard)(
                    change.record.id
                )
        for change in changes:
            before, after = change.before, change.after
            if isinstance(after, TaskSet) and after.is_steady and not (before and before.is_steady):  # type: ignore[attr-defined]
                count = len(running[after.id])
                assert count == after.state.computed, f"{after.id} is steady with {count} running"


def never_overcommitted(world: World) -> None:
    """The tasks that a machine holds fit it."""
    with world.store.read(world.now) as tx:
        for machine in tx.all(Machine):
            demands = [_demand(tx, task) for task in tx.owned(Task, f"machine:{machine.id}")]
            left = capacity.free(machine, demands)
            assert left.cpu >= 0 and left.memory_mib >= 0, f"{machine.id} is overcommitted: {left}"


def _demand(tx: ReadTx, task: Task) -> capacity.Demand:
    definition = tx.get(TaskDefinition, task.spec.definition)
    assert definition is not None
    return capacity.demand(definition.spec.definition, task.spec.overrides)


def only_stopped_on_purpose(world: World) -> None:
    """A container is only asked to stop when its task is to stop, and within the time its task gives it; or when it is
    a stray: the run that a restart has replaced, of a task that goes on.
    """
    stopping = {c.record.id for c in world.changes if isinstance(c.record, Task) and c.record.is_stopping}
    known = {c.record.id for c in world.changes if isinstance(c.record, Task)}
    strays = "\n".join(line for line in world.trace if "no task asks for it" in line)
    first: dict[object, float] = {}
    for at, effect in world.asked:
        if isinstance(effect, StopContainer) and effect.ref.task in known:
            is_stray = f"container {effect.ref.container} of {effect.ref.task} " in strays
            assert is_stray or effect.ref.task in stopping, f"{effect.ref} was stopped although it is wanted"
            since = first.setdefault(effect.ref, at)
            assert is_stray or at + effect.grace_s <= since + 30.001, (
                f"{effect.ref} was given more than its stopTimeout"
            )


def started_in_order(world: World) -> None:
    """A container starts only when those it depends on were started before."""
    started: set[tuple[str, str]] = set()
    for _, effect in world.asked:
        if isinstance(effect, StartContainer):
            for need in effect.payload.containers[effect.ref.container].depends_on or []:
                pair = (effect.ref.task, need.container_name)
                assert pair in started, f"{effect.ref} was started before {need.container_name}"
            started.add((effect.ref.task, effect.ref.container))


def settled(world: World) -> None:
    """Every task set has what it wants, and says so."""
    with world.store.read(world.now) as tx:
        for task_set in tx.all(TaskSet):
            service = tx.get(Service, task_set.owner)
            assert service is not None
            wanted = math.ceil(service.spec.desired_count * task_set.spec.scale_percent / 100)
            assert task_set.spec.deleted_at is None, f"{task_set.id} still drains"
            assert task_set.state.computed == wanted, f"{task_set.id} computed {task_set.state.computed}"
            running = tx.count(Task, f"{task_set.id}#RUNNING")
            assert running == wanted, f"{task_set.id} runs {running} of {wanted}"
            assert task_set.is_steady, f"{task_set.id} is not steady"


def agreed(world: World) -> None:
    """What the rows say runs is what the machine runs, to the container; and nothing is half-way."""
    with world.store.read(world.now) as tx:
        expected = Counter(
            (task.id, name)
            for task in tx.all(Task)
            if task.state.last == "RUNNING"
            for name, seen in task.seen.containers.items()
            if seen.status == "RUNNING"
        )
        alive = [task.state.last for task in tx.all(Task) if task.state.last not in ("RUNNING", "STOPPED")]
        assert not alive, f"tasks are still {alive}"
        for task in tx.all(Task):
            has_owner = tx.get(TaskSet, task.owner) is not None
            assert task.state.last == "STOPPED" or has_owner, f"{task.id} outlived its task set"
    running = Counter(
        (ref.task, ref.container)
        for ref, seen in world.runtime.containers.items()
        if seen.status == "RUNNING" and not is_interface(ref.task)
    )
    assert running == expected, (
        f"on the machine only: {running - expected}; in rows only: {expected - running}"
    )


def quiet(world: World) -> None:
    """Nothing is asked of a world that has settled."""
    before = len(world.asked)
    revision = world.store.revision
    world.run(world.now - 1_700_000_000.0 + 60.0)
    new = world.asked[before:]
    assert not [effect for _, effect in new if not type(effect).__name__.startswith("Remove")], (
        f"still asking: {new}"
    )
    events = [
        c
        for c in world.changes
        if c.revision > revision and c.after is not None and not isinstance(c.after, Machine)
    ]
    assert not events, f"still changing: {events[:3]}"


def never_wrong_about_targets(world: World) -> None:
    """What `watch.py` says of load balancers on the way."""
    assert not world.watch.wrongs, "; ".join(world.watch.wrongs[:3])


def targets_at_rest(world: World) -> None:
    """Each target that the engine keeps stands for a task that runs, and its port is that task's on the machine."""
    ports = {
        binding.host_port: ref.task
        for ref, seen in world.runtime.containers.items()
        if seen.status == "RUNNING"
        for binding in seen.bindings
    }
    with world.store.read(world.now) as tx:
        addresses = {
            each.spec.address: each.state.task for each in tx.all(Interface) if each.state.task is not None
        }
        for row in tx.all(Target):
            if row.state.task is None or is_users(row):
                continue
            task = tx.get(Task, row.state.task)
            assert task is not None and task.state.last == "RUNNING", f"{row.id} outlived {row.state.task}"
            assert not row.is_draining, f"{row.id} still drains"
            owner = addresses.get(row.spec.target) or ports.get(row.spec.port)
            assert owner == task.id, f"{row.id} leads to {owner}, and stands for {task.id}"
        for task in tx.all(Task):
            task_set = tx.get(TaskSet, task.owner)
            if task_set is None or task.state.last != "RUNNING":
                continue
            groups = [arn.record_id(each.target_group_arn or "") for each in task_set.spec.load_balancers]
            for id in groups:
                rows = [row for row in tx.owned(Target, f"task:{task.id}") if row.owner == id]
                assert rows or tx.get(TargetGroup, id) is None, f"{task.id} runs without a target in {id}"


ALWAYS = (
    never_wrong_about_targets,
    never_wrong_about_networks,
    never_found_when_going,
    never_backwards,
    never_too_many,
    never_overcommitted,
    steady_means_running,
    stopped_means_down,
    only_stopped_on_purpose,
    started_in_order,
)
AT_REST = (settled, agreed, targets_at_rest, interfaces_at_rest, registrations_at_rest, quiet)
AT_REST_FULL = (agreed, targets_at_rest, registrations_at_rest)
"""On a machine that is too small nobody has all that is wanted, and there is always something to try again."""
