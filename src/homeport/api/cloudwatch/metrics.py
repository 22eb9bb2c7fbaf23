"""The metrics that Elastic Load Balancing has in CloudWatch, and which of our numbers each is made of.

Names, units, dimensions and "reporting criteria" are those of its user guides ("CloudWatch metrics for your Application
Load Balancer", "… Network Load Balancer"). What a machine of one's own cannot know (consumed LCUs, numbers per protocol)
has no row, and so has no data.
"""

from collections.abc import Mapping
from typing import Literal, TypeAlias

from msgspec import Struct

from homeport.shapes.cloudwatch import StandardUnit

APPLICATION = "AWS/ApplicationELB"
NETWORK = "AWS/NetworkELB"

Of: TypeAlias = Literal["balancer", "group", "both"]
"""Whether there is one for each load balancer, for each target group, or for both."""

Kind: TypeAlias = Literal["event", "volume", "state", "latency", "per_target"]
"""An event is reported as a 1 each time; a volume is summed up, and a state looked at, once a minute."""

When: TypeAlias = Literal["nonzero", "flowing", "checked"]
"""Reported when it is not zero; when there is traffic at all; whenever targets are checked."""


class Metric(Struct, frozen=True, kw_only=True):
    """A metric, and the name of its number in a `Sample`."""

    name: str
    value: str
    of: Of
    kind: Kind
    unit: StandardUnit = "Count"
    when: When = "nonzero"


def _event(name: str, value: str, of: Of = "balancer") -> Metric:
    return Metric(name=name, value=value, of=of, kind="event")


def _volume(name: str, value: str, unit: StandardUnit = "Count", when: When = "nonzero") -> Metric:
    return Metric(name=name, value=value, of="balancer", kind="volume", unit=unit, when=when)


def _hosts(name: str, value: str) -> Metric:
    return Metric(name=name, value=value, of="group", kind="state", when="checked")


HOSTS = (_hosts("HealthyHostCount", "healthy"), _hosts("UnHealthyHostCount", "unhealthy"))
OF_APPLICATION = (
    _event("RequestCount", "requests", "both"),
    *(_event(f"HTTPCode_Target_{digit}XX_Count", f"target_{digit}xx", "both") for digit in "2345"),
    *(_event(f"HTTPCode_ELB_{digit}XX_Count", f"elb_{digit}xx") for digit in "345"),
    *(_event(f"HTTPCode_ELB_{status}_Count", f"elb_{status}") for status in (500, 502, 503, 504)),
    _event("HTTP_Fixed_Response_Count", "fixed_responses"),
    _event("HTTP_Redirect_Count", "redirects"),
    _event("TargetConnectionErrorCount", "target_connection_errors", "both"),
    _event("ClientTLSNegotiationErrorCount", "tls_errors"),
    Metric(name="TargetResponseTime", value="latency_sum_ms", of="both", kind="latency", unit="Seconds"),
    Metric(name="RequestCountPerTarget", value="requests", of="group", kind="per_target"),
    Metric(name="ActiveConnectionCount", value="active_connections", of="balancer", kind="state"),
    _volume("NewConnectionCount", "new_connections"),
    _volume("RejectedConnectionCount", "rejected_connections"),
    _volume("ProcessedBytes", "bytes", "Bytes"),
    *HOSTS,
)
OF_NETWORK = (
    Metric(name="ActiveFlowCount", value="active_connections", of="balancer", kind="state", when="flowing"),
    _volume("NewFlowCount", "new_connections", when="flowing"),
    _volume("ProcessedBytes", "bytes", "Bytes", "flowing"),
    _volume("TCP_Client_Reset_Count", "client_resets", when="flowing"),
    _volume("TCP_Target_Reset_Count", "target_resets", when="flowing"),
    _volume("TCP_ELB_Reset_Count", "elb_resets", when="flowing"),
    _volume("ClientTLSNegotiationErrorCount", "tls_errors"),
    *HOSTS,
)

METRICS: Mapping[str, Mapping[str, Metric]] = {
    APPLICATION: {metric.name: metric for metric in OF_APPLICATION},
    NETWORK: {metric.name: metric for metric in OF_NETWORK},
}
"""By namespace and name."""

ALONE = frozenset({"RequestCountPerTarget"})
"""Metrics that are also found by their target group alone."""


def find(namespace: str, name: str) -> Metric | None:
    """The metric; None for one that we do not have, which on AWS would be one that has no data."""
    return METRICS.get(namespace, {}).get(name)
