"""What is kept of the data plane: whole, or not at all."""

import asyncio
import stat

import pytest

from homeport.drivers.apart import snapshot
from homeport.drivers.apart.snapshot import Keeper
from homeport.drivers.balancer import Bridge
from homeport.drivers.envoy.snapshot import Snapshot
from tests.integration.envoy.plane import fixed, listener, tables
from tests.unit.drivers.envoy.groups import a_group

GROUP = a_group("blue", 8000, 8001)
KEPT = Snapshot(
    tables(listener(fixed("here")), GROUP),
    {GROUP.endpoints[0].id: "healthy"},
    Bridge("docker0", "172.17.0.0/16", "172.17.0.1"),
)


def test_what_was_saved_is_loaded_and_for_us_alone(tmp_path):
    path = tmp_path / "snapshot.json"
    snapshot.save(path, snapshot.encoded(KEPT))
    assert snapshot.load(path, Snapshot) == KEPT
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [path]


def test_traffic_resumes_with_the_health_that_was_known():
    (group,) = KEPT.resumed().groups.values()
    assert [each.status for each in group.endpoints] == ["healthy", "initial"]


@pytest.mark.parametrize("cut", [0, 1, 20, 33, 40, -1])
def test_a_torn_file_is_refused(tmp_path, cut):
    path = tmp_path / "snapshot.json"
    snapshot.save(path, snapshot.encoded(KEPT))
    path.write_bytes(path.read_bytes()[:cut])
    assert snapshot.load(path, Snapshot) is None


def test_a_changed_file_a_strangers_and_none_are_refused(tmp_path):
    path = tmp_path / "snapshot.json"
    assert snapshot.load(path, Snapshot) is None
    snapshot.save(path, snapshot.encoded(KEPT))
    path.write_bytes(path.read_bytes().replace(b"healthy", b"Healthy"))
    assert snapshot.load(path, Snapshot) is None
    snapshot.save(path, b'{"tables": 7}')
    assert snapshot.load(path, Snapshot) is None


def test_a_disk_that_refuses_is_tried_again(tmp_path):
    folder = tmp_path / "later"
    keeper = Keeper(folder / "snapshot.json", lambda: KEPT)

    async def scenario() -> None:
        keeper.changed()
        await keeper.keep()
        folder.mkdir()
        await keeper.keep()

    asyncio.run(scenario())
    assert snapshot.load(folder / "snapshot.json", Snapshot) == KEPT


def test_a_disk_that_refuses_is_complained_of_once(tmp_path, caplog):
    keeper = Keeper(tmp_path / "nowhere" / "snapshot.json", lambda: KEPT)

    async def scenario() -> None:
        keeper.changed()
        for _ in range(3):
            await keeper.keep()

    asyncio.run(scenario())
    assert len(caplog.records) == 1
