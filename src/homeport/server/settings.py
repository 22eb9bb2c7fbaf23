"""Every option of `homeport up`: its default, and the reason for it. Unset means strict."""

import os
from pathlib import Path

from msgspec import Struct

from homeport.store.tx import Refused

PORT = 4663
"""H-O-M-E on a telephone's keys."""

DNS_PORT = 4653
"""Beside it, with DNS's 53."""

DATABASE = "homeport.db"
DOOR = "control.sock"
LOCK = "homeport.lock"
SEAL = "seal"
"""Files in the data directory."""

LOOPBACK = ("127.0.0.1", "::1", "localhost")
EVERYWHERE = ("0.0.0.0", "::")  # noqa: S104  # named here to be treated with care


def default_data() -> Path:
    """Where state lives unless told otherwise: the XDG state directory of the user."""
    state = os.environ.get("XDG_STATE_HOME") or str(Path.home() / ".local" / "state")
    return Path(state) / "homeport"


class Settings(Struct, frozen=True, kw_only=True):
    """What the operator asked for.

    `host`: loopback, because whoever reaches the port of an ECS can run containers. `engine`: docker or simulated.
    `balancer`: envoy or simulated. `network`: real or simulated (then nothing is enforced). `dns_port`: where this
    machine asks for names, on loopback. `warm_pauses`: network interfaces that wait for tasks, in each subnet in use.
    `allow`: dangerous container options that are allowed (`homeport.drivers.policy`). `pull`: missing prefers what
    is at hand. `publish_address`: where containers' ports are published. `keep_stopped_s`: how long a stopped
    task's containers are kept to be looked at.
    """

    host: str = "127.0.0.1"
    port: int = PORT
    data: Path
    engine: str = "docker"
    balancer: str = "envoy"
    network: str = "real"
    dns_port: int = DNS_PORT
    warm_pauses: int = 3
    region: str = "us-east-1"
    account: str = "123456789012"
    verifies: bool = True
    allow: tuple[str, ...] = ()
    pull: str = "missing"
    publish_address: str = "127.0.0.1"
    allowed_hosts: tuple[str, ...] = ()
    log_format: str = "human"
    keep_stopped_s: float = 600.0

    def check(self) -> None:
        """Raises Refused for a combination that would let strangers run containers."""
        if self.host not in LOOPBACK and not self.verifies:
            raise Refused("--no-auth is only possible on loopback: leave out --host, or --no-auth.")

    @property
    def url(self) -> str:
        """Where a client on this machine finds the server."""
        host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.host, self.host)  # noqa: S104
        return f"http://[{host}]:{self.port}" if ":" in host else f"http://{host}:{self.port}"

    @property
    def machine(self) -> str:
        """Where containers' published ports are reached from this machine."""
        return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.publish_address, self.publish_address)  # noqa: S104

    @property
    def hosts(self) -> tuple[str, ...]:
        """Host headers to accept besides localhost's. "Everywhere" is no name: a page could use it as one."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return self.allowed_hosts if self.host in EVERYWHERE else (*self.allowed_hosts, host)

    @property
    def loosened(self) -> list[str]:
        """Every option that is less strict than its default, as it is shown at start and by /health."""
        found = [f"allow {word}" for word in self.allow]
        found += [f"allowed-host {host}" for host in self.allowed_hosts]
        if not self.verifies:
            found.append("no-auth: signatures are not verified")
        if self.host not in LOOPBACK:
            found.append(f"host {self.host}: reachable from elsewhere")
        if self.publish_address not in LOOPBACK:
            found.append(
                f"publish-address {self.publish_address}: containers' ports are reachable from elsewhere"
            )
        return found
