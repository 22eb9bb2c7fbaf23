"""Homeport, moto and ministack as processes of their own on free loopback ports, each as its users start it.

Homeport runs as `homeport up` with a fresh data directory on disk, verifying every signature. The peers come from
.venv-bench (`tools/bootstrap.sh bench`). Every wait has an end.
"""

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from msgspec import Struct

from bench.requests import Client, Refused, ask
from homeport.server.keys import Keys

PEERS = Path(__file__).parents[1] / ".venv-bench" / "bin"
READY_S = 60.0
STOP_S = 10.0
POLL_S = 0.002


class Server(Struct, frozen=True):
    """A server that has answered its first call. `ready_s`: seconds from exec until then."""

    name: str
    client: Client
    process: "subprocess.Popen[bytes]"
    ready_s: float

    def memory_mb(self) -> float:
        """Its processes' own memory and their share of what they share (PSS), in MB."""
        pids = [self.process.pid, *_children(self.process.pid)]
        return sum(_pss_kib(pid) for pid in pids) * 1024 / 1e6


class _Start(Struct, frozen=True):
    """How to start a server, and where to read the key pair that it accepts once it listens."""

    command: list[str]
    environment: dict[str, str]
    pair: Callable[[], tuple[str, str]]


def _homeport(port: int, folder: Path) -> _Start:
    data = folder / "data"

    def pair() -> tuple[str, str]:
        found = Keys(data / "keys.json").all()[0]
        return found.access_key_id, found.secret

    homeport = str(Path(sys.executable).with_name("homeport"))
    return _Start([homeport, "up", "--port", str(port), "--data", str(data)], {}, pair)


def _moto(port: int, _: Path) -> _Start:
    return _Start([str(PEERS / "moto_server"), "-H", "127.0.0.1", "-p", str(port)], {}, _any_pair)


def _ministack(port: int, folder: Path) -> _Start:
    environment = {"GATEWAY_PORT": str(port), "BIND_HOST": "127.0.0.1", "TMPDIR": str(folder)}
    return _Start([str(PEERS / "ministack")], environment, _any_pair)


def _any_pair() -> tuple[str, str]:
    return "AKIAIOSFODNN7EXAMPLE", "not-a-secret"


STARTS: dict[str, Callable[[int, Path], _Start]] = {
    "homeport": _homeport,
    "moto": _moto,
    "ministack": _ministack,
}


@contextlib.contextmanager
def running(name: str) -> Iterator[Server]:
    """The server from its exec until the end of the block. Raises RuntimeError, with its log, when it does not come up."""
    folder = Path(tempfile.mkdtemp(prefix=f"homeport-bench-{name}-"))
    port = _free_port()
    start = STARTS[name](port, folder)
    process = None
    try:
        with (folder / "log").open("wb") as log:
            begun = time.perf_counter()
            process = subprocess.Popen(
                start.command, env=os.environ | start.environment, cwd=folder, stdout=log, stderr=log
            )
        client = _first_call(process, port, start, folder / "log")
        yield Server(name, client, process, time.perf_counter() - begun)
    finally:
        if process is not None:
            _stop(process)
        shutil.rmtree(folder, ignore_errors=True)


def _first_call(process: "subprocess.Popen[bytes]", port: int, start: _Start, log: Path) -> Client:
    """Ask ListClusters until it is answered."""
    deadline = time.perf_counter() + READY_S
    while time.perf_counter() < deadline and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1.0).close()
            client = Client(port, *start.pair())
            ask(client, "ListClusters", {})
        except (OSError, Refused, IndexError):  # IndexError: it has made no keys yet
            time.sleep(POLL_S)
        else:
            return client
    raise RuntimeError(f"{start.command[0]} does not answer:\n{log.read_text(errors='replace')[-2000:]}")


def _stop(process: "subprocess.Popen[bytes]") -> None:
    process.terminate()
    try:
        process.wait(STOP_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait(STOP_S)


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


def _children(pid: int) -> list[int]:
    found = []
    for task in Path(f"/proc/{pid}/task").iterdir():
        for child in (task / "children").read_text().split():
            found += [int(child), *_children(int(child))]
    return found


def _pss_kib(pid: int) -> int:
    text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    return next(int(line.split()[1]) for line in text.splitlines() if line.startswith("Pss:"))
