"""How a server finds a process apart: the one that is there, one that it starts, or one instead of another version's."""

import asyncio
import contextlib
import logging
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol, TypeAlias

import msgspec

import homeport
from homeport.drivers.apart import frames, pid
from homeport.drivers.apart.frames import Hello
from homeport.drivers.apart.pid import Process

LOG = logging.getLogger("homeport.apart")
READY_WITHIN_S = 30.0
ASK_EVERY_S = 0.02

Line: TypeAlias = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class Place(Protocol):
    """Where a process has its files, its door, its pid and its log."""

    @property
    def files(self) -> Path:
        """The directory that it works in."""

    @property
    def door(self) -> Path:
        """Where it is called."""

    @property
    def pid(self) -> Path:
        """Where it writes down who it is."""

    @property
    def log(self) -> Path:
        """Where it says what happens."""

    def make(self) -> None:
        """Have the directories there, for us alone. Raises Unsafe."""


class Attachment:
    """`what` is the process in words, `command` starts it; `version` is the one that we speak."""

    def __init__(self, what: str, folder: Place, command: Sequence[str]) -> None:
        self.version = frames.version()
        self._what = what
        self._folder = folder
        self.command = command
        self._was_replaced = False
        self._started: Process | None = None

    async def attach(self) -> Line:
        """Connect to one of our version. Raises OSError, EOFError, Garbled and Unsafe."""
        self._folder.make()
        while True:
            reader, writer = await self._connect()
            if await self._is_welcome(reader, writer):
                return reader, writer
            await self._replace()

    @property
    def may_be_there(self) -> bool:
        """Whether somebody may wait behind the door."""
        return self._folder.door.exists()

    def reap(self) -> None:
        """Take away what is left of one that has ended."""
        if self._started is not None and not self._started.is_alive:
            self._started.reap()
            self._started = None

    async def _is_welcome(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """Whether it may stay. One is replaced, once: where the program's files were changed under us, our own child
        is of another version as well.
        """
        is_welcome = False
        try:
            async with asyncio.timeout(READY_WITHIN_S):
                hello: Hello | None = await _hello(reader)
            is_ours = hello is not None and hello.version == self.version
            is_welcome = is_ours or self._was_replaced
        finally:
            if not is_welcome:
                writer.close()
        return is_welcome

    async def _replace(self) -> None:
        LOG.info("the %s is of another version, and is replaced; what it has set up goes on", self._what)
        self._was_replaced = True
        process = pid.recorded(self._folder.pid)
        if process is not None:
            await pid.end(process)

    async def _connect(self) -> Line:
        """To whoever is there; else to the one that we start."""
        loop = asyncio.get_running_loop()
        end = loop.time() + READY_WITHIN_S
        has_started = False
        while True:
            with contextlib.suppress(FileNotFoundError, ConnectionRefusedError):
                return await asyncio.open_unix_connection(self._folder.door)
            if not has_started:
                self._started = self._start()
                has_started = True
            elif self._started is None or not self._started.is_alive:
                self.reap()
                raise OSError(f"it ended at once: {pid.last_words(self._folder.log)}")
            if loop.time() > end:
                raise OSError(f"it was not ready within {READY_WITHIN_S:.0f} s")
            await asyncio.sleep(ASK_EVERY_S)

    def _start(self) -> Process:
        with self._folder.log.open("ab") as log:
            os.fchmod(log.fileno(), 0o600)
            started = pid.start(
                self.command, folder=self._folder.files, output=log, environment=_environment()
            )
        if started is None:
            raise OSError(f"it ended at once: {pid.last_words(self._folder.log)}")
        return started


async def _hello(reader: asyncio.StreamReader) -> Hello | None:
    """What it says first; None when that is something else. Raises EOFError."""
    found: msgspec.Raw = await frames.read(reader, msgspec.Raw)
    try:
        return msgspec.json.decode(found, type=Hello)
    except msgspec.ValidationError:
        return None


def _environment() -> dict[str, str]:
    """Ours, with the program found wherever the process stands."""
    home = str(Path(homeport.__file__).parent.parent)
    path = filter(None, (home, *os.environ.get("PYTHONPATH", "").split(os.pathsep)))
    return {**os.environ, "PYTHONPATH": os.pathsep.join(str(Path(each).resolve()) for each in path)}
