"""What ACM's tests begin with: its client, and somebody who signs."""

from typing import Any

import pytest

from tests.conformance.acm.signer import Signer
from tests.conformance.world import World


@pytest.fixture
def acm(world: World) -> Any:
    """The ACM client of the first account."""
    return world.client("acm")


@pytest.fixture
def signer(world: World) -> Signer:
    """A certificate authority of the world's time."""
    return Signer(world.now)
