"""Where the data plane keeps its files: `balancer` in the data directory, which only we may enter."""

from pathlib import Path

from msgspec import Struct

from homeport.drivers.apart import rooms


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
        sockets = rooms.sockets(files)
        return cls(
            files=files,
            sockets=sockets,
            door=sockets / "door.sock",
            ads=sockets / "ads.sock",
            admin=sockets / rooms.LONGEST_NAME,
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
        rooms.make(self.files, self.sockets)

    def remove_sockets(self) -> None:
        """Take away what lives no more."""
        rooms.clear(self.files, self.sockets, (self.door, self.ads, self.admin))
