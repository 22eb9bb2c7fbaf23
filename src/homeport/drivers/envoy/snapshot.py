"""The last good tables on disk, with what was known of health: traffic resumes from them while there is no server.

A file that is torn, or that another version wrote, is refused: the server tells everything again when it attaches. It
holds the keys of certificates, so only we may read it.
"""

import asyncio
import logging
import os
from collections.abc import Callable
from hashlib import blake2b
from pathlib import Path

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from homeport.drivers.balancer import Bridge
from homeport.model.target_group import TargetStatus
from homeport.plan.traffic import GroupTable, Tables

LOG = logging.getLogger("homeport.balancer")
SEAL_BYTES = 16
BREATH_S = 1.0
"""Between two writes: what changes often is written once a second."""


class Snapshot(Struct, frozen=True):
    """`health`: what was concluded last, by target."""

    tables: Tables
    health: dict[str, TargetStatus] = {}
    bridge: Bridge | None = None

    def resumed(self) -> Tables:
        """The tables, with each endpoint's status as it was known last."""
        return Tables(
            listeners=self.tables.listeners,
            groups={id: self._resumed(table) for id, table in self.tables.groups.items()},
        )

    def _resumed(self, table: GroupTable) -> GroupTable:
        endpoints = tuple(
            replace(each, status=self.health.get(each.id, each.status)) for each in table.endpoints
        )
        return replace(table, endpoints=endpoints)


def load(path: Path) -> Snapshot | None:
    """What was saved; None when there is nothing, or nothing that can be trusted."""
    try:
        content = path.read_bytes()
        seal, _, body = content.partition(b"\n")
        return msgspec.json.decode(body, type=Snapshot) if seal == _seal(body) else None
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


def encoded(snapshot: Snapshot) -> bytes:
    """A snapshot as `save` takes it."""
    return msgspec.json.encode(snapshot)


def _seal(body: bytes) -> bytes:
    return blake2b(body, digest_size=SEAL_BYTES).hexdigest().encode()


class Keeper:
    """Has what `look` gives on disk soon after it has changed; `changed` says that it has."""

    def __init__(self, path: Path, look: Callable[[], Snapshot]) -> None:
        self._path = path
        self._look = look
        self._news = asyncio.Event()

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
            LOG.warning("the snapshot cannot be written, and is older than it should be: %s", error)

    def forget(self) -> None:
        """There is nothing to resume."""
        self._news.clear()
        self._path.unlink(missing_ok=True)
