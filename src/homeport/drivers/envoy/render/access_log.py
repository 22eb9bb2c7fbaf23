"""Requests in a file, in the order of fields that AWS documents for application load balancers.

What Envoy does not know is `-`, as AWS prints it: the certificate that was chosen, and how a request is classified.
"""

from collections.abc import Iterator, Sequence
from typing import assert_never

from homeport.drivers.envoy import names
from homeport.drivers.envoy.render.place import Fields, Place, extension
from homeport.plan.traffic import Fixed, Forward, GroupTable, ListenerTable, Redirect, Route

NAMESPACE = "homeport"
TIME = "%Y-%m-%dT%H:%M:%S.%6fZ"
BY_TARGET = "response.code_details == 'via_upstream'"
OF_TARGET = f"%CEL({BY_TARGET} ? response.code : response.absent)%"
"""A target's code. There is no such thing as `absent`, and what is not is printed as `-`."""


def logs(tables: Sequence[ListenerTable], place: Place) -> Iterator[Fields]:
    """A connection manager's `access_log`: a file for each load balancer that wants one, of its own requests only."""
    for table in tables:
        if table.http.access_log is None:
            continue
        written = extension(
            "envoy.access_loggers.file",
            "access_loggers.file.v3.FileAccessLog",
            path=f"{place.logs}/{table.http.access_log}",
            log_format={"text_format_source": {"inline_string": " ".join(_columns(table)) + "\n"}},
        )
        yield {**written, **(_only(table) if len(tables) > 1 else {})}


def _only(table: ListenerTable) -> Fields:
    """Requests of one listener among those that share an address."""
    mine = extension(
        "envoy.access_loggers.extension_filters.cel",
        "access_loggers.filters.cel.v3.ExpressionFilter",
        expression=f"xds.virtual_host_name == '{names.listener(table)}'",
    )
    return {"filter": {"extension_filter": mine}}


def _columns(table: ListenerTable) -> list[str]:
    kind = "https" if table.protocol == "HTTPS" else "http"
    return [
        f"%CEL(request.protocol == 'HTTP/2' ? 'h2' : '{kind}')%",
        f"%EMIT_TIME({TIME})%",
        f"app/{table.name}/{table.number}",
        "%DOWNSTREAM_DIRECT_REMOTE_ADDRESS%",
        "%UPSTREAM_HOST%",
        *_seconds(),
        "%RESPONSE_CODE%",
        OF_TARGET,
        "%DOWNSTREAM_WIRE_BYTES_RECEIVED%",
        "%DOWNSTREAM_WIRE_BYTES_SENT%",
        f'"%REQ(:METHOD)% {kind}://%REQ(:AUTHORITY)%{_port(table)}%REQ(:PATH)% %PROTOCOL%"',
        '"%REQ(USER-AGENT)%"',
        "%DOWNSTREAM_TLS_CIPHER%",
        "%DOWNSTREAM_TLS_VERSION%",
        "%CLUSTER_METADATA(homeport:arn)%",
        '"%REQ(X-AMZN-TRACE-ID)%"',
        '"%REQUESTED_SERVER_NAME%"',
        '"-"',
        "%METADATA(ROUTE:homeport:priority)%",
        f"%START_TIME({TIME})%",
        '"%METADATA(ROUTE:homeport:action)%"',
        f"\"%CEL({BY_TARGET} ? '-' : response.headers['location'])%\"",
        '"-"',
        '"%UPSTREAM_HOST%"',
        f'"{OF_TARGET}"',
        '"-"',
        '"-"',
        "TID_%CONNECTION_ID%",
    ]


def _port(table: ListenerTable) -> str:
    """What follows the host: the port, unless a target was told of it already."""
    port = f":{table.port}"
    return f"%CEL(request.host.endsWith('{port}') ? '' : '{port}')%"


def _seconds() -> list[str]:
    """Until the target was asked, until it had answered, and what the balancer itself took; -1 without a target.

    Envoy tells of the answer's last byte where ELB means its first, and does not tell the first time apart.
    """
    waited, own = "response.backend_latency", "(request.duration - response.backend_latency)"
    return [f"%CEL({BY_TARGET} ? {each} : -1.0)%" for each in ("0.0", _fraction(waited), _fraction(own))]


def _fraction(duration: str) -> str:
    return f"double({duration}.getSeconds()) + double({duration}.getMilliseconds()) / 1000.0"


def of_a_route(route: Route) -> Fields:
    """What a log says of the rule that a request has met."""
    facts = {"priority": str(route.priority), "action": _word(route)}
    return {"metadata": {"filter_metadata": {NAMESPACE: facts}}}


def of_a_cluster(group: GroupTable) -> Fields:
    """What a log says of the target group that a request went to."""
    return {"metadata": {"filter_metadata": {NAMESPACE: {"arn": group.arn}}}}


def _word(route: Route) -> str:
    match route.action:
        case Forward():
            return "forward"
        case Redirect():
            return "redirect"
        case Fixed():
            return "fixed-response"
        case _:
            assert_never(route.action)
