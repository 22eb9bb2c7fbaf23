"""A redirect's Location: ELB's template as Envoy's format.

`#{host}`, `#{port}`, `#{path}`, `#{query}` and `#{protocol}` are the request's own. ELB always prints the port, and a
question mark only before a query.
"""

import re

from homeport.drivers.envoy.render import replies, scripts
from homeport.drivers.envoy.render.place import Fields
from homeport.plan.traffic import ListenerTable, Redirect

PATH = "%PATH(NQ)%"
QUERY = "%CEL(request.query == '' ? '' : '?')%%QUERY_PARAMS%"
WHOLE = "%REQ(:PATH)%"
PARTS = re.compile(r"(/?#\{path\}|#\{(?:protocol|host|port|query)\})")


def location(table: ListenerTable, redirect: Redirect) -> str:
    """Where a request is sent."""
    own = {
        "#{protocol}": table.protocol,
        "#{host}": "%REQ(:AUTHORITY)%",
        "#{port}": str(table.port),
        # Envoy's path begins with a slash and ELB's does not: what cannot be written is taken away by a script.
        "/#{path}": PATH,
        "#{path}": scripts.NO_SLASH + PATH,
        "#{query}": "%QUERY_PARAMS%",
    }
    protocol = _filled(redirect.protocol, own).lower()
    target = _target(redirect, own)
    return f"{protocol}://{_filled(redirect.host, own)}:{_filled(redirect.port, own)}{target}"


def _target(redirect: Redirect, own: dict[str, str]) -> str:
    if redirect.path == "/#{path}" and redirect.query == "#{query}":
        return WHOLE
    path = _filled(redirect.path, own)
    if redirect.query == "#{query}":
        return path + QUERY
    return f"{path}?{_filled(redirect.query, own)}" if redirect.query else path


def _filled(template: str, own: dict[str, str]) -> str:
    """A template with what is the request's own; what Envoy would take for its own format is doubled."""
    parts = PARTS.split(template)
    return "".join(own[part] if at % 2 else part.replace("%", "%%") for at, part in enumerate(parts))


def route(table: ListenerTable, redirect: Redirect) -> Fields:
    """The answer: a page, as ELB sends one, and the Location."""
    target = location(table, redirect)
    fields: Fields = {
        "direct_response": {
            "status": redirect.status,
            "body": {"inline_string": replies.page(redirect.status)},
        },
        "response_headers_to_add": [
            replies.NAMED,
            overwritten("content-type", "text/html"),
            overwritten("location", target),
        ],
    }
    if scripts.NO_SLASH in target:
        fields["typed_per_filter_config"] = scripts.of_a_route(scripts.LOCATION)
    return fields


def overwritten(name: str, value: str) -> Fields:
    """A header that replaces any of its name: Envoy has a Location and a content type of its own."""
    return {"header": {"key": name, "value": value}, "append_action": "OVERWRITE_IF_EXISTS_OR_ADD"}
