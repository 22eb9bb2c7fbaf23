"""A small network on this machine: a bridge, network namespaces behind it, and a network process of its own that cares
for them. Real packets, real nftables; needs root.
"""

import asyncio
import contextlib
import secrets
import shutil
import socket
import struct
import subprocess
import sys
import threading
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from functools import partial
from pathlib import Path

from msgspec import Struct

from homeport.drivers.apart import pid
from homeport.drivers.apart.pid import Process
from homeport.drivers.network.driver import NetworkFabric
from homeport.drivers.network.folder import Folder
from homeport.drivers.network.messages import Site
from homeport.drivers.network.namespace import inside
from homeport.plan.network import (
    Delta,
    GroupTable,
    InterfaceTable,
    Permission,
    PrefixListTable,
    Tables,
    VpcTable,
    applied,
)
from homeport.plan.observations import InterfaceObserved
from homeport.server import down
from tests.integration.server.process import free_port

SCOPE = "123456789012/us-east-1"
VPC = f"{SCOPE}/vpc-{1:017x}"
DEADLINE_S = 30.0
REFUSED_AFTER_S = 0.7
"""A dropped packet is answered by nothing: whoever waits so long on one machine will get no answer."""

EVERYTHING = Permission(protocol="-1", cidr="0.0.0.0/0")


class Host(Struct, frozen=True):
    """Somebody in the network: an interface with a namespace of its own."""

    number: int
    name: str
    address: str

    @property
    def id(self) -> str:
        """Its record id."""
        return f"{SCOPE}/eni-{self.number:017x}"

    @property
    def namespace(self) -> str:
        """The path of its network namespace."""
        return f"/var/run/netns/{self.name}"

    def table(self, *groups: str, task: str | None = None, public: str | None = None) -> InterfaceTable:
        """What the network process is told of it."""
        return InterfaceTable(
            id=self.id,
            vpc=VPC,
            address=self.address,
            public_address=public,
            groups=groups,
            namespace=self.namespace,
            task=f"{SCOPE}/default/{self.number:032x}" if task is None else task,
        )

    async def connects(self, address: str, port: int) -> bool:
        """Whether a TCP connection from here comes about."""
        return await inside(self.namespace, lambda: _connects(address, port))

    async def connection(self, address: str, port: int) -> socket.socket:
        """One that is kept."""
        return await inside(self.namespace, lambda: socket.create_connection((address, port), 5))

    async def pings(self, address: str) -> bool:
        """Whether an echo comes back from there."""
        return await inside(self.namespace, lambda: _pings(address))

    async def run(self, *command: str) -> str:
        """What a program says that runs here."""
        return await inside(self.namespace, partial(_run, *command))


class Lan:
    """`tables` are what the network process was told last; `told` what it said."""

    def __init__(self, data: Path) -> None:
        digits = secrets.token_hex(3)
        self.bridge = f"hpt{digits}"
        self.block = f"10.{200 + int(digits[:2], 16) % 50}.{int(digits[2:4], 16)}"
        self.folder = Folder.of(data)
        self.hosts: list[Host] = []
        self.tables = Tables(
            vpcs={
                VPC: VpcTable(
                    id=VPC, cidr=f"{self.block}.0/24", bridge=self.bridge, resolver=f"{self.block}.2"
                )
            }
        )
        self.told: dict[str, InterfaceObserved] = {}
        self.site = Site(dns_port=free_port())
        self.fabric: NetworkFabric
        self._data = data

    @property
    def process(self) -> Process | None:
        """The network process."""
        return pid.recorded(self.folder.pid)

    def host(self, number: int) -> Host:
        """One that may not be there."""
        return Host(number, f"{self.bridge}-{number}", f"{self.block}.{number}")

    def add_host(self) -> Host:
        """Another namespace, with an address."""
        host = self.host(len(self.hosts) + 10)
        self.hosts.append(host)
        number = host.number
        veth = f"{self.bridge}.{number}"
        _ip("netns", "add", host.name)
        _ip("link", "add", veth, "type", "veth", "peer", "name", "eth0", "netns", host.name)
        _ip("link", "set", veth, "master", self.bridge, "up")
        _ip("-n", host.name, "addr", "add", f"{host.address}/24", "dev", "eth0")
        _ip("-n", host.name, "link", "set", "eth0", "up")
        _ip("-n", host.name, "link", "set", "lo", "up")
        _ip("-n", host.name, "route", "add", "default", "via", f"{self.block}.1")
        return host

    @contextlib.asynccontextmanager
    async def attached(self) -> AsyncIterator[NetworkFabric]:
        """A server's end, while the block lasts."""
        command = [sys.executable, "-m", "homeport", "network", "--data", str(self._data)]
        self.fabric = NetworkFabric(self._data, command, self.site)
        listening = asyncio.create_task(self._listen(self.fabric))
        await self.fabric.begin(self.tables)
        try:
            yield self.fabric
        finally:
            listening.cancel()
            await self.fabric.close()

    async def tell(self, **kinds: dict[str, object]) -> None:
        """Change tables, by kind: these are as they are given, or gone (None)."""
        delta = Delta(**kinds)  # type: ignore[arg-type]
        self.tables = applied(self.tables, delta)
        await self.fabric.publish(delta)

    async def place(self, *tables: InterfaceTable) -> None:
        """Have interfaces, and wait until they are prepared for their tasks."""
        await self.tell(interfaces={each.id: each for each in tables})
        for each in tables:
            await self.until(lambda each=each: self.is_prepared(each))  # type: ignore[misc]

    def is_prepared(self, table: InterfaceTable) -> bool:
        """Whether it was told so, without trouble."""
        told = self.told.get(table.id)
        return told is not None and (told.prepared_for, told.trouble) == (table.task, None)

    async def until(self, holds: Callable[[], bool | Awaitable[bool]]) -> None:
        """Wait until something is so."""
        end = time.monotonic() + DEADLINE_S
        while True:
            found = holds()
            if found if isinstance(found, bool) else await found:
                return
            assert time.monotonic() < end, self.log
            await asyncio.sleep(0.02)

    @property
    def log(self) -> str:
        """What the process has written."""
        written = self.folder.log.read_text() if self.folder.log.exists() else ""
        return f"{self.fabric.trouble}\n{self.told}\n{written}"

    async def _listen(self, fabric: NetworkFabric) -> None:
        async for observed in fabric.watch():
            self.told[observed.interface] = observed


@contextlib.contextmanager
def links(lan: Lan) -> Iterator[None]:
    """The bridge and what is behind it, while the block lasts."""
    _ip("link", "add", lan.bridge, "type", "bridge")
    try:
        _ip("addr", "add", f"{lan.block}.1/24", "dev", lan.bridge)
        _ip("link", "set", lan.bridge, "up")
        _iptables("-I", lan.bridge)
        yield
    finally:
        _iptables("-D", lan.bridge)
        for host in lan.hosts:
            # By hand: a container that starts beside may hold the namespace, and its end of the line, for a while.
            _ip("link", "del", f"{lan.bridge}.{host.number}")
            _ip("netns", "del", host.name)
        _ip("link", "del", lan.bridge)


def on_a_lan(data: Path, test: Callable[[Lan], Awaitable[None]]) -> None:
    """Run a test in a loop of its own; nothing is left afterwards."""
    lan = Lan(data)

    async def whole() -> None:
        try:
            async with asyncio.timeout(120):
                await test(lan)
        finally:
            await down.stop(data)

    with links(lan):
        asyncio.run(whole())


@contextlib.asynccontextmanager
async def answering(host: Host | None, *ports: int) -> AsyncIterator[None]:
    """Servers that echo, in a host's namespace; on this machine for None."""

    def opened() -> list[socket.socket]:
        return [socket.create_server(("", port), reuse_port=True) for port in ports]

    listeners = await inside(host.namespace, opened) if host is not None else opened()
    threads = [threading.Thread(target=_serve, args=(each,)) for each in listeners]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        for each in listeners:
            each.shutdown(socket.SHUT_RDWR)
        for thread in threads:
            await asyncio.to_thread(thread.join)


def group(
    number: int, ingress: tuple[Permission, ...] = (), egress: tuple[Permission, ...] = ()
) -> GroupTable:
    """A security group."""
    return GroupTable(id=f"{SCOPE}/sg-{number:017x}", ingress=ingress, egress=egress)


def tcp(first: int, last: int | None = None, **peer: str) -> Permission:
    """A rule for ports."""
    return Permission(protocol="tcp", from_port=first, to_port=first if last is None else last, **peer)


def prefix_list(number: int, *cidrs: str) -> PrefixListTable:
    """A prefix list."""
    return PrefixListTable(id=f"{SCOPE}/pl-{number:017x}", cidrs=cidrs)


def by_id(*tables: GroupTable | PrefixListTable) -> dict[str, object]:
    """As a part of tables."""
    return {each.id: each for each in tables}


def still_echoes(kept: socket.socket) -> bool:
    """Whether a connection still carries bytes both ways."""
    kept.settimeout(3)
    kept.sendall(b"there?")
    return kept.recv(100) == b"there?"


def _serve(listener: socket.socket) -> None:
    """Echo whoever connects, until the listener is shut down; then nothing of it is left."""
    visits: list[tuple[socket.socket, threading.Thread]] = []
    with listener, contextlib.suppress(OSError):
        while True:
            visitor, _ = listener.accept()
            visits.append((visitor, threading.Thread(target=_echo, args=(visitor,))))
            visits[-1][1].start()
    for visitor, thread in visits:
        with contextlib.suppress(OSError):
            visitor.shutdown(socket.SHUT_RDWR)
        thread.join()
        visitor.close()


def _echo(visitor: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while chunk := visitor.recv(100):
            visitor.sendall(chunk)
        visitor.shutdown(socket.SHUT_WR)


def _connects(address: str, port: int) -> bool:
    try:
        socket.create_connection((address, port), REFUSED_AFTER_S).close()
    except OSError:
        return False
    return True


def _pings(address: str) -> bool:
    number = secrets.randbelow(60_000)  # A conversation of its own: one that was let in once goes on.
    checksum = ~(0x0800 + number + 1) & 0xFFFF
    checked = struct.pack("!BBHHH", 8, 0, checksum, number, 1)
    with socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP) as line:
        line.settimeout(REFUSED_AFTER_S)
        line.sendto(checked, (address, 0))
        try:
            return line.recv(100)[20] == 0
        except TimeoutError:
            return False


def _run(*command: str) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout


def _iptables(verb: str, bridge: str) -> None:
    """Where a container engine runs, bridges that are not its own forward nothing."""
    if shutil.which("iptables"):
        rule = ("FORWARD", "-i", bridge, "-o", bridge, "-j", "ACCEPT")
        subprocess.run(("iptables", "-w", verb, *rule), check=True)


def _ip(*words: str) -> None:
    subprocess.run(("ip", *words), check=True)
