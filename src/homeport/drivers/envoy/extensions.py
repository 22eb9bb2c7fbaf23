"""The classes of the extensions that rendering names in a `typed_config`: loaded here, so that they can be packed."""

from envoy.extensions.access_loggers.file.v3.file_pb2 import FileAccessLog
from envoy.extensions.access_loggers.filters.cel.v3.cel_pb2 import ExpressionFilter
from envoy.extensions.access_loggers.stats.v3.stats_pb2 import Config as StatsLog
from envoy.extensions.filters.http.lua.v3.lua_pb2 import Lua, LuaPerRoute
from envoy.extensions.filters.http.router.v3.router_pb2 import Router
from envoy.extensions.filters.http.stateful_session.v3.stateful_session_pb2 import (
    StatefulSession,
    StatefulSessionPerRoute,
)
from envoy.extensions.filters.listener.tls_inspector.v3.tls_inspector_pb2 import TlsInspector
from envoy.extensions.filters.network.http_connection_manager.v3.http_connection_manager_pb2 import (
    HttpConnectionManager,
)
from envoy.extensions.filters.network.set_filter_state.v3.set_filter_state_pb2 import Config as SetFilterState
from envoy.extensions.filters.network.tcp_proxy.v3.tcp_proxy_pb2 import TcpProxy
from envoy.extensions.filters.udp.udp_proxy.v3.route_pb2 import Route
from envoy.extensions.filters.udp.udp_proxy.v3.udp_proxy_pb2 import UdpProxyConfig
from envoy.extensions.http.stateful_session.cookie.v3.cookie_pb2 import CookieBasedSessionState
from envoy.extensions.load_balancing_policies.least_request.v3.least_request_pb2 import LeastRequest
from envoy.extensions.transport_sockets.proxy_protocol.v3.upstream_proxy_protocol_pb2 import (
    ProxyProtocolUpstreamTransport,
)
from envoy.extensions.transport_sockets.raw_buffer.v3.raw_buffer_pb2 import RawBuffer
from envoy.extensions.transport_sockets.tls.v3.tls_pb2 import DownstreamTlsContext, UpstreamTlsContext
from envoy.extensions.upstreams.http.v3.http_protocol_options_pb2 import HttpProtocolOptions
from google.protobuf.message import Message

LOADED: tuple[type[Message], ...] = (
    CookieBasedSessionState,
    DownstreamTlsContext,
    ExpressionFilter,
    FileAccessLog,
    HttpConnectionManager,
    HttpProtocolOptions,
    LeastRequest,
    Lua,
    LuaPerRoute,
    ProxyProtocolUpstreamTransport,
    RawBuffer,
    Route,
    Router,
    SetFilterState,
    StatefulSession,
    StatefulSessionPerRoute,
    StatsLog,
    TcpProxy,
    TlsInspector,
    UdpProxyConfig,
    UpstreamTlsContext,
)
