"""The blocks of addresses that the machine has routes to: a network of ours on one of them would take it away from everybody."""

from ipaddress import IPv4Address, IPv4Network
from pathlib import Path

ROUTES = Path("/proc/net/route")
COLUMNS = 8


def routed(routes: Path = ROUTES) -> list[str]:
    """All but the default route; none where the system does not tell (it is Linux that does)."""
    try:
        lines = routes.read_text().splitlines()[1:]
    except OSError:
        return []
    found = (_block(line.split()) for line in lines)
    return [str(block) for block in found if block is not None and block.prefixlen > 0]


def _block(columns: list[str]) -> IPv4Network | None:
    """The destination of a line: hexadecimal, the last byte first. Columns: proc(5)."""
    if len(columns) < COLUMNS:
        return None
    destination, mask = (bytes.fromhex(columns[at])[::-1] for at in (1, 7))
    return IPv4Network((IPv4Address(destination), str(IPv4Address(mask))), strict=False)
