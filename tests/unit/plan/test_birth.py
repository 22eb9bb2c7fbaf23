"""A task's birth."""

from homeport.model.instance import Machine
from homeport.model.task import TaskNetwork, TaskSpec
from homeport.plan.birth import new_task
from homeport.shapes import ecs
from tests.builders import ids
from tests.unit.plan.placement.worlds import CLUSTER, an_instance

APP = ecs.ContainerDefinition(name="app")


def a_spec(network: TaskNetwork | None = None) -> TaskSpec:
    return TaskSpec(cluster=CLUSTER, definition="x", created_at=1000.0, group="family:web", network=network)


def test_a_new_task_knows_its_place_and_the_names_of_its_containers() -> None:
    definition = ecs.TaskDefinition(
        container_definitions=[ecs.ContainerDefinition(name="app"), ecs.ContainerDefinition(name="side")]
    )
    task = new_task("ab" * 16, CLUSTER, a_spec(), definition, an_instance(4), ids())

    assert task.id == f"{CLUSTER}/{'ab' * 16}"
    assert (task.state.instance, task.state.machine) == (an_instance(4).id, "m4")
    assert (task.state.last, task.state.desired, task.state.version) == ("PROVISIONING", "RUNNING", 1)
    assert {name: state.uuid[-1] for name, state in task.state.containers.items()} == {
        "app": "3",
        "side": "6",
    }
    assert task.state.attachment is None


def test_a_task_and_each_of_its_containers_are_born_with_a_secret_of_64_digits() -> None:
    task = new_task(
        "ab" * 16, CLUSTER, a_spec(), ecs.TaskDefinition(container_definitions=[APP]), an_instance(4), ids()
    )
    tokens = [task.state.token, task.state.containers["app"].token]
    assert [len(token) for token in tokens] == [64, 64]
    assert len(set(tokens)) == 2


def test_a_fargate_task_is_on_a_machine_and_on_no_instance() -> None:
    network = TaskNetwork(subnets=("1/r/subnet-1",))
    task = new_task(
        "ab" * 16, CLUSTER, a_spec(network), ecs.TaskDefinition(), Machine(id="m4", owner=""), ids()
    )
    assert (task.state.instance, task.state.machine) == (None, "m4")
    assert task.state.attachment == "00000000-0000-0000-0000-000000000001"
