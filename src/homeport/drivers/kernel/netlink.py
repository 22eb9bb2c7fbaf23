"""A few words of netlink, the kernel's own language, in the network namespace of the calling thread.

Addresses, routes and set elements change often; a program started for each would cost ten times as much as the change.
"""

import os
import socket
import struct

NETLINK_ROUTE, NETLINK_NETFILTER = 0, 12
REQUEST, ACK, EXCLUSIVE, REPLACE, CREATE = 0x1, 0x4, 0x200, 0x100, 0x400
ERROR = 2
HEADER = struct.Struct("=IHHII")
ANSWER_WITHIN_S = 10.0
LARGEST = 65_536


def attribute(kind: int, body: bytes) -> bytes:
    """An attribute, padded."""
    return struct.pack("=HH", len(body) + 4, kind) + body + b"\0" * (-len(body) % 4)


def message(kind: int, flags: int, body: bytes, number: int = 1) -> bytes:
    """A message with its header."""
    return HEADER.pack(HEADER.size + len(body), kind, flags | REQUEST, number, 0) + body


def ask(family: int, packet: bytes, answers: int = 1) -> None:
    """Send messages, of which as many want an answer; blocks. Raises OSError with the first error that is answered."""
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, family) as line:
        line.settimeout(ANSWER_WITHIN_S)
        line.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, max(LARGEST, 2 * len(packet)))
        line.bind((0, 0))
        line.send(packet)
        first = 0
        while answers > 0:
            told = line.recv(LARGEST)
            while told:
                length, kind, _, _, _ = HEADER.unpack_from(told)
                if kind == ERROR:
                    answers -= 1
                    (code,) = struct.unpack_from("=i", told, HEADER.size)
                    first = first or -code
                told = told[(length + 3) & ~3 :]
        if first:
            raise OSError(first, os.strerror(first))
