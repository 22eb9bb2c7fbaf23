"""The client that ELB's tests begin with."""

from typing import Any

import pytest

from tests.conformance.world import World


@pytest.fixture
def elbv2(world: World) -> Any:
    """The ELB client of the first account."""
    return world.client("elbv2")
