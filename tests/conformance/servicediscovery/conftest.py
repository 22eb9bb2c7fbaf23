"""What Cloud Map's tests begin with: its client, a VPC, and a namespace of each kind."""

from typing import Any

import pytest

from tests.conformance.servicediscovery.words import a_vpc, created
from tests.conformance.world import World


@pytest.fixture
def sd(world: World) -> Any:
    """The Cloud Map client of the first account."""
    return world.client("servicediscovery")


@pytest.fixture
def vpc(world: World) -> str:
    """The id of a VPC."""
    return a_vpc(world)


@pytest.fixture
def http(sd: Any) -> str:
    """The id of an HTTP namespace, `shop`."""
    return created(sd, sd.create_http_namespace(Name="shop"))


@pytest.fixture
def private(sd: Any, vpc: str) -> str:
    """The id of a private DNS namespace, `shop.local`."""
    return created(sd, sd.create_private_dns_namespace(Name="shop.local", Vpc=vpc))
