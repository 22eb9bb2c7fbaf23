"""Random worlds settle, a seed is a trace, and planted bugs do not go unnoticed."""

import os
import subprocess
import sys

import pytest

from homeport.drivers.fake.faults import Faults
from tests.sim.mutants import MUTANTS, caught
from tests.sim.simulate import FAILING, crash_loop, simulate

SEEDS_A_BATCH = 40


@pytest.mark.parametrize("batch", range(8))
def test_every_world_settles(batch: int):
    for seed in range(1 + batch * SEEDS_A_BATCH, 1 + (batch + 1) * SEEDS_A_BATCH):
        simulate(seed)


@pytest.mark.parametrize("faults", FAILING)
def test_starts_that_always_fail_become_rare_and_are_not_given_up(faults: Faults):
    crash_loop(1, faults)


def test_a_seed_gives_the_same_trace_byte_for_byte_whatever_the_hash_seed():
    def trace(hash_seed: str) -> bytes:
        env = {**os.environ, "PYTHONHASHSEED": hash_seed}
        return subprocess.check_output([sys.executable, "-m", "tests.sim", "7"], env=env)

    assert trace("1") == trace("2")


@pytest.mark.parametrize("name", MUTANTS)
def test_a_planted_bug_is_caught(name: str):
    assert caught(name) is not None
