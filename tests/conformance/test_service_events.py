"""What services say of themselves, in AWS's words and order (task-sets.md §6)."""

import re

from msgspec.structs import replace

from homeport.drivers.fake.faults import Faults
from tests.conformance.story import CONTAINER
from tests.conformance.world import messages

EXTERNAL = {"deploymentController": {"type": "EXTERNAL"}}
STEADY = "(service web) has reached a steady state."
TROUBLESHOOTING = "For more information, see the Troubleshooting section."
SIX_HOURS_S = 21_600.0


def ids(story, **filters):
    return [arn.rsplit("/", 1)[1] for arn in story.ecs.list_tasks(**filters)["taskArns"]]


def test_a_replacement_set_is_told_in_this_order(story):
    id = story.create()["id"]
    story.world.settle()
    recount, started, steady, whole = messages(story.ecs)
    assert recount == f"(service web) updated computedDesiredCount for taskSet {id} to 4."
    assert re.fullmatch(
        rf"\(service web, taskSet {id}\) has started 4 tasks:( \(task [0-9a-f]{{32}}\)){{4}}\.", started
    )
    assert set(re.findall(r"\(task (\w+)\)", started)) == set(ids(story))
    assert steady == f"(service web, taskSet {id}) updated state to STEADY_STATE."
    assert whole == STEADY


def test_events_have_an_id_and_a_date_and_the_newest_comes_first(story):
    story.create()
    story.world.settle()
    events = story.described()["events"]
    assert all(re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", event["id"]) for event in events)
    assert events == sorted(events, key=lambda event: event["createdAt"], reverse=True)
    assert events[0]["message"] == STEADY


def test_no_more_than_ten_tasks_are_told_at_once(story):
    story.ecs.update_service(service="web", desiredCount=25)
    story.create()
    story.world.settle()
    counts = [int(found[1]) for line in messages(story.ecs) if (found := re.search(r"started (\d+)", line))]
    assert counts == [10, 10, 5]


def test_scaling_in_tells_which_tasks_were_stopped(story):
    id = story.create()["id"]
    story.world.settle()
    story.scale(id, 75.0)
    story.world.settle()
    (stopped,) = ids(story, desiredStatus="STOPPED")
    assert messages(story.ecs)[4:] == [
        f"(service web) updated computedDesiredCount for taskSet {id} to 3.",
        f"(service web, taskSet {id}) has stopped 1 running tasks: (task {stopped}).",
        f"(service web, taskSet {id}) updated state to STEADY_STATE.",
        STEADY,
    ]


def test_a_promotion_is_not_told(story):
    id = story.create()["id"]
    story.world.settle()
    before = messages(story.ecs)
    story.promote(id)
    story.world.settle()
    assert messages(story.ecs) == before


def test_a_new_desired_count_is_told_once_for_each_set_that_it_changes(story):
    blue, green = story.create(percent=25.0)["id"], story.create(story.green)["id"]
    story.world.settle()
    before = len(messages(story.ecs))
    story.ecs.update_service(service="web", desiredCount=2)
    story.world.settle()
    recounts = [line for line in messages(story.ecs)[before:] if "computedDesiredCount" in line]
    assert blue not in recounts[0]
    assert recounts == [f"(service web) updated computedDesiredCount for taskSet {green} to 2."]


def test_a_replaced_task_is_told_and_the_steady_state_after_it(story):
    id = story.create(percent=25.0)["id"]
    story.world.settle()
    (arn,) = story.ecs.list_tasks()["taskArns"]
    before = len(messages(story.ecs))
    story.world.kill_container(arn)
    story.world.settle()
    (new,) = ids(story)
    assert messages(story.ecs)[before:] == [
        f"(service web, taskSet {id}) has started 1 tasks: (task {new}).",
        f"(service web, taskSet {id}) updated state to STEADY_STATE.",
        STEADY,
    ]


def test_no_room_is_told_once_in_aws_words(story):
    big = story.register("big", containerDefinitions=[{**CONTAINER, "memory": 100_000}])
    story.create(big, percent=25.0)
    story.world.pass_time(120)
    (told,) = [line for line in messages(story.ecs) if "unable to place" in line]
    assert told.startswith(
        "(service web) was unable to place a task because no container instance met all of its requirements. "
        "The closest matching (container-instance "
    )
    assert "has insufficient memory available" in told


def test_tasks_that_cannot_start_are_told_once(story):
    story.world.runtime.faults = Faults(fails=1.0)
    story.create(percent=25.0)
    story.world.pass_time(3600)
    assert [line for line in messages(story.ecs) if "unable" in line] == [
        f"(service web) is unable to consistently start tasks successfully. {TROUBLESHOOTING}"
    ]


def test_a_task_whose_health_check_fails_is_told_and_replaced(story):
    checked = {**CONTAINER, "healthCheck": {"command": ["CMD", "true"]}}
    id = story.create(story.register("checked", containerDefinitions=[checked]), percent=25.0)["id"]
    story.world.settle()
    (sick,) = ids(story)
    before = len(messages(story.ecs))
    containers = story.world.runtime.containers
    for ref, seen in containers.items():
        containers[ref] = replace(seen, health="UNHEALTHY")
    story.world.settle()
    (new,) = ids(story)
    assert messages(story.ecs)[before:] == [
        f"(service web) (task {sick}) failed container health checks.",
        f"(service web, taskSet {id}) has started 1 tasks: (task {new}).",
        f"(service web, taskSet {id}) has stopped 1 running tasks: (task {sick}).",
        f"(service web, taskSet {id}) updated state to STEADY_STATE.",
        STEADY,
    ]
    (stopped,) = story.tasks(desiredStatus="STOPPED")
    assert (stopped["stopCode"], stopped["stoppedReason"]) == (
        "ServiceSchedulerInitiated",
        "Task failed container health checks",
    )


def test_the_steady_state_is_told_again_every_six_hours(story):
    story.create()
    story.world.settle()
    story.world.pass_time(2 * SIX_HOURS_S + 60)
    assert messages(story.ecs).count(STEADY) == 3


def test_a_hundred_events_are_kept(story):
    id = story.create()["id"]
    for step in range(40):
        story.scale(id, 100.0 if step % 2 else 50.0)
        story.world.pass_time(5)
    assert len(messages(story.ecs)) == 100
