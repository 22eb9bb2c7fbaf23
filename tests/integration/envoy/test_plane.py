"""The data plane's process with a real Envoy: traffic goes on whoever dies, and comes back whoever starts."""

import asyncio
import itertools
import random
import signal
import socket
import stat
import sys

from msgspec.structs import replace

from homeport.drivers.apart import snapshot
from homeport.drivers.envoy.driver import EnvoyBalancer
from homeport.drivers.envoy.snapshot import Snapshot
from homeport.plan.traffic import Route
from tests.integration.envoy.plane import (
    Room,
    delta,
    failed,
    fixed,
    forward,
    in_a_room,
    listener,
    load,
    nowhere,
    tables,
)


def test_traffic_goes_where_the_tables_say(tmp_path):
    async def test(room: Room) -> None:
        blue, green = room.group("blue"), room.group("green")
        web = listener(forward(blue))
        async with room.attached() as server:
            await server.begin(tables(web, blue, green))
            await room.until(lambda: room.answers(web.port, "blue"))
            await server.publish(delta(replace(web, routes=(Route(rule="r", action=forward(green)),))))
            await room.until(lambda: room.answers(web.port, "green"))
            await room.until(lambda: web.id in room.told)
            assert room.told[web.id].trouble is None
            await server.publish(delta(gone=(web, blue)))
            await room.until(lambda: not _is_open(web.port))

    in_a_room(tmp_path, test, "blue", "green")


def test_nothing_runs_until_there_is_something_to_balance(tmp_path):
    async def test(room: Room) -> None:
        async with room.attached() as server:
            await server.begin(tables())
            await asyncio.sleep(0.2)
            assert room.balancer is None and room.envoy is None and server.trouble is None
            web = listener(fixed("here"))
            await server.publish(delta(web))
            await room.until(lambda: room.answers(web.port, "here"))

    in_a_room(tmp_path, test)


def test_traffic_goes_on_while_the_server_is_away_and_what_has_changed_is_taken_over_afterwards(tmp_path):
    async def test(room: Room) -> None:
        blue, green = room.group("blue"), room.group("green")
        web = listener(forward(blue))
        async with room.attached() as server:
            await server.begin(tables(web, blue))
            await room.until(lambda: room.answers(web.port, "blue"))
        before = room.envoy, room.balancer
        async with load(web.port) as found:
            await asyncio.sleep(0.5)
            async with room.attached() as server:
                moved = replace(web, routes=(Route(rule="r", action=forward(green)),))
                await server.begin(tables(moved, green))
                await room.until(lambda: room.answers(web.port, "green"))
        assert failed(found) == {}
        assert (room.envoy, room.balancer) == before

    in_a_room(tmp_path, test, "blue", "green")


def test_traffic_goes_on_while_the_balancer_process_is_dead_and_the_next_one_keeps_the_same_envoy(tmp_path):
    async def test(room: Room) -> None:
        blue, green = room.group("blue"), room.group("green")
        web = listener(forward(blue))
        async with room.attached() as server:
            await server.begin(tables(web, blue, green))
            await room.until(lambda: room.answers(web.port, "blue"))
            envoy, killed = room.envoy, room.balancer
            assert envoy is not None and killed is not None
            async with load(web.port) as found:
                killed.send(signal.SIGKILL)
                await room.until(lambda: room.balancer not in (None, killed))
                await server.publish(delta(replace(web, routes=(Route(rule="r", action=forward(green)),))))
                await room.until(lambda: room.answers(web.port, "green"))
            assert failed(found) == {}
            assert room.envoy == envoy

    in_a_room(tmp_path, test, "blue", "green")


def test_a_killed_envoy_is_back_without_a_server(tmp_path):
    async def test(room: Room) -> None:
        blue = room.group("blue")
        web = listener(forward(blue))
        async with room.attached() as server:
            await server.begin(tables(web, blue))
            await room.until(lambda: room.answers(web.port, "blue"))
        killed = room.envoy
        assert killed is not None
        killed.send(signal.SIGKILL)
        await room.until(lambda: room.envoy not in (None, killed))
        await room.until(lambda: room.answers(web.port, "blue"))

    in_a_room(tmp_path, test, "blue")


def test_both_killed_resume_from_the_snapshot_before_the_server_says_anything(tmp_path):
    async def test(room: Room) -> None:
        blue = room.group("blue")
        web = listener(forward(blue))
        async with room.attached() as server:
            await server.begin(tables(web, blue))
            await room.until(lambda: room.answers(web.port, "blue"))
            await room.until(lambda: snapshot.load(room.folder.snapshot, Snapshot) is not None)
        await _kill_all(room)
        assert not _is_open(web.port)
        found = snapshot.load(room.folder.snapshot, Snapshot)
        assert found is not None and found.tables == tables(web, blue)
        async with room.attached() as server:
            # What it is told is only what is new: the rest it knows.
            await server.begin(found.tables)
            await room.until(lambda: room.answers(web.port, "blue"))

    in_a_room(tmp_path, test, "blue")


def test_a_torn_snapshot_is_refused_and_takes_nothing_from_an_envoy_that_serves(tmp_path):
    async def test(room: Room) -> None:
        blue = room.group("blue")
        web = listener(forward(blue))
        async with room.attached() as server:
            await server.begin(tables(web, blue))
            await room.until(lambda: room.answers(web.port, "blue"))
            await room.until(room.folder.snapshot.exists)
        envoy, balancer = room.envoy, room.balancer
        assert balancer is not None
        balancer.send(signal.SIGKILL)
        await room.until(lambda: room.balancer is None)
        content = room.folder.snapshot.read_bytes()
        room.folder.snapshot.write_bytes(content[: len(content) // 2])
        assert snapshot.load(room.folder.snapshot, Snapshot) is None
        async with load(web.port) as found, room.attached() as server:
            await server.begin(tables(web, blue))
            await room.until(lambda: web.id in room.told)
            await room.until(lambda: snapshot.load(room.folder.snapshot, Snapshot) is not None)
        assert failed(found) == {}
        assert room.envoy == envoy

    in_a_room(tmp_path, test, "blue")


def test_what_envoy_refuses_stays_as_it_was_last_good_and_says_why(tmp_path):
    async def test(room: Room) -> None:
        blue, bad = room.group("blue"), room.group("refused", 1)
        web, other = listener(forward(blue)), listener(fixed("other"))
        async with room.attached() as server:
            await server.begin(tables(web, blue))
            await room.until(lambda: room.answers(web.port, "blue"))
            await room.until(lambda: web.id in room.told)
            moved = replace(web, routes=(Route(rule="r", action=forward(bad)),))
            async with load(web.port) as found:
                await server.publish(delta(moved, bad, other))
                await room.until(lambda: room.told[web.id].trouble is not None)
                await room.until(lambda: room.answers(other.port, "other"))
                assert await room.answers(web.port, "blue")
            assert set(found) == {"blue"}
            assert room.told[web.id].trouble == (
                "What leads to target group refused stays as it was before: Envoy refuses it: Proto constraint "
                "validation failed (ClusterValidationError.ConnectTimeout: value must be greater than 0s)."
            )
            await room.until(lambda: other.id in room.told)
            assert room.told[other.id].trouble is None
            await server.publish(delta(web, gone=(bad,)))
            await room.until(lambda: room.told[web.id].trouble is None)

    in_a_room(tmp_path, test, "blue")


def test_a_port_that_is_taken_is_trouble_of_that_listener_alone_and_heals(tmp_path):
    async def test(room: Room) -> None:
        taken = socket.create_server(("127.0.0.1", 0))
        first = listener(fixed("first"), port=taken.getsockname()[1])
        second = listener(fixed("second"))
        async with room.attached() as server:
            await server.begin(tables(first, second))
            await room.until(lambda: {first.id, second.id} <= room.told.keys())
            assert room.told[second.id].trouble is None
            assert room.told[first.id].trouble == (
                f"It does not listen on 127.0.0.1:{first.port}: another process has that port. Stop it, or use "
                "another port; it is tried again every few seconds."
            )
            taken.close()
            await room.until(lambda: room.told[first.id].trouble is None)
            assert await room.answers(first.port, "first")

    in_a_room(tmp_path, test)


def test_a_port_that_somebody_would_share_with_us_is_taken_as_well(tmp_path):
    async def test(room: Room) -> None:
        taken = socket.socket()
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        web = listener(fixed("here"), port=taken.getsockname()[1])
        async with room.attached() as server:
            await server.begin(tables(web))
            await room.until(lambda: web.id in room.told)
            assert "another process has that port" in (room.told[web.id].trouble or "")
        taken.close()

    in_a_room(tmp_path, test)


def test_no_request_fails_while_everything_behind_a_listener_is_made_anew(tmp_path):
    seed = random.randrange(2**32)
    print(f"seed {seed}")
    dice = random.Random(seed)

    async def test(room: Room) -> None:
        names = list(room.backends)
        ports = list(room.backends.values())
        web = listener(forward(room.group(names[0])))
        known = {name: room.group(name) for name in names}
        async with room.attached() as server:
            await server.begin(tables(web, *known.values()))
            await room.until(lambda: room.answers(web.port, names[0]))
            async with load(web.port) as found:
                for step in range(60):
                    fresh = room.group(f"group-{step}", *dice.sample(ports, dice.randint(1, len(ports))))
                    gone = dice.sample(sorted(known), dice.randint(0, max(0, len(known) - 1)))
                    action = forward(
                        (fresh, dice.randint(1, 9)), *((known[n], 1) for n in known if n not in gone)
                    )
                    moved = replace(web, routes=(Route(rule="r", action=action),))
                    await server.publish(delta(moved, fresh, gone=tuple(known.pop(name) for name in gone)))
                    known[fresh.name] = fresh
                    if dice.random() < 0.5:
                        await asyncio.sleep(dice.random() * 0.05)
                await room.until(lambda: web.id in room.told)
            assert failed(found) == {} and found.total() > 0

    in_a_room(tmp_path, test, "a", "b", "c")


def test_a_balancer_process_of_another_version_is_replaced_and_envoy_is_not(tmp_path):
    async def test(room: Room) -> None:
        web = listener(fixed("here"))
        async with room.attached() as server:
            await server.begin(tables(web))
            await room.until(lambda: room.answers(web.port, "here"))
        envoy, old = room.envoy, room.balancer
        async with load(web.port) as found, room.attached() as server:
            server.attachment.version = "another"
            await server.begin(tables(web))
            await room.until(lambda: room.balancer not in (None, old))
        assert failed(found) == {}
        assert room.envoy == envoy

    in_a_room(tmp_path, test)


def test_sockets_of_a_long_data_directory_are_short_and_all_is_for_us_alone(tmp_path):
    async def test(room: Room) -> None:
        web = listener(fixed("here"))
        async with room.attached() as server:
            await server.begin(tables(web))
            await room.until(lambda: room.answers(web.port, "here"))
            await room.until(room.folder.snapshot.exists)
        assert room.folder.sockets != room.folder.files
        for path in (room.folder.files, room.folder.sockets):
            assert stat.S_IMODE(path.stat().st_mode) == 0o700
        for path in (*room.folder.files.iterdir(), *room.folder.sockets.iterdir()):
            assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0, path

    in_a_room(tmp_path.joinpath(*itertools.repeat("a-long-name", 9)), test)


def test_both_processes_end_when_there_has_been_nothing_for_a_while_and_come_back_for_more(tmp_path):
    async def test(room: Room) -> None:
        web = listener(fixed("here"))
        async with room.attached() as server:
            await server.begin(tables(web))
            await room.until(lambda: room.answers(web.port, "here"))
            await server.publish(delta(gone=(web,)))
            await room.until(lambda: room.balancer is None and room.envoy is None)
            assert not room.folder.snapshot.exists() and not room.folder.door.exists()
            await room.until(lambda: server.trouble is None)
            await server.publish(delta(web))
            await room.until(lambda: room.answers(web.port, "here"))

    in_a_room(tmp_path, test)


def test_a_balancer_process_that_cannot_start_is_trouble_with_its_last_words(tmp_path):
    async def test(room: Room) -> None:
        program = [sys.executable, "-c", "raise SystemExit('no room on this ship')"]
        server = room.server = EnvoyBalancer(tmp_path, program, nowhere)
        await server.begin(tables(listener(fixed("here"))))
        await room.until(lambda: server.trouble is not None)
        assert server.trouble == (
            "the balancer process cannot be reached: it ended at once: no room on this ship"
        )
        await server.close()

    in_a_room(tmp_path, test)


def _is_open(port: int) -> bool:
    with socket.socket() as client:
        return client.connect_ex(("127.0.0.1", port)) == 0


async def _kill_all(room: Room) -> None:
    for process in (room.balancer, room.envoy):
        assert process is not None
        process.send(signal.SIGKILL)
    await room.until(lambda: room.balancer is None and room.envoy is None)
