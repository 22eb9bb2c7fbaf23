"""Health checks of target groups: what AWS fills in, and what it refuses. How targets are checked is a driver's.

The defaults are those that Terraform's acceptance tests see on AWS; the API Reference has other timeouts.
"""

import re

from msgspec import Struct
from msgspec.structs import replace

from homeport.api.elbv2.errors import target_groups as errors
from homeport.model.target_group import HealthCheck
from homeport.shapes import elbv2

APPLICATION = ("HTTP", "HTTPS")
WAYS = ("HTTP", "HTTPS", "TCP")
TIMEOUTS_S = {"HTTP": 6, "HTTPS": 10, "TCP": 10}
"""Of network load balancers, by the protocol of the check."""
TRAFFIC_PORT = "traffic-port"
LAST_PORT = 65_535
PART = re.compile(r"([0-9]{1,3})(?:-([0-9]{1,3}))?")


class Checked(Struct, frozen=True, kw_only=True):
    """Of a target group, what its health check depends on."""

    target_type: str
    protocol: str
    protocol_version: str | None

    @property
    def is_application(self) -> bool:
        """Whether it is an application load balancer's."""
        return self.protocol in APPLICATION

    @property
    def kind(self) -> str:
        """What its matcher's codes are."""
        return "GRPC" if self.protocol_version == "GRPC" else "HTTP"

    @property
    def codes(self) -> tuple[int, int]:
        """The codes that its matcher may have, the first and the last one."""
        if self.kind == "GRPC":
            return (0, 99)
        return (200, 499 if self.is_application else 599)


def checked(
    group: Checked,
    request: elbv2.CreateTargetGroupInput | elbv2.ModifyTargetGroupInput,
    before: HealthCheck | None,
) -> HealthCheck:
    """The health check that a request asks for; what it leaves out is as `before`, or has AWS's defaults.

    Raises ValidationError and InvalidConfigurationRequest. Numbers were checked on the wire.
    """
    if request.health_check_enabled is False:
        raise errors.health_check_disabled(group.target_type)
    way = request.health_check_protocol or (before.protocol if before else _usual_way(group))
    allowed = APPLICATION if group.is_application else WAYS
    if way not in allowed:
        raise errors.check_protocol_not_supported(way, group.protocol, allowed)
    base = _base(group, way, before)
    check = HealthCheck(
        protocol=way,
        port=_port(request.health_check_port or base.port),
        path=_path(way, request.health_check_path, base.path),
        interval_s=request.health_check_interval_seconds or base.interval_s,
        timeout_s=request.health_check_timeout_seconds or base.timeout_s,
        healthy_threshold=request.healthy_threshold_count or base.healthy_threshold,
        unhealthy_threshold=request.unhealthy_threshold_count or base.unhealthy_threshold,
        matcher=_matcher(group, way, request.matcher, base.matcher),
    )
    has_both = bool(request.health_check_interval_seconds and request.health_check_timeout_seconds)
    _check_times(group, check, has_both=has_both)
    return check


def _usual_way(group: Checked) -> str:
    return "HTTP" if group.is_application else "TCP"


def _base(group: Checked, way: str, before: HealthCheck | None) -> HealthCheck:
    """What is there where a request says nothing; TCP has no path and no codes, and whoever leaves it needs some."""
    usual = _usual(group, way)
    if before is None:
        return usual
    if (before.protocol == "TCP") == (way == "TCP"):
        return before
    return replace(before, path=usual.path, matcher=usual.matcher)


def _usual(group: Checked, way: str) -> HealthCheck:
    """AWS's defaults."""
    if group.kind == "GRPC":
        return HealthCheck(path="/AWS.ALB/healthcheck", matcher="12")
    if group.is_application:
        return HealthCheck()
    if way == "TCP":
        return HealthCheck(timeout_s=TIMEOUTS_S[way], path=None, matcher=None)
    return HealthCheck(timeout_s=TIMEOUTS_S[way], matcher="200-399")


def _port(port: str) -> str:
    is_number = port.isascii() and port.isdecimal() and len(port) <= len(str(LAST_PORT))
    if port != TRAFFIC_PORT and not (is_number and 1 <= int(port) <= LAST_PORT):
        raise errors.check_port_invalid(port)
    return port if port == TRAFFIC_PORT else str(int(port))


def _path(way: str, path: str | None, usual: str | None) -> str | None:
    if not path:
        return usual
    if way == "TCP":
        raise errors.path_not_supported()
    if not path.startswith("/"):
        raise errors.check_path_invalid(path)
    return path


def _matcher(group: Checked, way: str, matcher: elbv2.Matcher | None, usual: str | None) -> str | None:
    if matcher is None:
        return usual
    if way == "TCP":
        if matcher.http_code or matcher.grpc_code:
            raise errors.matcher_not_supported()
        return usual
    code = matcher.grpc_code if group.kind == "GRPC" else matcher.http_code
    if not code:
        raise errors.matcher_empty(group.kind)
    first, last = group.codes
    for part in code.split(","):
        found = PART.fullmatch(part)
        if found is None:
            raise errors.matcher_malformed(group.kind, code)
        low, high = int(found[1]), int(found[2] or found[1])
        if low > high:
            raise errors.matcher_malformed(group.kind, code)
        if low < first or high > last:
            raise errors.matcher_out_of_range(group.kind, code, first, last)
    return code


def _check_times(group: Checked, check: HealthCheck, *, has_both: bool) -> None:
    timeout_s, interval_s = check.timeout_s, check.interval_s
    if not group.is_application:
        if timeout_s > interval_s:
            raise errors.timeout_above_interval(timeout_s, interval_s)
    elif timeout_s >= interval_s:
        if has_both:
            raise errors.timeout_not_below_interval(timeout_s, interval_s)
        raise errors.interval_not_above_timeout()
