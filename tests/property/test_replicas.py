"""For any task set and any tasks: never too many, always enough in the end, and silence once all is as it should be."""

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from homeport.model.lifecycle import TASK_STATUSES, TaskStatus
from homeport.model.service import Service
from homeport.model.task import Task
from homeport.model.task_set import TaskSet
from homeport.plan.options import DEFAULTS
from homeport.plan.plan import Plan
from homeport.plan.replicas import Births, TaskSetView, plan_replicas
from homeport.plan.rollout.external import ServiceView, plan_rollout
from tests.builders import T0, TASK_SET, a_service, a_task, a_task_set

NOW = T0 + 1000
PASSES = 12


@st.composite
def tasks(draw: st.DrawFn) -> list[Task]:
    """Up to eight tasks of the set, anywhere in their lives."""
    found = []
    for number in range(draw(st.integers(0, 8))):
        last: TaskStatus = draw(st.sampled_from(TASK_STATUSES))
        is_down = last in TASK_STATUSES[TASK_STATUSES.index("DEACTIVATING") :]
        desired = "STOPPED" if is_down or draw(st.booleans()) else "RUNNING"
        health = draw(st.sampled_from(["UNKNOWN", "HEALTHY", "UNHEALTHY"]))
        stop_code = draw(st.sampled_from(["TaskFailedToStart", "EssentialContainerExited", "UserInitiated"]))
        found.append(
            a_task(
                number + 1,
                owner=TASK_SET,
                last=last,
                desired=desired,
                health=health,
                created_at=T0 + number,
                started_at=None if last in TASK_STATUSES[:3] else T0 + number,
                stop_code=stop_code if desired == "STOPPED" else None,
                stopped_reason="because" if desired == "STOPPED" else None,
            )
        )
    return found


class World:
    """Rows, and planners that change them; `room` is how many tasks fit at all."""

    def __init__(self, service: Service, task_set: TaskSet, found: list[Task], room: int) -> None:
        self.service, self.task_set, self.room = service, task_set, room
        self.tasks = {task.id: task for task in found}
        self.is_gone = False
        self.number = 1000

    def plan(self, now: float) -> Plan:
        view = TaskSetView(
            self.task_set,
            self.service,
            alive=[task for task in self.tasks.values() if task.state.last != "STOPPED"],
            ended=[t for t in self.tasks.values() if t.state.last == "STOPPED" and not t.state.counted],
        )
        return plan_replicas(view, self.births, now, DEFAULTS)

    def births(self, wanted: int) -> Births:
        alive = sum(task.state.last != "STOPPED" for task in self.tasks.values())
        count = max(0, min(wanted, self.room - alive))
        born = []
        for _ in range(count):
            self.number += 1
            born.append(a_task(self.number, owner=TASK_SET, created_at=NOW))
        return Births(tuple(born), None if count == wanted else "(service web) was unable to place a task")

    def apply(self, plan: Plan) -> None:
        for record in plan.puts:
            if isinstance(record, Task):
                self.tasks[record.id] = record
            elif isinstance(record, TaskSet):
                self.task_set = record
        self.is_gone = bool(plan.deletes)

    def let_happen(self) -> None:
        """What is wanted comes up, and what is not goes down."""
        for task in list(self.tasks.values()):
            last = "STOPPED" if task.is_stopping else "RUNNING"
            if task.state.last != "STOPPED":
                health = task.state.health if task.is_stopping else "HEALTHY"
                state = replace(task.state, last=last, started_at=NOW, stopping_at=NOW, health=health)
                self.tasks[task.id] = replace(task, state=state)

    def wanted(self) -> list[Task]:
        return [t for t in self.tasks.values() if t.state.last != "STOPPED" and not t.is_stopping]


@st.composite
def worlds(draw: st.DrawFn) -> World:
    desired = draw(st.integers(0, 6))
    scale = draw(st.sampled_from([0.0, 33.0, 50.0, 100.0]))
    deleted_at = draw(st.sampled_from([None, None, None, T0]))
    task_set = a_task_set(
        scale_percent=scale,
        deleted_at=deleted_at,
        computed=draw(st.integers(0, 6)),
        steady=draw(st.booleans()),
        settled_for=T0,
    )
    return World(a_service(desired_count=desired), task_set, draw(tasks()), draw(st.integers(0, 12)))


@given(worlds())
def test_no_plan_leaves_more_tasks_wanted_than_the_computed_count(world: World):
    world.apply(world.plan(NOW))
    assert len(world.wanted()) <= world.task_set.state.computed or world.is_gone


@given(worlds())
def test_no_plan_retires_a_task_that_is_needed(world: World):
    before = {t.id for t in world.wanted() if t.state.health != "UNHEALTHY"}
    plan = world.plan(NOW)
    retired = {t.id for t in plan.puts if isinstance(t, Task) and t.is_stopping} & before
    is_leaving = world.task_set.spec.deleted_at is not None
    assert is_leaving or len(before - retired) >= min(len(before), world.task_set.state.computed)


@given(worlds())
def test_planning_again_on_its_own_result_tells_and_changes_nothing(world: World):
    world.apply(world.plan(NOW))
    if not world.is_gone:
        again = world.plan(NOW)
        assert not again.puts and not again.events and not again.deletes, again.why


@given(worlds())
def test_the_goal_is_reached_in_a_bounded_number_of_passes(world: World):
    for step in range(PASSES):
        now = NOW + step * 2000
        rollout = plan_rollout(ServiceView(world.service, [world.task_set]), now, DEFAULTS)
        world.apply(Plan(puts=tuple(r for r in rollout.puts if isinstance(r, TaskSet))))
        world.apply(world.plan(now))
        if world.is_gone:
            break
        world.let_happen()
    wanted = world.task_set.wanted(world.service.spec.desired_count)
    if world.task_set.spec.deleted_at is not None:
        assert world.is_gone
    else:
        found = len(world.wanted())
        is_full = world.births(1).refusal is not None
        assert found == wanted or (found < wanted and is_full)
        assert world.task_set.is_steady == (found == wanted)
