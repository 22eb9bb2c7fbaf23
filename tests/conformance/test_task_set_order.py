"""Of several things that are wrong with a CreateTaskSet, which is told first (task-sets.md §2.5)."""

from tests.conformance import ground as names
from tests.conformance.elbv2.words import alb, forward, group, listener
from tests.conformance.world import refusal

REGISTRY = f"{names.REGISTRY}srv-0123456789abcdef"


def test_what_is_wrong_is_told_from_the_whole_to_the_parts(ground):
    elbv2 = ground.world.client("elbv2")
    right, wrong = (
        group(elbv2, name, TargetType=kind, VpcId=names.VPC)
        for name, kind in (("ip", "ip"), ("in", "instance"))
    )
    listener(elbv2, alb(elbv2, "front", Subnets=names.SUBNETS[:2])["LoadBalancerArn"], forward(right))
    balancer = {"targetGroupArn": wrong, "containerName": "app", "containerPort": 8080}
    request = {
        "cluster": "nope",
        "service": "nope",
        "taskDefinition": "nope",
        "launchType": "MANAGED_INSTANCES",
        "platformVersion": "0.0.0",
        "networkConfiguration": ground.network("subnet-x", securityGroups=["sg-x"]),
        "loadBalancers": [balancer],
        "serviceRegistries": [{"registryArn": REGISTRY}],
    }
    repairs = [
        ("Cluster not found.", {"cluster": "default"}),
        ("Service not found.", {"service": "web"}),
        ("TaskDefinition not found.", {"taskDefinition": "web"}),
        ("The MANAGED_INSTANCES launch type must be used through", {"launchType": "FARGATE"}),
        ("Task definition does not support launch_type FARGATE.", {"taskDefinition": ground.far}),
        ("The specified platform does not exist.", {"platformVersion": "LATEST"}),
        (
            "Error retrieving subnet information for [subnet-x]",
            {"networkConfiguration": ground.network(securityGroups=["sg-x"])},
        ),
        (
            "Error retrieving security group information for [sg-x]",
            {"networkConfiguration": ground.network(securityGroups=[names.GROUP])},
        ),
        (
            (
                f"The provided target group {wrong} has target type instance, which is incompatible with the awsvpc "
                "network mode specified in the task definition."
            ),
            {"loadBalancers": [{**balancer, "targetGroupArn": right}]},
        ),
        (f"The service registry {REGISTRY} does not exist.", {"serviceRegistries": []}),
    ]
    for text, repair in repairs:
        _, told = refusal(ground.ecs.create_task_set, **request)
        assert told.startswith(text)
        request |= repair
    for _ in range(5):
        assert ground.ecs.create_task_set(**request)["taskSet"]["status"] == "ACTIVE"
    _, told = refusal(ground.ecs.create_task_set, **request)
    assert told.startswith("5 deployments exist on the service.")
