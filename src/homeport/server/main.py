"""The server, put together in the order in which a reader wants to know it. These constructors are the container.

The API answers before the container engine's client is even loaded: a start does not wait for what it does not need.
"""

import asyncio
import gc
import json
import logging
import os
import resource
import signal
import socket
from collections.abc import Sequence

from homeport.drivers import policy
from homeport.drivers.blocks import routed
from homeport.drivers.house import House
from homeport.drivers.policy import Policy
from homeport.engine.engine import Engine
from homeport.engine.networks import Networks
from homeport.engine.routes import Routes
from homeport.model.record import Scope
from homeport.server import catalogue, control, health, log, metrics, world
from homeport.server.balancing import Balancing
from homeport.server.clock import clock
from homeport.server.edge import Edge
from homeport.server.files import write_private
from homeport.server.gateway import Gateway
from homeport.server.identities import Identities, Place
from homeport.server.ids import Ids
from homeport.server.keys import Keys
from homeport.server.listener import Listener, bind
from homeport.server.networking import Networking
from homeport.server.pump import Pump
from homeport.server.services import Services
from homeport.server.settings import DATABASE, DOOR, Settings
from homeport.server.site import Site
from homeport.server.welcome import welcoming
from homeport.store.sqlite import SqliteStore
from homeport.store.tx import Refused

LOG = logging.getLogger("homeport")
OPEN_FILES = 65_536
GARBAGE = (50_000, 20, 1_000)
"""Collections of a large heap are the longest pauses there are; records make no cycles."""

new_id = Ids()


def run(settings: Settings) -> None:
    """Serve until SIGTERM or SIGINT; tasks go on running. Raises Refused, with what to do about it."""
    settings.check()
    allowed = _allowed(settings)
    log.configure(settings.log_format)
    settings.data.mkdir(parents=True, exist_ok=True, mode=0o700)
    store = SqliteStore.open(settings.data / DATABASE, new_id)
    try:
        sockets = bind(settings.host, settings.port)
        asyncio.run(_serve(settings, allowed, store, sockets))
    finally:
        store.close()
    LOG.info("stopped; tasks go on running")


async def _serve(
    settings: Settings, allowed: Policy, store: SqliteStore, sockets: Sequence[socket.socket]
) -> None:
    keys = Keys(settings.data / "keys.json")
    keys.first(settings.account, clock())
    place = Place(settings.region, settings.account, world.seal(settings), settings.verifies)
    edge = Edge(settings.hosts)
    services = Services(catalogue.first(), catalogue.further())
    gateway = Gateway(store, services, Identities(keys.find, place, clock), edge, clock, welcoming(routed))
    gateway.greet(Scope(settings.account, settings.region))
    pump = Pump(store, Engine(store, world.options(settings, store.installation)), clock)
    balancing = Balancing(store, Routes(store, settings.machine), pump, clock)
    networking = Networking(store, Networks(store, settings.account), pump, clock)
    report = health.report(store, pump, (balancing, networking), settings)
    pages = {b"/health": health.page(report), b"/metrics": metrics.page(store, report, clock)}
    site = Site(gateway, store, edge, pages, clock, new_id)

    stopping = _signals()
    _allow_connections()
    listener = await Listener.open(site, sockets)
    _announce(settings)
    parts = (pump, balancing, networking)
    async with control.opened(settings.data / DOOR, pump, store, clock), asyncio.TaskGroup() as group:
        working = group.create_task(
            _work(settings, world.house(settings, allowed, store.installation), parts)
        )
        await stopping.wait()
        LOG.info("stopping")
        await listener.stop()
        working.cancel()


async def _work(settings: Settings, house: House, parts: tuple[Pump, Balancing, Networking]) -> None:
    """Have containers run, traffic flow, and names, rules and addresses be there."""
    pump, balancing, networking = parts
    driver = await asyncio.to_thread(world.driver, settings, house, clock)
    balancer = await asyncio.to_thread(world.balancer, settings, clock)
    fabric = await asyncio.to_thread(world.fabric, settings, clock)
    _spare_garbage()
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(pump.run(driver))
            group.create_task(balancing.run(balancer))
            group.create_task(networking.run(fabric))
    finally:
        await fabric.close()
        await balancer.close()
        await driver.close()


def _allowed(settings: Settings) -> Policy:
    """What containers may do to this machine; our own data is guarded. Raises Refused for an unknown word."""
    try:
        return policy.parse(
            settings.allow, publish_address=settings.publish_address, guarded=(str(settings.data.resolve()),)
        )
    except ValueError as error:
        raise Refused(str(error)) from error


def _signals() -> asyncio.Event:
    """Set when somebody wants us to stop."""
    stopping = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)
    return stopping


def _allow_connections() -> None:
    """A thousand open files is a shell's default; two thousand idle clients would use them up."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = OPEN_FILES if hard == resource.RLIM_INFINITY else min(OPEN_FILES, hard)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))


def _spare_garbage() -> None:
    """What a start has made stays; the collector need not look at it again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*GARBAGE)


def _announce(settings: Settings) -> None:
    """One line on stdout once the first call will succeed, and where it is for `homeport env`."""
    known = {"url": settings.url, "region": settings.region, "account": settings.account, "pid": os.getpid()}
    write_private(settings.data / "server.json", json.dumps(known).encode())
    for word in settings.loosened:
        LOG.warning("loosened: %s", word)
    for line in world.unenforced(settings):
        LOG.warning("%s", line)
    print(f"homeport: ready on {settings.url}", flush=True)  # noqa: T201  # the contract: one line on stdout
