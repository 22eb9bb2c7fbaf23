"""What Envoy counts for the meter: loggers that rendering puts into listeners, and what the bootstrap keeps.

Envoy's own counters cannot say whether a target answered 503 or Envoy did in its place, know no parts of a millisecond,
and mix the load balancers that share a port. Two of its loggers of statistics can: one sees what targets answered,
the other what was not a plain success. In turn the router's own (`dynamic_stats`) are off, and all of it costs a request
no more than those did.
"""

from typing import Any, TypeAlias
from urllib.parse import quote

Fields: TypeAlias = dict[str, Any]
KIND = "type.googleapis.com/envoy.extensions.access_loggers.stats.v3.Config"

ROUTER: Fields = {"dynamic_stats": False}
"""Of `filters.http.router.v3.Router`, beside `upstream_log`."""

MICROSECONDS = "%COMMON_DURATION(US_TX_END:US_RX_BEG:us)%"
"""From the request's last byte to the answer's first: what ELB calls the target's response time."""


def targets() -> Fields:
    """Of a router's `upstream_log`: how long each answer of a target was waited for, by target group and code.

    A target that gave none has no code there, and is left out.
    """
    waited = {
        "stat": _stat("waited", group="%UPSTREAM_CLUSTER_RAW%", code="%RESPONSE_CODE%"),
        "unit": "Microseconds",
        "value_format": MICROSECONDS,
    }
    return _logger("target", histograms=[waited]) | {"filter": _from(100)}


def answers(at: str) -> Fields:
    """Of a connection manager's `access_log`: all that is no plain success, by who may have answered it.

    `at` is the connection manager's prefix of statistics, one of `names.listener` or `names.shared`. Routes have to be
    named by `names.listener`: on a shared port it is what tells load balancers apart.
    """
    stat = _stat(
        "answered",
        at=at,
        route="%ROUTE_NAME%",
        code="%RESPONSE_CODE%",
        flags="%RESPONSE_FLAGS%",
        group="%UPSTREAM_CLUSTER_RAW%",
    )
    either = {"or_filter": {"filters": [{"response_flag_filter": {}}, _from(300)]}}
    return _logger("elb", counters=[{"stat": stat, "value_fixed": 1}]) | {"filter": either}


def flows(at: str) -> Fields:
    """Of a `tcp_proxy`'s `access_log`: how connections end. `at` is its prefix of statistics, `names.listener`."""
    stat = _stat(
        "ended",
        at=at,
        client="%DOWNSTREAM_DETECTED_CLOSE_TYPE%",
        target="%UPSTREAM_DETECTED_CLOSE_TYPE%",
    )
    return _logger("flow", counters=[{"stat": stat, "value_fixed": 1}])


def _logger(prefix: str, **stats: list[Fields]) -> Fields:
    config: Fields = {"@type": KIND, "stat_prefix": prefix, **stats}
    return {"name": "envoy.access_loggers.stats", "typed_config": config}


def _stat(name: str, **tags: str) -> Fields:
    return {"name": name, "tags": [{"name": tag, "value_format": value} for tag, value in tags.items()]}


def _from(status: int) -> Fields:
    value = {"default_value": status, "runtime_key": "homeport.counting"}
    return {"status_code_filter": {"comparison": {"op": "GE", "value": value}}}


_PLACE = "[^.]+"
KEPT: tuple[str, ...] = (
    r"(target\.waited|elb\.answered|flow\.ended)\..*",
    r"server\.uptime",
    rf"http\.{_PLACE}\.(downstream_cx_(total|active|rx_bytes_total|tx_bytes_total)|rq_direct_response)",
    rf"tcp\.{_PLACE}\.downstream_cx_(total|rx_bytes_total|tx_bytes_total)",
    rf"udp\.{_PLACE}\.downstream_sess_(total|active|rx_bytes|tx_bytes)",
    rf"listener\.{_PLACE}\.(downstream_(global_)?cx_overflow|ssl\.(connection_error|fail_[a-z_]+))",
    r"cluster\.(group|forward)_[0-9a-f]+\.upstream_cx_(total|active|connect_fail|rx_bytes_total|tx_bytes_total)",
)
"""The statistics that the meter reads."""

STATS = "/stats?usedonly&histogram_buckets=detailed&filter=" + quote(f"^({'|'.join(KEPT)})$", safe="")
MERGE = "/stats?type=TextReadouts&filter=%5E%24"
"""Asks for nothing: it has Envoy collect its threads' histograms, as each question for statistics does."""


def bootstrap() -> Fields:
    """Of the bootstrap: nothing else is counted, which halves the memory of a thousand target groups and the time that
    reading takes; and histograms are as new as the question.
    """
    patterns = [{"safe_regex": {"regex": pattern}} for pattern in KEPT]
    return {
        "stats_flush_on_admin": True,
        "stats_config": {"stats_matcher": {"inclusion_list": {"patterns": patterns}}},
    }
