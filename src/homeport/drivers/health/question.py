"""What a target is asked: its target group's settings, made concrete. Pure.

Application load balancers speak to a target as its target group's protocol version says; network load balancers only
HTTP/1.1, TLS or TCP.
"""

from typing import Literal, TypeAlias
from urllib.parse import quote

from msgspec import Struct

from homeport.plan.traffic import Endpoint, GroupTable

Way: TypeAlias = Literal["http1", "http2", "grpc", "tcp", "tls"]

USER_AGENT = "ELB-HealthChecker/2.0"
TRAFFIC_PORT = "traffic-port"
APPLICATION = ("HTTP", "HTTPS")
_PRINTABLE = "!$%&'()*+,/:;=?@[]~"
"""What a path may hold besides letters, digits and `_.-`; anything else is written in percent, line breaks too."""


class Question(Struct, frozen=True, kw_only=True, gc=False):
    """One check. `matcher` is None where reaching the target is enough.

    `explains`: whether ELB tells time-outs and codes apart in the reason. It does for application load balancers; a
    network load balancer says only that the check failed (API Reference, TargetHealth: "Applies only to …"). `source`
    is the address to ask from.
    """

    way: Way
    host: str
    port: int
    timeout_s: float
    is_secure: bool = False
    path: str = "/"
    matcher: str | None = None
    explains: bool = True
    source: str | None = None

    @property
    def authority(self) -> str:
        """`10.0.0.7:80`, `[fd00::7]:80`."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


def question(group: GroupTable, endpoint: Endpoint) -> Question:
    """What this target is asked."""
    check = group.check
    is_application = group.protocol in APPLICATION
    way = _way(group)
    return Question(
        way=way,
        host=endpoint.host,
        port=endpoint.port if check.port == TRAFFIC_PORT else int(check.port),
        timeout_s=check.timeout_s,
        is_secure=check.protocol == "HTTPS" or way == "tls",
        path=quote(check.path or "/", safe=_PRINTABLE),
        matcher=_matcher(group, way),
        explains=is_application,
        source=group.source,
    )


def _way(group: GroupTable) -> Way:
    protocol = group.check.protocol
    if protocol not in APPLICATION:
        return "tls" if protocol == "TLS" else "tcp"
    if group.protocol in APPLICATION and group.protocol_version == "GRPC":
        return "grpc"
    if group.protocol in APPLICATION and group.protocol_version == "HTTP2":
        return "http2"
    return "http1"


def _matcher(group: GroupTable, way: Way) -> str | None:
    """The codes that are right; ELB's defaults where none are given."""
    match way:
        case "tcp" | "tls":
            return None
        case "grpc":
            return group.check.matcher or "12"
        case "http1" | "http2":
            return group.check.matcher or ("200" if group.protocol in APPLICATION else "200-399")
