"""What the renderer renders is what the meter reads: samples of a real Envoy that has real tables."""

import asyncio
from collections import Counter
from pathlib import Path

from msgspec.structs import replace

from homeport.drivers.envoy.admin import Admin
from homeport.drivers.envoy.folder import Folder
from homeport.drivers.envoy.meter import Meter
from homeport.model.sample import Sample
from homeport.plan.observations import TargetObserved
from homeport.plan.traffic import Condition, Delta, Fixed, GroupTable, ListenerTable
from tests.integration.envoy.room import Room, a_backend, a_group, a_listener, in_a_room, rule, to
from tests.integration.health.servers import a_target
from tests.integration.server.process import free_port


class Measured:
    """The meter of a room's Envoy, and all that it told."""

    def __init__(self, folder: Path) -> None:
        self.told: list[Sample | TargetObserved] = []
        self.meter = Meter(Admin(Folder.of(folder).admin), lambda: 5.0, self.told.append, lambda _: None)

    async def begin(self, room: Room, *tables: ListenerTable | GroupTable) -> None:
        await room.put(*tables)
        self.follow(*tables)
        await self.meter.measure()

    def follow(self, *tables: ListenerTable | GroupTable) -> None:
        self.meter.follow(
            Delta(
                listeners={each.id: each for each in tables if isinstance(each, ListenerTable)},
                groups={each.id: each for each in tables if isinstance(each, GroupTable)},
            )
        )

    def values(self, of: str) -> Counter[str]:
        found: Counter[str] = Counter()
        for each in self.told:
            if isinstance(each, Sample) and each.of == of:
                found.update({name: int(value) for name, value in each.values.items()})
        return found


def used(group: GroupTable, by: int = 1) -> GroupTable:
    """By the load balancer of this number."""
    return replace(group, balancer=a_listener(number=by).balancer)


def path(pattern: str) -> Condition:
    return Condition(kind="path", values=(pattern,))


def test_requests_are_counted_by_load_balancer_and_target_group(tmp_path):
    async def story(room: Room) -> None:
        async with a_backend("well") as well, a_backend("sick", status=503) as sick:
            first, second, gone = (
                used(a_group(1, well)),
                used(a_group(2, sick)),
                used(a_group(3, free_port())),
            )
            listener = a_listener(
                rule(1, to((second, 1)), path("/sick")),
                rule(2, to((gone, 1)), path("/gone")),
                rule(3, Fixed(status=404), path("/fixed")),
                to((first, 1)),
            )
            measured = Measured(tmp_path)
            await measured.begin(room, listener, first, second, gone)
            for asked in ["/"] * 3 + ["/sick"] * 2 + ["/gone", "/fixed"]:
                await room.get(listener, asked)
            await measured.meter.measure()
            found = measured.values(listener.balancer)
            assert {
                name: count for name, count in found.items() if name not in ("bytes", "latency_sum_ms")
            } == {
                "requests": 6,
                "target_2xx": 3,
                "target_5xx": 2,
                "elb_4xx": 1,
                "elb_5xx": 1,
                "elb_502": 1,
                "fixed_responses": 1,
                "new_connections": 7,
            }
            assert measured.values(second.id)["target_5xx"] == 2
            assert measured.values(gone.id)["target_connection_errors"] == 1

    in_a_room(tmp_path, story)


def test_who_shares_a_port_by_host_is_counted_apart(tmp_path):
    async def story(room: Room) -> None:
        async with a_backend("one") as port:
            port_80 = free_port()
            groups = [used(a_group(number, port), by=number) for number in (1, 2)]
            both = [a_listener(to((groups[n - 1], 1)), number=n, port=port_80) for n in (1, 2)]
            measured = Measured(tmp_path)
            await measured.begin(room, *both, *groups)
            for listener, times in zip(both, (1, 4), strict=True):
                for _ in range(times):
                    await room.get(listener, address="127.0.0.1")
            await measured.meter.measure()
            found = [measured.values(listener.balancer) for listener in both]
            assert [(each["requests"], each["new_connections"]) for each in found] == [(1, 1), (4, 4)]

    in_a_room(tmp_path, story)


def test_flows_are_counted_by_load_balancer_and_target_group(tmp_path):
    async def story(room: Room) -> None:
        async with a_target() as target:
            group = used(a_group(1, target.port, protocol="TCP", protocol_version=None))
            listener = a_listener(to((group, 1)), protocol="TCP")
            measured = Measured(tmp_path)
            await measured.begin(room, listener, group)
            for _ in range(3):
                await room.get(listener)
            await measured.meter.measure()
            for of in (listener.balancer, group.id):
                assert measured.values(of)["new_connections"] == 3

    in_a_room(tmp_path, story)


def test_a_target_that_drains_is_idle_after_its_last_request(tmp_path):
    async def story(room: Room) -> None:
        async with a_target(pause_s=0.5) as slow, a_backend("other") as port:
            group = a_group(1, slow.port)
            listener = a_listener(to((group, 1)))
            measured = Measured(tmp_path)
            await measured.begin(room, listener, group)
            last = asyncio.create_task(room.get(listener))
            async with asyncio.timeout(10):
                while not slow.asked:  # noqa: ASYNC110  # the world has no event for it
                    await asyncio.sleep(0.01)
                draining = replace(group.endpoints[0], draining=True)
                changed = replace(group, endpoints=(draining, *a_group(1, port).endpoints))
                await room.put(changed)
                measured.follow(changed)
                idle: list[str] = []
                while not idle:
                    is_busy = slow.now > 0
                    await measured.meter.measure()
                    idle = [each.target for each in measured.told if isinstance(each, TargetObserved)]
                    assert not (is_busy and idle)
            assert idle == [draining.id]
            assert (await last).status == 200

    in_a_room(tmp_path, story)
