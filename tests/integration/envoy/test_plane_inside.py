"""How containers reach load balancers, and that nothing else of the machine's addresses is touched.

As root the addresses are real, on a link of our own; for others the bridge's own address is shared.
"""

import asyncio
import os
import secrets
import subprocess
import sys
from collections.abc import Iterator

import pytest

from homeport.drivers.balancer import Bridge
from homeport.drivers.docker.bridge import bridge
from homeport.drivers.envoy.driver import EnvoyBalancer
from homeport.drivers.envoy.inside import Inside, cleared, own_address
from tests import images
from tests.integration.envoy.plane import Room, delta, fixed, in_a_room, listener, tables

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
        yield Bridge(name, "10.213.0.0/24", "10.213.0.1")
    finally:
        _ip("link", "del", name)


def test_each_load_balancer_has_an_address_as_long_as_it_is_there(tmp_path, link):
    async def scenario() -> None:
        inside = Inside(tmp_path / "addresses.json")
        await inside.follow(link, ["127.77.0.1", "127.77.0.2"])
        if not IS_ROOT:
            assert (inside["127.77.0.1"], inside.shared) == (None, link.gateway)
            return
        assert (inside["127.77.0.1"], inside["127.77.0.2"]) == ("10.213.0.254", "10.213.0.253")
        assert inside.shared == ""
        assert _addresses(link) == {"10.213.0.1/24", "10.213.0.254/32", "10.213.0.253/32"}
        await inside.follow(link, ["127.77.0.2"])
        assert _addresses(link) == {"10.213.0.1/24", "10.213.0.253/32"}

    asyncio.run(scenario())


def test_an_address_that_was_there_before_is_neither_used_nor_removed(tmp_path, link):
    async def scenario() -> None:
        if IS_ROOT:
            _ip("addr", "add", "10.213.0.254/32", "dev", link.name)
        inside = Inside(tmp_path / "addresses.json")
        await inside.follow(link, ["127.77.0.1"])
        assert inside["127.77.0.1"] is None
        await inside.follow(link, [])
        await cleared(tmp_path / "addresses.json")
        assert not IS_ROOT or "10.213.0.254/32" in _addresses(link)

    asyncio.run(scenario())


def test_whoever_comes_after_a_crash_keeps_what_was_added_and_can_take_it_away(tmp_path, link):
    async def scenario() -> None:
        path = tmp_path / "addresses.json"
        await Inside(path).follow(link, ["127.77.0.1", "127.77.0.2"])
        after = Inside(path)
        await after.follow(link, ["127.77.0.1"])
        assert after["127.77.0.1"] == ("10.213.0.254" if IS_ROOT else None)
        assert "10.213.0.253/32" not in _addresses(link)
        assert await cleared(path) == (["10.213.0.254"] if IS_ROOT else [])
        assert "10.213.0.254/32" not in _addresses(link)
        assert await cleared(path) == []

    asyncio.run(scenario())


@pytest.mark.docker
def test_a_container_reaches_a_load_balancer_at_its_address_inside(tmp_path):
    images.ensure_images()

    async def test(room: Room) -> None:
        found = await bridge()
        assert found is not None
        command = [sys.executable, "-m", "homeport", "balancer", "--data", str(room.data)]
        room.server = server = EnvoyBalancer(room.data, command, bridge)
        address = f"127.77.111.{secrets.randbelow(200) + 1}"
        web = listener(fixed("from inside"), address=address)
        host = own_address(address, found) if IS_ROOT else found.gateway
        try:
            await server.begin(tables(web))
            await room.until(lambda: room.answers(web.port, "from inside", host=host or ""))
            assert "from inside" in await _asked_by_a_container(host or "", web.port)
            await server.publish(delta(gone=(web,)))
            await room.until(lambda: f"{host}/32" not in _addresses(found))
        finally:
            await server.close()
            await cleared(room.folder.addresses)

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
