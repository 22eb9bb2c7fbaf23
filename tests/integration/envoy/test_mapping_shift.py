"""Weights move under load, and nobody notices but by who answers."""

import asyncio
from collections import Counter

import aiohttp
from msgspec.structs import replace

from homeport.plan.traffic import ListenerTable
from tests.integration.envoy.room import Room, a_backend, a_group, a_listener, in_a_room, to

SHIFTS = 100
CLIENTS = 8


async def load(listener: ListenerTable, counts: Counter[str], enough: asyncio.Event) -> None:
    """Clients that keep their connections, and count who answers, or what went wrong."""

    async def client(session: aiohttp.ClientSession) -> None:
        while not enough.is_set():
            try:
                async with session.get(f"http://{listener.address}:{listener.port}/") as answer:
                    text = await answer.text()
                    counts[text.splitlines()[0] if answer.status == 200 else f"{answer.status}"] += 1
            except aiohttp.ClientError as error:
                counts[repr(error)] += 1

    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=CLIENTS)) as session:
        await asyncio.gather(*(client(session) for _ in range(CLIENTS)))


def test_a_hundred_shifts_lose_no_request(tmp_path):
    async def test(room: Room) -> None:
        async with a_backend("blue") as blue, a_backend("green") as green:
            one, other = a_group(1, blue), a_group(2, green)
            listener = a_listener(to((one, 100), (other, 0)))
            await room.put(one, other, listener)
            counts: Counter[str] = Counter()
            enough = asyncio.Event()
            loading = asyncio.create_task(load(listener, counts, enough))
            for number in range(SHIFTS):
                weight = 100 * (number % 2)
                action = to((one, weight), (other, 100 - weight))
                await room.put(replace(listener, routes=a_listener(action).routes))
            enough.set()
            await loading
            assert counts.keys() == {"blue", "green"}

    in_a_room(tmp_path, test)


def test_targets_that_come_drain_and_go_lose_no_request(tmp_path):
    async def test(room: Room) -> None:
        async with a_backend("one") as one, a_backend("two") as two:
            listener = a_listener(to((a_group(1, one), 1)))
            await room.put(a_group(1, one), listener)
            counts: Counter[str] = Counter()
            enough = asyncio.Event()
            loading = asyncio.create_task(load(listener, counts, enough))
            for _ in range(10):
                await room.put(a_group(1, one, two))
                await room.put(a_group(1, one, two, draining=[one]))
                await room.put(a_group(1, two))
                await room.put(a_group(1, one, two))
                await room.put(a_group(1, one, two, draining=[two]))
                await room.put(a_group(1, one))
            enough.set()
            await loading
            assert counts.keys() == {"one", "two"}

    in_a_room(tmp_path, test)
