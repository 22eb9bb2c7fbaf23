"""Load: clients with kept connections that ask an address over and over, and remember who answered, and what failed.

A request is counted as failed when it is answered with anything but 200, or not at all; nothing is tried again.
"""

import http.client
import threading
import time
from collections import Counter
from dataclasses import dataclass, field

CLIENTS = 8
PAUSE_S = 0.004
"""Between two requests of a client, so that the load leaves the containers some of the machine."""
ANSWER_S = 10.0


@dataclass
class Count:
    """Answers by the first word of their body, and failures in words."""

    answers: Counter[str] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)

    @property
    def total(self) -> int:
        """All that was asked."""
        return sum(self.answers.values()) + len(self.failures)

    def split(self) -> str:
        """The shares in percent, as in `blue 90.1 %, green 9.9 %`."""
        answered = sum(self.answers.values()) or 1
        return ", ".join(f"{who} {100 * n / answered:.1f} %" for who, n in sorted(self.answers.items()))


class Load:
    """Runs from `start` to `stop`; `take` hands out what has been counted since the last call."""

    def __init__(self, host: str, port: int, name: str, clients: int = CLIENTS) -> None:
        self._address = (host, port)
        self._name = name
        self._lock = threading.Lock()
        self._count = Count()
        self._stopping = threading.Event()
        self._threads = [threading.Thread(target=self._ask, daemon=True) for _ in range(clients)]

    def start(self) -> None:
        """Begin to ask."""
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Let every request that is under way end."""
        self._stopping.set()
        for thread in self._threads:
            thread.join(ANSWER_S + 1)

    def take(self) -> Count:
        """What was counted since the last call."""
        with self._lock:
            count, self._count = self._count, Count()
        return count

    def during(self, requests: int, seconds: float = 30) -> Count:
        """What is counted from now on until so many requests have been made."""
        self.take()
        deadline = time.monotonic() + seconds
        while self._count.total < requests and time.monotonic() < deadline:
            time.sleep(0.02)
        return self.take()

    def _ask(self) -> None:
        connection = http.client.HTTPConnection(*self._address, timeout=ANSWER_S)
        while not self._stopping.is_set():
            who, failure = "", ""
            try:
                connection.request("GET", "/", headers={"Host": self._name})
                answer = connection.getresponse()
                body = answer.read().decode(errors="replace")
                who = (body.split() or [""])[0]
                failure = "" if answer.status == 200 else f"{answer.status} {body[:80]!r}"
            except (OSError, http.client.HTTPException) as error:
                failure = f"{type(error).__name__}: {error}"
                connection.close()
            with self._lock:
                if failure:
                    self._count.failures.append(failure)
                else:
                    self._count.answers[who] += 1
            time.sleep(PAUSE_S)
        connection.close()
