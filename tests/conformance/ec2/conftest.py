"""What EC2's tests begin with: its client, and a VPC beside the default one."""

from typing import Any

import pytest

from homeport.model.vpc import Vpc, VpcSpec
from homeport.plan import home
from tests.conformance.ec2.words import SCOPE
from tests.conformance.world import World


@pytest.fixture
def ec2(world: World) -> Any:
    """The EC2 client of the first account."""
    return world.client("ec2")


@pytest.fixture
def other_vpc(world: World, ec2: Any) -> str:
    """The id of a VPC that is not the default one, without subnets."""
    ec2.describe_regions()
    with world.store.write("spec", world.now) as tx:
        names = home.drawn(SCOPE, lambda prefix: f"{prefix}-{tx.new_id()[:17]}")
        vpc = Vpc(
            id=f"{SCOPE.id}/{names.vpc}",
            owner=SCOPE.id,
            spec=VpcSpec(cidr="10.9.0.0/16", created_at=world.now),
        )
        for record in (vpc, *home.furniture(vpc, names, world.now)):
            tx.put(record)
    return vpc.name
