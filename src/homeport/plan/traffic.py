"""What load balancers shall do, as values: whole tables, one for each listener and one for each target group.

`plan/routing.py` makes them of rows; a balancer driver makes them true. They say nothing of Envoy, and are complete:
a driver needs no row. They travel between processes as JSON, so every union has a tag.
"""

from typing import Literal, TypeAlias

from msgspec import Struct

from homeport.model.record import Time
from homeport.model.target_group import HealthCheck, TargetStatus
from homeport.plan import changes

ConditionKind: TypeAlias = Literal["host", "path", "header", "method", "query", "source"]
ForwardedFor: TypeAlias = Literal["append", "preserve", "remove"]
Algorithm: TypeAlias = Literal["round_robin", "least_outstanding_requests", "weighted_random"]


class Forward(Struct, frozen=True, kw_only=True, tag="forward", gc=False):
    """To target groups (record ids) by weight. `sticky_s`: how long a client stays with its group; None for not."""

    groups: tuple[tuple[str, int], ...]
    sticky_s: int | None = None


class Redirect(Struct, frozen=True, kw_only=True, tag="redirect", gc=False):
    """A Location made of templates: `#{protocol}`, `#{host}`, `#{port}`, `#{path}` (no leading slash), `#{query}`."""

    status: int
    protocol: str = "#{protocol}"
    host: str = "#{host}"
    port: str = "#{port}"
    path: str = "/#{path}"
    query: str = "#{query}"


class Fixed(Struct, frozen=True, kw_only=True, tag="fixed", gc=False):
    """An answer of the balancer's own."""

    status: int
    content_type: str = "text/plain"
    body: str = ""


Action: TypeAlias = Forward | Redirect | Fixed


class Condition(Struct, frozen=True, kw_only=True, gc=False):
    """Holds when one of its values does. Values are ELB's patterns (`*` any text, `?` one character).

    `header`'s `name` is matched whatever its case, and so are the values of `host` and `header`; `path` and `query`
    are told apart by case. `query` has (key, value) pairs in `pairs`, an empty key standing for any. `source` has
    CIDRs. With `regex` the values are regular expressions (RE2).
    """

    kind: ConditionKind
    values: tuple[str, ...] = ()
    pairs: tuple[tuple[str, str], ...] = ()
    name: str = ""
    regex: bool = False


class Route(Struct, frozen=True, kw_only=True, gc=False):
    """A rule: when all conditions hold, the action. The default one has no conditions, priority 0, and comes last."""

    rule: str
    priority: int = 0
    conditions: tuple[Condition, ...] = ()
    action: Action


class KeyPair(Struct, frozen=True, kw_only=True, gc=False):
    """A certificate, with its chain, and its key, in PEM. `names` may begin with `*.`."""

    names: tuple[str, ...]
    chain: str
    key: str


class HttpOptions(Struct, frozen=True, kw_only=True, gc=False):
    """What an application load balancer's attributes say of a listener. Names are AWS's, units last."""

    idle_timeout_s: int = 60
    keep_alive_s: int = 3600
    http2: bool = True
    forwarded_for: ForwardedFor = "append"
    forwarded_for_port: bool = False
    preserve_host: bool = False
    drop_invalid_headers: bool = False
    tls_headers: bool = False
    server_header: bool = True
    access_log: str | None = None
    """Where requests are logged, relative to the driver's log directory; None for nowhere."""


class ListenerTable(Struct, frozen=True, kw_only=True, gc=False):
    """A listener, whole. `id` and `balancer` are record ids; `number` is the balancer's 16 digits, for short names.

    HTTP and HTTPS have routes; TCP, TLS, UDP and TCP_UDP have one route, which forwards. `key_pairs`: the default first.
    `inside` are the load balancer's addresses in its VPC, `bridge` is this machine's interface into it.
    """

    id: str
    balancer: str
    name: str
    number: str
    dns_name: str
    address: str
    port: int
    protocol: str
    routes: tuple[Route, ...]
    created_at: Time = 0.0
    inside: tuple[str, ...] = ()
    bridge: str = ""
    key_pairs: tuple[KeyPair, ...] = ()
    alpn: tuple[str, ...] = ()
    ssl_policy: str | None = None
    idle_timeout_s: int = 350
    http: HttpOptions = HttpOptions()


class Stickiness(Struct, frozen=True, kw_only=True, gc=False):
    """How a client stays with a target: by a cookie of ours for `duration_s`, by the application's, by its address."""

    kind: Literal["lb_cookie", "app_cookie", "source_ip"]
    duration_s: int = 86_400
    cookie: str = ""


class Endpoint(Struct, frozen=True, kw_only=True, gc=False):
    """A target as it is reached. `id` is its record's; `status` what was known last of its health.

    With a later `registered_at` it is another target at the same place: whoever checks it begins anew.
    """

    id: str
    host: str
    port: int
    status: TargetStatus = "initial"
    draining: bool = False
    registered_at: Time = 0.0


class GroupTable(Struct, frozen=True, kw_only=True, gc=False):
    """A target group, whole. `balancer` is the load balancer that uses it; None, and nobody checks its health.

    `protocol_version`: HTTP1, HTTP2 or GRPC for HTTP and HTTPS, None for the others. `source` is the load balancer's
    address in the VPC of its targets, which sees nobody else.
    """

    id: str
    arn: str
    name: str
    number: str
    balancer: str | None
    protocol: str
    protocol_version: str | None = None
    check: HealthCheck
    endpoints: tuple[Endpoint, ...] = ()
    algorithm: Algorithm = "round_robin"
    slow_start_s: int = 0
    stickiness: Stickiness | None = None
    proxy_protocol: bool = False
    closes_on_deregistration: bool = False
    deregistration_delay_s: int = 300
    source: str | None = None


class Tables(Struct, frozen=True, kw_only=True):
    """Everything, by record id."""

    listeners: dict[str, ListenerTable] = {}
    groups: dict[str, GroupTable] = {}


class Delta(Struct, frozen=True, kw_only=True):
    """What has changed, by record id; None for what is there no more."""

    listeners: dict[str, ListenerTable | None] = {}
    groups: dict[str, GroupTable | None] = {}

    def __bool__(self) -> bool:
        """Whether anything has."""
        return bool(self.listeners or self.groups)


def applied(tables: Tables, delta: Delta) -> Tables:
    """The tables after a delta."""
    return Tables(
        listeners=changes.applied(tables.listeners, delta.listeners),
        groups=changes.applied(tables.groups, delta.groups),
    )


def groups_of(table: ListenerTable | None) -> tuple[str, ...]:
    """The target groups (record ids) that a listener's routes forward to, each once, in order."""
    if table is None:
        return ()
    actions = (route.action for route in table.routes)
    return tuple(dict.fromkeys(id for each in actions if isinstance(each, Forward) for id, _ in each.groups))


def difference(before: Tables, after: Tables) -> Delta:
    """What has changed from one to the other."""
    return Delta(
        listeners=changes.difference(before.listeners, after.listeners),
        groups=changes.difference(before.groups, after.groups),
    )


def merged(first: Delta, second: Delta) -> Delta:
    """Both, one after the other."""
    return Delta(listeners={**first.listeners, **second.listeners}, groups={**first.groups, **second.groups})
