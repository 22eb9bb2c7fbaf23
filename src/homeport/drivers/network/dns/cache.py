"""Answers kept ready by the bytes of their questions: most questions are asked again and again.

A change of the directory makes all of them stale. Bounded: whoever asks for ever other things gains nothing.
"""

from collections.abc import Callable

from homeport.drivers.network.dns.directory import View

MOST_QUESTIONS = 4096
MOST_BYTES = 8 * 1024 * 1024


class Cache:
    """`chance` gives a number from 0 up to, and not including, 1."""

    def __init__(self, chance: Callable[[], float]) -> None:
        self._chance = chance
        self._revision = -1
        self._bytes = 0
        self._known: dict[tuple[View, int, bytes], tuple[bytes, ...]] = {}

    def get(self, revision: int, view: View, most: int, packet: bytes) -> bytes | None:
        """One of the answers to a packet, with its id; None when none is known."""
        if revision != self._revision:
            self._known.clear()
            self._revision, self._bytes = revision, 0
            return None
        found = self._known.get((view, most, packet[2:]))
        return None if found is None else packet[:2] + self.one_of(found)

    def put(self, view: View, most: int, packet: bytes, answers: tuple[bytes, ...]) -> None:
        """Keep all answers to a packet, of the revision that was asked for last."""
        size = len(packet) + sum(map(len, answers))
        if len(self._known) >= MOST_QUESTIONS or self._bytes + size > MOST_BYTES:
            self._known.clear()
            self._bytes = 0
        self._known[(view, most, packet[2:])] = answers
        self._bytes += size

    def one_of(self, answers: tuple[bytes, ...]) -> bytes:
        """Any of them, each as likely as the others."""
        return answers[0] if len(answers) == 1 else answers[int(self._chance() * len(answers))]
