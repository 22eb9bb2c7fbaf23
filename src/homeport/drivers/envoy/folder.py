"""Where the data plane keeps its files: `balancer` in the data directory, which only we may enter.

Names of Unix sockets are short by law (about a hundred bytes). Where the data directory's is long, they live in a
directory of ours in /tmp, whose name follows from the data directory's: whoever knows the one finds the other.
"""

import os
import stat
from hashlib import blake2b
from pathlib import Path

from msgspec import Struct

LONGEST_SOCKET = 100
"""Bytes; the law says 108 on Linux and 104 on macOS, a terminating zero included."""

LONGEST_NAME = "admin.sock"


class Unsafe(Exception):
    """A directory that should be ours alone is somebody else's; the message says which."""


class Folder(Struct, frozen=True):
    """`files` for what stays, `sockets` for what lives; the same directory where that is possible."""

    files: Path
    sockets: Path

    @classmethod
    def of(cls, data: Path) -> "Folder":
        """The data plane's of a data directory; nothing is made yet."""
        files = data.resolve() / "balancer"
        if len(os.fsencode(files / LONGEST_NAME)) <= LONGEST_SOCKET:
            return cls(files, files)
        name = blake2b(os.fsencode(files), digest_size=8).hexdigest()
        return cls(files, Path("/tmp") / f"homeport-{os.getuid()}-{name}")  # noqa: S108  # made and checked below

    def make(self) -> None:
        """Have both there, for us alone. Raises Unsafe."""
        self.files.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.sockets.mkdir(mode=0o700, exist_ok=True)
        for path in {self.files, self.sockets}:
            found = path.lstat()
            if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid():
                raise Unsafe(f"{path} is not a directory of ours: remove it, or use another data directory.")
            if stat.S_IMODE(found.st_mode) != 0o700:
                path.chmod(0o700)

    @property
    def door(self) -> Path:
        """Where the server talks to the balancer process."""
        return self.sockets / "door.sock"

    @property
    def ads(self) -> Path:
        """Where Envoy gets its configuration."""
        return self.sockets / "ads.sock"

    @property
    def admin(self) -> Path:
        """Where Envoy tells its statistics."""
        return self.sockets / LONGEST_NAME

    @property
    def snapshot(self) -> Path:
        """The last good tables."""
        return self.files / "snapshot.json"

    @property
    def log(self) -> Path:
        """What the balancer process says."""
        return self.files / "balancer.log"

    @property
    def envoy_log(self) -> Path:
        """What Envoy says."""
        return self.files / "envoy.log"

    @property
    def pid(self) -> Path:
        """Who the balancer process is."""
        return self.files / "balancer.pid"

    @property
    def envoy_pid(self) -> Path:
        """Who Envoy is."""
        return self.files / "envoy.pid"

    @property
    def access_logs(self) -> Path:
        """Where requests are logged."""
        return self.files / "logs"
