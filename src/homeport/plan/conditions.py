"""A rule's conditions: AWS's shapes, in both of their forms, as values that say what they mean."""

from collections.abc import Callable, Sequence

from homeport.plan.traffic import Condition, ConditionKind
from homeport.shapes import elbv2

Read = Callable[[elbv2.RuleCondition], Condition]


def of(given: Sequence[elbv2.RuleCondition]) -> tuple[Condition, ...]:
    """The conditions that must all hold."""
    return tuple(_READ[each.field](each) for each in given if each.field in _READ)


def _values(kind: ConditionKind, member: str) -> Read:
    """A condition whose values stand in a Config, or at its top as they did before there were any."""

    def read(given: elbv2.RuleCondition) -> Condition:
        config = getattr(given, member)
        patterns = (config and getattr(config, "regex_values", None)) or given.regex_values
        if patterns:
            return Condition(kind=kind, values=tuple(patterns), regex=True)
        return Condition(kind=kind, values=tuple((config and config.values) or given.values or ()))

    return read


def _header(given: elbv2.RuleCondition) -> Condition:
    config = given.http_header_config or elbv2.HttpHeaderConditionConfig()
    if config.regex_values:
        return Condition(
            kind="header", name=config.http_header_name or "", values=tuple(config.regex_values), regex=True
        )
    return Condition(kind="header", name=config.http_header_name or "", values=tuple(config.values or ()))


def _query(given: elbv2.RuleCondition) -> Condition:
    config = given.query_string_config or elbv2.QueryStringConditionConfig()
    return Condition(
        kind="query", pairs=tuple((pair.key or "", pair.value or "") for pair in config.values or ())
    )


_READ: dict[str | None, Read] = {
    "host-header": _values("host", "host_header_config"),
    "path-pattern": _values("path", "path_pattern_config"),
    "http-header": _header,
    "query-string": _query,
    "http-request-method": _values("method", "http_request_method_config"),
    "source-ip": _values("source", "source_ip_config"),
}
