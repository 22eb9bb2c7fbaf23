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


class Folder(Struct, frozen=True, kw_only=True):
    """`files` for what stays, `sockets` for what lives; the same directory where that is possible.

    `door`: where the server talks to the balancer process; `ads`: where Envoy gets its configuration; `admin`: where it
    tells its statistics. `snapshot`: the last good tables; `addresses`: those that we have added to this machine;
    `lock`: held by the balancer process; `pid`, `log`, `envoy_pid`, `envoy_log`: who they are, and what they say.
    `access_logs`: where requests are logged.
    """

    files: Path
    sockets: Path
    door: Path
    ads: Path
    admin: Path
    snapshot: Path
    addresses: Path
    lock: Path
    pid: Path
    log: Path
    envoy_pid: Path
    envoy_log: Path
    access_logs: Path

    @classmethod
    def of(cls, data: Path) -> "Folder":
        """The data plane's of a data directory; nothing is made yet."""
        files = data.resolve() / "balancer"
        sockets = _sockets(files)
        return cls(
            files=files,
            sockets=sockets,
            door=sockets / "door.sock",
            ads=sockets / "ads.sock",
            admin=sockets / LONGEST_NAME,
            snapshot=files / "snapshot.json",
            addresses=files / "addresses.json",
            lock=files / "balancer.lock",
            pid=files / "balancer.pid",
            log=files / "balancer.log",
            envoy_pid=files / "envoy.pid",
            envoy_log=files / "envoy.log",
            access_logs=files.with_name("access-logs"),
        )

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

    def remove_sockets(self) -> None:
        """Take away what lives no more."""
        for path in (self.door, self.ads, self.admin):
            path.unlink(missing_ok=True)
        if self.sockets != self.files and self.sockets.exists():
            self.sockets.rmdir()


def _sockets(files: Path) -> Path:
    if len(os.fsencode(files / LONGEST_NAME)) <= LONGEST_SOCKET:
        return files
    name = blake2b(os.fsencode(files), digest_size=8).hexdigest()
    return Path("/tmp") / f"homeport-{os.getuid()}-{name}"  # noqa: S108  # made for us alone, and checked
