"""What the server and a process apart say to one another over its door: frames of JSON, each with its length.

The process speaks first, and says which version it is: one of another version is replaced before anything else is
said, so both sides always know the same messages.
"""

import asyncio
from functools import cache
from hashlib import blake2b
from pathlib import Path
from typing import TypeVar

import msgspec
from msgspec import Struct

import homeport

LENGTH_BYTES = 4
LONGEST = 256 * 1024 * 1024
"""Bytes of a frame: so much is a hundred times the tables of a large machine."""

T = TypeVar("T")


class Hello(Struct, frozen=True, tag="hello"):
    """The process, first of all."""

    version: str


class Garbled(Exception):
    """What came is no message; the connection is of no use any more."""


@cache
def version() -> str:
    """Which program this is: its version, and what its files looked like when it started."""
    package = Path(homeport.__file__).parent
    looks = blake2b(digest_size=8)
    for path in sorted(package.rglob("*.py")):
        found = path.stat()
        looks.update(f"{path.relative_to(package)} {found.st_size} {found.st_mtime_ns}\n".encode())
    return f"{homeport.__version__}+{looks.hexdigest()}"


def framed(message: Struct) -> bytes:
    """A message as it travels."""
    body = msgspec.json.encode(message)
    return len(body).to_bytes(LENGTH_BYTES, "big") + body


async def read(reader: asyncio.StreamReader, kind: type[T] | object) -> T:
    """The next message. Raises Garbled, and EOFError when there is none any more."""
    try:
        length = int.from_bytes(await reader.readexactly(LENGTH_BYTES), "big")
        if length > LONGEST:
            raise Garbled(f"a message of {length} bytes")
        body = await reader.readexactly(length)
        found: T = msgspec.json.decode(body, type=kind)
    except (asyncio.IncompleteReadError, ConnectionError) as error:
        raise EOFError from error
    except msgspec.DecodeError as error:
        raise Garbled(str(error)) from error
    return found
