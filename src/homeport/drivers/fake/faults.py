"""How bad the simulated world is, and by which dice. What happens by them is `runtime.py`'s, and its neighbours'."""

from typing import Protocol

from msgspec import Struct


class Dice(Protocol):
    """What is asked of `random.Random`."""

    def random(self) -> float: ...

    def uniform(self, a: float, b: float, /) -> float: ...


class Faults(Struct, frozen=True, kw_only=True):
    """How bad the world is. Times in seconds, the rest are probabilities; the default world is slow but sound.

    `fails`: a start is refused, a pause's with half the chance. `dies`: a container that was started ends by itself within
    `life_s`. `loses`: an event is not told. `repeats`: it is told again, later. `errs`: an effect's answer is "I don't
    know" although it was carried out. `reuses`: a port that the machine chooses is the lowest free one.
    """

    pull_s: tuple[float, float] = (0.05, 0.2)
    start_s: tuple[float, float] = (0.05, 0.4)
    pause_s: tuple[float, float] = (0.05, 0.3)
    stop_s: tuple[float, float] = (0.01, 0.1)
    life_s: tuple[float, float] = (0.2, 30.0)
    fails: float = 0.0
    dies: float = 0.0
    loses: float = 0.0
    repeats: float = 0.0
    errs: float = 0.0
    reuses: float = 0.0


SOUND = Faults()
