"""A task's birth."""

from itertools import count

from homeport.model.task import TaskSpec
from homeport.plan.birth import new_task
from homeport.shapes import ecs
from tests.unit.plan.placement.worlds import CLUSTER, an_instance


def test_a_new_task_knows_its_place_and_the_names_of_its_containers() -> None:
    ids = count(1)
    definition = ecs.TaskDefinition(
        container_definitions=[ecs.ContainerDefinition(name="app"), ecs.ContainerDefinition(name="side")]
    )
    spec = TaskSpec(cluster=CLUSTER, definition="x", created_at=1000.0, group="family:web")
    task = new_task("ab" * 16, CLUSTER, spec, definition, an_instance(4), lambda: f"{next(ids):032x}")

    assert task.id == f"{CLUSTER}/{'ab' * 16}"
    assert (task.state.instance, task.state.machine) == (an_instance(4).id, "m4")
    assert (task.state.last, task.state.desired, task.state.version) == ("PROVISIONING", "RUNNING", 1)
    assert {name: state.uuid for name, state in task.state.containers.items()} == {
        "app": "00000000-0000-0000-0000-000000000001",
        "side": "00000000-0000-0000-0000-000000000002",
    }
