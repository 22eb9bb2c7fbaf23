"""Addresses and routes of interfaces, in the network namespace of the calling thread. Doing it again changes nothing.

Nothing is remembered here of what was added: that is for whoever adds it.
"""

import errno
import socket
import struct
from collections.abc import Iterator
from contextlib import contextmanager

from homeport.drivers.kernel import netlink
from homeport.drivers.kernel.netlink import (
    ACK,
    CREATE,
    EXCLUSIVE,
    NETLINK_ROUTE,
    REPLACE,
    attribute,
    message,
)

NEW_LINK, NEW_ADDRESS, DELETE_ADDRESS, NEW_ROUTE, DELETE_ROUTE = 16, 20, 21, 24, 25
UP = 1
LOCAL, ADDRESS = 2, 1
DESTINATION, OUT, GATEWAY = 1, 4, 5
MAIN, STATIC, EVERYWHERE, UNICAST = 254, 4, 0, 1


def set_up(device: str) -> None:
    """Have a device up. Raises OSError."""
    body = struct.pack("=BBHiII", socket.AF_UNSPEC, 0, 0, socket.if_nametoindex(device), UP, UP)
    netlink.ask(NETLINK_ROUTE, message(NEW_LINK, ACK, body))


def add_address(device: str, address: str) -> bool:
    """Have an address of our own on a device; whether it was not there already. Raises OSError."""
    try:
        netlink.ask(NETLINK_ROUTE, message(NEW_ADDRESS, ACK | CREATE | EXCLUSIVE, _address(device, address)))
    except FileExistsError:
        return False
    return True


def remove_address(device: str, address: str) -> None:
    """Have it gone. Raises OSError."""
    with _gone():
        netlink.ask(NETLINK_ROUTE, message(DELETE_ADDRESS, ACK, _address(device, address)))


def add_route(address: str, via: str, device: str) -> None:
    """Have an address reached through another one. Raises OSError."""
    netlink.ask(NETLINK_ROUTE, message(NEW_ROUTE, ACK | CREATE | REPLACE, _route(address, via, device)))


def remove_route(address: str, via: str, device: str) -> None:
    """Have it gone. Raises OSError."""
    with _gone():
        netlink.ask(NETLINK_ROUTE, message(DELETE_ROUTE, ACK, _route(address, via, device)))


@contextmanager
def _gone() -> Iterator[None]:
    """What is not there, or on no device that is there, is gone."""
    try:
        yield
    except OSError as error:
        if error.errno not in (errno.EADDRNOTAVAIL, errno.ESRCH, errno.ENODEV, errno.ENOENT):
            raise


def _index(device: str) -> int:
    try:
        return socket.if_nametoindex(device)
    except OSError as error:
        raise OSError(errno.ENODEV, f"there is no device {device}") from error


def _address(device: str, address: str) -> bytes:
    packed = socket.inet_aton(address)
    head = struct.pack("=BBBBI", socket.AF_INET, 32, 0, 0, _index(device))
    return head + attribute(LOCAL, packed) + attribute(ADDRESS, packed)


def _route(address: str, via: str, device: str) -> bytes:
    head = struct.pack("=BBBBBBBBI", socket.AF_INET, 32, 0, 0, MAIN, STATIC, EVERYWHERE, UNICAST, 0)
    return (
        head
        + attribute(DESTINATION, socket.inet_aton(address))
        + attribute(GATEWAY, socket.inet_aton(via))
        + attribute(OUT, struct.pack("=I", _index(device)))
    )
