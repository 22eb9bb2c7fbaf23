"""What waits to be told to a server: the latest of each target and listener, and as many samples as there is room for."""

import asyncio
from collections import deque

from homeport.drivers.envoy.messages import Told
from homeport.model.sample import Sample
from homeport.plan.observations import ListenerObserved, TargetObserved

SAMPLES_WAITING = 10_000
SAMPLES_A_MESSAGE = 1000


class Mail:
    """What waits to be told, the latest of each."""

    def __init__(self) -> None:
        self.news = asyncio.Event()
        self._targets: dict[str, TargetObserved] = {}
        self._listeners: dict[str, ListenerObserved] = {}
        self._samples: deque[Sample] = deque(maxlen=SAMPLES_WAITING)
        self._trouble: str | None = None

    def add(self, told: Told) -> None:
        """Have these told as well."""
        self._targets |= {each.target: each for each in told.targets}
        self._listeners |= {each.listener: each for each in told.listeners}
        self._samples.extend(told.samples)
        self._trouble = told.trouble
        self.news.set()

    def take(self) -> Told:
        """The next message."""
        samples = [self._samples.popleft() for _ in range(min(len(self._samples), SAMPLES_A_MESSAGE))]
        told = Told(tuple(self._targets.values()), tuple(self._listeners.values()), samples, self._trouble)
        self._targets, self._listeners = {}, {}
        if not self._samples:
            self.news.clear()
        return told
