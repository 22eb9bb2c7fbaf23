"""The tasks behind a task set: whose they are, when they are replaced, and why they stop (task-sets.md §5)."""

from homeport.drivers.fake.faults import Faults


def test_the_tasks_of_a_set_carry_its_id(story):
    task_set = story.create()
    story.world.settle()
    tasks = story.tasks(startedBy=task_set["id"])
    assert len(tasks) == 4
    assert {task["startedBy"] for task in tasks} == {task_set["id"]}
    assert {task["group"] for task in tasks} == {"service:web"}
    assert {task["taskDefinitionArn"] for task in tasks} == {story.blue}


def test_two_sets_run_side_by_side_and_the_service_has_the_sums(story):
    story.create()
    story.create(story.green, percent=50.0)
    story.world.settle()
    service = story.described()
    assert (service["desiredCount"], service["runningCount"], service["pendingCount"]) == (4, 6, 0)
    assert len(story.ecs.list_tasks(serviceName="web")["taskArns"]) == 6


def test_tags_of_a_task_set_go_no_further(story):
    story.create(tags=[{"key": "colour", "value": "blue"}])
    story.world.settle()
    arns = story.ecs.list_tasks()["taskArns"]
    tasks = story.ecs.describe_tasks(tasks=arns, include=["TAGS"])["tasks"]
    assert [task["tags"] for task in tasks] == [[]] * 4


def test_a_task_that_dies_is_replaced(story):
    story.create()
    story.world.settle()
    before = story.ecs.list_tasks()["taskArns"]
    story.world.kill_container(before[0])
    story.world.settle()
    after = story.ecs.list_tasks()["taskArns"]
    assert len(after) == 4
    assert before[0] not in after
    (dead,) = story.ecs.describe_tasks(tasks=[before[0]])["tasks"]
    assert (dead["lastStatus"], dead["stopCode"]) == ("STOPPED", "EssentialContainerExited")
    assert dead["stoppedReason"] == "Essential container in task exited"


def test_a_task_that_is_scaled_away_says_why(story):
    id = story.create()["id"]
    story.world.settle()
    story.scale(id, 75.0)
    story.world.settle()
    (gone,) = story.tasks(desiredStatus="STOPPED")
    assert gone["stopCode"] == "ServiceSchedulerInitiated"
    assert gone["stoppedReason"] == f"Scaling activity initiated by (deployment {id})"


def test_a_set_keeps_running_when_its_task_definition_is_deregistered(story):
    id = story.create()["id"]
    story.ecs.deregister_task_definition(taskDefinition=story.blue)
    story.world.settle()
    assert story.task_set(id)["runningCount"] == 4


def test_a_task_that_a_user_stops_is_replaced(story):
    story.create()
    story.world.settle()
    (first, *_) = story.ecs.list_tasks()["taskArns"]
    story.ecs.stop_task(task=first, reason="try it")
    story.world.settle()
    (stopped,) = story.tasks(desiredStatus="STOPPED")
    assert (stopped["taskArn"], stopped["stopCode"], stopped["stoppedReason"]) == (
        first,
        "UserInitiated",
        "try it",
    )
    assert story.described()["runningCount"] == 4


def test_a_whole_number_is_a_scale_and_is_answered_as_a_double(story):
    body = (
        b'{"cluster":"default","service":"web","taskDefinition":"web","scale":{"value":50,"unit":"PERCENT"}}'
    )
    _, answer = story.world.post("CreateTaskSet", body)
    assert repr(answer["taskSet"]["scale"]["value"]) == "50.0"


def test_tasks_that_cannot_start_are_tried_less_and_less_often(story):
    story.world.runtime.faults = Faults(fails=1.0)
    id = story.create(percent=25.0)["id"]
    story.world.pass_time(3600)
    found = story.task_set(id)
    assert (found["stabilityStatus"], found["runningCount"]) == ("STABILIZING", 0)
    stopped = story.tasks(desiredStatus="STOPPED")
    assert 3 < len(stopped) < 20
    assert {task["stopCode"] for task in stopped} == {"TaskFailedToStart"}


def test_what_does_not_fit_the_machine_stays_stabilizing(story):
    big = story.register("big", containerDefinitions=[{"name": "app", "image": "x", "memory": 9000}])
    id = story.create(big)["id"]
    story.world.pass_time(60)
    found = story.task_set(id)
    assert (found["stabilityStatus"], found["runningCount"], found["computedDesiredCount"]) == (
        "STABILIZING",
        1,
        4,
    )
