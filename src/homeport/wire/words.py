"""Why a request does not fit its shape, in AWS's words: the one place that reads msgspec's messages.

A value of the wrong JSON type is malformed (`SerializationException`, with the texts of AWS's Coral parsers);
a missing or forbidden value breaks a rule (`InvalidParameterException` for ECS). Rules that need more than
the request alone are the operations' own. Texts: task-sets.md §11, and Coral's `1 validation error detected:
…` as every service of that framework answers it.
"""

from __future__ import annotations

import re
from typing import Any

import msgspec

from homeport.shapes.operation import Operation
from homeport.wire import schema
from homeport.wire.errors import WireError

INVALID_CODES = {
    "ecs": "InvalidParameterException",
    "elasticloadbalancing": "ValidationError",
    "iam": "ValidationError",
    "monitoring": "ValidationError",
    "servicediscovery": "InvalidInput",
    "sts": "ValidationError",
}
"""What a broken rule is called, by service; `DEFAULT_INVALID_CODE` where nothing else is known."""
DEFAULT_INVALID_CODE = "ValidationException"

NAMES_PARAMETERS = {"monitoring"}
"""Services that say by its name which parameter is missing."""

ANY = "any operation"
BLANK = {
    (ANY, "subnets"): ("InvalidParameterException", "subnets can not be empty."),
    ("RegisterTaskDefinition", "family"): ("ClientException", "Family should not be null or empty."),
    ("RegisterTaskDefinition", "containerDefinitions"): (
        "ClientException",
        "Container list cannot be empty.",
    ),
    (ANY, "LoadBalancerArn"): ("ValidationError", "A load balancer ARN must be specified"),
    (ANY, "TargetGroupArn"): ("ValidationError", "A target group ARN must be specified"),
    (ANY, "ListenerArn"): ("ValidationError", "A listener ARN must be specified"),
    (ANY, "RuleArn"): ("ValidationError", "A listener rule ARN must be specified"),
    (ANY, "ResourceArns"): ("ValidationError", "An ARN must be specified"),
}
"""Absent members for which AWS has a sentence or a code of its own: (operation, member) to (code, text)."""

MALFORMED = "SerializationException"
MAX_SHOWN = 256
TYPE_NAMES = {"int": "Integer", "float": "Double", "bool": "Boolean"}
STRUCTURE_TEXT = "Start of structure or map found where not expected."

MESSAGE = re.compile(r"(?P<what>.*?)(?: - at (?:`key` in )?`\$(?P<path>.*)`)?\Z", re.DOTALL)
MISSING = re.compile(r"Object missing required field `(?P<name>.*)`")
WRONG_TYPE = re.compile(r"Expected `(?P<wanted>[^`]*)`, got `(?P<got>[^`]*)`")
LENGTH = re.compile(r"Expected `\w+` of length (?P<sign>[<>]=) (?P<bound>\d+)")
RANGE = re.compile(r"Expected `\w+` (?P<sign>[<>]=?) (?P<bound>\S+)")
STEP = re.compile(r"\.([^.\[]+)|\[(\d+|\.\.\.)\]")

AT_LEAST_MOST = {">=": "greater than or equal to", "<=": "less than or equal to"}


def malformed(message: str = "Could not parse request body.") -> WireError:
    """The body cannot be read."""
    return WireError(MALFORMED, message)


def refusal(service: str, operation: Operation, value: Any, problem: str) -> WireError:
    """The AWS error for msgspec's `problem` with the decoded but unfitting `value`."""
    found = MESSAGE.fullmatch(problem)
    what, path = (found["what"], found["path"] or "") if found else (problem, "")
    place = Place(operation, value, path)
    if missing := MISSING.fullmatch(what):
        return blank(service, operation, place.member(missing["name"]))
    if wrong := WRONG_TYPE.fullmatch(what):
        if wrong["got"] == "null":
            return blank(service, operation, place)
        return malformed(wrong_type_text(wrong["wanted"].removesuffix(" | null"), place.value, wrong["got"]))
    if what in {"Number out of range", "Integer value out of range"} or is_width(what):
        return malformed("NUMBER_VALUE out of range")
    if what.startswith("Expected `str` of length >= 1") and place.required and not place.value:
        return blank(service, operation, place)
    return broken_rule(service, place, constraint_text(what, place.type))


def blank(service: str, operation: Operation, place: Place) -> WireError:
    """A required member is absent or empty: ECS has words of its own, `Task Definition can not be blank.`."""
    name = place.name
    if service in NAMES_PARAMETERS:
        return WireError("MissingParameter", f"The parameter {place.query_path} is required.")
    if special := BLANK.get((operation.name, name)) or BLANK.get((ANY, name)):
        return WireError(*special)
    if service != "ecs":
        return broken_rule(service, place, "Member must not be null")
    if schema.item_type(place.type) is not None:
        text = f"{name[:1].upper()}{name[1:]} cannot be empty."
    else:
        text = f"{title(name)} can not be blank."
    return WireError(INVALID_CODES.get(service, DEFAULT_INVALID_CODE), text)


def broken_rule(service: str, place: Place, constraint: str) -> WireError:
    """Coral's sentence about one value that breaks one rule of the model."""
    value = "null" if place.value is None else f"'{shown(place.value)}'"
    text = (
        f"1 validation error detected: Value {value} at '{place.coral_path}' "
        f"failed to satisfy constraint: {constraint}"
    )
    return WireError(INVALID_CODES.get(service, DEFAULT_INVALID_CODE), text)


def constraint_text(what: str, kind: Any) -> str:
    """The rule that was broken, as Coral names it."""
    if what.startswith("Invalid enum value"):
        return f"Member must satisfy enum value set: [{', '.join(schema.choices(kind))}]"
    if length := LENGTH.fullmatch(what):
        return f"Member must have length {AT_LEAST_MOST[length['sign']]} {length['bound']}"
    if bound := RANGE.fullmatch(what):
        return f"Member must have value {AT_LEAST_MOST[bound['sign']]} {bound['bound']}"
    return f"Member must satisfy regular expression pattern: {schema.mark(kind, 'pattern')}"


def wrong_type_text(wanted: str, value: Any, got: str) -> str:
    """Coral's text for a value of another JSON type than the model's."""
    if wanted == "array":
        return STRUCTURE_TEXT if isinstance(value, dict) else "Expected list or null"
    if wanted == "object":
        return "Expected null"
    if isinstance(value, dict):
        return STRUCTURE_TEXT
    if isinstance(value, list):
        return "Start of list found where not expected"
    token = token_name(value, got)
    if wanted == "str":
        return f"{token} can not be converted to a String"
    return f"{token} cannot be converted to {TYPE_NAMES.get(wanted, wanted)}"


def token_name(value: Any, got: str) -> str:
    """The JSON token as Coral's parser calls it."""
    if isinstance(value, bool):
        return "TRUE_VALUE" if value else "FALSE_VALUE"
    return "STRING_VALUE" if isinstance(value, str) or got == "str" else "NUMBER_VALUE"


def is_width(what: str) -> bool:
    """Whether the broken bound is that of the type itself (32 or 64 bits), not a rule of the model."""
    bound = RANGE.fullmatch(what)
    return bound is not None and bound["bound"] in {
        str(sign * 2**bits - (sign > 0)) for sign in (1, -1) for bits in (31, 63)
    }


def title(name: str) -> str:
    """`taskDefinition` as `Task Definition`."""
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name)
    return spaced[:1].upper() + spaced[1:]


def shown(value: Any) -> str:
    """A value as it is repeated in an error: bounded, because it is the client's."""
    text = value if isinstance(value, str) else msgspec.json.encode(value).decode()
    return text if len(text) <= MAX_SHOWN else f"{text[:MAX_SHOWN]}..."


class Place:
    """Where in a request a problem is: the value there, its type, and its path as Coral writes it."""

    def __init__(self, operation: Operation, value: Any, path: str) -> None:
        self.type: Any = operation.request
        self.value = value
        self.name = ""
        self.required = False
        self.steps: list[str] = []
        for name, index in STEP.findall(path):
            if name:
                self.enter_member(name)
            else:
                self.enter_item(index)

    def member(self, name: str) -> Place:
        """This place's member, moved to in place."""
        self.enter_member(name)
        return self

    def enter_member(self, name: str) -> None:
        """Go to a member of the structure here."""
        found = (
            schema.members(schema.bare(self.type)).get(name)
            if schema.is_shape(schema.bare(self.type))
            else None
        )
        self.type = found.type if found else None
        self.required = found is not None and found.required
        self.name = name
        self.value = self.value.get(name) if isinstance(self.value, dict) else None
        self.steps.append(name)

    def enter_item(self, index: str) -> None:
        """Go to an item of the list here, or to the map's value that msgspec does not name."""
        self.type = schema.item_type(self.type)
        self.required = False
        if isinstance(self.value, list) and index.isdigit():
            self.value = self.value[int(index)]
            self.steps += [str(int(index) + 1), "member"]
        else:
            self.value = self.odd_value()
            self.steps.append("member")

    def odd_value(self) -> Any:
        """The first value of the map here that does not fit, since msgspec only says that there is one."""
        values = self.value.values() if isinstance(self.value, dict) else ()
        return next((value for value in values if not fits(value, self.type)), None)

    @property
    def coral_path(self) -> str:
        """`loadBalancers.1.member.containerPort`, also where the names on the wire begin with a capital."""
        return ".".join(step[:1].lower() + step[1:] for step in self.steps)

    @property
    def query_path(self) -> str:
        """`MetricDataQueries.member.1.Id`: the same as the Query protocol writes it."""
        return re.sub(r"(\d+)\.member", r"member.\1", ".".join(self.steps))


def fits(value: Any, kind: Any) -> bool:
    """Whether a decoded value is one of the type, rules included."""
    try:
        msgspec.convert(value, kind)
    except msgspec.ValidationError:
        return False
    return True
