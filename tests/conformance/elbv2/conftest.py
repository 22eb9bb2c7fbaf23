"""What ELB's tests begin with: its client, and a certificate for its listeners."""

from typing import Any

import pytest

from tests.conformance.ec2.words import group
from tests.conformance.elbv2.words import alb, listener
from tests.conformance.world import World


@pytest.fixture
def elbv2(world: World) -> Any:
    """The ELB client of the first account."""
    return world.client("elbv2")


@pytest.fixture
def ec2(world: World) -> Any:
    """The EC2 client of the first account."""
    return world.client("ec2")


@pytest.fixture
def groups(ec2: Any) -> list[str]:
    """The ids of two security groups of the default VPC."""
    return [group(ec2, name) for name in ("web", "admin")]


@pytest.fixture
def balancer(elbv2: Any) -> str:
    """The ARN of an application load balancer."""
    return str(alb(elbv2)["LoadBalancerArn"])


@pytest.fixture
def http(elbv2: Any, balancer: str) -> str:
    """The ARN of its listener on port 80, which answers 404."""
    return str(listener(elbv2, balancer)["ListenerArn"])


@pytest.fixture
def certificates(world: World) -> list[str]:
    """The ARNs of three certificates."""
    acm = world.client("acm")
    return [
        str(acm.request_certificate(DomainName=f"{name}.example.com")["CertificateArn"])
        for name in ("one", "two", "three")
    ]
