"""What an agent is sent."""

from homeport.model.container import ContainerState
from homeport.model.task import Task, TaskSpec, TaskState
from homeport.plan.payload import task_payload
from homeport.shapes import ecs

CLUSTER = "123456789012/us-east-1/prod"
DEFINITION = ecs.TaskDefinition(
    family="web",
    revision=3,
    container_definitions=[
        ecs.ContainerDefinition(
            name="app",
            image="busybox",
            memory=64,
            command=["serve"],
            environment=[ecs.KeyValuePair(name="A", value="1"), ecs.KeyValuePair(name="B", value="2")],
        ),
        ecs.ContainerDefinition(name="side", image="busybox", memory=32),
    ],
)


def a_task(overrides: ecs.TaskOverride | None = None) -> Task:
    return Task(
        id=f"{CLUSTER}/{7:032x}",
        owner=CLUSTER,
        spec=TaskSpec(
            cluster=CLUSTER,
            definition="123456789012/us-east-1/web:3",
            created_at=0.0,
            group="family:web",
            overrides=overrides,
        ),
        state=TaskState(containers={"app": ContainerState(attempt=2)}),
    )


def test_a_payload_names_its_task_and_its_attempts() -> None:
    payload = task_payload(a_task(), DEFINITION)
    assert payload.task_arn == f"arn:aws:ecs:us-east-1:123456789012:task/prod/{7:032x}"
    assert payload.cluster == "arn:aws:ecs:us-east-1:123456789012:cluster/prod"
    assert (payload.family, payload.revision, payload.network_mode) == ("web", 3, "bridge")
    assert payload.ref("app").attempt == 2
    assert payload.ref("side").attempt == 0


def test_without_overrides_the_definitions_own_values_are_handed_on() -> None:
    containers = task_payload(a_task(), DEFINITION).containers
    assert list(containers.values()) == DEFINITION.container_definitions
    assert (task_payload(a_task(), DEFINITION).cpu, task_payload(a_task(), DEFINITION).memory_mib) == (
        None,
        None,
    )


def test_an_override_replaces_the_command_and_merges_variables_by_name() -> None:
    override = ecs.ContainerOverride(
        name="app",
        command=["once"],
        environment=[ecs.KeyValuePair(name="B", value="20"), ecs.KeyValuePair(name="C", value="30")],
        memory=128,
    )
    app = task_payload(a_task(ecs.TaskOverride(container_overrides=[override])), DEFINITION).containers["app"]
    assert (app.command, app.memory, app.image) == (["once"], 128, "busybox")
    assert {pair.name: pair.value for pair in app.environment or []} == {"A": "1", "B": "20", "C": "30"}


def test_an_empty_command_is_an_override_too() -> None:
    override = ecs.ContainerOverride(name="app", command=[])
    task = a_task(ecs.TaskOverride(container_overrides=[override]))
    assert task_payload(task, DEFINITION).containers["app"].command == []


def test_the_tasks_own_limits_are_numbers_and_may_be_overridden() -> None:
    sized = ecs.TaskDefinition(family="web", revision=3, cpu="256", memory="0.5 GB")
    payload = task_payload(a_task(ecs.TaskOverride(cpu="1 vCPU")), sized)
    assert (payload.cpu, payload.memory_mib) == (1024, 512)
