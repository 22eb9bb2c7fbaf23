"""What the balancer answers by itself when no target does: ELB's codes, its pages of HTML, and its name."""

from http import HTTPStatus

from homeport.drivers.envoy.render.place import Fields, extension

SERVER = "awselb/2.0"
NAMED: Fields = {
    "header": {"key": "server", "value": SERVER},
    "append_action": "OVERWRITE_IF_EXISTS_OR_ADD",
}
PHRASES = {503: "Service Temporarily Unavailable", 504: "Gateway Time-out", 505: "HTTP Version Not Supported"}
"""Where ELB's words are not the standard's."""

UNREACHED = ("UF", "UC", "UR", "UPE", "UMSDR")
"""Envoy's flags for a target that refused, hung up, reset, or answered with what is no HTTP."""


def page(status: int) -> str:
    """The page of an error or a redirect."""
    title = f"{status} {PHRASES.get(status) or HTTPStatus(status).phrase}"
    return (
        f"<html>\r\n<head><title>{title}</title></head>\r\n"
        f"<body>\r\n<center><h1>{title}</h1></center>\r\n</body>\r\n</html>\r\n"
    )


def replies() -> Fields:
    """A connection manager's `local_reply_config`. The first that fits is taken.

    A target that refuses is a bad gateway; one that does not even do that is a gateway's time-out (AWS, "HTTP 504").
    """
    late = _when("response.code_details.contains('timeout')")
    unreached = _flags(*UNREACHED)
    return {
        "mappers": [
            _mapper({"and_filter": {"filters": [_flags("UF"), late]}}, 504),
            _mapper(unreached, 502),
            _mapper(_flags("UH", "NC", "UO", "NR"), 503),
            _mapper(_flags("UT"), 504),
            _mapper(_both(504, _flags("SI")), 504),
            _mapper(_both(408, _flags("SI")), 408),
            _mapper(_both(400, _when("response.code_details != 'direct_response'")), 400),
            {"filter": _status("GE", 400), "headers_to_add": [NAMED]},
        ]
    }


def _flags(*names: str) -> Fields:
    return {"response_flag_filter": {"flags": list(names)}}


def _when(expression: str) -> Fields:
    filter_ = extension(
        "envoy.access_loggers.extension_filters.cel",
        "access_loggers.filters.cel.v3.ExpressionFilter",
        expression=expression,
    )
    return {"extension_filter": filter_}


def _both(status: int, other: Fields) -> Fields:
    return {"and_filter": {"filters": [_status("EQ", status), other]}}


def _status(comparison: str, status: int) -> Fields:
    value = {"default_value": status, "runtime_key": "homeport.status"}
    return {"status_code_filter": {"comparison": {"op": comparison, "value": value}}}


def _mapper(when: Fields, status: int) -> Fields:
    return {
        "filter": when,
        "status_code": status,
        "headers_to_add": [NAMED],
        "body_format_override": {
            "text_format_source": {"inline_string": page(status)},
            "content_type": "text/html",
        },
    }
