"""A process's last good state on disk, from which it resumes while there is no server.

A file that is torn, or that another version wrote, is refused: the server tells everything again when it attaches. It
may hold secrets, so only we may read it.
"""

import asyncio
import logging
import os
from collections.abc import Callable
from hashlib import blake2b
from pathlib import Path
from typing import TypeVar

import msgspec
from msgspec import Struct

LOG = logging.getLogger("homeport.apart")
SEAL_BYTES = 16
BREATH_S = 1.0
"""Between two writes: what changes often is written once a second."""

S = TypeVar("S", bound=Struct)


def load(path: Path, kind: type[S]) -> S | None:
    """What was saved; None when there is nothing, or nothing that can be trusted."""
    try:
        content = path.read_bytes()
        seal, _, body = content.partition(b"\n")
        return msgspec.json.decode(body, type=kind) if seal == _seal(body) else None
    except (OSError, msgspec.DecodeError):
        return None


def save(path: Path, body: bytes) -> None:
    """Replace what is there by an encoded snapshot, and have it on disk. Blocks. Raises OSError."""
    beside = path.with_suffix(".new")
    with os.fdopen(os.open(beside, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600), "wb") as file:
        file.write(_seal(body) + b"\n" + body)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def encoded(snapshot: Struct) -> bytes:
    """A snapshot as `save` takes it."""
    return msgspec.json.encode(snapshot)


def _seal(body: bytes) -> bytes:
    return blake2b(body, digest_size=SEAL_BYTES).hexdigest().encode()


class Keeper:
    """Has what `look` gives on disk soon after it has changed; `changed` says that it has."""

    def __init__(self, path: Path, look: Callable[[], Struct]) -> None:
        self._path = path
        self._look = look
        self._news = asyncio.Event()
        self._trouble: str | None = None

    def changed(self) -> None:
        """Write it down soon."""
        self._news.set()

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            await self._news.wait()
            await self.keep()
            await asyncio.sleep(BREATH_S)

    async def keep(self) -> None:
        """Write it down now, if there is news."""
        if not self._news.is_set():
            return
        self._news.clear()
        try:
            await asyncio.to_thread(save, self._path, encoded(self._look()))
        except OSError as error:
            self._news.set()
            self._say(str(error))
        else:
            self._say(None)

    def forget(self) -> None:
        """There is nothing to resume."""
        self._news.clear()
        self._path.unlink(missing_ok=True)

    def _say(self, trouble: str | None) -> None:
        """Once for each trouble: it is tried every second."""
        if trouble is not None and trouble != self._trouble:
            LOG.warning("the snapshot cannot be written, and is older than it should be: %s", trouble)
        self._trouble = trouble
