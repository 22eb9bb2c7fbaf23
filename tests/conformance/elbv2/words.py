"""The shortest way to load balancers and what hangs on them, and words that many tests use."""

from typing import Any

from tests.conformance.ec2.words import SUBNETS, VPC

ARN = "arn:aws:elasticloadbalancing:us-east-1:123456789012"
NOWHERE = "0123456789abcdef"
FIXED = {"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "404"}}
PATHS = {"Field": "path-pattern", "Values": ["/img/*"]}


def alb(client: Any, name: str = "web", **members: Any) -> dict[str, Any]:
    """A new application load balancer in two subnets."""
    request = {"Name": name, "Subnets": SUBNETS[:2], **members}
    return only(client.create_load_balancer(**request), "LoadBalancers")


def nlb(client: Any, name: str = "net", **members: Any) -> dict[str, Any]:
    """A new network load balancer in one subnet."""
    request = {"Name": name, "Type": "network", "Subnets": SUBNETS[:1], **members}
    return only(client.create_load_balancer(**request), "LoadBalancers")


def group(client: Any, name: str = "blue", **members: Any) -> str:
    """The ARN of a new target group of instances, on port 80."""
    request = {"Name": name, "Protocol": "HTTP", "Port": 80, "VpcId": VPC, **members}
    return str(only(client.create_target_group(**request), "TargetGroups")["TargetGroupArn"])


def listener(client: Any, balancer: str, *actions: dict[str, Any], **members: Any) -> dict[str, Any]:
    """A new listener on port 80 that speaks HTTP and answers 404, or does what it is told."""
    request = {"Protocol": "HTTP", "Port": 80, "DefaultActions": list(actions) or [FIXED], **members}
    return only(client.create_listener(LoadBalancerArn=balancer, **request), "Listeners")


def rule(
    client: Any, listener: str, priority: int, *actions: dict[str, Any], **members: Any
) -> dict[str, Any]:
    """A new rule for /img/* that answers 404, or does what it is told."""
    request = {"Conditions": [PATHS], "Actions": list(actions) or [FIXED], **members}
    return only(client.create_rule(ListenerArn=listener, Priority=priority, **request), "Rules")


def forward(*arns: str, **weights: int) -> dict[str, Any]:
    """A forward action: to one target group, or to several with equal weights."""
    tuples = [{"TargetGroupArn": each, "Weight": weights.get("weight", 1)} for each in arns]
    return {"Type": "forward", "ForwardConfig": {"TargetGroups": tuples}}


def only(answer: dict[str, Any], member: str) -> dict[str, Any]:
    """The one thing in a list of an answer."""
    (found,) = answer[member]
    return dict(found)
