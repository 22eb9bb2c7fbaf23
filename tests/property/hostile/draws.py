"""Requests drawn by dice: what is careful, what the shapes allow, and what nobody has thought of.

The generated shapes guide the drawing, as they guide the codecs; how a request is written down is `writing.py`'s.
"""

from collections.abc import Callable, Mapping
from random import Random
from typing import Any

from homeport.shapes.operation import Operation
from homeport.wire import schema
from tests.property.hostile import words
from tests.property.hostile.specimens import ACTIONS, CONDITIONS, SPECIMENS
from tests.property.hostile.things import Things

DEEPEST = 6
CAREFUL = 0.75
SPOILT = 0.35
"""How many of the careful requests have something in them that is not."""
NEST = 300


class Draws:
    """Dice, and the things that there are to ask about."""

    def __init__(self, dice: Random, things: Things, now: Callable[[], float]) -> None:
        self.dice = dice
        self._things = things
        self._now = now

    def request(self, service: str, operation: Operation) -> Any:
        """The body of a request, nearly always a structure."""
        specimens = SPECIMENS.get(service, {}).get(operation.name)
        if specimens and self._is(CAREFUL):
            body = self._filled(self.dice.choice(specimens))
            if self._is(SPOILT):
                body = self._spoilt(body, operation.request, 0)
            return body
        return self._value(operation.request, "", 0)

    def _is(self, chance: float) -> bool:
        return self.dice.random() < chance

    def _filled(self, specimen: Any) -> Any:
        """A specimen with its words put in."""
        if isinstance(specimen, dict):
            return {name: self._filled(inner) for name, inner in specimen.items()}
        if isinstance(specimen, list):
            return [self._filled(inner) for inner in specimen]
        if not isinstance(specimen, str):
            return specimen
        if specimen.startswith("="):
            return self._number(specimen[1:])
        sign = specimen.find("@")
        if sign < 0:
            return specimen
        named = specimen[sign + 1 :]
        if named == "pair":
            return self._pair()
        if named in ("action", "condition"):
            return self._filled(self.dice.choice(ACTIONS if named == "action" else CONDITIONS))
        return specimen[:sign] + self._word(named)

    def _word(self, named: str) -> str:
        pool = words.POOLS.get(named)
        if pool is None:
            return self._things.one(named, self.dice)
        chance = self.dice.random()
        if named in words.GOOD and chance < 0.8:
            return self.dice.choice(words.GOOD[named])
        return self.dice.choice(words.EVIL if chance > 0.98 else pool)

    def _pair(self) -> dict[str, str]:
        """An attribute with a value that is possible, or a value that is another's."""
        key = self.dice.choice(words.ATTRIBUTES)
        known = words.KNOWN.get(key)
        values = [] if known is None else [*known.choices, *map(str, known.between or ()), known.default]
        return {"Key": key, "Value": self.dice.choice(values if values and self._is(0.7) else words.VALUES)}

    def _number(self, named: str) -> float:
        match named:
            case "percent":
                return self.dice.choice((0.0, 25.0, 50.0, 100.0))
            case "period":
                return self.dice.choice((1, 10, 60, 300, 86_400, 7, 2**31 - 1))
            case "port":
                return self.dice.choice((80, 443, 8080, self.dice.randint(1, 65_535)))
            case "priority":
                return self.dice.randint(1, 12)
            case "seconds":
                return self.dice.choice((1, 60, 604_800))
            case "small":
                return self.dice.randint(0, 5)
            case "start" | "end":
                far = self.dice.choice((60, 600, 3600, 100_000))
                return self._now() + (far if named == "end" else -far) if self._is(0.8) else self._time()
            case "weight":
                return self.dice.choice((0, 0, 1, 5, 999))
        return self.dice.choice((0, 2, 5, 6, 10, 30, 120, 300))

    def _time(self) -> float:
        back = self.dice.choice((-(10**11), -3600, 0, 0, 60, 600, 3600, 86_400 * 400, 10**9, 10**12))
        return self._now() - back

    def _spoilt(self, value: Any, kind: Any, depth: int) -> Any:
        """The value with one thing in it drawn anew, left out, or added."""
        found = schema.bare(kind)
        if isinstance(value, dict) and schema.is_shape(found) and depth < DEEPEST:
            known = schema.members(found)
            if not known:
                return value
            name = (
                self.dice.choice(sorted(known))
                if self._is(0.4) or not value
                else self.dice.choice(list(value))
            )
            if name not in known:
                return value
            if name in value and self._is(0.1):
                return {other: inner for other, inner in value.items() if other != name}
            if name in value and self._is(0.6):
                return {**value, name: self._spoilt(value[name], known[name].type, depth + 1)}
            return {**value, name: self._value(known[name].type, name, depth + 1)}
        if isinstance(value, list) and value and schema.item_type(kind) is not None:
            at = self.dice.randrange(len(value))
            item = self._spoilt(value[at], schema.item_type(kind), depth + 1)
            more = value * self.dice.choice((0, 0, 0, 1, 30)) if self._is(0.3) else []
            return [*value[:at], item, *value[at + 1 :], *more]
        return self._value(kind, "", depth)

    def _value(self, kind: Any, name: str, depth: int) -> Any:
        """A value of the type, or rarely of another."""
        if depth and self._is(0.03):
            return self._misfit()
        found = schema.bare(kind)
        if schema.is_shape(found):
            return self._structure(found, depth)
        item = schema.item_type(kind)
        if item is not None:
            return self._several(found, item, name, depth)
        if choices := schema.choices(kind):
            chosen = self.dice.choice(choices)
            return self.dice.choice((chosen, chosen, chosen, chosen, chosen.swapcase(), self._text(name)))
        return self._scalar(kind, name)

    def _scalar(self, kind: Any, name: str) -> Any:
        found = schema.bare(kind)
        if found is bool:
            return self._is(0.5)
        if found is int:
            return self._integer(kind)
        if schema.mark(kind, "timestamp"):
            return self._time() if self._is(0.8) else self.dice.choice(words.FLOATS)
        if found is float:
            return self.dice.choice(words.FLOATS)
        return self.dice.choice(words.BLOBS) if found is bytes else self._text(name)

    def _integer(self, kind: Any) -> int:
        edges = [edge for meta in schema.rules(kind) for edge in (meta.ge, meta.le) if edge is not None]
        if edges and self._is(0.6):
            return int(self.dice.choice(edges)) + self.dice.choice((-1, 0, 0, 1))
        return self.dice.choice(words.INTEGERS)

    def _structure(self, shape: Any, depth: int) -> dict[str, Any]:
        if depth > DEEPEST:
            return {}
        chance = 0.35 if depth < 2 else 0.55
        found = {
            member.wire_name: self._value(member.type, member.wire_name, depth + 1)
            for member in schema.members(shape).values()
            if self._is(0.96 if member.required else chance)
        }
        return found | {"Nobody\u2603": self._misfit()} if self._is(0.02) else found

    def _several(self, found: Any, item: Any, name: str, depth: int) -> Any:
        count = self.dice.choice((0, 1, 1, 1, 2, 3)) if depth > 2 or self._is(0.97) else 60
        if str(found).startswith("dict"):
            return {self._text(name): self._value(item, name, depth + 1) for _ in range(count)}
        return [self._value(item, name, depth + 1) for _ in range(count)]

    def _text(self, name: str) -> str:
        """Something that there is, a text that fits elsewhere, or one that fits nowhere."""
        chance = self.dice.random()
        if chance < 0.45:
            return self._things.one(name, self.dice)
        if chance < 0.55:
            return self._things.mutated(self.dice)
        if chance < 0.75:
            return self.dice.choice(words.POOLS[self.dice.choice(sorted(words.POOLS))])
        return self.dice.choice(words.EVIL)

    def _misfit(self) -> Any:
        """What is of no type that is asked for."""
        options: tuple[Callable[[], Any], ...] = (
            lambda: None,
            dict,
            list,
            lambda: [[]],
            lambda: {"": {}},
            lambda: self.dice.choice(words.INTEGERS),
            lambda: self.dice.choice(words.FLOATS),
            lambda: self.dice.choice(words.EVIL),
            lambda: self._is(0.5),
            lambda: nested(self.dice.choice((3, 70, NEST))),
            lambda: [None] * 200,
        )
        return self.dice.choice(options)()


def nested(depth: int) -> Any:
    """Lists in structures in lists."""
    value: Any = []
    for at in range(depth):
        value = [value] if at % 2 else {"Values": value}
    return value


def size(value: Any) -> int:
    """About how many bytes a value takes."""
    if isinstance(value, Mapping):
        return sum(size(name) + size(inner) for name, inner in value.items()) + 2
    if isinstance(value, list):
        return sum(map(size, value)) + 2
    return len(value) if isinstance(value, str | bytes) else 8
