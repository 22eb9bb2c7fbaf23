"""DescribeTargetGroupAttributes and ModifyTargetGroupAttributes: AWS's keys, their defaults, and what goes together.

What they do is in plan/routing.py (`group_table`); those that do nothing here are in docs/gaps.md.
"""

import re
from collections.abc import Mapping, Sequence

from msgspec.structs import replace

from homeport.api.caller import Caller
from homeport.api.elbv2 import find
from homeport.api.elbv2.attributes import Attribute, switch
from homeport.api.elbv2.errors import common
from homeport.api.elbv2.errors import target_groups as errors
from homeport.api.elbv2.health_checks import APPLICATION
from homeport.api.elbv2.limits import NETWORK_TARGETS
from homeport.api.operation import read, write
from homeport.model.target_group import TargetGroupSpec
from homeport.shapes import elbv2
from homeport.store.tx import ReadTx, WriteTx

DATAGRAMS = ("UDP", "TCP_UDP")
STICKINESS_TYPES = ("app_cookie", "lb_cookie", "source_ip")
LONGEST_STICKINESS_S = 604_800
COOKIE = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,256}")
"""A token (RFC 6265), as long as ELB takes one."""
OWN_COOKIES = "AWSALB"
HEALTHY = "minimum_healthy_targets"

FIRST = {
    "stickiness.enabled": switch(),
    "deregistration_delay.timeout_seconds": Attribute(default="300", between=(0, 3600)),
}
ZONES = {
    "load_balancing.cross_zone.enabled": Attribute(
        default="use_load_balancer_configuration",
        choices=("true", "false", "use_load_balancer_configuration"),
    ),
    f"target_group_health.dns_failover.{HEALTHY}.count": Attribute(
        default="1", choices=("off",), between=(1, NETWORK_TARGETS)
    ),
    f"target_group_health.dns_failover.{HEALTHY}.percentage": Attribute(
        default="off", choices=("off",), between=(1, 100)
    ),
    f"target_group_health.unhealthy_state_routing.{HEALTHY}.count": Attribute(
        default="1", between=(1, NETWORK_TARGETS)
    ),
    f"target_group_health.unhealthy_state_routing.{HEALTHY}.percentage": Attribute(
        default="off", choices=("off",), between=(1, 100)
    ),
}
HTTP = {
    **FIRST,
    "stickiness.type": Attribute(default="lb_cookie", choices=STICKINESS_TYPES),
    "stickiness.lb_cookie.duration_seconds": Attribute(default="86400", between=(1, LONGEST_STICKINESS_S)),
    "slow_start.duration_seconds": Attribute(default="0", choices=("0",), between=(30, 900)),
    "load_balancing.algorithm.type": Attribute(
        default="round_robin", choices=("round_robin", "least_outstanding_requests", "weighted_random")
    ),
    "load_balancing.algorithm.anomaly_mitigation": Attribute(default="off", choices=("on", "off")),
    "stickiness.app_cookie.cookie_name": Attribute(),
    "stickiness.app_cookie.duration_seconds": Attribute(default="86400", between=(1, LONGEST_STICKINESS_S)),
    **ZONES,
}
RESETS = {"routing.http2.rst_stream_error_forwarding.enabled": switch()}
INSPECTION = {
    "waf.http2.traffic_inspection_behavior": Attribute(
        default="inspect_immediately", choices=("inspect_immediately", "inspect_after_sufficient_data")
    )
}
UNHEALTHY = "target_health_state.unhealthy"


def attributes_of(spec: TargetGroupSpec) -> dict[str, Attribute]:
    """What a target group has, by key; some defaults depend on its protocol and its target type."""
    if spec.protocol in APPLICATION:
        http2 = {"HTTP2": {**RESETS, **INSPECTION}, "GRPC": RESETS}
        return {**HTTP, **http2.get(spec.protocol_version or "", {})}
    is_datagram = spec.protocol in DATAGRAMS
    hides_clients = spec.target_type == "ip" and not is_datagram
    return {
        **FIRST,
        "stickiness.type": Attribute(default="source_ip", choices=STICKINESS_TYPES),
        "proxy_protocol_v2.enabled": switch(),
        "deregistration_delay.connection_termination.enabled": switch("true" if is_datagram else "false"),
        "preserve_client_ip.enabled": switch("false" if hides_clients else "true"),
        f"{UNHEALTHY}.connection_termination.enabled": switch("false" if is_datagram else "true"),
        f"{UNHEALTHY}.draining_interval_seconds": Attribute(default="0", between=(0, 360_000)),
        **ZONES,
    }


@read
def describe_target_group_attributes(
    tx: ReadTx, caller: Caller, request: elbv2.DescribeTargetGroupAttributesInput
) -> elbv2.DescribeTargetGroupAttributesOutput:
    """All of them, with AWS's defaults for those that were not set."""
    spec = find.target_group(tx, caller, request.target_group_arn).spec
    return elbv2.DescribeTargetGroupAttributesOutput(attributes=_shown(spec))


@write
def modify_target_group_attributes(
    tx: WriteTx, caller: Caller, request: elbv2.ModifyTargetGroupAttributesInput
) -> elbv2.ModifyTargetGroupAttributesOutput:
    """Sets some, and answers with all."""
    record = find.target_group(tx, caller, request.target_group_arn)
    changes = _changes(record.spec, request.attributes)
    spec = replace(record.spec, attributes={**record.spec.attributes, **changes})
    _check_together(spec)
    tx.put(replace(record, spec=spec))
    return elbv2.ModifyTargetGroupAttributesOutput(attributes=_shown(spec))


def _shown(spec: TargetGroupSpec) -> list[elbv2.TargetGroupAttribute]:
    return [elbv2.TargetGroupAttribute(key=key, value=value) for key, value in _values(spec).items()]


def _values(spec: TargetGroupSpec) -> dict[str, str]:
    return {
        key: spec.attributes.get(key, attribute.default) for key, attribute in attributes_of(spec).items()
    }


def _changes(spec: TargetGroupSpec, wanted: Sequence[elbv2.TargetGroupAttribute]) -> dict[str, str]:
    """What is asked for by key, each value possible by itself. Raises ValidationError."""
    known = attributes_of(spec)
    changes: dict[str, str] = {}
    for each in wanted:
        key, value = each.key or "", each.value or ""
        if key in changes:
            raise common.attribute_key_repeated(key)
        if key not in known:
            raise errors.key_not_recognized(key)
        _check_value(key, value, known[key])
        changes[key] = value
    return changes


def _check_value(key: str, value: str, attribute: Attribute) -> None:
    if attribute.allowed(value):
        return
    if key == "stickiness.type":
        raise errors.stickiness_type_invalid(attribute.choices)
    if attribute.between is not None and not attribute.choices:
        raise errors.value_out_of_range(key, value[:300], *attribute.between)
    raise errors.value_invalid(key, attribute.words)


def _check_together(spec: TargetGroupSpec) -> None:
    """Raises InvalidConfigurationRequest for values that do not go with each other, or with the protocol."""
    values = _values(spec)
    kind, is_sticky = values["stickiness.type"], values["stickiness.enabled"] == "true"
    if (kind == "source_ip") == (spec.protocol in APPLICATION):
        raise errors.stickiness_type_not_supported(kind, spec.protocol)
    if is_sticky and spec.protocol == "TLS":
        raise errors.stickiness_of_tls()
    if spec.protocol in APPLICATION:
        _check_cookie(values, needs_name=is_sticky and kind == "app_cookie")
        _check_algorithm(values, is_sticky=is_sticky)
    else:
        _check_network(spec.protocol, values)


def _check_cookie(values: Mapping[str, str], *, needs_name: bool) -> None:
    name = values["stickiness.app_cookie.cookie_name"]
    if not name:
        if needs_name:
            raise errors.cookie_missing()
    elif not COOKIE.fullmatch(name) or name.startswith(OWN_COOKIES):
        raise errors.cookie_invalid(name[:300])


def _check_algorithm(values: Mapping[str, str], *, is_sticky: bool) -> None:
    algorithm = values["load_balancing.algorithm.type"]
    if algorithm != "round_robin" and values["slow_start.duration_seconds"] != "0":
        raise errors.slow_start_and(algorithm.replace("_", " "))
    if algorithm == "weighted_random":
        if is_sticky:
            raise errors.stickiness_and_weighted_random()
    elif values["load_balancing.algorithm.anomaly_mitigation"] == "on":
        raise errors.mitigation_without_weighted_random()


def _check_network(protocol: str, values: Mapping[str, str]) -> None:
    terminates = values[f"{UNHEALTHY}.connection_termination.enabled"] == "true"
    if protocol in DATAGRAMS and values["preserve_client_ip.enabled"] == "false":
        raise errors.client_ip_of_udp()
    if protocol in DATAGRAMS and terminates:
        raise errors.termination_of_udp()
    if terminates and values[f"{UNHEALTHY}.draining_interval_seconds"] != "0":
        raise errors.draining_with_termination()
