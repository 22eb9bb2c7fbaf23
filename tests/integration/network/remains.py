"""What is left of an installation, on the machine and in its database: what a test says that there must be nothing of."""

import contextlib
import ctypes
import fcntl
import os
import sqlite3
import subprocess
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from demo.shop import docker
from homeport.drivers.envoy.folder import Folder as BalancerFolder
from homeport.drivers.network.folder import Folder as NetworkFolder
from homeport.drivers.network.ledger import Ledger
from homeport.drivers.network.namespace import OWN

NAMESPACE_OF_SOCKET = 0x894C
"""SIOCGSKNS of Linux's <linux/sockios.h>: a file of the network namespace in which a socket is."""

GET_FILE = 438
"""The number of the system call pidfd_getfd on every architecture since Linux 5.6."""


def installation(data: Path) -> str:
    """Whose label is on what a server makes."""
    with contextlib.closing(sqlite3.connect(f"{(data / 'homeport.db').as_uri()}?mode=ro", uri=True)) as found:
        (name,) = found.execute("select value from meta where name = 'installation'").fetchone()
        return str(name)


def rows(data: Path) -> Counter[str]:
    """How many records of each kind are on disk."""
    with contextlib.closing(sqlite3.connect(f"{(data / 'homeport.db').as_uri()}?mode=ro", uri=True)) as found:
        return Counter(dict(found.execute("select kind, count(*) from record group by kind").fetchall()))


def containers(installation: str) -> dict[str, str]:
    """When each container of an installation's was started last, by the engine's id."""
    found = docker(
        "ps", "-aq", "--no-trunc", "--filter", f"label=homeport.installation={installation}"
    ).split()
    if not found:
        return {}
    asked = ["docker", "inspect", "-f", "{{.Id}} {{.State.StartedAt}} {{.State.Status}}", *found]
    # One that went while it was looked at makes it fail, and is not there.
    told = subprocess.run(asked, capture_output=True, text=True, check=False).stdout
    return dict(line.split(" ", 1) for line in told.splitlines())


def networks(installation: str) -> list[str]:
    """Names of the engine's networks."""
    shown = ("--format", "{{.Name}}", "--filter", f"label=homeport.installation={installation}")
    return docker("network", "ls", *shown).split()


def on_the_machine(words: tuple[str, ...]) -> list[str]:
    """Addresses, routes, devices and nftables' tables of the machine in which one of these words is."""
    asked = (
        ("ip", "-o", "addr"),
        ("ip", "route", "show", "table", "all"),
        ("ip", "-o", "link"),
        ("nft", "list", "tables"),
    )
    told = [subprocess.run(each, capture_output=True, text=True, check=True).stdout for each in asked]
    return [line for line in "".join(told).splitlines() if any(word in line for word in words)]


def table(data: Path) -> str:
    """The nftables table of a data directory's network process on the machine itself."""
    return "homeport_" + Ledger(NetworkFolder.of(data).added).name


def processes(data: Path) -> list[str]:
    """Commands of those who work for a data directory."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):
            command = path.read_bytes().replace(b"\0", b" ").decode(errors="replace")
            if str(data) in command and int(path.parent.name) != os.getpid():
                found.append(command)
    return found


def sockets(data: Path) -> list[Path]:
    """Sockets in the file system at which somebody would be called."""
    places = (NetworkFolder.of(data).sockets, BalancerFolder.of(data).sockets, data)
    return [path for place in places if place.exists() for path in place.iterdir() if path.is_socket()]


def namespaces(process: int) -> set[int]:
    """The network namespaces that a process keeps alive by sockets or files, or is in, as inodes; its own left out."""
    own = OWN.stat().st_ino
    found = {path.stat().st_ino for path in Path(f"/proc/{process}/task").glob("*/ns/net")}
    for descriptor in _files_of(process):
        try:
            space = fcntl.ioctl(descriptor, NAMESPACE_OF_SOCKET)
        except OSError:
            target = str(Path(f"/proc/self/fd/{descriptor}").readlink())
            if target.startswith("net:["):
                found.add(int(target[5:-1]))
        else:
            found.add(os.fstat(space).st_ino)
            os.close(space)
    return found - {own}


def _files_of(process: int) -> Iterator[int]:
    """Each of a process's open files, as one of ours for a moment."""
    library = ctypes.CDLL(None, use_errno=True)
    handle = os.pidfd_open(process)
    try:
        for path in Path(f"/proc/{process}/fd").iterdir():
            descriptor = library.syscall(GET_FILE, handle, int(path.name), 0)
            if descriptor >= 0:
                try:
                    yield descriptor
                finally:
                    os.close(descriptor)
    finally:
        os.close(handle)


def swept(name: str) -> None:
    """Take an installation's containers and networks away, for whoever comes after a test that failed."""
    if found := docker("ps", "-aq", "--filter", f"label=homeport.installation={name}").split():
        subprocess.run(["docker", "rm", "-f", "-v", *found], check=False, stdout=subprocess.DEVNULL)
    if left := networks(name):
        subprocess.run(["docker", "network", "rm", *left], check=False, stdout=subprocess.DEVNULL)
