"""The world, as the server has it: drivers by the settings, and what planners may count on.

Drivers are heavy, so their modules are loaded here, after the API answers.
"""

import importlib
import secrets
import sys
from collections.abc import Awaitable, Callable
from random import Random
from typing import TypeAlias

from homeport.drivers.balancer import Balancer, Bridge
from homeport.drivers.driver import Driver
from homeport.drivers.fabric import Fabric
from homeport.drivers.house import House
from homeport.drivers.network.limits import limits
from homeport.drivers.network.messages import Site
from homeport.drivers.policy import Policy
from homeport.model.record import Time
from homeport.plan.addresses import ENDPOINT, RESOLVER
from homeport.plan.options import Options
from homeport.server.files import write_private
from homeport.server.settings import EVERYWHERE, SEAL, Settings

Clock: TypeAlias = Callable[[], Time]


def options(settings: Settings, installation: str) -> Options:
    """What planners go by."""
    has_endpoints = settings.network == "real" and limits().endpoints is None
    return Options(
        keep_stopped_s=settings.keep_stopped_s,
        warm_pauses=settings.warm_pauses,
        installation=installation,
        metadata=has_endpoints,
        endpoint=f"http://{ENDPOINT}:{settings.port}" if has_endpoints and settings.verifies else None,
    )


def unenforced(settings: Settings) -> list[str]:
    """What this machine does not let us do for networks, as sentences; of a simulated one nobody expects it."""
    return limits().lines() if settings.network == "real" else []


def house(settings: Settings, allowed: Policy, installation: str) -> House:
    """What is the same for all containers."""
    has_names = settings.network == "real" and limits().names is None
    return House(
        installation=installation,
        policy=allowed,
        own_ports=(settings.port,),
        resolver=RESOLVER if has_names else None,
    )


def driver(settings: Settings, house: House, clock: Clock) -> Driver:
    """The container engine's agent. Its modules are heavy, so they are loaded here, after the API answers."""
    if settings.engine == "simulated":
        fake = importlib.import_module("homeport.drivers.fake.driver")
        simulated: Driver = fake.FakeDriver(clock, Random(secrets.randbits(64)))  # noqa: S311  # dice, not secrets
        return simulated
    docker = importlib.import_module("homeport.drivers.docker.driver")
    found: Driver = docker.connect(house, pull=settings.pull, clock=clock)
    return found


def balancer(settings: Settings, clock: Clock) -> Balancer:
    """What carries traffic, in processes of its own, which are started when there is some."""
    if settings.balancer == "simulated":
        fake = importlib.import_module("homeport.drivers.fake.balancer")
        simulated: Balancer = fake.SimulatedBalancer(clock, Random(secrets.randbits(64)))  # noqa: S311  # as above
        return simulated
    envoy = importlib.import_module("homeport.drivers.envoy.driver")
    command = [sys.executable, "-m", "homeport", "balancer", "--data", str(settings.data.resolve())]
    found: Balancer = envoy.EnvoyBalancer(settings.data, command, _bridge(settings))
    return found


def fabric(settings: Settings, clock: Clock) -> Fabric:
    """What makes namespaces a VPC, in a process of its own, which is started when there is something to do."""
    if settings.network == "simulated":
        fake = importlib.import_module("homeport.drivers.fake.fabric")
        simulated: Fabric = fake.SimulatedFabric(clock, Random(secrets.randbits(64)))  # noqa: S311  # as above
        return simulated
    network = importlib.import_module("homeport.drivers.network.driver")
    command = [sys.executable, "-m", "homeport", "network", "--data", str(settings.data.resolve())]
    found: Fabric = network.NetworkFabric(settings.data, command, _site(settings))
    return found


def _site(settings: Settings) -> Site:
    host = "127.0.0.1" if settings.host in (*EVERYWHERE, "localhost") else settings.host
    return Site(
        region=settings.region,
        account=settings.account,
        api=(host, settings.port) if settings.verifies else None,
        dns_port=settings.dns_port,
        seal=seal(settings).hex(),
    )


def seal(settings: Settings) -> bytes:
    """The secret with which paging tokens and sessions are sealed; made at the first start."""
    path = settings.data / SEAL
    if not path.exists():
        write_private(path, secrets.token_bytes(32))
    return path.read_bytes()


def _bridge(settings: Settings) -> Callable[[], Awaitable[Bridge | None]]:
    """Where containers are; a simulated one is nowhere."""

    async def nowhere() -> None:
        return None

    if settings.engine == "simulated":
        return nowhere
    found: Callable[[], Awaitable[Bridge | None]] = importlib.import_module(
        "homeport.drivers.docker.bridge"
    ).bridge
    return found
