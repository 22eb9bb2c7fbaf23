"""How a listener speaks HTTP with its clients: Envoy's connection manager, and what it does to every request."""

from collections.abc import Sequence

from msgspec import Struct

from homeport.drivers.envoy import counting
from homeport.drivers.envoy.render import access_log, matches, replies, scripts, stickiness
from homeport.drivers.envoy.render.place import Fields, Place, extension, typed
from homeport.plan.traffic import ListenerTable

ADS: Fields = {"ads": {}, "resource_api_version": "V3"}
STREAMS = 128
"""How many requests at once on a connection of HTTP/2 (AWS, "Listeners for your Application Load Balancers")."""
HEADERS_KIB = 64
LINGER_S = 0.1
"""How long a connection waits for the client's end after the last answer. Clients of HTTP/1.0 wait for ours."""


class Manner(Struct, frozen=True, kw_only=True):
    """What several listeners that share an address have to agree upon. `prefix` is that of the statistics."""

    prefix: str
    routes: str
    table: ListenerTable
    is_stripped: bool
    log: tuple[Fields, ...] = ()


def own(table: ListenerTable, name: str, place: Place) -> Manner:
    """That of a listener by itself."""
    return Manner(
        prefix=name,
        routes=name,
        table=table,
        is_stripped=is_stripped([table]),
        log=tuple(access_log.logs([table], place)),
    )


def is_stripped(tables: Sequence[ListenerTable]) -> bool:
    """Whether the port is taken off hosts at once: not where somebody wants to see what the client wrote."""
    return not any(table.http.preserve_host for table in tables)


def filters(manner: Manner) -> list[Fields]:
    """The filters of a chain: where it comes from is kept for conditions on it, then HTTP."""
    return [
        extension(
            "envoy.filters.network.set_filter_state",
            "filters.network.set_filter_state.v3.Config",
            on_new_connection=[
                {
                    "object_key": matches.SOURCE,
                    "factory_key": "envoy.network.ip",
                    "format_string": {
                        "text_format_source": {
                            "inline_string": "%DOWNSTREAM_DIRECT_REMOTE_ADDRESS_WITHOUT_PORT%"
                        }
                    },
                }
            ],
        ),
        {"name": "envoy.filters.network.http_connection_manager", "typed_config": _manager(manner)},
    ]


def _manager(manner: Manner) -> Fields:
    options = manner.table.http
    speaks_http2 = manner.table.protocol == "HTTPS" and options.http2
    return typed(
        "filters.network.http_connection_manager.v3.HttpConnectionManager",
        stat_prefix=manner.prefix,
        codec_type="AUTO" if speaks_http2 else "HTTP1",
        rds={"config_source": ADS, "route_config_name": manner.routes},
        http_filters=[
            scripts.filter_(),
            stickiness.filter_(),
            extension(
                "envoy.filters.http.router",
                "filters.http.router.v3.Router",
                suppress_envoy_headers=True,
                upstream_log=[counting.targets()],
                **counting.ROUTER,
            ),
        ],
        common_http_protocol_options={
            "idle_timeout": f"{options.idle_timeout_s}s",
            "max_connection_duration": f"{options.keep_alive_s}s",
        },
        http_protocol_options={
            "accept_http_10": True,
            "default_host_for_http_10": manner.table.dns_name,
        },
        http2_protocol_options={"max_concurrent_streams": STREAMS},
        max_request_headers_kb=HEADERS_KIB,
        delayed_close_timeout=f"{LINGER_S}s",
        # The client's address is in the routes: here Envoy would write its own in place of a loopback client's.
        use_remote_address=True,
        skip_xff_append=True,
        strip_any_host_port=manner.is_stripped,
        generate_request_id=False,
        server_header_transformation="PASS_THROUGH",
        local_reply_config=replies.replies(),
        upgrade_configs=[{"upgrade_type": "websocket"}],
        access_log=[counting.answers(manner.prefix), *manner.log],
    )
