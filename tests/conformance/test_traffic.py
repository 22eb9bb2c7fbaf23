"""Task sets behind load balancers: their tasks are targets, and are drained before they are stopped."""

from msgspec.structs import replace

from homeport.drivers.fake.balancer import Moods
from tests.conformance.story import PORT_CONTAINER, STEADY

FIXED_CONTAINER = {**PORT_CONTAINER, "portMappings": [{"containerPort": 8080, "hostPort": 9090}]}
HANGING = Moods(hangs=1.0)
SLOW = Moods(look_s=(30.0, 30.0), hangs=1.0)
"""The machine tells what has died before a health check does."""


def statuses(front, **filters):
    return sorted(task["lastStatus"] for task in front.tasks(**filters))


def running_containers(front):
    return sum(seen.status == "RUNNING" for seen in front.world.runtime.containers.values())


def test_every_task_is_a_target_at_its_port_of_the_machine(front):
    front.behind("blue")
    front.world.settle()
    (instance,) = front.ecs.list_container_instances()["containerInstanceArns"]
    (machine,) = front.ecs.describe_container_instances(containerInstances=[instance])["containerInstances"]
    found = front.elbv2.describe_target_health(TargetGroupArn=front.groups["blue"])
    targets = [each["Target"] for each in found["TargetHealthDescriptions"]]
    assert {target["Id"] for target in targets} == {machine["ec2InstanceId"]}
    assert {target["Port"] for target in targets} == set(front.ports())
    assert len(targets) == 2


def test_what_a_task_set_hangs_on_is_described(front):
    id = front.behind("blue")["id"]
    assert front.task_set(id)["loadBalancers"] == front.attachment("blue")
    assert front.described()["taskSets"][0]["loadBalancers"] == front.attachment("blue")
    assert front.described()["loadBalancers"] == []
    front.promote(id)
    assert front.described()["loadBalancers"] == front.attachment("blue")


def test_no_task_runs_before_it_is_a_target(front):
    front.behind("blue")
    seen = []
    for _ in range(40):
        front.world.pass_time(0.05)
        running = [task for task in front.tasks() if task["lastStatus"] == "RUNNING"]
        seen.append((len(running), len(front.health("blue"))))
    assert all(running <= targets for running, targets in seen)
    assert seen[-1] == (2, 2)


def test_a_set_is_steady_when_all_its_targets_are_healthy(front):
    front.world.balancer.moods = Moods(look_s=(60.0, 60.0))
    id = front.behind("blue")["id"]
    front.world.pass_time(30)
    assert statuses(front) == ["RUNNING", "RUNNING"]
    assert set(front.health("blue").values()) == {"initial"}
    assert front.task_set(id)["stabilityStatus"] == "STABILIZING"
    front.world.pass_time(40)
    assert set(front.health("blue").values()) == {"healthy"}
    assert front.task_set(id)["stabilityStatus"] == STEADY


def test_a_set_is_not_kept_from_being_steady_by_a_target_group_that_nobody_uses(front):
    front.world.balancer.code = 500
    front.ecs.update_service(service="web", desiredCount=0)
    id = front.behind("blue")["id"]
    front.elbv2.delete_listener(ListenerArn=front.listener)
    front.ecs.update_service(service="web", desiredCount=4)
    front.world.settle()
    assert set(front.health("blue").values()) == {"unused"}
    assert front.task_set(id)["stabilityStatus"] == STEADY


def test_blue_and_green_take_turns(front):
    blue = front.behind("blue", 100.0)["id"]
    front.world.settle()
    front.promote(blue)
    green = front.behind("green", 50.0)["id"]
    front.world.settle()
    assert front.task_set(green)["stabilityStatus"] == STEADY
    front.weigh(90, 10)
    front.scale(green, 100.0)
    front.world.settle()
    front.weigh(0, 100)
    front.promote(green)
    assert list(front.health("blue").values()) == ["healthy"] * 4
    front.delete(blue)
    front.world.settle()
    assert front.health("blue") == {}
    assert front.health("green") == dict.fromkeys(front.ports(), "healthy")
    assert [each["id"] for each in front.described()["taskSets"]] == [green]


def test_two_sets_share_a_target_group(front):
    blue, green = front.behind("blue")["id"], front.behind("blue", taskDefinition=front.green)["id"]
    front.world.settle()
    assert list(front.health("blue").values()) == ["healthy"] * 4
    front.delete(blue)
    front.world.settle()
    assert front.health("blue") == dict.fromkeys(front.ports(startedBy=green), "healthy")


def test_a_task_that_is_stopped_drains_first(front):
    front.world.balancer.moods = Moods(idle_s=(20.0, 20.0))
    front.behind("blue", 25.0)
    front.world.settle()
    ((port, task),) = front.ports().items()
    front.ecs.stop_task(task=task)
    front.world.pass_time(10)
    assert front.health("blue")[port] == "draining"
    (stopping,) = front.ecs.describe_tasks(tasks=[task])["tasks"]
    assert (stopping["lastStatus"], stopping["desiredStatus"]) == ("DEACTIVATING", "STOPPED")
    assert stopping["containers"][0]["lastStatus"] == "RUNNING"
    front.world.settle()
    assert front.ecs.describe_tasks(tasks=[task])["tasks"][0]["lastStatus"] == "STOPPED"
    assert port not in front.health("blue")


def test_a_task_that_is_never_idle_is_waited_for_as_long_as_the_target_group_says(front):
    front.world.balancer.moods = HANGING
    front.behind("blue", 25.0)
    front.world.settle()
    (task,) = front.ports().values()
    front.ecs.stop_task(task=task)
    front.world.pass_time(299)
    assert front.ecs.describe_tasks(tasks=[task])["tasks"][0]["lastStatus"] == "DEACTIVATING"
    front.world.pass_time(5)
    assert front.ecs.describe_tasks(tasks=[task])["tasks"][0]["lastStatus"] == "STOPPED"


def test_a_shorter_delay_holds_for_those_that_drain_already(front):
    front.world.balancer.moods = HANGING
    front.behind("blue", 25.0)
    front.world.settle()
    (task,) = front.ports().values()
    front.ecs.stop_task(task=task)
    front.world.pass_time(20)
    front.delay("blue", 10)
    front.world.pass_time(5)
    assert front.ecs.describe_tasks(tasks=[task])["tasks"][0]["lastStatus"] == "STOPPED"


def test_nobody_waits_for_a_target_group_that_no_load_balancer_uses_any_more(front):
    front.world.balancer.moods = HANGING
    front.behind("blue", 25.0)
    front.world.settle()
    (task,) = front.ports().values()
    front.ecs.stop_task(task=task)
    front.world.pass_time(5)
    front.elbv2.delete_listener(ListenerArn=front.listener)
    front.world.pass_time(5)
    assert front.ecs.describe_tasks(tasks=[task])["tasks"][0]["lastStatus"] == "STOPPED"


def test_nobody_waits_for_a_container_that_is_dead(front):
    front.world.balancer.moods = SLOW
    front.behind("blue", 25.0)
    front.world.settle()
    ((port, task),) = front.ports().items()
    front.world.kill_container(task)
    front.world.pass_time(10)
    (stopped,) = front.ecs.describe_tasks(tasks=[task])["tasks"]
    assert (stopped["lastStatus"], stopped["stopCode"]) == ("STOPPED", "EssentialContainerExited")
    assert front.health("blue")[port] == "draining"
    front.world.pass_time(300)
    assert port not in front.health("blue")


def test_a_set_that_is_deleted_by_force_drains_like_any_other(front):
    front.world.balancer.moods = HANGING
    id = front.behind("blue")["id"]
    front.world.settle()
    front.promote(id)
    front.delete(id, force=True)
    front.world.pass_time(100)
    assert statuses(front, desiredStatus="STOPPED") == ["DEACTIVATING", "DEACTIVATING"]
    assert running_containers(front) == 2
    assert front.task_set(id)["status"] == "DRAINING"
    front.world.pass_time(220)
    assert front.task_sets(id) == []
    assert running_containers(front) == 0


def test_a_service_that_is_deleted_by_force_drains_too(front):
    front.world.balancer.moods = HANGING
    front.behind("blue")
    front.world.settle()
    front.ecs.delete_service(service="web", force=True)
    front.world.pass_time(100)
    assert running_containers(front) == 2
    assert front.described()["status"] == "DRAINING"
    front.world.pass_time(220)
    assert front.described()["status"] == "INACTIVE"


def test_a_port_that_is_used_again_while_its_old_target_drains_is_the_new_tasks(front):
    front.world.balancer.moods = HANGING
    fixed = front.register("fixed", containerDefinitions=[FIXED_CONTAINER])
    id = front.behind("blue", 25.0, taskDefinition=fixed)["id"]
    front.world.settle()
    (old,) = front.ports().values()
    front.world.kill_container(old)
    front.world.settle()
    (new,) = front.ports().values()
    assert new != old
    assert front.health("blue") == {9090: "healthy"}
    assert front.task_set(id)["stabilityStatus"] == STEADY
    front.world.pass_time(600)
    assert front.health("blue") == {9090: "healthy"}


def test_a_task_whose_target_is_taken_out_by_hand_is_replaced(front):
    front.behind("blue", 25.0)
    front.world.settle()
    ((port, task),) = front.ports().items()
    found = front.elbv2.describe_target_health(TargetGroupArn=front.groups["blue"])
    target = found["TargetHealthDescriptions"][0]["Target"]
    front.elbv2.deregister_targets(TargetGroupArn=front.groups["blue"], Targets=[target])
    front.world.settle()
    ((new_port, new),) = front.ports().items()
    assert new != task
    assert front.health("blue") == {new_port: "healthy"}
    assert port != new_port


def test_a_target_that_is_put_back_by_hand_keeps_no_task_from_stopping(front):
    front.world.balancer.moods = HANGING
    front.behind("blue", 25.0)
    front.world.settle()
    ((port, task),) = front.ports().items()
    found = front.elbv2.describe_target_health(TargetGroupArn=front.groups["blue"])
    target = found["TargetHealthDescriptions"][0]["Target"]
    front.ecs.stop_task(task=task)
    front.world.pass_time(10)
    front.elbv2.register_targets(TargetGroupArn=front.groups["blue"], Targets=[target])
    front.world.pass_time(100)
    assert front.ecs.describe_tasks(tasks=[task])["tasks"][0]["lastStatus"] == "DEACTIVATING"
    front.world.pass_time(200)
    assert front.ecs.describe_tasks(tasks=[task])["tasks"][0]["lastStatus"] == "STOPPED"
    assert port in front.health("blue")


def test_a_container_that_is_started_anew_at_another_port_is_registered_there(front):
    policy = {"enabled": True, "restartAttemptPeriod": 60}
    front.world.balancer.moods = SLOW
    restarted = front.register("again", containerDefinitions=[{**PORT_CONTAINER, "restartPolicy": policy}])
    front.behind("blue", 25.0, taskDefinition=restarted)
    front.world.settle()
    front.world.pass_time(100)
    ((old_port, task),) = front.ports().items()
    front.world.kill_container(task)
    front.world.pass_time(40)
    ((port, same),) = front.ports().items()
    assert (same, port != old_port) == (task, True)
    assert front.health("blue") == {old_port: "draining", port: "healthy"}


def test_a_task_that_run_task_starts_is_no_target(front):
    front.ecs.run_task(taskDefinition=front.blue)
    front.world.settle()
    assert statuses(front) == ["RUNNING"]
    assert front.health("blue") == {}


def test_a_target_group_that_is_deleted_is_nobodys_business_any_more(front):
    id = front.behind("blue")["id"]
    front.world.settle()
    front.elbv2.delete_listener(ListenerArn=front.listener)
    front.elbv2.delete_target_group(TargetGroupArn=front.groups["blue"])
    front.scale(id, 100.0)
    front.world.settle()
    assert statuses(front) == ["RUNNING"] * 4
    assert front.task_set(id)["stabilityStatus"] == STEADY
    front.delete(id)
    front.world.settle()
    assert statuses(front) == []


def test_containers_of_a_host_network_are_targets_at_their_own_port(front):
    host = front.register(
        "host",
        networkMode="host",
        containerDefinitions=[{**PORT_CONTAINER, "portMappings": [{"containerPort": 8080}]}],
    )
    front.behind("blue", 25.0, taskDefinition=host)
    front.world.pass_time(1)
    assert list(front.health("blue")) == [8080]


def test_what_drains_goes_on_draining_through_a_promotion_and_a_new_scale(front):
    front.world.balancer.moods = replace(HANGING, idle_s=(1.0, 1.0))
    id = front.behind("blue", 100.0)["id"]
    front.world.settle()
    front.scale(id, 50.0)
    front.world.pass_time(5)
    front.promote(id)
    front.scale(id, 100.0)
    front.world.settle()
    assert sorted(front.health("blue").values()) == ["draining"] * 2 + ["healthy"] * 4
    assert statuses(front) == ["RUNNING"] * 4
