"""Directories of a process apart: in the data directory, and only we may enter.

Names of Unix sockets are short by law (about a hundred bytes). Where the data directory's is long, they live in a
directory of ours in /tmp, whose name follows from the data directory's: whoever knows the one finds the other.
"""

import os
import stat
from collections.abc import Iterable
from hashlib import blake2b
from pathlib import Path

LONGEST_SOCKET = 100
"""Bytes; the law says 108 on Linux and 104 on macOS, a terminating zero included."""

LONGEST_NAME = "admin.sock"


class Unsafe(Exception):
    """A directory that should be ours alone is somebody else's; the message says which."""


def sockets(files: Path) -> Path:
    """Where sockets of a process live that keeps its files there: the same directory where that is possible."""
    if len(os.fsencode(files / LONGEST_NAME)) <= LONGEST_SOCKET:
        return files
    name = blake2b(os.fsencode(files), digest_size=8).hexdigest()
    return Path("/tmp") / f"homeport-{os.getuid()}-{name}"  # noqa: S108  # made for us alone, and checked


def clear(files: Path, sockets: Path, alive: Iterable[Path]) -> None:
    """Take away sockets that live no more, and a directory that is there for them alone."""
    for path in alive:
        path.unlink(missing_ok=True)
    if sockets != files and sockets.exists():
        sockets.rmdir()


def make(files: Path, sockets: Path) -> None:
    """Have both there, for us alone. Raises Unsafe."""
    files.mkdir(mode=0o700, parents=True, exist_ok=True)
    sockets.mkdir(mode=0o700, exist_ok=True)
    for path in {files, sockets}:
        found = path.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid():
            raise Unsafe(f"{path} is not a directory of ours: remove it, or use another data directory.")
        if stat.S_IMODE(found.st_mode) != 0o700:
            path.chmod(0o700)
