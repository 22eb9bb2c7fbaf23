"""A control plane in a process of its own, which kills itself at a given step, and the machine that outlives it.

The child has the store's file, the engine and virtual time; it asks the parent's runtime over a pipe. What it
acknowledged and where it got to is all that the parent knows of it.
"""

import itertools
import os
import random
import signal
from dataclasses import dataclass, field
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from homeport.drivers.fake.runtime import FakeRuntime
from homeport.plan.options import Options
from homeport.store.sqlite import SqliteStore
from tests.kill import script
from tests.sim import checks
from tests.sim.network_checks import interfaces_at_rest, never_wrong_about_networks
from tests.sim.world import LARGE, MACHINE, START, Act, Chaos, World

LONGEST_SILENCE_S = 20.0
OPTIONS = Options(keep_stopped_s=5.0, orphan_grace_s=5.0)


class _FarRuntime:
    """The runtime at the other end of the pipe."""

    def __init__(self, pipe: Connection) -> None:
        self._pipe = pipe

    @property
    def containers(self) -> Any:
        """All containers by ref, as they are now."""
        self._pipe.send(("containers", ()))
        return self._pipe.recv()

    @property
    def sockets(self) -> Any:
        """What pauses were made with, by ref."""
        self._pipe.send(("sockets", ()))
        return self._pipe.recv()

    def __getattr__(self, name: str) -> Any:
        def ask(*arguments: Any) -> Any:
            self._pipe.send((name, arguments))
            return self._pipe.recv()

        return ask


@dataclass(slots=True)
class MortalWorld(World):
    """A world whose control plane is this very process. `dies_at` counts steps; 0 is never."""

    dies_at: int = 0
    pipe: Connection | None = None
    steps: int = 0

    def _acted(self, act: Act) -> None:
        self._may_die()
        self.store.flush()
        self._may_die()
        assert self.pipe is not None
        self.pipe.send(("acknowledged", (act.name,)))
        self.pipe.recv()

    def _may_die(self) -> None:
        self.steps += 1
        if self.steps == self.dies_at:
            os.kill(os.getpid(), signal.SIGKILL)


@dataclass
class Machine:
    """What outlives the control plane: containers, the user's memory of answers, and the time."""

    seed: int
    folder: Path
    runtime: FakeRuntime = field(init=False)
    acknowledged: int = 0
    now: float = START
    steps: int = 0

    def __post_init__(self) -> None:
        self.runtime = FakeRuntime(MACHINE, LARGE, random.Random(self.seed))

    def run(self, dies_at: int) -> str:
        """Run a control plane until it dies or has come to the end; returns "killed", "settled", or what was wrong."""
        ours, theirs = Pipe()
        child = os.fork()
        if child == 0:
            ours.close()
            _be_the_control_plane(self, theirs, dies_at)
        theirs.close()
        verdict = "killed"
        try:
            while True:
                if not ours.poll(LONGEST_SILENCE_S):
                    os.kill(child, signal.SIGKILL)
                    verdict = f"hung: nothing was heard for {LONGEST_SILENCE_S} s"
                    break
                name, arguments = ours.recv()
                if name == "verdict":
                    verdict, self.steps = arguments
                elif name == "acknowledged":
                    self.acknowledged += 1
                    ours.send(None)
                else:
                    self.now = max([self.now, *(a for a in arguments if isinstance(a, float))])
                    found = getattr(self.runtime, name)
                    ours.send(found(*arguments) if callable(found) else found)
        except (EOFError, ConnectionResetError):
            pass
        finally:
            os.waitpid(child, 0)
            ours.close()
        return verdict


def _be_the_control_plane(machine: Machine, pipe: Connection, dies_at: int) -> None:
    """The child's whole life; never returns."""
    world: MortalWorld | None = None
    try:
        world = _world(machine, pipe, dies_at)
        _compare(world, machine.acknowledged)
        world.run(script.REST_S)
        _compare(world, len(script.STEPS))
        checks.settled(world)
        checks.agreed(world)
        checks.targets_at_rest(world)
        interfaces_at_rest(world)
        never_wrong_about_networks(world)
        checks.never_wrong_about_targets(world)
        verdict = "settled"
    except AssertionError as error:
        verdict = f"wrong: {error}"
    except BaseException as error:  # noqa: BLE001  # the parent reports it
        verdict = f"failed: {error!r}"
    pipe.send(("verdict", (verdict, world.steps if world else 0)))
    os._exit(0)


def _world(machine: Machine, pipe: Connection, dies_at: int) -> MortalWorld:
    numbers = itertools.count(random.Random(f"{machine.seed} {machine.now} {dies_at}").getrandbits(100))
    store = SqliteStore.open(machine.folder / "homeport.db", ids=lambda: f"{next(numbers):032x}")
    if store.revision == 0:
        with store.write("spec", START) as tx:
            script.prepared(tx)
        store.flush()
    world = MortalWorld(
        seed=machine.seed,
        store=store,
        chaos=Chaos(),
        acts=[act for act, _ in script.STEPS[machine.acknowledged :]],
        options=OPTIONS,
        now=machine.now,
        dies_at=dies_at,
        pipe=pipe,
    )
    world.runtime = _FarRuntime(pipe)  # type: ignore[assignment]
    return world


def _compare(world: World, acknowledged: int) -> None:
    """No acknowledged call is lost; one whose answer was never heard was done whole or not at all."""
    with world.store.read(world.now) as tx:
        rows = script.found(tx)
    allowed = [script.expected_after(n) for n in (acknowledged, min(acknowledged + 1, len(script.STEPS)))]
    assert rows in allowed, f"after {acknowledged} answers: {rows}"
