"""What could not be done of single things: said once, and once more when it is over, in the log and for `homeport why`."""

import logging

from homeport.engine.engine import Line
from homeport.engine.queue import Key, KeyKind
from homeport.model.record import Time
from homeport.server.pump import Pump


class Troubles:
    """Of things of one `kind`; `well` is what is said of one that has none any more."""

    def __init__(self, log: logging.Logger, pump: Pump, kind: KeyKind, well: str) -> None:
        self._log = log
        self._pump = pump
        self._kind: KeyKind = kind
        self._well = well
        self._known: dict[str, str] = {}

    def note(self, id: str, trouble: str | None, at: Time) -> None:
        """What keeps a thing (a record id) from being as it should; None when nothing does."""
        before = self._known.pop(id, None)
        if trouble is not None:
            self._known[id] = trouble
        if trouble == before:
            return
        why = trouble or self._well
        self._log.log(logging.WARNING if trouble else logging.INFO, "%s %s: %s", self._kind, id, why)
        self._pump.lines.append((at, Line(Key(self._kind, id), why)))
