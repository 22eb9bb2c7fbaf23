"""One seed: a world in trouble for two minutes, then sound; checked on the way and at rest."""

import random

from homeport.drivers.fake.faults import Faults
from homeport.engine.engine import Engine
from homeport.model.instance import MachineSeen
from homeport.plan.options import Options
from homeport.store.memory import MemoryStore
from homeport.store.tx import Store
from tests.sim import checks, scenario, traffic
from tests.sim.world import LARGE, START, Chaos, World

SMALL = MachineSeen(cpu=600, memory_mib=100_000, connected=True)
"""Room for three to nine tasks of the scenario."""
HEAL_S = 120.0
REST_S = 900.0


def chaos(dice: random.Random) -> Chaos:
    """How bad it gets: each fault absent in some worlds and frequent in others."""
    return Chaos(
        kills=dice.choice([0.0, 0.02, 0.1]),
        until_s=HEAL_S,
        faults=Faults(
            fails=dice.choice([0.0, 0.1, 0.5]),
            dies=dice.choice([0.0, 0.1, 0.3]),
            loses=dice.choice([0.0, 0.3, 1.0]),
            repeats=dice.choice([0.0, 0.5]),
            errs=dice.choice([0.0, 0.1, 0.3]),
            reuses=dice.choice([0.0, 1.0]),
        ),
        moods=traffic.random_moods(dice),
    )


def memory_store(dice: random.Random) -> Store:
    """A store whose ids come from the dice."""
    return MemoryStore(ids=lambda: f"{dice.getrandbits(128):032x}")


FAILING = (
    Faults(fails=1.0),
    Faults(dies=1.0, life_s=(0.0, 0.0)),
    Faults(dies=1.0, life_s=(0.5, 5.0)),
)
"""Containers that cannot be started, that end before they are seen to run, and that end soon after."""


def crash_loop(seed: int, faults: Faults = FAILING[0]) -> World:
    """An hour of a service whose containers never run for long."""
    dice = random.Random(seed)
    home = scenario.cluster()
    looping = scenario.service(home, "looping", 2)
    definition = scenario.definition("f", [scenario.container("app")])
    world = World(seed, memory_store(dice), Chaos(faults=faults), acts=[])
    with world.store.write("spec", START) as tx:
        for record in (home, scenario.instance(home), looping, definition):
            tx.put(record)
        tx.put(scenario.task_set(looping, definition.id, "1", 100.0))
    for until_s in (60.0, 3600.0):
        world.run(until_s)
        checks.backs_off(world, until_s)
    return world


def simulate(seed: int, engine_type: type[Engine] = Engine) -> World:
    """Run the world of `seed` to its rest. AssertionError says what went wrong; the world's trace says how."""
    dice = random.Random(seed)
    begin, acts = scenario.found(dice)
    world = World(
        seed=seed,
        store=memory_store(random.Random(seed + 2)),
        chaos=chaos(dice),
        acts=acts,
        capacity=dice.choice([LARGE, SMALL]),
        options=Options(keep_stopped_s=20.0, orphan_grace_s=10.0, provision_s=20.0),
        engine_type=engine_type,
    )
    with world.store.write("spec", START) as tx:
        begin(tx)
    world.run(HEAL_S)
    for check in checks.ALWAYS:
        check(world)
    world.calm()
    world.run(REST_S)
    for check in (*checks.ALWAYS, *(checks.AT_REST if world.capacity is LARGE else checks.AT_REST_FULL)):
        check(world)
    return world
