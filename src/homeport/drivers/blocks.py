"""The blocks of addresses that the machine has routes to: a network of ours on one of them would take it away from everybody."""

from ipaddress import IPv4Address, IPv4Network
from pathlib import Path

from homeport.plan.addresses import PUBLIC_BLOCK

ROUTES = Path("/proc/net/route")
RESOLVERS = Path("/etc/resolv.conf")
COLUMNS = 8


def routed(routes: Path = ROUTES) -> list[str]:
    """All but the default route; none where the system does not tell (it is Linux that does)."""
    try:
        lines = routes.read_text().splitlines()[1:]
    except OSError:
        return []
    found = (_block(line.split()) for line in lines)
    return [str(block) for block in found if block is not None and block.prefixlen > 0]


def in_the_way(block: str, routes: Path = ROUTES, resolvers: Path = RESOLVERS) -> str | None:
    """What the machine would no longer reach if a new network had this block, for people; None for nothing.

    Users choose the blocks of VPCs, and a bridge's route is everybody's on the machine: its own network, its resolvers
    and what is on the Internet must not become a task's.
    """
    wanted = IPv4Network(block)
    for text in (*routed(routes), PUBLIC_BLOCK, *_asked(resolvers)):
        if wanted.overlaps(IPv4Network(text)):
            return f"{text}, which this machine reaches already"
    if wanted.network_address.is_global or wanted.broadcast_address.is_global:
        return "addresses of the Internet"
    return None


def _asked(resolvers: Path) -> list[str]:
    """The name servers of the system, which may be behind the default route."""
    try:
        lines = resolvers.read_text(errors="replace").splitlines()
    except OSError:
        return []
    words = [line.split() for line in lines]
    named = [each[1] for each in words if len(each) > 1 and each[0] == "nameserver"]
    return [text for text in named if _is_address(text)]


def _is_address(text: str) -> bool:
    try:
        return not IPv4Address(text).is_loopback
    except ValueError:
        return False


def _block(columns: list[str]) -> IPv4Network | None:
    """The destination of a line: hexadecimal, the last byte first. Columns: proc(5)."""
    if len(columns) < COLUMNS:
        return None
    destination, mask = (bytes.fromhex(columns[at])[::-1] for at in (1, 7))
    return IPv4Network((IPv4Address(destination), str(IPv4Address(mask))), strict=False)
