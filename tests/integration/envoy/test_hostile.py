"""Whatever the APIs have taken, Envoy takes too: what it refuses would keep the others on the same port from changing."""

import re
from pathlib import Path

import pytest

from homeport.engine.routes import Routes
from homeport.plan.traffic import Tables, difference
from tests.integration.envoy.room import Room, in_a_room
from tests.property.hostile.attack import Attack

ROUNDS = 10
STRIKES = 40
OF_THIS_MACHINE = re.compile("Address already in use|Permission denied|Cannot assign requested address")


@pytest.mark.parametrize("seed", range(2))
def test_envoy_takes_whatever_the_apis_took(seed: int, tmp_path: Path):
    async def test(room: Room) -> None:
        attack, before = Attack(seed), Tables()
        for _ in range(ROUNDS):
            for _ in range(STRIKES):
                attack.strike()
            tables = Routes(attack.world.store, "127.0.0.1").whole(attack.world.now)
            for table in tables.listeners.values():
                if table.http.access_log is not None:
                    (room.logs / table.http.access_log).parent.mkdir(parents=True, exist_ok=True)
            room.renderer.apply(difference(before, tables))
            refused = (await room.refusals()).values()
            assert [words for words in refused if not OF_THIS_MACHINE.search(words)] == []
            before = tables

    in_a_room(tmp_path, test)
