"""Takes the data plane of a data directory away: its processes, their sockets, and
the addresses and routes that they have added.

Rules of security groups stay in the namespaces of tasks, which go on running behind them.

Its files stay: the next server's data plane goes on with them.
"""

import fcntl
from pathlib import Path

from homeport.drivers.apart import pid
from homeport.drivers.envoy.folder import Folder
from homeport.drivers.envoy.inside import cleared
from homeport.drivers.envoy.process import find
from homeport.drivers.network import folder as network
from homeport.drivers.network.ledger import Ledger
from homeport.server.settings import LOCK
from homeport.store.tx import Refused

RUNNING = "a server runs on this data directory, and would start the data plane again: stop the server first."


async def stop(data: Path) -> list[str]:
    """What was stopped and taken away, a line each. Raises Refused while a server runs."""
    if _is_locked(data / LOCK):
        raise Refused(RUNNING)
    return [*await _balancer(data), *await _network(data)]


async def _balancer(data: Path) -> list[str]:
    folder = Folder.of(data)
    said = [f"stopped the balancer process ({each})" for each in await _ended("balancer", folder)]
    envoy = find(folder)
    if envoy is not None:
        await pid.end(envoy)
        said.append(f"stopped Envoy ({envoy.pid})")
    said += [f"removed the address {address}" for address in cleared(folder.addresses)]
    folder.remove_sockets()
    for path in (folder.pid, folder.envoy_pid):
        path.unlink(missing_ok=True)
    return said


async def _network(data: Path) -> list[str]:
    folder = network.Folder.of(data)
    said = [f"stopped the network process ({each})" for each in await _ended("network", folder)]
    said += [f"removed {added.text}" for added in Ledger(folder.added).clear()]
    folder.remove_sockets()
    folder.pid.unlink(missing_ok=True)
    return said


async def _ended(command: str, folder: Folder | network.Folder) -> list[int]:
    """The pids of processes that were ended: the one that wrote its pid down, and those that have only just begun."""
    words = ("homeport", command, "--data", str(folder.files.parent))
    found = []
    while (process := pid.recorded(folder.pid) or pid.started_as(words)) is not None:
        await pid.end(process)
        found.append(process.pid)
    return found


def _is_locked(path: Path) -> bool:
    """Whether somebody holds the lock."""
    try:
        with path.open("rb") as lock:
            fcntl.flock(lock.fileno(), fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except BlockingIOError:
        return True
    return False
