"""Who else has a port that a listener wants.

Envoy lets its threads share a port (SO_REUSEPORT), and the system lets every process of this user join in: another
Homeport would get a part of our traffic. So whoever is there already is found before Envoy listens. Other kinds of
systems do not share ports in this way.
"""

import contextlib
import socket
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from envoy.config.core.v3.address_pb2 import SocketAddress
from envoy.config.listener.v3.listener_pb2 import Listener
from msgspec import Struct

LISTENING = {"tcp": "0A", "tcp6": "0A", "udp": "07", "udp6": "07"}
"""What /proc/net calls sockets that wait for whoever comes."""


class Port(Struct, frozen=True):
    """Where a listener listens."""

    host: str
    number: int
    kind: str = "tcp"


def port_of(body: bytes) -> Port:
    """The port of one of Envoy's listeners."""
    where = Listener.FromString(body).address.socket_address
    return Port(where.address, where.port_value, "udp" if where.protocol == SocketAddress.UDP else "tcp")


def objections(bodies: Mapping[str, bytes], pid: int | None) -> dict[str, str]:
    """Of some listeners, by name, those whose port somebody else than process `pid` has, in the system's words."""
    if sys.platform != "linux":
        return {}
    wanted = {name: port_of(body) for name, body in bodies.items()}
    taken = _taken(set(wanted.values()), pid)
    return {
        name: f"cannot bind '{port.host}:{port.number}': Address already in use"
        for name, port in wanted.items()
        if port in taken
    }


def _taken(wanted: set[Port], pid: int | None) -> set[Port]:
    """The ports on which somebody listens with a socket that is not ours."""
    held = _held(wanted)
    # An Envoy that is busy has thousands of sockets: they are looked at only where there is a doubt.
    ours = _sockets(pid) if held else set()
    foreign = {(port, inode) for port, inode in held if inode not in ours}
    # One of ours that was closed since the first look is nobody's: whoever else has the port, still has it.
    still = _held(wanted) if foreign else set()
    return {port for port, _ in foreign & still}


def _held(wanted: set[Port]) -> set[tuple[Port, str]]:
    """Those of the ports on which somebody listens, with the inodes of the sockets."""
    tables = [table for kind in {port.kind for port in wanted} for table in (kind, f"{kind}6")]
    return {(port, inode) for table in tables for port, inode in _listening(table) if port in wanted}


def _listening(table: str) -> Iterator[tuple[Port, str]]:
    """Who listens, as /proc/net has it: addresses and ports in hexadecimal, and the inodes of sockets."""
    try:
        lines = Path(f"/proc/net/{table}").read_text().splitlines()[1:]
    except OSError:
        return
    for line in lines:
        fields = line.split()
        if fields[3] == LISTENING[table]:
            host, _, number = fields[1].rpartition(":")
            yield Port(_address(host), int(number, 16), table.removesuffix("6")), fields[9]


def _address(text: str) -> str:
    """Words of four bytes, each in the machine's order."""
    words = (bytes.fromhex(text[at : at + 8]) for at in range(0, len(text), 8))
    raw = b"".join(word[::-1] if sys.byteorder == "little" else word for word in words)
    return socket.inet_ntop(socket.AF_INET if len(raw) == 4 else socket.AF_INET6, raw)


def _sockets(pid: int | None) -> set[str]:
    """The inodes of a process's sockets."""
    found: set[str] = set()
    if pid is None:
        return found
    with contextlib.suppress(OSError):
        for entry in Path(f"/proc/{pid}/fd").iterdir():
            with contextlib.suppress(OSError):
                name = str(entry.readlink())
                if name.startswith("socket:["):
                    found.add(name[8:-1])
    return found
