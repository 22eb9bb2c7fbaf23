"""How containers reach load balancers, and that nothing else of the machine's addresses is touched.

As root the addresses are real, on a link of our own; for others the bridge's own address is shared.
"""

import asyncio
import contextlib
import os
import secrets
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator

import pytest
from msgspec.structs import replace

from homeport.drivers.balancer import Bridge
from homeport.drivers.docker.bridge import bridge
from homeport.drivers.envoy.driver import EnvoyBalancer
from homeport.drivers.envoy.inside import Inside, cleared
from homeport.plan.traffic import Tables
from tests import images
from tests.integration.envoy.plane import Room, delta, fixed, forward, in_a_room, listener, nowhere, tables

IS_ROOT = os.geteuid() == 0


@pytest.fixture(name="link")
def _link() -> Iterator[Bridge]:
    """A network of our own on this machine; without root, one that is only named."""
    name = f"hp{secrets.token_hex(4)}"
    if not IS_ROOT:
        yield Bridge("lo", "10.213.0.0/24", "127.0.0.1")
        return
    _ip("link", "add", name, "type", "bridge")
    try:
        _ip("addr", "add", "10.213.0.1/24", "dev", name)
        _ip("link", "set", name, "up")
        yield Bridge(name, "10.213.0.0/24", "10.213.0.1")
    finally:
        _ip("link", "del", name)


def test_addresses_are_there_as_long_as_they_are_wanted(tmp_path, link):
    async def scenario() -> None:
        inside = Inside(tmp_path / "addresses.json")
        inside.follow(link, {"10.213.0.9": link.name, "10.213.0.8": link.name})
        if not IS_ROOT:
            assert (inside.placed, inside.shared) == (frozenset(), link.gateway)
            return
        assert inside.placed == {"10.213.0.9", "10.213.0.8"}
        assert inside.shared == ""
        assert _addresses(link) == {"10.213.0.1/24", "10.213.0.9/32", "10.213.0.8/32"}
        inside.follow(link, {"10.213.0.8": link.name})
        assert _addresses(link) == {"10.213.0.1/24", "10.213.0.8/32"}

    asyncio.run(scenario())


def test_an_address_comes_when_its_bridge_does(tmp_path):
    async def scenario() -> None:
        name = f"hp{secrets.token_hex(4)}"
        inside = Inside(tmp_path / "addresses.json")
        inside.follow(None, {"10.213.0.9": name})
        assert not inside.placed
        if not IS_ROOT:
            return
        assert inside.is_missing
        _ip("link", "add", name, "type", "bridge")
        try:
            assert inside.again()
            assert inside.placed == {"10.213.0.9"}
            assert not inside.is_missing
        finally:
            _ip("link", "del", name)

    asyncio.run(scenario())


def test_an_address_that_was_there_before_is_neither_used_nor_removed(tmp_path, link):
    async def scenario() -> None:
        if IS_ROOT:
            _ip("addr", "add", "10.213.0.9/32", "dev", link.name)
        inside = Inside(tmp_path / "addresses.json")
        inside.follow(link, {"10.213.0.9": link.name})
        assert not inside.placed
        inside.follow(link, {})
        cleared(tmp_path / "addresses.json")
        assert not IS_ROOT or "10.213.0.9/32" in _addresses(link)

    asyncio.run(scenario())


def test_whoever_comes_after_a_crash_keeps_what_was_added_and_can_take_it_away(tmp_path, link):
    async def scenario() -> None:
        path = tmp_path / "addresses.json"
        Inside(path).follow(link, {"10.213.0.9": link.name, "10.213.0.8": link.name})
        after = Inside(path)
        after.follow(link, {"10.213.0.9": link.name})
        assert after.placed == ({"10.213.0.9"} if IS_ROOT else frozenset())
        assert "10.213.0.8/32" not in _addresses(link)
        assert cleared(path) == (["10.213.0.9"] if IS_ROOT else [])
        assert "10.213.0.9/32" not in _addresses(link)
        assert cleared(path) == []

    asyncio.run(scenario())


def test_targets_in_a_vpc_see_the_load_balancers_address(tmp_path, link):
    async def test(room: Room) -> None:
        command = [sys.executable, "-m", "homeport", "balancer", "--data", str(room.data)]
        room.server = server = EnvoyBalancer(room.data, command, nowhere)
        async with seeing(link.gateway) as (port, seen):
            group = replace(room.group("web", port), source="10.213.0.9")
            group = replace(group, endpoints=tuple(replace(e, host=link.gateway) for e in group.endpoints))
            web = replace(listener(forward(group)), inside=("10.213.0.9",), bridge=link.name)
            try:
                await server.begin(Tables(listeners={web.id: web}, groups={group.id: group}))
                await room.until(lambda: room.answers(web.port, "seen"))
                await room.until(lambda: len(seen) >= 2)
                assert set(seen) == {"10.213.0.9" if IS_ROOT else link.gateway}
            finally:
                await server.close()
                cleared(room.folder.addresses)

    in_a_room(tmp_path, test)


@contextlib.asynccontextmanager
async def seeing(host: str) -> AsyncIterator[tuple[int, list[str]]]:
    """A server's port, and the addresses that it is asked from, requests and health checks alike."""
    seen: list[str] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            await reader.readuntil(b"\r\n\r\n")
            seen.append(writer.get_extra_info("peername")[0])
            writer.write(b"HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 4\r\n\r\nseen")
            await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, host, 0)
    async with server:
        yield server.sockets[0].getsockname()[1], seen


@pytest.mark.docker
def test_a_container_reaches_a_load_balancer_at_its_address_inside(tmp_path, link):
    images.ensure_images()

    async def test(room: Room) -> None:
        found = await bridge()
        assert found is not None
        command = [sys.executable, "-m", "homeport", "balancer", "--data", str(room.data)]
        room.server = server = EnvoyBalancer(room.data, command, bridge)
        web = replace(
            listener(fixed("from inside"), address=f"127.77.111.{secrets.randbelow(200) + 1}"),
            inside=("10.213.0.9",),
            bridge=link.name,
        )
        host = "10.213.0.9" if IS_ROOT else found.gateway
        try:
            await server.begin(tables(web))
            await room.until(lambda: room.answers(web.port, "from inside", host=host))
            assert "from inside" in await _asked_by_a_container(host, web.port)
            await server.publish(delta(gone=(web,)))
            await room.until(lambda: f"{host}/32" not in _addresses(link))
        finally:
            await server.close()
            cleared(room.folder.addresses)

    in_a_room(tmp_path, test)


async def _asked_by_a_container(host: str, port: int) -> str:
    script = f'(printf "GET / HTTP/1.0\\r\\n\\r\\n"; sleep 2) | nc -w 5 {host} {port}'
    asked = await asyncio.create_subprocess_exec(
        *("docker", "run", "--rm", "--entrypoint", "/bin/sh", images.BUSYBOX, "-c", script),
        stdout=asyncio.subprocess.PIPE,
        env={**os.environ, "DOCKER_HOST": f"unix://{images.engine_socket()}"},
    )
    said, _ = await asked.communicate()
    return said.decode()


def _addresses(link: Bridge) -> set[str]:
    asked = subprocess.run(
        ["ip", "-4", "-o", "addr", "show", "dev", link.name], capture_output=True, text=True, check=False
    )
    return {line.split()[3] for line in asked.stdout.splitlines()}


def _ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True)
