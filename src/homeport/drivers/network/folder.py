"""Where the network process keeps its files: `network` in the data directory, which only we may enter."""

from pathlib import Path

from msgspec import Struct

from homeport.drivers.apart import rooms


class Folder(Struct, frozen=True, kw_only=True):
    """`door`: where the server talks to the process. `snapshot`: the last good tables, and secrets in them; `added`:
    addresses and routes that we have added to this machine; `lock`: held by the process; `pid`, `log`: who it is, and
    what it says.
    """

    files: Path
    sockets: Path
    door: Path
    snapshot: Path
    added: Path
    lock: Path
    pid: Path
    log: Path

    @classmethod
    def of(cls, data: Path) -> "Folder":
        """The network process's of a data directory; nothing is made yet."""
        files = data.resolve() / "network"
        sockets = rooms.sockets(files)
        return cls(
            files=files,
            sockets=sockets,
            door=sockets / "door.sock",
            snapshot=files / "snapshot.json",
            added=files / "added.json",
            lock=files / "network.lock",
            pid=files / "network.pid",
            log=files / "network.log",
        )

    def make(self) -> None:
        """Have both there, for us alone. Raises Unsafe."""
        rooms.make(self.files, self.sockets)

    def remove_sockets(self) -> None:
        """Take away what lives no more."""
        rooms.clear(self.files, self.sockets, (self.door,))
