"""Containers that carry our label and that no task asks for: reported, left alone for a while, then stopped.

Adopt, never sweep: one at a time, and none of an installation that is not ours (its label differs, so it is never
listed). The grace starts anew when the control plane does, because nothing is known of the time in between.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from homeport.model.record import Time
from homeport.plan.effects import ContainerRef, Effect, RemoveContainer, StopContainer

STRAY_GRACE_S = 30.0
"""How long a stray has between SIGTERM and SIGKILL."""


@dataclass(slots=True)
class _Stray:
    leave_until: Time
    is_stopped: bool = False


class Strays:
    """The strays of the last complete list, by ref."""

    def __init__(self) -> None:
        self._known: dict[ContainerRef, _Stray] = {}

    def listed(self, found: Iterable[tuple[ContainerRef, float]], now: Time) -> list[ContainerRef]:
        """Take over the strays of a complete list, each with the seconds it is to be left alone; returns new ones."""
        before = self._known
        self._known = {}
        new = []
        for ref, grace_s in found:
            known = before.get(ref)
            if known is None:
                new.append(ref)
            self._known[ref] = known or _Stray(now + grace_s)
        return new

    def next_effects(self, now: Time) -> Iterator[Effect]:
        """What to ask for about the first stray whose time is over: its stop, and at the next list its removal."""
        for ref, stray in self._known.items():
            if now < stray.leave_until:
                continue
            yield RemoveContainer(ref) if stray.is_stopped else StopContainer(ref, STRAY_GRACE_S)
            stray.is_stopped = True
            return
