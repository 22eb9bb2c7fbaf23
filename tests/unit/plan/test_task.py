"""A task's status, concluded from what was asked for and what was seen of its containers."""

from msgspec.structs import replace

from homeport.model.container import ContainerSeen, ContainerState
from homeport.model.task import Task, TaskSeen, TaskSpec, TaskState
from homeport.plan.effects import PullImage, RemoveContainer, StartContainer, StopContainer, TaskPayload
from homeport.plan.options import DEFAULTS
from homeport.plan.payload import task_payload
from homeport.plan.plan import Plan
from homeport.plan.task import plan_stopped, plan_task
from homeport.shapes import ecs

T0 = 1_700_000_000.0
SPEC = TaskSpec(cluster="1/r/c", definition="1/r/f:1", created_at=T0, group="family:f")


def container(name: str, **members: object) -> ecs.ContainerDefinition:
    return ecs.ContainerDefinition(name=name, image="i", **{"essential": True, **members})  # type: ignore[arg-type]


def after(name: str, condition: str) -> list[ecs.ContainerDependency]:
    return [ecs.ContainerDependency(container_name=name, condition=condition)]  # type: ignore[arg-type]


def a_task(*containers: ecs.ContainerDefinition, **seen: ContainerSeen) -> tuple[Task, TaskPayload]:
    """A task that was looked at once before: all that was seen to run had been asked for."""
    states = {
        c.name or "": ContainerState(
            uuid="u", asked_at=T0 if c.name in seen and seen[c.name].status != "PULLED" else None
        )
        for c in containers
    }
    state = TaskState(last="PENDING", version=2, connectivity_at=T0, containers=states)
    task = Task(id="1/r/c/abc", owner="1/r/c", spec=SPEC, state=state, seen=TaskSeen(containers=seen))
    return task, task_payload(
        task, ecs.TaskDefinition(family="f", revision=1, container_definitions=list(containers))
    )


def planned(task: Task, payload: TaskPayload, now: float = T0 + 1) -> tuple[Task, Plan]:
    plan = plan_task(task, payload, now, DEFAULTS)
    found = [record for record in plan.puts if isinstance(record, Task)]
    return (found[0] if found else task), plan


PULLED = ContainerSeen(status="PULLED")
RUNNING = ContainerSeen(status="RUNNING", started_at=T0)
FAILED = ContainerSeen(status="STOPPED", exit_code=1, started_at=T0, finished_at=T0 + 1)
DONE = ContainerSeen(status="STOPPED", exit_code=0, started_at=T0, finished_at=T0 + 1)
NEVER = ContainerSeen(status="STOPPED", reason="CannotPullContainerError: no such image")


def asked(plan: Plan) -> list[tuple[str, str]]:
    return [(type(effect).__name__, effect.ref.container) for effect in plan.effects]


def test_a_new_task_is_pending_and_its_images_are_pulled():
    task, payload = a_task(container("a"), container("b"))
    born = replace(task, state=replace(task.state, last="PROVISIONING", version=1))
    after_, plan = planned(born, payload)
    assert (after_.state.last, after_.state.version) == ("PENDING", 2)
    assert asked(plan) == [("PullImage", "a"), ("PullImage", "b")]


def test_a_pulled_container_is_started_and_the_row_says_so_first():
    task, payload = a_task(container("a"), a=PULLED)
    after_, plan = planned(task, payload)
    assert plan.effects == (StartContainer(payload.ref("a"), payload),)
    assert after_.state.containers["a"].asked_at == T0 + 1


def test_a_task_runs_when_all_its_containers_do():
    task, payload = a_task(container("a"), container("b"), a=RUNNING, b=RUNNING)
    after_, plan = planned(task, payload)
    assert (after_.state.last, after_.state.version, after_.state.started_at) == ("RUNNING", 3, T0 + 1)
    assert plan.effects == ()


def test_a_task_with_one_container_still_coming_up_is_pending():
    task, payload = a_task(container("a"), container("b"), a=RUNNING, b=PULLED)
    assert planned(task, payload)[0].state.last == "PENDING"


def test_an_init_container_that_has_ended_does_not_keep_the_task_from_running():
    task, payload = a_task(container("init", essential=False), container("a"), init=DONE, a=RUNNING)
    assert planned(task, payload)[0].state.last == "RUNNING"


def test_a_container_waits_for_the_success_of_another():
    containers = [container("init", essential=False), container("a", depends_on=after("init", "SUCCESS"))]
    task, payload = a_task(*containers, init=RUNNING, a=PULLED)
    assert planned(task, payload)[1].effects == ()
    task, payload = a_task(*containers, init=DONE, a=PULLED)
    assert asked(planned(task, payload)[1]) == [("StartContainer", "a")]


def test_a_container_whose_dependency_failed_stops_the_task():
    containers = [container("init", essential=False), container("a", depends_on=after("init", "SUCCESS"))]
    task, payload = a_task(*containers, init=FAILED, a=PULLED)
    state = planned(task, payload)[0].state
    assert (state.last, state.stop_code) == ("STOPPED", "TaskFailedToStart")
    assert state.stopped_reason is not None and "did not reach condition SUCCESS" in state.stopped_reason


def test_a_container_waits_until_another_is_healthy():
    check = ecs.HealthCheck(command=["CMD", "true"])
    containers = [container("db", health_check=check), container("a", depends_on=after("db", "HEALTHY"))]
    task, payload = a_task(*containers, db=RUNNING, a=PULLED)
    assert planned(task, payload)[1].effects == ()
    task, payload = a_task(*containers, db=replace(RUNNING, health="HEALTHY"), a=PULLED)
    assert asked(planned(task, payload)[1]) == [("StartContainer", "a")]


def test_start_holds_also_for_a_dependency_that_has_already_stopped():
    containers = [container("s", essential=False), container("a", depends_on=after("s", "START"))]
    task, payload = a_task(*containers, s=DONE, a=PULLED)
    assert asked(planned(task, payload)[1]) == [("StartContainer", "a")]


def test_a_dependency_that_takes_longer_than_its_start_timeout_stops_the_task():
    check = ecs.HealthCheck(command=["CMD", "true"])
    containers = [
        container("db", health_check=check, start_timeout=5),
        container("a", depends_on=after("db", "HEALTHY")),
    ]
    task, payload = a_task(*containers, db=RUNNING, a=PULLED)
    early, plan = planned(task, payload, T0 + 4)
    assert (early.state.desired, plan.wake_at) == ("RUNNING", T0 + 5)
    assert planned(task, payload, T0 + 5)[0].state.stop_code == "TaskFailedToStart"


def test_an_essential_container_that_exits_ends_the_task():
    task, payload = a_task(container("a"), container("b"), a=FAILED, b=RUNNING)
    after_, plan = planned(task, payload)
    assert (after_.state.last, after_.state.stop_code) == ("STOPPING", "EssentialContainerExited")
    assert after_.state.stopped_reason == "Essential container in task exited"
    assert plan.effects == (StopContainer(payload.ref("b"), 30.0),)


def test_a_container_that_is_not_essential_may_exit():
    task, payload = a_task(container("a"), container("b", essential=False), a=RUNNING, b=FAILED)
    assert planned(task, payload)[0].state.last == "RUNNING"


def test_a_container_that_cannot_be_pulled_gives_its_reason_to_the_task():
    task, payload = a_task(container("a"), a=NEVER)
    state = planned(task, payload)[0].state
    assert (state.stop_code, state.stopped_reason) == (
        "TaskFailedToStart",
        "CannotPullContainerError: no such image",
    )


def test_stop_task_concludes_with_the_users_reason():
    task, payload = a_task(container("a"), a=RUNNING)
    stopped = replace(task, spec=replace(task.spec, stop_requested_at=T0, stop_reason="enough"))
    state = planned(stopped, payload)[0].state
    assert (state.last, state.stop_code, state.stopped_reason) == ("STOPPING", "UserInitiated", "enough")


def test_the_first_reason_to_stop_stays():
    task, payload = a_task(container("a"), a=FAILED)
    state = replace(
        task.state, desired="STOPPED", stop_code="ServiceSchedulerInitiated", stopped_reason="scaled"
    )
    after_ = planned(replace(task, state=state), payload)[0]
    assert (after_.state.last, after_.state.stopped_reason) == ("STOPPED", "scaled")


def test_a_task_that_stops_counts_every_status_on_its_way():
    task, payload = a_task(container("a"), a=FAILED)
    running = replace(task, state=replace(task.state, last="RUNNING", version=3))
    assert planned(running, payload)[0].state.version == 6


def test_containers_stop_in_the_reverse_order_of_depends_on():
    containers = [container("db"), container("a", depends_on=after("db", "START"))]
    task, payload = a_task(*containers, db=RUNNING, a=RUNNING)
    stopped = replace(task, spec=replace(task.spec, stop_requested_at=T0))
    assert asked(planned(stopped, payload)[1]) == [("StopContainer", "a")]
    task, payload = a_task(*containers, db=RUNNING, a=DONE)
    stopped = replace(task, spec=replace(task.spec, stop_requested_at=T0))
    assert asked(planned(stopped, payload)[1]) == [("StopContainer", "db")]


def test_a_stop_that_is_asked_again_does_not_double_the_time_to_die():
    task, payload = a_task(container("a", stop_timeout=10), a=RUNNING)
    stopped = replace(task, spec=replace(task.spec, stop_requested_at=T0))
    first, plan = planned(stopped, payload, T0 + 1)
    assert plan.effects == (StopContainer(payload.ref("a"), 10.0),)
    assert planned(first, payload, T0 + 8)[1].effects == (StopContainer(payload.ref("a"), 3.0),)
    assert planned(first, payload, T0 + 80)[1].effects == (StopContainer(payload.ref("a"), 0.0),)


def test_a_container_that_may_have_been_started_is_stopped_although_it_was_never_seen():
    task, payload = a_task(container("a"), a=PULLED)
    asked_for = planned(task, payload)[0]
    stopped = replace(asked_for, spec=replace(asked_for.spec, stop_requested_at=T0))
    after_, plan = planned(stopped, payload)
    assert (after_.state.last, asked(plan)) == ("STOPPING", [("StopContainer", "a")])


def test_a_task_that_never_began_is_stopped_at_once():
    task, payload = a_task(container("a"))
    stopped = replace(task, spec=replace(task.spec, stop_requested_at=T0))
    after_, plan = planned(stopped, payload)
    assert (after_.state.last, after_.state.stopped_at, plan.effects) == ("STOPPED", T0 + 1, ())


def test_health_is_that_of_the_essential_containers_with_a_check():
    check = ecs.HealthCheck(command=["CMD", "true"])
    containers = [container("a", health_check=check), container("b", essential=False, health_check=check)]
    sick = replace(RUNNING, health="UNHEALTHY")
    task, payload = a_task(*containers, a=replace(RUNNING, health="HEALTHY"), b=sick)
    assert planned(task, payload)[0].state.health == "HEALTHY"
    task, payload = a_task(*containers, a=sick, b=RUNNING)
    assert planned(task, payload)[0].state.health == "UNHEALTHY"
    task, payload = a_task(container("a"), a=RUNNING)
    assert planned(task, payload)[0].state.health == "UNKNOWN"


def test_a_restart_policy_starts_a_container_anew_that_ran_long_enough():
    policy = ecs.ContainerRestartPolicy(enabled=True, restart_attempt_period=60)
    long_run = ContainerSeen(status="STOPPED", exit_code=1, started_at=T0, finished_at=T0 + 60)
    task, payload = a_task(container("a", restart_policy=policy), a=long_run)
    after_, plan = planned(task, payload, T0 + 60)
    assert (after_.state.containers["a"].attempt, after_.state.desired) == (1, "RUNNING")
    assert RemoveContainer(payload.ref("a"), is_replaced=True) in plan.effects
    assert any(isinstance(effect, PullImage) for effect in plan.effects)


def test_a_restart_policy_leaves_short_runs_and_excepted_exit_codes_alone():
    policy = ecs.ContainerRestartPolicy(enabled=True, restart_attempt_period=60, ignored_exit_codes=[0])
    task, payload = a_task(container("a", restart_policy=policy), a=FAILED)
    assert planned(task, payload)[0].state.desired == "STOPPED"
    clean = ContainerSeen(status="STOPPED", exit_code=0, started_at=T0, finished_at=T0 + 600)
    task, payload = a_task(container("a", restart_policy=policy), a=clean)
    assert planned(task, payload, T0 + 600)[0].state.desired == "STOPPED"


def test_facts_of_an_older_attempt_say_nothing_of_the_present_one():
    task, payload = a_task(container("a"), a=FAILED)
    anew = replace(task, state=replace(task.state, containers={"a": ContainerState(attempt=1)}))
    assert planned(anew, payload)[0].state.desired == "RUNNING"


def test_planning_again_on_its_own_result_changes_nothing():
    for seen in (PULLED, RUNNING, FAILED, NEVER):
        task, payload = a_task(container("a"), container("b"), a=seen, b=PULLED)
        once, _ = planned(task, payload)
        if once.state.last != "STOPPED":
            assert planned(once, payload)[1].puts == ()


def test_a_stopped_task_is_kept_then_swept_then_forgotten():
    task, _ = a_task(container("a"), a=FAILED)
    ended = replace(task, state=replace(task.state, last="STOPPED", stopped_at=T0))
    assert plan_stopped(ended, T0 + 1, DEFAULTS) == Plan(wake_at=T0 + 600)
    assert asked(plan_stopped(ended, T0 + 600, DEFAULTS)) == [("RemoveContainer", "a")]
    gone = replace(ended, seen=TaskSeen(containers={"a": replace(FAILED, status="REMOVED")}))
    assert plan_stopped(gone, T0 + 600, DEFAULTS) == Plan(wake_at=T0 + 3600)
    assert plan_stopped(gone, T0 + 3600, DEFAULTS).deletes == (gone,)
