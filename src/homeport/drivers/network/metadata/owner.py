"""Which container's process holds the other end of a connection within the machine's own network.

The kernel lists both ends with their sockets' numbers; the process that has the socket open tells its control group, and
that names the container. Only processes of containers that are looked for are looked into.
"""

import re
import socket
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

PROC = Path("/proc")
TABLES = ("tcp", "tcp6")
MAPPED = "0000000000000000FFFF0000"
CONTAINER = re.compile(r"[0-9a-f]{64}")
Address = tuple[str, int]


def container_of(
    client: Address, servers: tuple[Address, ...], wanted: frozenset[str], proc: Path = PROC
) -> str | None:
    """Which of the containers `wanted` (ids at the engine) has the client's end; None for none of them.

    `servers` are the addresses that it may have connected to: the port it meant, and the one where it was heard.
    """
    numbers = [number for server in servers for number in socket_numbers(client, server, proc)]
    # Of two ends at one port, for two of our ports, nobody knows which one was heard.
    if len(set(numbers)) != 1:
        return None
    link = f"socket:[{numbers[0]}]"
    return next((id for pid, id in processes(wanted, proc) if link in _open_files(proc / pid / "fd")), None)


def socket_numbers(client: Address, server: Address, proc: Path = PROC) -> Iterator[str]:
    """The number of the client's socket, in the network that this process is in."""
    ends = (_written(client), _written(server))
    for table in TABLES:
        try:
            lines = (proc / "self" / "net" / table).read_text().splitlines()[1:]
        except OSError:
            continue
        for words in map(str.split, lines):
            if (_plain(words[1]), _plain(words[2])) == ends:
                yield words[9]


def processes(wanted: frozenset[str], proc: Path = PROC) -> Iterator[tuple[str, str]]:
    """The processes of these containers, each with its container."""
    for folder in proc.iterdir():
        if not folder.name.isdecimal():
            continue
        try:
            groups = (folder / "cgroup").read_text()
        except OSError:
            continue
        found = wanted & set(CONTAINER.findall(groups))
        if found:
            yield folder.name, min(found)


def _open_files(folder: Path) -> Iterator[str]:
    """What a process has open; nothing of one that has ended."""
    with suppress(OSError):
        for entry in folder.iterdir():
            # It may be closed by now, unlike the one that is looked for.
            with suppress(OSError):
                yield str(entry.readlink())


def _written(address: Address) -> str:
    """An end as the kernel writes it: each word of the address in the machine's byte order."""
    host, port = address
    word = int.from_bytes(socket.inet_aton(host), "little")
    return f"{word:08X}:{port:04X}"


def _plain(written: str) -> str:
    """An IPv4 address in an IPv6 socket is written with a prefix."""
    return written.removeprefix(MAPPED)
