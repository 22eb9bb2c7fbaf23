"""The network process: what goes on without a server and without itself, and what is left of it."""

import asyncio
import fcntl
import shutil
import signal
import socket
import stat
import subprocess
import sys
from contextlib import AsyncExitStack
from pathlib import Path

from msgspec.structs import replace

from homeport.drivers.apart import pid, snapshot
from homeport.drivers.network.ledger import Ledger
from homeport.drivers.network.namespace import inside
from homeport.drivers.network.plane import Snapshot
from homeport.server import down
from tests.integration.network.lan import (
    EVERYTHING,
    VPC,
    Host,
    Lan,
    answering,
    by_id,
    group,
    on_a_lan,
    still_echoes,
    tcp,
)

"""`ip netns` is not made for two at once."""

OPEN = group(1, (EVERYTHING,), (EVERYTHING,))
PUBLIC = "198.18.77.1"


def traces(lan: Lan) -> str:
    """What is on this machine of a network process, outside of namespaces; other ones may be at work beside."""
    parts = (
        ("ip", "-4", "-o", "addr", "show", "dev", lan.bridge),
        ("ip", "route"),
        ("nft", "list", "tables"),
    )
    told = [subprocess.run(each, capture_output=True, text=True, check=True).stdout for each in parts]
    ours = (lan.bridge, PUBLIC, Ledger(lan.folder.added).name)
    return "\n".join(line for line in "".join(told).splitlines() if any(word in line for word in ours))


def add_address(address: str, device: str) -> None:
    """As somebody else would."""
    subprocess.run(("ip", "addr", "add", f"{address}/32", "dev", device), check=True)


async def open_files(host: Host) -> set[str]:
    """Ports at the endpoint's address that are listened at in a namespace."""
    told = await host.run("ss", "-Hltn", "src", "169.254.170.2")
    return {line.split()[3] for line in told.splitlines()}


def test_rules_and_connections_survive_the_process_which_takes_over_what_is_there(tmp_path):
    async def test(lan: Lan) -> None:
        web, client = lan.add_host(), lan.add_host()
        behind, rest = group(1, (tcp(80, group=group(2).id),)), group(2, egress=(EVERYTHING,))
        async with AsyncExitStack() as stack:
            await stack.enter_async_context(lan.attached())
            await stack.enter_async_context(answering(web, 80, 81))
            await lan.tell(groups=by_id(behind, rest))
            await lan.place(web.table(behind.id), client.table(rest.id))
            kept = stack.enter_context(await client.connection(web.address, 80))
            old = lan.process
            assert old is not None and old.send(signal.SIGKILL)
            await old.ended()
            assert await asyncio.to_thread(still_echoes, kept)
            assert not await client.connects(web.address, 81)
            await lan.until(lambda: lan.process not in (None, old))
            await lan.tell(groups=by_id(group(1, (tcp(81, group=group(2).id),))))
            await lan.until(lambda: client.connects(web.address, 81))
            assert not await client.connects(web.address, 80)
            assert await asyncio.to_thread(still_echoes, kept)

    on_a_lan(tmp_path, test)


def test_without_a_server_it_begins_with_what_it_knew_last(tmp_path):
    async def test(lan: Lan) -> None:
        web, client = lan.add_host(), lan.add_host()
        async with lan.attached():
            await lan.tell(groups=by_id(OPEN))
            await lan.place(web.table(OPEN.id), client.table(OPEN.id))
            await lan.until(lambda: _is_kept(lan))
        old = lan.process
        assert old is not None
        await pid.end(old)
        assert not await open_files(web)
        child = await asyncio.create_subprocess_exec(*lan.fabric.attachment.command)
        try:
            await lan.until(lambda: _serves(web))
            assert stat.S_IMODE(lan.folder.snapshot.stat().st_mode) == 0o600
        finally:
            child.terminate()
            await child.wait()

    on_a_lan(tmp_path, test)


def test_down_also_ends_one_that_has_only_just_begun(tmp_path):
    """Until it has the data directory to itself, it has not written down who it is."""

    async def test(lan: Lan) -> None:
        lan.folder.make()
        command = (sys.executable, "-m", "homeport", "network", "--data", str(tmp_path.resolve()))
        with lan.folder.lock.open("w") as lock:
            fcntl.flock(lock.fileno(), fcntl.LOCK_EX)
            child = await asyncio.create_subprocess_exec(*command)
            assert await down.stop(tmp_path) == [f"stopped the network process ({child.pid})"]
            assert await child.wait() == -signal.SIGTERM

    on_a_lan(tmp_path, test)


def test_the_endpoint_answers_in_each_namespace_and_leaves_its_port_to_whoever_listens_everywhere(tmp_path):
    async def test(lan: Lan) -> None:
        web = lan.add_host()
        async with lan.attached():
            await lan.tell(groups=by_id(OPEN))
            await lan.place(web.table(OPEN.id))
            async with answering(web, 80):
                told = await inside(web.namespace, lambda: asked("169.254.170.2", 80))
                assert told.startswith("HTTP/1.1 ")

    on_a_lan(tmp_path, test)


def test_the_apis_door_leads_to_the_server_byte_by_byte(tmp_path):
    async def test(lan: Lan) -> None:
        web = lan.add_host()

        async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            writer.write(b"you said " + await reader.read())
            writer.close()

        server = await asyncio.start_server(answer, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        lan.site = replace(lan.site, api=("127.0.0.1", port))
        async with lan.attached(), server:
            await lan.tell(groups=by_id(OPEN))
            await lan.place(web.table(OPEN.id))
            told = await inside(web.namespace, lambda: asked("169.254.170.2", port))
            assert told.startswith("you said GET / HTTP/1.0")

    on_a_lan(tmp_path, test)


def test_a_public_address_is_reached_from_the_machine_while_its_interface_has_it(tmp_path):
    async def test(lan: Lan) -> None:
        web = lan.add_host()
        async with lan.attached(), answering(web, 80):
            await lan.tell(groups=by_id(OPEN))
            await lan.place(web.table(OPEN.id, public=PUBLIC))
            assert await asyncio.to_thread(connects, PUBLIC, 80)
            await lan.tell(interfaces={web.id: None})
            await lan.until(lambda: PUBLIC not in traces(lan))

    on_a_lan(tmp_path, test)


def test_the_resolver_of_a_vpc_answers_where_its_containers_ask(tmp_path):
    async def test(lan: Lan) -> None:
        web = lan.add_host()
        async with lan.attached():
            await lan.tell(groups=by_id(group(1)))
            await lan.place(web.table(group(1).id))

            async def is_answered() -> bool:
                query = b"\x12\x34\x01\0\0\x01\0\0\0\0\0\0\x04none\x09localhost\0\0\x01\0\x01"
                return await inside(web.namespace, lambda: _asked_udp(f"{lan.block}.2", query))

            await lan.until(is_answered)

    on_a_lan(tmp_path, test)


def test_a_namespace_that_is_not_there_is_told_and_prepared_once_it_is(tmp_path):
    async def test(lan: Lan) -> None:
        web = lan.add_host()
        later = replace(web.table(OPEN.id), namespace=f"{web.namespace}-later")
        async with lan.attached():
            await lan.tell(groups=by_id(OPEN), interfaces={later.id: later})
            await lan.until(lambda: later.id in lan.told)
            assert lan.told[later.id].prepared_for == ""
            assert "No such file" in (lan.told[later.id].trouble or "")
            await lan.place(web.table(OPEN.id))

    on_a_lan(tmp_path, test)


def test_our_own_namespace_is_never_touched(tmp_path):
    async def test(lan: Lan) -> None:
        web = lan.add_host()
        ours = replace(web.table(group(1).id), namespace="/proc/self/ns/net")
        async with lan.attached():
            await lan.tell(groups=by_id(group(1)), interfaces={ours.id: ours})
            await lan.until(lambda: ours.id in lan.told)
            assert "this machine's own network namespace" in (lan.told[ours.id].trouble or "")
        assert "table inet homeport\n" not in traces(lan)

    on_a_lan(tmp_path, test)


def test_no_namespace_is_kept_alive_by_sockets_of_ours(tmp_path):
    async def test(lan: Lan) -> None:
        web = lan.add_host()
        async with lan.attached():
            await lan.tell(groups=by_id(OPEN))
            await lan.place(web.table(OPEN.id))
            assert await _serves(web)
            await lan.tell(interfaces={web.id: None})
            await lan.until(lambda: _is_left(web))

    on_a_lan(tmp_path, test)


def test_a_server_elsewhere_gets_a_process_of_its_own_and_rules_stay(tmp_path):
    async def test(lan: Lan) -> None:
        web, client = lan.add_host(), lan.add_host()
        async with lan.attached(), answering(web, 80):
            await lan.tell(groups=by_id(OPEN))
            await lan.place(web.table(OPEN.id), client.table(OPEN.id))
        old = lan.process
        lan.site = replace(lan.site, region="eu-west-1")
        lan.told.clear()
        async with lan.attached(), answering(web, 80):
            await lan.until(lambda: lan.process not in (None, old))
            await lan.until(lambda: web.id in lan.told)
            assert await client.connects(web.address, 80)

    on_a_lan(tmp_path, test)


def test_nothing_is_left_after_down_wherever_the_process_was_killed(tmp_path):
    async def test(lan: Lan) -> None:
        before = traces(lan)
        web = lan.add_host()
        table = web.table(OPEN.id, public=PUBLIC)
        for pause_s in (0.0, 0.01, 0.03, 0.1, 0.3):
            async with lan.attached():
                await lan.tell(groups=by_id(OPEN), interfaces={table.id: table})
                await lan.until(lambda: lan.process is not None)
                await asyncio.sleep(pause_s)
                killed = lan.process
                assert killed is not None and killed.send(signal.SIGKILL)
            await down.stop(Path(lan.folder.files.parent))
            assert traces(lan) == before
            assert Ledger(lan.folder.added).clear() == []

    on_a_lan(tmp_path, test)


def test_a_process_whose_directory_is_removed_goes_as_well(tmp_path):
    async def test(lan: Lan) -> None:
        before = traces(lan)
        web = lan.add_host()
        async with lan.attached():
            await lan.tell(groups=by_id(OPEN))
            await lan.place(web.table(OPEN.id, public=PUBLIC))
        process = lan.process
        assert process is not None and traces(lan) != before
        await asyncio.to_thread(shutil.rmtree, lan.folder.files)
        await lan.until(lambda: not process.is_alive)
        assert traces(lan) == before

    on_a_lan(tmp_path, test)


def test_what_was_there_before_us_is_left_alone(tmp_path):
    async def test(lan: Lan) -> None:
        resolver = lan.tables.vpcs[VPC].resolver
        add_address(resolver, lan.bridge)
        web = lan.add_host()
        async with lan.attached():
            await lan.place(web.table())
            await lan.until(lambda: _is_forgotten(lan, resolver))
        await down.stop(Path(lan.folder.files.parent))
        assert resolver in traces(lan)

    on_a_lan(tmp_path, test)


async def _serves(host: Host) -> bool:
    return bool(await open_files(host))


async def _is_left(host: Host) -> bool:
    return not await open_files(host)


def _is_kept(lan: Lan) -> bool:
    found = snapshot.load(lan.folder.snapshot, Snapshot)
    return found is not None and found.tables == lan.tables


def _is_forgotten(lan: Lan, address: str) -> bool:
    """Whether what was about to be added was found to be there, and is not ours."""
    return lan.folder.added.exists() and address not in lan.folder.added.read_text()


def asked(address: str, port: int) -> str:
    """What is answered to a small request."""
    with socket.create_connection((address, port), 5) as line:
        line.sendall(b"GET / HTTP/1.0\r\n\r\n")
        line.shutdown(socket.SHUT_WR)
        told = b""
        while part := line.recv(1000):
            told += part
    return told.decode()


def connects(address: str, port: int) -> bool:
    """Whether a connection from this machine comes about."""
    try:
        socket.create_connection((address, port), 3).close()
    except OSError:
        return False
    return True


def _asked_udp(address: str, query: bytes) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
        line.settimeout(1)
        line.sendto(query, (address, 53))
        try:
            return line.recv(1000)[:2] == query[:2]
        except OSError:
            return False
