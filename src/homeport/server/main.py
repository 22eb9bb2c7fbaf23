"""The server, put together in the order in which a reader wants to know it. These constructors are the container.

The API answers before the container engine's client is even loaded: a start does not wait for what it does not need.
"""

import asyncio
import gc
import importlib
import json
import logging
import os
import secrets
import signal
import socket
import time
from pathlib import Path
from random import Random

import uvicorn

from homeport.api import operation
from homeport.api.ecs import MODULES as ECS
from homeport.api.sts import MODULES as STS
from homeport.drivers.driver import Driver
from homeport.engine.engine import Engine
from homeport.model.record import Time
from homeport.plan.options import Options
from homeport.server import control, health, log
from homeport.server.asgi import App
from homeport.server.edge import Edge
from homeport.server.gateway import Gateway, Place, Served
from homeport.server.keys import Keys
from homeport.server.protocol import StrictProtocol
from homeport.server.pump import Pump
from homeport.server.settings import Settings
from homeport.shapes import ecs, sts
from homeport.store.sqlite import SqliteStore
from homeport.store.tx import Refused

LOG = logging.getLogger("homeport")
DATABASE = "homeport.db"
KEEP_ALIVE_S = 75
GARBAGE = (50_000, 20, 1_000)
"""Collections of a large heap are the longest pauses there are; records make no cycles."""


def clock() -> Time:
    """Now, to the millisecond."""
    return round(time.time(), 3)


def new_id() -> str:
    """32 random hexadecimal digits."""
    return secrets.token_hex(16)


def services() -> list[Served]:
    """Every service with the operations that are built."""
    return [
        Served(
            model,
            operation.collect({op.method_name: name for name, op in model.OPERATIONS.items()}, *modules),
        )
        for model, modules in ((ecs, ECS), (sts, STS))
    ]


def run(settings: Settings) -> None:
    """Serve until SIGTERM or SIGINT; tasks go on running. Raises Refused, with what to do about it."""
    log.configure(settings.log_format)
    if settings.host not in ("127.0.0.1", "::1", "localhost") and not settings.verifies:
        raise Refused("--no-auth is only possible on loopback: leave out --host, or --no-auth.")
    data = settings.data
    data.mkdir(parents=True, exist_ok=True, mode=0o700)
    listener = _bind(settings)
    store = SqliteStore.open(data / DATABASE, new_id)
    try:
        asyncio.run(_serve(settings, store, listener))
    finally:
        store.close()


async def _serve(settings: Settings, store: SqliteStore, listener: socket.socket) -> None:
    keys = Keys(settings.data / "keys.json")
    keys.first(settings.account, clock())
    place = Place(settings.region, settings.account, _seal(settings.data / "seal"), settings.verifies)
    edge = Edge((*settings.allowed_hosts, settings.host))
    gateway = Gateway(store, services(), keys.find, place, edge, clock)
    engine = Engine(store, Options(keep_stopped_s=settings.keep_stopped_s))
    pump = Pump(store, engine, clock)
    app = App(gateway, store, edge, health.report(store, pump, settings), new_id)
    server = _http(app)

    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, _stop, server)
    async with asyncio.TaskGroup() as group:
        pumping = group.create_task(_pump(settings, store, server, pump))
        door = await control.serve(settings.data / "control.sock", pump)
        await server._serve([listener])  # noqa: SLF001  # serve() would take the signals from us, and raise them again.
        pumping.cancel()
        door.close()
    LOG.info("stopped; tasks go on running")


async def _pump(settings: Settings, store: SqliteStore, server: uvicorn.Server, pump: Pump) -> None:
    while not server.started:  # noqa: ASYNC110  # uvicorn tells it by this flag alone
        await asyncio.sleep(0.001)
    _announce(settings)
    gc.collect()
    gc.freeze()
    gc.set_threshold(*GARBAGE)
    driver = await asyncio.to_thread(_driver, settings, store.installation)
    try:
        await pump.run(driver)
    finally:
        await driver.close()


def _driver(settings: Settings, installation: str) -> Driver:
    """The container engine's agent. Its modules are heavy, so they are loaded here, after the API answers."""
    if settings.engine == "simulated":
        fake = importlib.import_module("homeport.drivers.fake.driver")
        simulated: Driver = fake.FakeDriver(clock, Random(secrets.randbits(64)))  # noqa: S311  # dice, not secrets
        return simulated
    policy = importlib.import_module("homeport.drivers.policy").parse(
        settings.allow, publish_address=settings.publish_address, guarded=(str(settings.data),)
    )
    docker = importlib.import_module("homeport.drivers.docker.driver")
    found: Driver = docker.connect(
        installation, policy, pull=settings.pull, clock=clock, own_ports=(settings.port,)
    )
    return found


def _http(app: App) -> uvicorn.Server:
    config = uvicorn.Config(
        app,
        http=StrictProtocol,
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        date_header=False,
        proxy_headers=False,
        timeout_keep_alive=KEEP_ALIVE_S,
        timeout_graceful_shutdown=5,
    )
    return uvicorn.Server(config)


def _bind(settings: Settings) -> socket.socket:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    # With its protocol named, or asyncio leaves Nagle's algorithm on and every answer waits 40 ms for an ACK.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((settings.host, settings.port))
    except OSError as error:
        listener.close()
        raise Refused(
            f"cannot listen on {settings.host}:{settings.port} ({error.strerror}): name another --port or --host."
        ) from error
    return listener


def _stop(server: uvicorn.Server) -> None:
    server.should_exit = True


def _announce(settings: Settings) -> None:
    """One line on stdout once the first call will succeed, and where it is for `homeport env`."""
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    url = f"http://{host}:{settings.port}"
    known = {"url": url, "region": settings.region, "account": settings.account, "pid": os.getpid()}
    _write(settings.data / "server.json", json.dumps(known).encode())
    for word in settings.loosened:
        LOG.warning("loosened: %s", word)
    print(f"homeport: ready on {url}", flush=True)  # noqa: T201  # the contract: one line on stdout


def _seal(path: Path) -> bytes:
    """The secret with which paging tokens are sealed; made at the first start."""
    if not path.exists():
        _write(path, secrets.token_bytes(32))
    return path.read_bytes()


def _write(path: Path, content: bytes) -> None:
    beside = path.with_name(path.name + ".new")
    with os.fdopen(os.open(beside, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600), "wb") as file:
        file.write(content)
    beside.replace(path)
