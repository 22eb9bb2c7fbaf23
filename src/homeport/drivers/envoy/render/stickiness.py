"""How a client stays: with a target by a cookie of the balancer's or the application's, with a target group by AWSALBTG.

A cookie of a target holds its address, in Envoy's encoding; AWS's is encrypted. Neither is for clients to read.
"""

import hashlib
from collections.abc import Mapping, Sequence

from homeport.drivers.envoy.render import scripts
from homeport.drivers.envoy.render.place import Fields, typed
from homeport.plan.traffic import GroupTable, ListenerTable

FILTER = "envoy.filters.http.stateful_session"
SESSION = "filters.http.stateful_session.v3.StatefulSession"
GROUP_COOKIE = "AWSALBTG"


def filter_() -> Fields:
    """The filter that sends requests to the target of their cookie: asleep but on the routes that wake it."""
    return {"name": FILTER, "typed_config": typed(SESSION), "disabled": True}


def of_a_target(group: GroupTable, table: ListenerTable) -> Fields:
    """What a route to `group` needs in its `typed_per_filter_config` so that clients stay with its targets."""
    kept = group.stickiness
    if kept is None or kept.kind == "source_ip":
        return {}
    by_application = kept.kind == "app_cookie"
    name = "AWSALBAPP-0" if by_application else "AWSALB"
    state = {
        # Envoy finds the extension by this name, not by the type.
        "name": "envoy.http.stateful_session.cookie",
        "typed_config": typed(
            "http.stateful_session.cookie.v3.CookieBasedSessionState",
            cookie={"name": name, "path": "/", "ttl": f"{kept.duration_s}s"},
        ),
    }
    secure = "; Secure" if table.protocol == "HTTPS" else ""
    text = (
        scripts.APPLICATION_COOKIE % scripts.quoted(kept.cookie)
        if by_application
        else scripts.BALANCER_COOKIE % (kept.duration_s, secure)
    )
    return {
        FILTER: typed(f"{SESSION}PerRoute", stateful_session={"session_state": state}),
        **scripts.of_a_route(scripts.script(text, is_strict=table.http.drop_invalid_headers)),
    }


def by_address(groups: Sequence[GroupTable]) -> list[Fields]:
    """A route's hash policy, where a client's address decides."""
    if any(group.stickiness and group.stickiness.kind == "source_ip" for group in groups):
        return [{"connection_properties": {"source_ip": True}}]
    return []


def mark(rule: str, group: GroupTable) -> str:
    """What AWSALBTG says of a client that a rule has sent to a target group."""
    return hashlib.sha256(f"{rule} {group.number}".encode()).hexdigest()[:32]


def group_cookies(rule: str, group: GroupTable, sticky_s: int, table: ListenerTable) -> list[Fields]:
    """The headers that make a client stay with `group`."""
    secure = "; Secure" if table.protocol == "HTTPS" else ""
    rest = f"={mark(rule, group)}; Max-Age={sticky_s}; Path=/"
    values = (f"{GROUP_COOKIE}{rest}", f"{GROUP_COOKIE}CORS{rest}; SameSite=None{secure}")
    return [
        {"header": {"key": "set-cookie", "value": value}, "append_action": "APPEND_IF_EXISTS_OR_ADD"}
        for value in values
    ]


def stays(match: Mapping[str, object], rule: str, group: GroupTable) -> Fields:
    """The match of a rule for clients that have been with `group`."""
    cookie = rf"(?:.*[;\s])?{GROUP_COOKIE}(?:CORS)?={mark(rule, group)}(?:[;\s].*)?"
    header = {"name": "cookie", "string_match": {"safe_regex": {"regex": cookie}}}
    given = match.get("headers", [])
    assert isinstance(given, list)
    return {**match, "headers": [*given, header]}
