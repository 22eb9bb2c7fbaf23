"""What CreateTaskSet says of load balancers that it cannot use."""

from tests.conformance.ec2.words import subnets_of, vpc_of
from tests.conformance.elbv2.words import alb, forward, group, listener
from tests.conformance.story import PORT_CONTAINER
from tests.conformance.world import OTHER_ACCOUNT, OTHER_REGION, refusal

INVALID = "InvalidParameterException"


def refused(front, attachment, definition=None):
    given = {"cluster": "default", "service": "web", "taskDefinition": definition or front.blue}
    return refusal(front.ecs.create_task_set, **given, loadBalancers=attachment)


def test_a_target_group_that_no_load_balancer_uses(front):
    front.groups["red"] = red = group(front.elbv2, "red")
    text = f"The target group with targetGroupArn {red} does not have an associated load balancer."
    assert refused(front, front.attachment("red")) == (INVALID, text)


def test_a_target_group_is_used_by_a_rule_as_well(front):
    front.groups["red"] = group(front.elbv2, "red")
    front.elbv2.create_rule(
        ListenerArn=front.listener,
        Priority=1,
        Conditions=[{"Field": "path-pattern", "Values": ["/red"]}],
        Actions=[forward(front.groups["red"])],
    )
    assert front.behind("red")["loadBalancers"] == front.attachment("red")


def test_a_target_group_is_used_with_a_weight_of_nothing(front):
    front.weigh(100, 0)
    assert front.behind("green")["loadBalancers"] == front.attachment("green")


def test_a_target_group_of_addresses_for_tasks_without_one(front):
    front.groups["red"] = red = group(front.elbv2, "red", TargetType="ip")
    balancer = alb(front.elbv2, "other")["LoadBalancerArn"]
    listener(front.elbv2, balancer, forward(red))
    text = (
        f"The provided target group {red} has target type ip, which is incompatible with the bridge network mode "
        "specified in the task definition."
    )
    assert refused(front, front.attachment("red")) == (INVALID, text)
    host = front.register("host", networkMode="host", containerDefinitions=[PORT_CONTAINER])
    assert "incompatible with the host network mode" in refused(front, front.attachment("red"), host)[1]


def test_a_target_group_that_is_not_there(front):
    missing = front.groups["blue"][:-1] + "x"
    attachment = front.attachment("blue", targetGroupArn=missing)
    assert refused(front, attachment) == (INVALID, f"The target group {missing} does not exist.")


def test_a_target_group_that_is_no_arn(front):
    attachment = front.attachment("blue", targetGroupArn="blue")
    assert refused(front, attachment) == (INVALID, "The target group blue does not exist.")


def test_a_load_balancer_in_place_of_a_target_group(front):
    arn = front.groups["blue"].replace(":targetgroup/", ":loadbalancer/")
    attachment = front.attachment("blue", targetGroupArn=arn)
    assert refused(front, attachment) == (INVALID, f"The target group {arn} does not exist.")


def test_a_target_group_of_another_account_or_region(front):
    for account, region in ((OTHER_ACCOUNT, "us-east-1"), ("123456789012", OTHER_REGION)):
        elbv2 = front.world.client("elbv2", account, region)
        theirs = group(elbv2, "theirs", VpcId=vpc_of(account, region))
        balancer = alb(elbv2, Subnets=subnets_of(account, region)[:2])["LoadBalancerArn"]
        listener(elbv2, balancer, forward(theirs))
        attachment = front.attachment("blue", targetGroupArn=theirs)
        assert refused(front, attachment) == (INVALID, f"The target group {theirs} does not exist.")


def test_a_container_comes_before_the_target_group(front):
    attachment = front.attachment("blue", containerName="nope", targetGroupArn="nowhere")
    text = "The container nope does not exist in the task definition."
    assert refused(front, attachment) == (INVALID, text)


def test_a_port_that_the_container_does_not_map(front):
    attachment = front.attachment("blue", containerPort=81)
    text = "The container app did not have a container port 81 defined."
    assert refused(front, attachment) == (INVALID, text)


def test_a_name_and_a_target_group(front):
    text = "loadBalancerName and targetGroupArn cannot both be specified"
    assert refused(front, front.attachment("blue", loadBalancerName="classic")) == (INVALID, text)


def test_two_load_balancers(front):
    code, text = refused(front, [*front.attachment("blue"), *front.attachment("green")])
    assert (code, text.startswith("CreateTaskSet cannot have more than 1 l")) == (INVALID, True)


def test_two_sets_may_share_a_target_group_and_others_have_none(front):
    front.behind("blue")
    front.behind("blue")
    front.create()
    assert [len(each["loadBalancers"]) for each in front.described()["taskSets"]] == [1, 1, 0]
