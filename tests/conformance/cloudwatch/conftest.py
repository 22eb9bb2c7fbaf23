"""What CloudWatch's tests begin with: load balancers and target groups that have had traffic."""

from typing import Any

import pytest

from tests.conformance.cloudwatch.traffic import Traffic
from tests.conformance.world import World


@pytest.fixture
def cloudwatch(world: World) -> Any:
    """The CloudWatch client of the first account."""
    return world.client("cloudwatch")


@pytest.fixture
def traffic(world: World) -> Traffic:
    """An ALB `front` that forwards to `blue`, an NLB `wire`, and the noon before now."""
    return Traffic(world)
