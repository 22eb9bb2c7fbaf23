"""What the health of targets does to tasks: who is replaced, when, in which words, and how often."""

import re

from homeport.drivers.fake.balancer import Moods
from tests.conformance.story import STEADY
from tests.conformance.world import messages, refusal

WHOLE = "(service web) has reached a steady state."
INVALID = "InvalidParameterException"


def hex_of(arn):
    return arn.rsplit("/", 1)[1]


def one_task(front):
    """The id of a steady set of one task behind blue, the task, and its port."""
    id = front.behind("blue", 25.0)["id"]
    front.world.settle()
    ((port, task),) = front.ports().items()
    return id, task, port


def test_a_new_set_is_told_in_this_order(front):
    id = front.behind("blue")["id"]
    front.world.settle()
    recount, started, registered, steady, whole = messages(front.ecs)
    assert recount == f"(service web) updated computedDesiredCount for taskSet {id} to 2."
    assert started.startswith(f"(service web, taskSet {id}) has started 2 tasks: (task ")
    blue = front.groups["blue"]
    assert registered == f"(service web, taskSet {id}) registered 2 targets in (target-group {blue})"
    assert steady == f"(service web, taskSet {id}) updated state to STEADY_STATE."
    assert whole == WHOLE


def test_scaling_in_is_told_in_this_order(front):
    id = front.behind("blue")["id"]
    front.world.settle()
    before = len(messages(front.ecs))
    front.scale(id, 25.0)
    front.world.settle()
    recount, stopped, *steady_and_gone = messages(front.ecs)[before:]
    assert recount == f"(service web) updated computedDesiredCount for taskSet {id} to 1."
    assert re.fullmatch(
        rf"\(service web, taskSet {id}\) has stopped 1 running tasks: \(task \w+\)\.", stopped
    )
    told = [line for line in steady_and_gone if "target-group" in line or "draining" in line]
    assert told == [
        f"(service web, taskSet {id}) deregistered 1 targets in (target-group {front.groups['blue']})",
        f"(service web, taskSet {id}) has begun draining connections on 1 tasks.",
    ]


def test_a_set_that_is_deleted_tells_of_its_targets(front):
    id = front.behind("blue")["id"]
    front.world.settle()
    before = len(messages(front.ecs))
    front.delete(id)
    front.world.settle()
    blue = front.groups["blue"]
    assert f"(service web, taskSet {id}) deregistered 2 targets in (target-group {blue})" in messages(
        front.ecs
    )
    assert len(messages(front.ecs)) == before + 3


def test_an_unhealthy_task_is_replaced_and_told_in_aws_words(front):
    id, sick, port = one_task(front)
    found = front.elbv2.describe_target_health(TargetGroupArn=front.groups["blue"])
    instance = found["TargetHealthDescriptions"][0]["Target"]["Id"]
    before = len(messages(front.ecs))
    front.world.answers(sick, 500)
    front.world.settle()
    ((_, new),) = front.ports().items()
    assert new != sick
    (stopped,) = front.tasks(desiredStatus="STOPPED")
    blue = front.groups["blue"]
    assert (stopped["taskArn"], stopped["stopCode"], stopped["stoppedReason"]) == (
        sick,
        "ServiceSchedulerInitiated",
        f"Task failed ELB health checks in (target-group {blue})",
    )
    who = f"(service web, taskSet {id})"
    complaint = (
        f"{who} (task {hex_of(sick)}) (instance {instance}) (port {port}) is unhealthy in "
        f"(target-group {blue}) due to (reason Health checks failed with these codes: [500])"
    )
    assert sorted(messages(front.ecs)[before:]) == sorted(
        [
            complaint,
            f"{who} has started 1 tasks: (task {hex_of(new)}).",
            f"{who} has stopped 1 running tasks: (task {hex_of(sick)}).",
            f"{who} deregistered 1 targets in (target-group {blue})",
            f"{who} has begun draining connections on 1 tasks.",
            f"{who} registered 1 targets in (target-group {blue})",
            f"{who} updated state to STEADY_STATE.",
            WHOLE,
        ]
    )
    assert messages(front.ecs)[before] == complaint
    assert messages(front.ecs)[-2:] == [f"{who} updated state to STEADY_STATE.", WHOLE]


def test_a_set_with_an_unhealthy_target_is_not_steady(front):
    id, sick, _ = one_task(front)
    front.promote(id)
    front.ecs.update_service(service="web", healthCheckGracePeriodSeconds=3600)
    front.world.answers(sick, 500)
    front.world.settle()
    assert front.task_set(id)["stabilityStatus"] == "STABILIZING"
    assert list(front.ports().values()) == [sick]
    front.world.answers(sick, 200)
    front.world.settle()
    assert front.task_set(id)["stabilityStatus"] == STEADY


def test_an_unhealthy_task_is_left_alone_during_the_grace_period_after_its_start(front):
    id, old, _ = one_task(front)
    front.promote(id)
    front.ecs.update_service(service="web", healthCheckGracePeriodSeconds=300)
    front.world.balancer.code = 500
    front.world.pass_time(30)
    assert list(front.ports().values()) == [old]
    front.world.pass_time(270)
    assert old not in front.ports().values()


def test_the_grace_period_can_be_set_once_a_primary_set_has_a_load_balancer(front):
    text = "Health check grace period is only valid for services configured to use load balancers"
    change = {"service": "web", "healthCheckGracePeriodSeconds": 60}
    id = front.behind("blue")["id"]
    assert refusal(front.ecs.update_service, **change) == (INVALID, text)
    assert "healthCheckGracePeriodSeconds" not in front.described()
    front.promote(id)
    assert front.described()["healthCheckGracePeriodSeconds"] == 0
    front.ecs.update_service(**change)
    assert front.described()["healthCheckGracePeriodSeconds"] == 60


def test_the_grace_period_cannot_be_set_for_a_primary_set_without_a_load_balancer(front):
    front.promote(front.create()["id"])
    assert refusal(front.ecs.update_service, service="web", healthCheckGracePeriodSeconds=60)[0] == INVALID
    assert "healthCheckGracePeriodSeconds" not in front.described()


def test_a_target_that_recovers_in_time_costs_nobody_a_task(front):
    id, task, _ = one_task(front)
    front.promote(id)
    front.ecs.update_service(service="web", healthCheckGracePeriodSeconds=120)
    front.world.answers(task, 503)
    front.world.pass_time(20)
    front.world.answers(task, 200)
    front.world.settle()
    front.world.pass_time(200)
    assert list(front.ports().values()) == [task]


def test_tasks_that_nobody_reaches_are_started_ever_more_rarely(front):
    front.world.balancer.code = 500
    front.behind("blue", 25.0)
    front.world.pass_time(600)
    early = sum("has started" in line for line in messages(front.ecs))
    assert 4 < early < 12
    front.world.pass_time(3000)
    assert sum("has started" in line for line in messages(front.ecs)) < early + 6


def test_once_they_are_reached_they_are_kept(front):
    front.world.balancer.code = 500
    id = front.behind("blue", 25.0)["id"]
    front.world.pass_time(60)
    front.world.balancer.code = 200
    front.world.pass_time(300)
    assert front.task_set(id)["stabilityStatus"] == STEADY


def test_tasks_that_flap_are_replaced_one_for_one(front):
    front.world.balancer.moods = Moods(flaps=1.0, flap_s=(30.0, 60.0))
    front.behind("blue")
    front.world.pass_time(1200)
    assert len(front.tasks()) == 2
    replaced = front.ecs.list_tasks(desiredStatus="STOPPED")["taskArns"]
    assert 1200 / 60 < len(replaced) < 2 * 1200 / 30


def test_all_targets_that_fail_at_once_are_replaced_once(front):
    front.behind("blue", 100.0)
    front.world.settle()
    old = set(front.ports().values())
    for task in old:
        front.world.answers(task, 502)
    front.world.settle()
    assert len(front.ports()) == 4
    assert old.isdisjoint(front.ports().values())
    started = [line for line in messages(front.ecs) if "has started" in line]
    assert sum(int(n) for line in started for n in re.findall(r"has started (\d+)", line)) == 8
