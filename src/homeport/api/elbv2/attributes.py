"""Attributes of load balancers and listeners: AWS's keys in AWS's order, their defaults, and what they may be set to.

Which of them have no effect here is in docs/gaps.md.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias

from msgspec import Struct

from homeport.api.elbv2.errors import common
from homeport.api.elbv2.errors import load_balancers as errors
from homeport.api.errors import ApiError
from homeport.model.load_balancer import Kind
from homeport.plan import routing
from homeport.shapes import elbv2

NOUN, LISTENER = "Load balancer", "Listener"
HEADER = re.compile(r"[A-Za-z0-9_-]{0,127}")
LOGS = ("access_logs.s3", "connection_logs.s3", "health_check_logs.s3")
LONGEST_NUMBER = 9
DROPPED_BY_DUALSTACK_ONLY = "ipv6.deny_all_igw_traffic"


class Attribute(Struct, frozen=True, kw_only=True):
    """A default, and what values there are: `choices`, whole numbers `between`, both, or texts like `pattern`."""

    default: str = ""
    choices: tuple[str, ...] = ()
    between: tuple[int, int] | None = None
    pattern: re.Pattern[str] | None = None

    def allowed(self, value: str) -> bool:
        """Whether the attribute can have a value."""
        if value in self.choices:
            return True
        if self.between is not None:
            # No more digits than an int is read of: there is a limit to those.
            is_number = value.isascii() and value.isdecimal() and len(value) <= LONGEST_NUMBER
            return is_number and self.between[0] <= int(value) <= self.between[1]
        return not self.choices and (self.pattern is None or self.pattern.fullmatch(value) is not None)

    @property
    def words(self) -> str:
        """What values there are, for people."""
        words = [f"'{choice}'" for choice in self.choices]
        if self.between is not None:
            words.append(f"between {self.between[0]} and {self.between[1]}, inclusive")
        return " or ".join(words) or "a valid value"


def switch(default: str = "false") -> Attribute:
    """What can be `true` or `false`."""
    return Attribute(default=default, choices=("true", "false"))


def _header(name: str) -> Attribute:
    return Attribute(default=name, pattern=HEADER)


ACCESS_LOGS = {
    "access_logs.s3.enabled": switch(),
    "access_logs.s3.bucket": Attribute(),
    "access_logs.s3.prefix": Attribute(),
}
APPLICATION = {
    **ACCESS_LOGS,
    "idle_timeout.timeout_seconds": Attribute(default="60", between=(1, 4000)),
    "deletion_protection.enabled": switch(),
    "routing.http2.enabled": switch("true"),
    "routing.http.drop_invalid_header_fields.enabled": switch(),
    "routing.http.xff_client_port.enabled": switch(),
    "routing.http.preserve_host_header.enabled": switch(),
    "routing.http.xff_header_processing.mode": Attribute(
        default="append", choices=("append", "preserve", "remove")
    ),
    "load_balancing.cross_zone.enabled": Attribute(default="true", choices=("true",)),
    "routing.http.desync_mitigation_mode": Attribute(
        default="defensive", choices=("monitor", "defensive", "strictest")
    ),
    "client_keep_alive.seconds": Attribute(default="3600", between=(60, 604_800)),
    "waf.fail_open.enabled": switch(),
    "routing.http.x_amzn_tls_version_and_cipher_suite.enabled": switch(),
    "zonal_shift.config.enabled": switch(),
    "connection_logs.s3.enabled": switch(),
    "connection_logs.s3.bucket": Attribute(),
    "connection_logs.s3.prefix": Attribute(),
    "health_check_logs.s3.enabled": switch(),
    "health_check_logs.s3.bucket": Attribute(),
    "health_check_logs.s3.prefix": Attribute(),
    "routing.http.x_amzn_tls_kx.enabled": switch(),
    DROPPED_BY_DUALSTACK_ONLY: switch(),
}
NETWORK = {
    **ACCESS_LOGS,
    "deletion_protection.enabled": switch(),
    "load_balancing.cross_zone.enabled": switch(),
    "dns_record.client_routing_policy": Attribute(
        default="any_availability_zone",
        choices=("availability_zone_affinity", "partial_availability_zone_affinity", "any_availability_zone"),
    ),
    "zonal_shift.config.enabled": switch(),
    "secondary_ips.auto_assigned.per_subnet": Attribute(default="0", between=(0, 7)),
    DROPPED_BY_DUALSTACK_ONLY: switch(),
}
BALANCERS: dict[Kind, dict[str, Attribute]] = {"application": APPLICATION, "network": NETWORK}

REQUEST, RESPONSE = "routing.http.request", "routing.http.response"
HTTP = {
    f"{RESPONSE}.server.enabled": switch("true"),
    **{
        f"{RESPONSE}.{header}.header_value": Attribute()
        for header in (
            "strict_transport_security",
            "access_control_allow_origin",
            "access_control_allow_methods",
            "access_control_allow_headers",
            "access_control_allow_credentials",
            "access_control_expose_headers",
            "access_control_max_age",
            "content_security_policy",
            "x_content_type_options",
            "x_frame_options",
        )
    },
}
HTTPS = {
    f"{REQUEST}.x_amzn_mtls_clientcert_serial_number.header_name": _header(
        "X-Amzn-Mtls-Clientcert-Serial-Number"
    ),
    f"{REQUEST}.x_amzn_mtls_clientcert_issuer.header_name": _header("X-Amzn-Mtls-Clientcert-Issuer"),
    f"{REQUEST}.x_amzn_mtls_clientcert_subject.header_name": _header("X-Amzn-Mtls-Clientcert-Subject"),
    f"{REQUEST}.x_amzn_mtls_clientcert_validity.header_name": _header("X-Amzn-Mtls-Clientcert-Validity"),
    f"{REQUEST}.x_amzn_mtls_clientcert_leaf.header_name": _header("X-Amzn-Mtls-Clientcert-Leaf"),
    f"{REQUEST}.x_amzn_mtls_clientcert.header_name": _header("X-Amzn-Mtls-Clientcert"),
    f"{REQUEST}.x_amzn_tls_version.header_name": _header("X-Amzn-Tls-Version"),
    f"{REQUEST}.x_amzn_tls_cipher_suite.header_name": _header("X-Amzn-Tls-Cipher-Suite"),
    **HTTP,
}
TCP = {"tcp.idle_timeout.seconds": Attribute(default="350", between=(60, 6000))}
LISTENERS: dict[str, dict[str, Attribute]] = {
    "HTTP": HTTP,
    "HTTPS": HTTPS,
    "TCP": TCP,
    "TCP_UDP": TCP,
    "TLS": {},
    "UDP": {},
}


def of_balancer(
    kind: Kind, ip_address_type: str, given: Mapping[str, str]
) -> list[elbv2.LoadBalancerAttribute]:
    """All attributes of a load balancer, in order."""
    return [
        elbv2.LoadBalancerAttribute(key=key, value=given.get(key, attribute.default))
        for key, attribute in BALANCERS[kind].items()
        if key != DROPPED_BY_DUALSTACK_ONLY or ip_address_type != "ipv4" or key in given
    ]


def of_listener(protocol: str, given: Mapping[str, str]) -> list[elbv2.ListenerAttribute]:
    """All attributes of a listener, in order; there are none of TLS and UDP ones."""
    return [
        elbv2.ListenerAttribute(key=key, value=given.get(key, attribute.default))
        for key, attribute in LISTENERS[protocol].items()
    ]


def set_on_balancer(
    kind: Kind, before: Mapping[str, str], wanted: Sequence[elbv2.LoadBalancerAttribute]
) -> dict[str, str]:
    """The attributes that are set afterwards. Raises ValidationError and InvalidConfigurationRequest."""

    def unknown(key: str) -> ApiError:
        if any(key in known for known in BALANCERS.values()):
            return errors.key_not_supported(key, kind)
        return errors.key_not_recognized(NOUN, key)

    after = {**before, **_checked(wanted, BALANCERS[kind], unknown)}
    for logs in LOGS:
        _check_logs(logs, after)
    return after


def set_on_listener(
    protocol: str, before: Mapping[str, str], wanted: Sequence[elbv2.ListenerAttribute]
) -> dict[str, str]:
    """The same for a listener."""

    def unknown(key: str) -> ApiError:
        if any(key in known for known in LISTENERS.values()):
            return errors.listener_key_not_supported(key, protocol)
        return errors.key_not_recognized(LISTENER, key)

    return {**before, **_checked(wanted, LISTENERS[protocol], unknown)}


Wanted: TypeAlias = Sequence[elbv2.LoadBalancerAttribute] | Sequence[elbv2.ListenerAttribute]


def _checked(
    wanted: Wanted, known: Mapping[str, Attribute], unknown: Callable[[str], ApiError]
) -> dict[str, str]:
    """What is to be set, by key, in the request's order: the first that is wrong is told."""
    changes = _by_key(wanted)
    for key, value in changes.items():
        attribute = known.get(key)
        if attribute is None:
            raise unknown(key)
        if not attribute.allowed(value):
            raise errors.value_invalid(key, attribute.words)
    return changes


def _by_key(wanted: Wanted) -> dict[str, str]:
    found: dict[str, str] = {}
    for each in wanted:
        key = each.key or ""
        if key in found:
            raise common.attribute_key_repeated(key)
        found[key] = each.value or ""
    return found


def _check_logs(logs: str, given: Mapping[str, str]) -> None:
    """A bucket's name becomes a folder's, so what is no bucket's name is refused as AWS refuses a foreign bucket."""
    bucket, prefix = given.get(f"{logs}.bucket", ""), given.get(f"{logs}.prefix", "")
    if given.get(f"{logs}.enabled") == "true" and not bucket:
        raise errors.logs_need_bucket(f"{logs}.bucket")
    if bucket and not routing.BUCKET.fullmatch(bucket):
        raise errors.bucket_refused(bucket)
    if prefix and not routing.PREFIX.fullmatch(prefix):
        raise errors.value_invalid(
            f"{logs}.prefix",
            f"a path of letters, digits and -_.*'()!, without leading dots and '{routing.OWN_FOLDER}'",
        )
