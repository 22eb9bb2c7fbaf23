"""A task's registrations: before it is called RUNNING, where it can be reached, as healthy as it is, gone before it stops."""

from typing import Any

from msgspec.structs import replace

from homeport.model.container import Binding, ContainerSeen, ContainerState
from homeport.model.namespace import DiscoveryInstance, DiscoveryService, DiscoveryServiceSpec, DnsRecord
from homeport.model.task import Task, TaskSeen
from homeport.plan import discovery
from homeport.plan.discovery import Bearings, TaskRegistrations, plan_registrations, registrations
from homeport.plan.effects import StopContainer, TaskPayload
from homeport.plan.options import DEFAULTS
from homeport.plan.payload import task_payload
from homeport.plan.plan import Plan
from homeport.plan.task import TaskView, plan_task
from homeport.shapes import ecs
from tests.builders import SCOPE, T0, TASK_SET, a_task

NOW = T0 + 100
CHECK = ecs.HealthCheck(command=["CMD", "true"])
REGISTRY = ecs.ServiceRegistry(registry_arn="arn", container_name="app", container_port=80)
BEARINGS = Bearings(attributes={"REGION": "us-east-1"}, machine="172.17.0.1")
BOUND = (Binding(bind_ip="0.0.0.0", container_port=80, host_port=32768),)


def a_registry(failure_threshold: int | None = 1) -> DiscoveryService:
    spec = DiscoveryServiceSpec(
        name="web", created_at=T0, records=(DnsRecord("SRV", 10),), failure_threshold=failure_threshold
    )
    return DiscoveryService(id=f"{SCOPE}/srv-1", owner=f"{SCOPE}/ns-1", spec=spec)


def a_definition(mode: Any = "bridge", *, checked: bool = False) -> ecs.TaskDefinition:
    app = ecs.ContainerDefinition(
        name="app", image="i", essential=True, health_check=CHECK if checked else None
    )
    return ecs.TaskDefinition(family="web", revision=1, network_mode=mode, container_definitions=[app])


def a_web(last: str, health: str = "UNKNOWN", seen: dict[str, Any] | None = None, **members: Any) -> Task:
    facts: dict[str, Any] = {"status": "RUNNING", "started_at": T0, "health": health, "address": "172.17.0.9"}
    return a_task(
        1,
        last=last,
        machine="local",
        health=health,
        containers={"app": ContainerState(uuid="u", asked_at=T0)},
        seen=TaskSeen(containers={"app": ContainerSeen(**{**facts, **(seen or {})})}),
        started_at=T0,
        **members,
    )


def payload_of(task: Task, definition: ecs.TaskDefinition) -> TaskPayload:
    return task_payload(task, definition)


def a_view(
    task: Task,
    *mine: DiscoveryInstance,
    definition: ecs.TaskDefinition | None = None,
    service: DiscoveryService | None = None,
) -> TaskRegistrations:
    definition, service = definition or a_definition(), service or a_registry()
    payload = payload_of(task, definition)
    containers = definition.container_definitions or []
    return TaskRegistrations(
        expected=1,
        registrations=registrations(task, payload, [(REGISTRY, service)], BEARINGS),
        mine=mine,
        services={service.id: service},
        is_checked=any(each.health_check for each in containers),
    )


def planned(task: Task, view: TaskRegistrations, definition: ecs.TaskDefinition | None = None) -> Plan:
    payload = payload_of(task, definition or a_definition())
    return plan_task(task, payload, NOW, DEFAULTS, TaskView(registrations=view))


def registered(task: Task, **more: Any) -> DiscoveryInstance:
    """The instance of a task that was registered a while ago."""
    step = plan_registrations(
        replace(task, state=replace(task.state, last="PENDING", desired="RUNNING")),
        a_view(task, **more),
        T0,
        is_up=True,
    )
    (row,) = [each for each in step.puts if isinstance(each, DiscoveryInstance)]
    return row


def status(plan: Plan) -> str:
    (task,) = [each for each in plan.puts if isinstance(each, Task)]
    return task.state.last


def instances(plan: Plan) -> list[DiscoveryInstance]:
    return [each for each in plan.puts if isinstance(each, DiscoveryInstance)]


def test_a_task_whose_containers_run_is_registered_under_its_id_and_activating():
    task = a_web("PENDING")
    plan = planned(task, a_view(task))
    (row,) = instances(plan)
    assert row.name == task.hex
    assert row.state.task_set == TASK_SET
    assert (status(plan), plan.wake_at) == ("ACTIVATING", NOW)


def test_its_service_has_another_revision_then():
    task = a_web("PENDING")
    (service,) = [each for each in planned(task, a_view(task)).puts if isinstance(each, DiscoveryService)]
    assert service.revision_of_instances == a_registry().revision_of_instances + 1


def test_a_registered_task_runs():
    task = a_web("ACTIVATING")
    assert status(planned(task, a_view(task, registered(task)))) == "RUNNING"


def test_a_task_whose_registry_is_gone_runs_without():
    task = a_web("PENDING")
    assert status(planned(task, TaskRegistrations(expected=0))) == "RUNNING"


def places(mode: str, seen: dict[str, Any], **members: Any) -> tuple[str | None, str | None]:
    task = a_web("PENDING", seen=seen, **members)
    (found,) = registrations(task, payload_of(task, a_definition(mode)), [(REGISTRY, a_registry())], BEARINGS)
    return found.attributes.get("AWS_INSTANCE_IPV4"), found.attributes.get("AWS_INSTANCE_PORT")


def test_it_is_registered_where_it_is_reached():
    assert places("bridge", {}) == ("172.17.0.9", "80")
    assert places("bridge", {"address": None, "bindings": BOUND}) == ("127.0.0.1", "32768")
    assert places("bridge", {"address": None}) == ("127.0.0.1", "80")
    assert places("host", {"address": None}) == ("172.17.0.1", "80")
    assert places("awsvpc", {}, address="10.0.0.9") == ("10.0.0.9", "80")


def test_a_task_whose_place_is_not_known_waits():
    task = a_web("PENDING", seen={"status": "CREATED", "address": None})
    step = plan_registrations(task, a_view(task), NOW, is_up=True)
    assert (step.puts, step.rise) == ((), ())


def test_a_task_without_checks_is_healthy_from_the_first():
    task = a_web("PENDING")
    (row,) = instances(planned(task, a_view(task)))
    assert (row.health, row.attributes["AWS_INIT_HEALTH_STATUS"]) == ("HEALTHY", "HEALTHY")


def test_a_task_with_checks_is_unhealthy_until_they_pass():
    definition = a_definition(checked=True)
    task = a_web("PENDING")
    (row,) = instances(planned(task, a_view(task, definition=definition), definition))
    assert (row.health, row.attributes["AWS_INIT_HEALTH_STATUS"]) == ("UNHEALTHY", "UNHEALTHY")
    well = a_web("RUNNING", "HEALTHY")
    (after,) = instances(planned(well, a_view(well, row, definition=definition), definition))
    assert after.health == "HEALTHY"
    assert after.attributes == row.attributes
    ill = a_web("RUNNING", "UNHEALTHY")
    (last,) = instances(planned(ill, a_view(ill, after, definition=definition), definition))
    assert last.health == "UNHEALTHY"


def test_what_a_user_tells_stands_until_the_task_s_own_health_changes():
    task = a_web("RUNNING")
    row = registered(task)
    told = replace(row, spec=replace(row.spec, health="UNHEALTHY", health_at=NOW))
    assert instances(planned(task, a_view(task, told))) == []
    assert told.health == "UNHEALTHY"


def test_a_container_that_was_started_anew_is_registered_where_it_is_now():
    row = registered(a_web("RUNNING"))
    task = a_web("RUNNING", seen={"address": "172.17.0.10"})
    (after,) = instances(planned(task, a_view(task, row)))
    assert after.attributes["AWS_INSTANCE_IPV4"] == "172.17.0.10"


def test_what_somebody_deregistered_is_not_put_back():
    task = a_web("RUNNING")
    assert planned(task, a_view(task)).puts == ()


def test_a_task_is_deregistered_and_waited_for_before_its_containers_are_stopped():
    task = a_web("RUNNING", desired="STOPPED")
    row = registered(task)
    plan = planned(task, a_view(task, row))
    assert plan.deletes == (row,)
    assert (status(plan), plan.effects) == ("DEACTIVATING", ())
    assert plan.wake_at == NOW + discovery.WITHDRAWN_S


def test_its_containers_are_stopped_a_moment_later():
    task = a_web("DEACTIVATING", desired="STOPPED", stopping_at=NOW - discovery.WITHDRAWN_S)
    plan = planned(task, a_view(task))
    assert status(plan) == "STOPPING"
    assert any(isinstance(effect, StopContainer) for effect in plan.effects)


def test_nobody_waits_for_dead_containers():
    dead = {"status": "STOPPED", "exit_code": 1, "finished_at": NOW}
    task = a_web("RUNNING", seen=dead)
    row = registered(a_web("RUNNING"))
    plan = planned(task, a_view(task, row))
    assert plan.deletes == (row,)
    assert status(plan) not in ("RUNNING", "DEACTIVATING")


def test_a_task_that_never_was_registered_stops_at_once():
    task = a_web("PENDING", desired="STOPPED")
    assert status(planned(task, a_view(task))) == "STOPPING"
