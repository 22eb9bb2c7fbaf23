"""kill -9 at every step of the control plane: nothing acknowledged is lost, nothing is left over, nothing is doubled."""

import random
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.kill.plane import Machine
from tests.kill.script import STEPS

SHARES = 8
STEPS_OF_A_LIFE = 540
"""A whole life has a few more; `test_a_life_is_as_long_as_the_steps_that_are_tried` holds the number."""

TOMBSTONE = Path("/dev/shm") if Path("/dev/shm").is_dir() else None
"""A killed process takes nothing back from the kernel, so a file in memory tells the same, sooner."""


def points() -> Iterator[tuple[int, int]]:
    """(seed, step to die at): every step of one life, and every third one of another: 720 in all."""
    yield from ((1, step) for step in range(1, STEPS_OF_A_LIFE + 1))
    yield from ((2, step) for step in range(1, STEPS_OF_A_LIFE + 1, 3))


def killed_at(machine: Machine, step: int, dice: random.Random) -> list[str]:
    """The verdicts of a life that is cut short at `step`, of one that may be cut short while it comes up, and so on
    until one comes to its end.
    """
    verdicts = [machine.run(dies_at=step)]
    if verdicts[-1] == "killed":
        verdicts.append(machine.run(dies_at=dice.choice([0, dice.randint(1, 60)])))
    if verdicts[-1] == "killed":
        verdicts.append(machine.run(dies_at=0))
    return verdicts


@pytest.mark.parametrize("share", range(SHARES))
def test_whatever_step_it_is_killed_at_it_goes_on_to_the_same_end(share: int):
    dice = random.Random(share)
    for seed, step in list(points())[share::SHARES]:
        with TemporaryDirectory(dir=TOMBSTONE) as folder:
            machine = Machine(seed, Path(folder))
            verdicts = killed_at(machine, step, dice)
            assert (verdicts[0], verdicts[-1]) == ("killed", "settled"), (
                f"seed {seed}, step {step}: {verdicts}"
            )
            assert machine.acknowledged == len(STEPS)


@pytest.mark.parametrize("seed", [1, 2])
def test_a_life_is_as_long_as_the_steps_that_are_tried(seed: int):
    with TemporaryDirectory(dir=TOMBSTONE) as folder:
        machine = Machine(seed, Path(folder))
        assert machine.run(dies_at=0) == "settled"
        assert machine.steps >= STEPS_OF_A_LIFE
