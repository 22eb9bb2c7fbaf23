"""nftables in the network namespace of the calling thread: whole tables by `nft`, members of sets by netlink.

What a table says is `firewall.py`'s. Both are transactions: done as a whole, or not at all.
"""

import shutil
import socket
import struct
import subprocess
from collections.abc import Iterable, Mapping
from itertools import count

from homeport.drivers.kernel import netlink
from homeport.drivers.kernel.netlink import ACK, CREATE, NETLINK_NETFILTER, attribute, message
from homeport.drivers.network.firewall import TABLE, set_name

PROGRAM = "nft"
WITHIN_S = 30.0
SUBSYSTEM = 10
BATCH_BEGIN, BATCH_END = 0x10, 0x11
NEW_ELEMENTS, DELETE_ELEMENTS = (SUBSYSTEM << 8) | 12, (SUBSYSTEM << 8) | 14
INET, UNSPECIFIED = 1, 0
NESTED = 0x8000
IN_TABLE, IN_SET, ELEMENTS, ELEMENT, KEY, VALUE = 1, 2, 3, 1, 1, 1
AT_ONCE = 1000
"""Elements of a message: an attribute holds less than 64 KiB."""


class Refusal(Exception):
    """nft's words, or that it said nothing in time."""


def program() -> str | None:
    """Where nft is; None when it is not there."""
    return shutil.which(PROGRAM) or shutil.which(PROGRAM, path="/usr/sbin:/sbin")


def load(script: str) -> None:
    """Have a script done, in one transaction. Raises Refusal, and OSError where there is no nft."""
    _run("-f", "-", script=script)


def tables() -> set[str]:
    """The names of tables of our family. Raises Refusal and OSError."""
    return {words[-1] for line in _run("list", "tables", "inet").splitlines() if (words := line.split())}


def listed(table: str) -> str:
    """A table of our family, as nft shows it. Raises Refusal and OSError."""
    return _run("list", "table", "inet", table)


def _run(*words: str, script: str = "") -> str:
    try:
        asked = subprocess.run(  # noqa: S603  # our own script
            [program() or PROGRAM, *words],
            input=script.encode(),
            capture_output=True,
            timeout=WITHIN_S,
            check=False,
        )
    except subprocess.TimeoutExpired as late:
        raise Refusal(f"nft: no answer within {WITHIN_S:.0f} s") from late
    if asked.returncode:
        told = asked.stderr.decode(errors="replace").strip().splitlines()
        raise Refusal(f"nft: {told[0] if told else f'exit code {asked.returncode}'}")
    return asked.stdout.decode(errors="replace")


def change(added: Mapping[str, Iterable[str]], removed: Mapping[str, Iterable[str]]) -> None:
    """Have addresses in groups' sets, and others not in them, in one transaction.

    Raises OSError when one that is removed was not there, or a set is not.
    """
    numbers = count(2)
    told = [
        _elements(kind, flags, group, part, next(numbers))
        for kind, flags, changes in ((DELETE_ELEMENTS, 0, removed), (NEW_ELEMENTS, CREATE, added))
        for group, addresses in changes.items()
        for part in _parts(sorted(addresses))
    ]
    begin = message(BATCH_BEGIN, 0, _head(UNSPECIFIED, SUBSYSTEM))
    end = message(BATCH_END, 0, _head(UNSPECIFIED, SUBSYSTEM), next(numbers))
    netlink.ask(NETLINK_NETFILTER, begin + b"".join(told) + end, len(told))


def _parts(addresses: list[str]) -> Iterable[list[str]]:
    return (addresses[start : start + AT_ONCE] for start in range(0, len(addresses), AT_ONCE))


def _head(family: int, resource: int) -> bytes:
    return struct.pack("!BBH", family, 0, resource)


def _elements(kind: int, flags: int, group: str, addresses: Iterable[str], number: int) -> bytes:
    elements = b"".join(
        attribute(ELEMENT | NESTED, attribute(KEY | NESTED, attribute(VALUE, socket.inet_aton(each))))
        for each in addresses
    )
    body = (
        _head(INET, 0)
        + attribute(IN_TABLE, TABLE.encode() + b"\0")
        + attribute(IN_SET, set_name(group).encode() + b"\0")
        + attribute(ELEMENTS | NESTED, elements)
    )
    return message(kind, ACK | flags, body, number)
