"""Processes that outlive whoever started them: known by pid and birth, so that a reused pid is never taken for them."""

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import IO

import msgspec
from msgspec import Struct

LOOK_EVERY_S = 0.2
"""How soon the end of a process is noticed where the system does not tell of it."""

END_WITHIN_S = 5.0
LAST_WORDS = 2000


class Process(Struct, frozen=True):
    """`born` says when, in the system's own words; of two processes with one pid it differs."""

    pid: int
    born: str

    @classmethod
    def of(cls, pid: int) -> "Process | None":
        """The living process with this pid; None when there is none, or only its remains."""
        born = _born(pid)
        return None if born is None else cls(pid, born)

    @property
    def is_alive(self) -> bool:
        """Whether it still is what it was."""
        return _born(self.pid) == self.born

    def send(self, number: signal.Signals) -> bool:
        """Send a signal to it, and to no other; returns whether it was there."""
        with contextlib.suppress(ProcessLookupError):
            if self.is_alive:
                os.kill(self.pid, number)
                return True
        return False

    async def ended(self) -> None:
        """Wait for its end; nothing is left of it then when it was our child."""
        while self.is_alive:
            if sys.platform == "linux":
                await _told_by_the_kernel(self.pid)
            else:
                await asyncio.sleep(LOOK_EVERY_S)
        self.reap()

    def reap(self) -> None:
        """Take its remains away when it has ended, and was our child."""
        with contextlib.suppress(ChildProcessError):
            os.waitpid(self.pid, os.WNOHANG)


def start(
    command: Sequence[str], *, folder: Path, output: IO[bytes], environment: Mapping[str, str]
) -> Process | None:
    """Start a process of a session of its own, with nothing of ours in its hands. Raises OSError.

    None when it ended at once.
    """
    child = subprocess.Popen(  # noqa: S603  # our own command
        command,
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=output,
        close_fds=True,
        start_new_session=True,
    )
    found = Process.of(child.pid)
    # From here on it is known by its pid alone, as it will be by whoever comes after us.
    child.returncode = 0
    if found is None:
        with contextlib.suppress(ChildProcessError):
            os.waitpid(child.pid, 0)
    return found


def recorded(path: Path) -> Process | None:
    """The living process that a pid file names; None when it has ended, or the file says nothing."""
    try:
        found = msgspec.json.decode(path.read_bytes(), type=Process)
    except (OSError, msgspec.DecodeError):
        return None
    return found if found.is_alive else None


def record(path: Path, process: Process) -> None:
    """Write a pid file."""
    beside = path.with_suffix(".new")
    beside.write_bytes(msgspec.json.encode(process))
    beside.replace(path)


async def end(process: Process, within_s: float = END_WITHIN_S) -> None:
    """End a process, kindly first."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        process.send(number)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(within_s):
                await process.ended()
                return


def search(words: Iterable[str]) -> Process | None:
    """A living process of ours whose command has all these words: one whose pid nobody came to write down."""
    wanted = [os.fsencode(word) for word in words]
    for pid, command in _commands():
        if pid != os.getpid() and all(word in command for word in wanted):
            return Process.of(pid)
    return None


def started_as(words: Iterable[str]) -> Process | None:
    """A living process of ours whose command ends with these words: one that had no time yet to write its pid down."""
    wanted = b"".join(b" " + os.fsencode(word) for word in words)
    for pid, command in _commands():
        if pid != os.getpid() and command.rstrip(b"\0").replace(b"\0", b" ").endswith(wanted):
            return Process.of(pid)
    return None


def last_words(path: Path) -> str:
    """The last line of a log; "" when there is none."""
    try:
        with path.open("rb") as log:
            log.seek(max(0, log.seek(0, os.SEEK_END) - LAST_WORDS))
            lines = log.read().decode(errors="replace").strip().splitlines()
    except OSError:
        return ""
    return lines[-1] if lines else ""


def _born(pid: int) -> str | None:
    """When a process was born, in the system's words; None when it has ended, reaped or not."""
    if sys.platform != "linux":
        return _born_by_ps(pid)
    try:
        text = Path(f"/proc/{pid}/stat").read_text(errors="replace")
    except OSError:
        return None
    # The name, in brackets, may hold anything.
    fields = text.rpartition(")")[2].split()
    # The first thread may be gone while others still have the sockets.
    has_ended = fields[0] in "ZX" and int(fields[17]) <= 1
    return None if has_ended else f"{_boot()}/{fields[19]}"


def _boot() -> str:
    """Which start of the machine this is: pids and ticks begin anew with each."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    except OSError:
        return ""


def _born_by_ps(pid: int) -> str | None:
    asked = subprocess.run(  # noqa: S603  # a number
        ["/bin/ps", "-o", "stat=,lstart=", "-p", str(pid)], capture_output=True, text=True, check=False
    )
    state, _, born = asked.stdout.strip().partition(" ")
    return None if asked.returncode or not born or state.startswith("Z") else born.strip()


def _commands() -> Iterable[tuple[int, bytes]]:
    """All processes of this user with what they were started with."""
    if sys.platform != "linux":
        asked = subprocess.run(["/bin/ps", "-x", "-o", "pid=,command="], capture_output=True, check=False)
        for line in asked.stdout.splitlines():
            pid, _, command = line.strip().partition(b" ")
            yield int(pid), command
        return
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            with contextlib.suppress(OSError):
                if entry.stat().st_uid == os.getuid():
                    yield int(entry.name), (entry / "cmdline").read_bytes()


async def _told_by_the_kernel(pid: int) -> None:
    """Wait until a process ends. Returns at once when it has."""
    try:
        descriptor = os.pidfd_open(pid)
    except OSError:
        await asyncio.sleep(LOOK_EVERY_S)
        return
    loop = asyncio.get_running_loop()
    ended: asyncio.Future[None] = loop.create_future()
    loop.add_reader(descriptor, lambda: None if ended.done() else ended.set_result(None))
    try:
        await ended
    finally:
        loop.remove_reader(descriptor)
        os.close(descriptor)
