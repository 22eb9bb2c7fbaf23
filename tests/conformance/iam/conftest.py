"""What IAM's tests begin with: its client."""

from typing import Any

import pytest

from tests.conformance.world import World


@pytest.fixture
def iam(world: World) -> Any:
    """The IAM client of the first account's administrator."""
    return world.client("iam")
