"""What EC2's tests begin with: its client, and VPCs beside the default one."""

from typing import Any

import pytest

from tests.conformance.world import World


@pytest.fixture
def ec2(world: World) -> Any:
    """The EC2 client of the first account."""
    return world.client("ec2")


@pytest.fixture
def other_vpc(ec2: Any) -> str:
    """The id of a VPC that is not the default one, without subnets."""
    return str(ec2.create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"])


@pytest.fixture
def vpc(ec2: Any) -> str:
    """The id of a VPC `10.0.0.0/16` that was just made."""
    return str(ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"])


@pytest.fixture
def subnet(ec2: Any, vpc: str) -> str:
    """The id of its subnet `10.0.1.0/24`."""
    return str(ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.1.0/24")["Subnet"]["SubnetId"])
