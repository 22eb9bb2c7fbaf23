"""A renderer of few words, so that the plane can be tried without the real one: HTTP to a target group, no more.

Run as a program, it is a balancer process with this renderer, and with nobody who checks health or counts.
"""

import asyncio
import sys
from pathlib import Path
from typing import Any

from envoy.extensions.filters.http.router.v3.router_pb2 import Router
from envoy.extensions.filters.network.http_connection_manager.v3.http_connection_manager_pb2 import (
    HttpConnectionManager,
)

from homeport.drivers.envoy import names
from homeport.drivers.envoy.folder import Folder
from homeport.drivers.envoy.plane import Parts
from homeport.drivers.envoy.resources import CLUSTERS, ENDPOINTS, LISTENERS, ROUTES, Resources, packed
from homeport.model.target_group import TargetStatus
from homeport.plan.traffic import Delta, Fixed, Forward, GroupTable, ListenerTable, Tables, applied
from homeport.server import balancer
from homeport.server.clock import clock

LOADED = (Router, HttpConnectionManager)
FROM_US: dict[str, Any] = {"ads": {}, "resource_api_version": "V3"}
FILTERS = "type.googleapis.com/envoy.extensions.filters."


class PlainRenderer:
    """Every listener is HTTP, and does what its last route says."""

    def __init__(self) -> None:
        self._tables = Tables()
        self._drawn: dict[object, bytes] = {}

    def apply(self, delta: Delta) -> None:
        self._tables = applied(self._tables, delta)

    def set_health(self, target_id: str, status: TargetStatus) -> None:
        pass

    def resources(self) -> Resources:
        listeners, groups = self._tables.listeners.values(), self._tables.groups.values()
        return Resources(
            {
                CLUSTERS: {names.cluster(each): self._once(_cluster, each) for each in groups},
                ENDPOINTS: {names.cluster(each): self._once(_endpoints, each) for each in groups},
                LISTENERS: {names.listener(each): self._once(_listener, each) for each in listeners},
                ROUTES: {names.listener(each): _routes(each, self._tables) for each in listeners},
            }
        )

    def _once(self, draw: Any, table: Any) -> bytes:
        key = (draw, table)
        if key not in self._drawn:
            self._drawn[key] = draw(table)
        return self._drawn[key]


class Idler:
    """Follows, and does nothing."""

    def follow(self, delta: Delta) -> None:
        pass

    async def run(self) -> None:
        await asyncio.Event().wait()


def parts(folder: Folder) -> Parts:
    return Parts(
        clock=clock,
        renderer=lambda shared: PlainRenderer(),
        followers=lambda tell: (Idler(),),
        idle_after_s=1.0,
    )


def _cluster(group: GroupTable) -> bytes:
    return packed(
        CLUSTERS,
        {
            "name": names.cluster(group),
            "type": "EDS",
            "eds_cluster_config": {"eds_config": FROM_US},
            # What Envoy refuses, and our own rules let pass.
            "connect_timeout": "0s" if group.name == "refused" else "1s",
        },
    )


def _endpoints(group: GroupTable) -> bytes:
    endpoints = [
        {"endpoint": {"address": {"socket_address": {"address": each.host, "port_value": each.port}}}}
        for each in group.endpoints
    ]
    return packed(
        ENDPOINTS, {"cluster_name": names.cluster(group), "endpoints": [{"lb_endpoints": endpoints}]}
    )


def _listener(table: ListenerTable) -> bytes:
    connections = {
        "@type": f"{FILTERS}network.http_connection_manager.v3.HttpConnectionManager",
        "stat_prefix": names.listener(table),
        "rds": {"route_config_name": names.listener(table), "config_source": FROM_US},
        "http_filters": [{"name": "router", "typed_config": {"@type": f"{FILTERS}http.router.v3.Router"}}],
    }
    return packed(
        LISTENERS,
        {
            "name": names.listener(table),
            "address": {"socket_address": {"address": table.address, "port_value": table.port}},
            "filter_chains": [{"filters": [{"name": "http", "typed_config": connections}]}],
        },
    )


def _routes(table: ListenerTable, tables: Tables) -> bytes:
    action = table.routes[-1].action
    route: dict[str, Any] = {"match": {"prefix": "/"}}
    if isinstance(action, Forward):
        weights = [
            {"name": names.cluster(tables.groups[id]), "weight": weight} for id, weight in action.groups
        ]
        route["route"] = {"weighted_clusters": {"clusters": weights}}
    elif isinstance(action, Fixed):
        route["direct_response"] = {"status": action.status, "body": {"inline_string": action.body}}
    return packed(
        ROUTES,
        {
            "name": names.listener(table),
            "virtual_hosts": [{"name": "all", "domains": ["*"], "routes": [route]}],
        },
    )


if __name__ == "__main__":
    balancer.run(Path(sys.argv[1]), parts)
