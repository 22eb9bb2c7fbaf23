"""What conformance tests begin with: a world, its clients, and a service to hang task sets on."""

from typing import Any

import pytest

from tests.conformance.front import Front
from tests.conformance.ground import Ground
from tests.conformance.story import Story
from tests.conformance.world import World


@pytest.fixture
def world() -> World:
    """A world with one machine and nothing else."""
    return World()


@pytest.fixture
def ecs(world: World) -> Any:
    """The ECS client of the first account."""
    return world.client()


@pytest.fixture
def sts(world: World) -> Any:
    """The STS client of the first account."""
    return world.client("sts")


@pytest.fixture
def front(world: World, ecs: Any) -> Front:
    """The same story with a load balancer: target groups blue and green, all requests go to blue."""
    return Front(world, ecs, world.client("elbv2"))


@pytest.fixture
def story(world: World, ecs: Any) -> Story:
    """A cluster `default`, two revisions of a task definition `web`, an EXTERNAL service `web` that wants four."""
    return Story(world, ecs)


@pytest.fixture
def ground(story: Story) -> Ground:
    """The same story with a VPC, subnets and security groups."""
    return Ground(story)
