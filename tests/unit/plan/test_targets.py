"""A task's targets: registered before it is called RUNNING, drained before it is stopped, and nobody else's meanwhile."""

from typing import Any

from msgspec.structs import replace

from homeport.model.container import Binding, ContainerSeen, ContainerState
from homeport.model.target_group import Target, TargetGroup, TargetSeen, TargetSpec, TargetState
from homeport.model.task import Task, TaskSeen
from homeport.plan import targets
from homeport.plan.effects import StopContainer, TaskPayload
from homeport.plan.options import DEFAULTS
from homeport.plan.payload import task_payload
from homeport.plan.plan import Plan
from homeport.plan.targets import Attachment, TaskTargets
from homeport.plan.task import TaskView, plan_task
from homeport.shapes import ecs
from tests.builders import T0, TASK_SET, a_target_group, a_task

NOW = T0 + 100
MACHINE = "i-0123456789abcdef0"
BLUE, GREEN = a_target_group("blue"), a_target_group("green", protocol="TCP")
MAPPED = [ecs.PortMapping(container_port=80, host_port=0)]
DEFINITION = ecs.TaskDefinition(
    family="web",
    revision=1,
    network_mode="bridge",
    container_definitions=[
        ecs.ContainerDefinition(name="app", image="i", essential=True, port_mappings=MAPPED),
        ecs.ContainerDefinition(name="side", image="i", essential=True),
    ],
)


def seen(port: int | None = 32768, **members: Any) -> ContainerSeen:
    bindings = () if port is None else (Binding(bind_ip="127.0.0.1", container_port=80, host_port=port),)
    return ContainerSeen(**{"status": "RUNNING", "started_at": T0, "bindings": bindings, **members})


def a_web(
    last: str,
    number: int = 1,
    app: ContainerSeen | None = None,
    side: ContainerSeen | None = None,
    **members: Any,
) -> Task:
    """A task with a container that listens and one that does not."""
    asked = ContainerState(uuid="u", asked_at=T0)
    return a_task(
        number,
        last=last,
        machine="local",
        containers={"app": asked, "side": asked},
        seen=TaskSeen(containers={"app": app or seen(), "side": side or seen(None)}),
        started_at=T0,
        **members,
    )


def a_target(task: Task, group: TargetGroup = BLUE, port: int = 32768, **state: Any) -> Target:
    """What stands for a task."""
    given = {"task": task.id, "task_set": TASK_SET, "registered_at": T0 - 1000, **state}
    return Target(
        id=f"{group.id}/{MACHINE}:{port}",
        owner=group.id,
        spec=TargetSpec(target=MACHINE, port=port),
        state=TargetState(**given),
    )


def payload_of(task: Task) -> TaskPayload:
    return task_payload(task, DEFINITION)


def where(
    task: Task, *rows: Target, groups: tuple[TargetGroup, ...] = (BLUE,), used: bool = True
) -> TaskTargets:
    """The rows there are, as a task of a set behind these target groups finds them."""
    attachments = [Attachment(group, "app", 80) for group in groups]
    places = targets.places(task, payload_of(task), attachments, MACHINE)
    ids = {place.id for place in places}
    return TaskTargets(
        expected=len(groups),
        places=places,
        rows={row.id: row for row in rows if row.id in ids},
        mine=[row for row in rows if row.state.task == task.id],
        used={group.id: group for group in groups} if used else {},
    )


def planned(task: Task, view: TaskTargets, now: float = NOW) -> tuple[Task, list[Target], Plan]:
    plan = plan_task(task, payload_of(task), now, DEFAULTS, TaskView(targets=view))
    tasks = [record for record in plan.puts if isinstance(record, Task)]
    return tasks[0] if tasks else task, [r for r in plan.puts if isinstance(r, Target)], plan


def stopping(task: Task) -> Task:
    return replace(task, spec=replace(task.spec, stop_requested_at=NOW))


def test_a_task_whose_containers_run_is_registered_and_activating():
    task = a_web("PENDING", version=2)
    after, (target,), plan = planned(task, where(task))
    assert (after.state.last, after.state.version, plan.wake_at) == ("ACTIVATING", 3, NOW)
    assert (target.id, target.owner) == (f"{BLUE.id}/{MACHINE}:32768", BLUE.id)
    assert target.spec == TargetSpec(target=MACHINE, port=32768)
    assert target.state == TargetState(task=task.id, task_set=TASK_SET, registered_at=NOW)


def test_then_it_runs():
    task = a_web("ACTIVATING", version=3)
    after, rows, _ = planned(task, where(task, a_target(task)))
    assert (after.state.last, after.state.version, rows) == ("RUNNING", 4, [])


def test_a_task_is_registered_with_each_of_several_load_balancers():
    task = a_web("PENDING")
    _, rows, _ = planned(task, where(task, groups=(BLUE, GREEN)))
    assert [row.owner for row in rows] == [BLUE.id, GREEN.id]


def test_nothing_is_registered_while_a_container_is_still_coming_up():
    task = a_web("PENDING", side=ContainerSeen(status="PULLED"))
    after, rows, _ = planned(task, where(task))
    assert (after.state.last, rows) == ("PENDING", [])


def test_a_task_whose_port_is_not_known_yet_waits_for_it():
    task = a_web("PENDING", app=seen(None))
    after, rows, _ = planned(task, where(task))
    assert (after.state.last, rows) == ("PENDING", [])


def test_a_task_without_load_balancers_goes_from_pending_to_running():
    assert planned(a_web("PENDING"), targets.NOWHERE)[0].state.last == "RUNNING"


def test_the_port_of_a_udp_group_is_the_udp_one():
    both = (
        Binding(bind_ip="127.0.0.1", container_port=80, host_port=1001),
        Binding(bind_ip="127.0.0.1", container_port=80, host_port=1002, protocol="udp"),
    )
    task = a_web("PENDING", app=seen(bindings=both))
    ports = [
        targets.places(task, payload_of(task), [Attachment(group, "app", 80)], MACHINE)[0].port
        for group in (BLUE, a_target_group("dns", protocol="UDP"))
    ]
    assert ports == [1001, 1002]


def test_a_task_that_is_to_stop_is_taken_out_and_its_containers_are_left_alone():
    task = stopping(a_web("RUNNING"))
    after, (target,), plan = planned(task, where(task, a_target(task)))
    assert (after.state.last, after.state.desired) == ("DEACTIVATING", "STOPPED")
    assert (target.is_draining, target.state.deregistered_at) == (True, NOW)
    assert (plan.effects, plan.wake_at) == ((), NOW + 300)


def test_it_is_stopped_when_the_delay_is_over_and_not_before():
    task = a_web("DEACTIVATING", desired="STOPPED")
    target = a_target(task, deregistered_at=NOW - 299)
    assert planned(task, where(task, target))[2].effects == ()
    after, _, plan = planned(task, where(task, target), NOW + 1)
    assert after.state.last == "STOPPING"
    assert [type(effect) for effect in plan.effects] == [StopContainer, StopContainer]


def test_it_is_stopped_when_its_target_is_idle():
    task = a_web("DEACTIVATING", desired="STOPPED")
    idle = replace(
        a_target(task, deregistered_at=NOW - 10),
        seen=TargetSeen(status="healthy", at=NOW - 5, idle_at=NOW - 5),
    )
    assert planned(task, where(task, idle))[0].state.last == "STOPPING"


def test_that_a_target_was_idle_before_it_was_taken_out_says_nothing():
    task = a_web("DEACTIVATING", desired="STOPPED")
    idle = replace(a_target(task, deregistered_at=NOW - 10), seen=TargetSeen(idle_at=NOW - 20))
    assert planned(task, where(task, idle))[0].state.last == "DEACTIVATING"


def test_idleness_ends_nothing_where_the_balancer_cannot_tell_requests():
    task = a_web("DEACTIVATING", desired="STOPPED")
    idle = replace(a_target(task, GREEN, deregistered_at=NOW - 10), seen=TargetSeen(idle_at=NOW - 5))
    assert planned(task, where(task, idle, groups=(GREEN,)))[0].state.last == "DEACTIVATING"


def test_the_slowest_of_several_targets_is_waited_for():
    task = a_web("DEACTIVATING", desired="STOPPED")
    rows = (a_target(task, BLUE, deregistered_at=NOW - 400), a_target(task, GREEN, deregistered_at=NOW - 100))
    after, _, plan = planned(task, where(task, *rows, groups=(BLUE, GREEN)))
    assert (after.state.last, plan.wake_at) == ("DEACTIVATING", NOW + 200)


def test_a_target_group_that_no_load_balancer_uses_is_not_waited_for():
    task = stopping(a_web("RUNNING"))
    after, (target,), _ = planned(task, where(task, a_target(task), used=False))
    assert (after.state.last, target.is_draining) == ("STOPPING", True)


def test_a_dead_container_is_taken_out_and_not_waited_for():
    task = a_web("RUNNING", app=seen(status="STOPPED", exit_code=1), side=seen(None, status="STOPPED"))
    after, (target,), _ = planned(task, where(task, a_target(task)))
    assert (after.state.last, target.is_draining) == ("STOPPED", True)


def test_the_death_of_another_container_lets_the_one_that_serves_drain():
    task = a_web("RUNNING", side=seen(None, status="STOPPED", exit_code=1))
    after, (target,), plan = planned(task, where(task, a_target(task)))
    assert (after.state.last, after.state.stop_code) == ("DEACTIVATING", "EssentialContainerExited")
    assert (target.is_draining, plan.effects) == (True, ())


def test_a_task_that_never_was_a_target_is_stopped_at_once():
    task = stopping(a_web("PENDING", side=ContainerSeen(status="PULLED")))
    assert planned(task, where(task))[0].state.last == "STOPPING"


def test_what_the_user_took_out_is_not_taken_out_again():
    task = stopping(a_web("RUNNING"))
    by_hand = replace(a_target(task), spec=TargetSpec(target=MACHINE, port=32768, deregistered_at=NOW - 100))
    after, rows, plan = planned(task, where(task, by_hand))
    assert (after.state.last, rows, plan.wake_at) == ("DEACTIVATING", [], NOW + 200)


def test_what_the_user_put_back_is_neither_taken_out_again_nor_waited_for_longer():
    task = a_web("DEACTIVATING", desired="STOPPED")
    back = replace(
        a_target(task, deregistered_at=NOW - 100),
        spec=TargetSpec(target=MACHINE, port=32768, registered_at=NOW - 50),
    )
    after, rows, plan = planned(task, where(task, back))
    assert (after.state.last, rows, plan.wake_at) == ("DEACTIVATING", [], NOW + 200)
    assert planned(task, where(task, back), NOW + 200)[0].state.last == "STOPPING"


def test_a_new_task_takes_the_place_of_another_that_drains_there():
    old, new = a_web("DEACTIVATING", 1, desired="STOPPED"), a_web("PENDING", 2)
    _, (target,), _ = planned(new, where(new, a_target(old, deregistered_at=NOW - 10)))
    assert (target.state.task, target.is_draining, target.status) == (new.id, False, "initial")


def test_a_new_task_takes_the_place_of_one_that_nobody_knows_to_be_dead():
    old, new = a_web("RUNNING", 1), a_web("PENDING", 2)
    _, (target,), _ = planned(new, where(new, a_target(old)))
    assert target.state.task == new.id


def test_the_older_task_does_not_take_its_place_back():
    old, new = a_web("RUNNING", 1), a_web("RUNNING", 2)
    assert planned(old, where(old, a_target(new)))[1] == []


def test_what_a_user_registered_before_keeps_that_and_stands_for_the_task():
    task = a_web("PENDING")
    spec = TargetSpec(target=MACHINE, port=32768, registered_at=T0)
    by_hand = Target(id=f"{BLUE.id}/{MACHINE}:32768", owner=BLUE.id, spec=spec)
    _, (target,), _ = planned(task, where(task, by_hand))
    assert (target.spec, target.state.task) == (spec, task.id)


def test_a_container_that_was_started_anew_has_its_new_port_registered_and_the_old_one_taken_out():
    task = a_web("RUNNING", app=seen(40000))
    _, rows, plan = planned(task, where(task, a_target(task)))
    assert [(row.spec.port, row.is_draining) for row in rows] == [(32768, True), (40000, False)]
    assert plan.effects == ()


def test_at_the_same_port_it_is_registered_again():
    task = a_web("RUNNING")
    _, (target,), _ = planned(task, where(task, a_target(task, deregistered_at=NOW - 5)))
    assert (target.state.registered_at, target.is_draining) == (NOW, False)


def test_what_a_user_took_out_of_a_running_task_is_not_put_back():
    task = a_web("RUNNING")
    by_hand = replace(a_target(task), spec=TargetSpec(target=MACHINE, port=32768, deregistered_at=NOW - 1))
    assert planned(task, where(task, by_hand))[1] == []


def test_planning_again_on_its_own_result_changes_nothing():
    task = stopping(a_web("RUNNING"))
    after, rows, _ = planned(task, where(task, a_target(task)))
    assert not planned(after, where(after, *rows))[2]


def ended(row: Target, group: TargetGroup | None = BLUE, now: float = NOW, **members: bool) -> Plan:
    return targets.plan_target(row, group, **{"is_used": True, "is_orphan": False, **members}, now=now)


def test_a_target_that_was_taken_out_is_forgotten_when_it_is_drained():
    row = a_target(a_web("RUNNING"), deregistered_at=NOW)
    assert ended(row).wake_at == NOW + 300
    assert ended(row, now=NOW + 300).deletes == (row,)
    assert ended(row, is_used=False).deletes == (row,)
    idle = replace(row, seen=TargetSeen(at=NOW + 1, idle_at=NOW + 1))
    assert ended(idle, now=NOW + 1).deletes == (idle,)


def test_a_target_of_a_user_is_forgotten_likewise():
    spec = TargetSpec(target=MACHINE, port=80, registered_at=T0, deregistered_at=NOW)
    row = Target(id="g/i:80", owner=BLUE.id, spec=spec)
    assert ended(row).wake_at == NOW + 300
    assert ended(row, now=NOW + 300).deletes == (row,)


def test_a_target_that_was_not_taken_out_stays():
    assert not ended(a_target(a_web("RUNNING")))


def test_a_target_whose_task_is_gone_is_taken_out():
    (target,) = ended(a_target(a_web("RUNNING")), is_orphan=True).puts
    assert isinstance(target, Target) and target.state.deregistered_at == NOW


def test_a_target_that_a_user_registered_after_the_engine_stays_the_users():
    row = replace(a_target(a_web("STOPPED")), spec=TargetSpec(target=MACHINE, port=32768, registered_at=NOW))
    assert not ended(row, is_orphan=True)


def test_a_target_whose_group_is_gone_is_forgotten():
    assert ended(a_target(a_web("RUNNING")), None).deletes != ()
