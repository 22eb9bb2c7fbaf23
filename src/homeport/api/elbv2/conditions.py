"""Conditions of rules: checked, and written out in both of AWS's forms, so that what is shown can be sent again."""

import re
from collections.abc import Callable, Iterable, Sequence
from ipaddress import ip_network

from msgspec.structs import replace

from homeport.api.elbv2 import expressions
from homeport.api.elbv2.errors import rules as errors
from homeport.api.elbv2.limits import CONDITION_VALUES, CONDITION_WILDCARDS
from homeport.shapes import elbv2

LONGEST_VALUE = 128
LONGEST_NAME = 40
HOST = re.compile(r"[A-Za-z0-9.*?-]+")
PATH = re.compile(r"[A-Za-z0-9_.$/~\"'@:+&()!,;=%*?-]+")
HEADER_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
PRINTABLE = re.compile(r"[ -~]+")
CIDR = re.compile(r"[0-9A-Fa-f.:]+/[0-9]{1,3}")
"""Python reads masks and names of interfaces as well, and Envoy does not."""
METHOD = re.compile(r"[A-Z_-]+")

Checked = Callable[[elbv2.RuleCondition], elbv2.RuleCondition]


def checked(given: Sequence[elbv2.RuleCondition]) -> list[elbv2.RuleCondition]:
    """The conditions as they are kept and shown. Raises ValidationError."""
    if not given:
        raise errors.condition_missing()
    found = [_checked(condition) for condition in given]
    fields = [condition.field or "" for condition in found]
    for field in fields:
        if field not in SEVERAL and fields.count(field) > 1:
            raise errors.condition_repeated(field)
    values = [value for condition in found for value in _values(condition)]
    if len(values) > CONDITION_VALUES:
        raise errors.too_many_values(CONDITION_VALUES)
    wildcards = sum(
        value.count("*") + value.count("?")
        for condition in found
        if condition.field != "source-ip" and not condition.regex_values
        for value in _values(condition)
    )
    if wildcards > CONDITION_WILDCARDS:
        raise errors.too_many_wildcards(CONDITION_WILDCARDS)
    return found


def _checked(condition: elbv2.RuleCondition) -> elbv2.RuleCondition:
    field = condition.field or ""
    if field not in FIELDS:
        raise errors.condition_field_invalid(field, list(FIELDS))
    if field not in PLAIN and condition.values:
        raise errors.values_not_compatible("Values", field)
    if field not in (*PLAIN, "http-header") and condition.regex_values:
        raise errors.values_not_compatible("RegexValues", field)
    for other, member in CONFIGS.items():
        if other != field and getattr(condition, member) is not None:
            raise errors.values_not_compatible(SPELLED[other], field)
    return FIELDS[field](condition)


def _host(condition: elbv2.RuleCondition) -> elbv2.RuleCondition:
    config = condition.host_header_config or elbv2.HostHeaderConditionConfig()
    values, patterns = _plain(condition, config.values, config.regex_values)
    _check_values("host-header", values, HOST)
    config = elbv2.HostHeaderConditionConfig(values=values or None, regex_values=patterns or None)
    return replace(condition, values=values or None, regex_values=patterns or None, host_header_config=config)


def _path(condition: elbv2.RuleCondition) -> elbv2.RuleCondition:
    config = condition.path_pattern_config or elbv2.PathPatternConditionConfig()
    values, patterns = _plain(condition, config.values, config.regex_values)
    _check_values("path-pattern", values, PATH)
    config = elbv2.PathPatternConditionConfig(values=values or None, regex_values=patterns or None)
    return replace(
        condition, values=values or None, regex_values=patterns or None, path_pattern_config=config
    )


def _plain(
    condition: elbv2.RuleCondition, values: list[str] | None, patterns: list[str] | None
) -> tuple[list[str], list[str]]:
    """Values and expressions, which stand at the top, in the config, or in both: then they are the same."""
    field = condition.field or ""
    if condition.values and values and condition.values != values:
        raise errors.values_twice(SPELLED[field])
    found, searched = condition.values or values or [], _patterns(condition, patterns)
    if found and searched:
        raise errors.values_and_regex(field)
    if not found and not searched:
        raise errors.value_missing()
    return found, searched


def _patterns(condition: elbv2.RuleCondition, given: list[str] | None) -> list[str]:
    """The regular expressions, at the top or in the config."""
    field = condition.field or ""
    if condition.regex_values and given and condition.regex_values != given:
        raise errors.values_twice(SPELLED[field])
    found = condition.regex_values or given or []
    if any(len(pattern) > LONGEST_VALUE for pattern in found):
        raise errors.too_long(field, LONGEST_VALUE)
    expressions.check(found)
    return found


def _header(condition: elbv2.RuleCondition) -> elbv2.RuleCondition:
    config = condition.http_header_config
    if config is None:
        raise errors.config_missing("HttpHeaderConfig", "http-header")
    name = config.http_header_name or ""
    if not name:
        raise errors.header_name_missing()
    if len(name) > LONGEST_NAME:
        raise errors.too_long("HttpHeaderName", LONGEST_NAME)
    if not HEADER_NAME.fullmatch(name):
        raise errors.character_invalid(name)
    patterns = _patterns(condition, config.regex_values)
    if config.values and patterns:
        raise errors.values_and_regex("http-header")
    if not config.values and not patterns:
        raise errors.value_missing()
    _check_values("http-header", config.values or (), PRINTABLE)
    whole = elbv2.HttpHeaderConditionConfig(
        http_header_name=name, values=config.values or None, regex_values=patterns or None
    )
    return replace(condition, values=None, regex_values=patterns or None, http_header_config=whole)


def _method(condition: elbv2.RuleCondition) -> elbv2.RuleCondition:
    config = condition.http_request_method_config
    if config is None:
        raise errors.config_missing("HttpRequestMethodConfig", "http-request-method")
    if not config.values:
        raise errors.value_missing()
    for value in config.values:
        if len(value) > LONGEST_NAME:
            raise errors.too_long("http-request-method", LONGEST_NAME)
        if not METHOD.fullmatch(value):
            raise errors.method_invalid()
    return replace(condition, values=None)


def _query(condition: elbv2.RuleCondition) -> elbv2.RuleCondition:
    config = condition.query_string_config
    if config is None:
        raise errors.config_missing("QueryStringConfig", "query-string")
    if not config.values:
        raise errors.value_missing()
    for pair in config.values:
        if not pair.value:
            raise errors.pair_value_missing()
        for member, text in (("Key", pair.key or ""), ("Value", pair.value)):
            if len(text) > LONGEST_VALUE:
                raise errors.too_long(member, LONGEST_VALUE)
            if text and not PRINTABLE.fullmatch(text):
                raise errors.character_invalid(text)
    pairs = [replace(pair, key=pair.key or None) for pair in config.values]
    return replace(condition, values=None, query_string_config=elbv2.QueryStringConditionConfig(values=pairs))


def _source(condition: elbv2.RuleCondition) -> elbv2.RuleCondition:
    config = condition.source_ip_config
    if config is None:
        raise errors.config_missing("SourceIpConfig", "source-ip")
    if not config.values:
        raise errors.value_missing()
    for value in config.values:
        try:
            network = ip_network(value, strict=False)
        except ValueError:
            raise errors.cidr_invalid(value) from None
        if (
            not CIDR.fullmatch(value)
            or (config.ip_address_type or f"ipv{network.version}") != f"ipv{network.version}"
        ):
            raise errors.cidr_invalid(value)
    return replace(condition, values=None)


def _check_values(field: str, values: Iterable[str], characters: re.Pattern[str]) -> None:
    for value in values:
        if len(value) > LONGEST_VALUE:
            raise errors.too_long(field, LONGEST_VALUE)
        if not value:
            raise errors.value_missing()
        if not characters.fullmatch(value):
            raise errors.character_invalid(value)


def _values(condition: elbv2.RuleCondition) -> list[str]:
    """All that count as a condition's values."""
    config = condition.query_string_config
    if config is not None:
        return [f"{pair.key or ''}{pair.value or ''}" for pair in config.values or ()]
    member = getattr(condition, CONFIGS[condition.field or ""])
    return list(member.values or getattr(member, "regex_values", None) or ())


FIELDS: dict[str, Checked] = {
    "host-header": _host,
    "http-header": _header,
    "http-request-method": _method,
    "path-pattern": _path,
    "query-string": _query,
    "source-ip": _source,
}
CONFIGS = {
    "host-header": "host_header_config",
    "http-header": "http_header_config",
    "http-request-method": "http_request_method_config",
    "path-pattern": "path_pattern_config",
    "query-string": "query_string_config",
    "source-ip": "source_ip_config",
}
SPELLED = {
    "host-header": "HostHeaderConfig",
    "http-header": "HttpHeaderConfig",
    "http-request-method": "HttpRequestMethodConfig",
    "path-pattern": "PathPatternConfig",
    "query-string": "QueryStringConfig",
    "source-ip": "SourceIpConfig",
}
PLAIN = ("host-header", "path-pattern")
"""Fields whose values may also stand at the top of a condition."""
SEVERAL = ("http-header", "query-string")
"""Fields of which a rule may have several conditions."""
