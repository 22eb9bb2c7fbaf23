"""The shortest way to load balancers and what hangs on them, and words that many tests use."""

from typing import Any

ARN = "arn:aws:elasticloadbalancing:us-east-1:123456789012"
SUBNETS = [f"subnet-0000000000000000{letter}" for letter in "abc"]
VPC = "vpc-0123456789abcdef0"
FIXED = {"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "404"}}


def alb(client: Any, name: str = "web", **members: Any) -> dict[str, Any]:
    """A new application load balancer in two subnets."""
    return _only(
        client.create_load_balancer(**{"Name": name, "Subnets": SUBNETS[:2], **members}), "LoadBalancers"
    )


def nlb(client: Any, name: str = "net", **members: Any) -> dict[str, Any]:
    """A new network load balancer in one subnet."""
    request = {"Name": name, "Type": "network", "Subnets": SUBNETS[:1], **members}
    return _only(client.create_load_balancer(**request), "LoadBalancers")


def _only(answer: dict[str, Any], member: str) -> dict[str, Any]:
    (found,) = answer[member]
    return dict(found)
