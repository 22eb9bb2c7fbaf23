"""Visits to network namespaces: work that is done inside of one, in a thread that ends there.

A thread that has changed its namespace is never used for anything else, so that nothing of ours runs in a task's by
mistake. Sockets that are opened during a visit stay in the namespace, whoever serves them.
"""

import asyncio
import ctypes
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")
NEW_NETWORK = 0x40000000
OWN = Path("/proc/self/ns/net")


class Elsewhere(Exception):
    """The path names no namespace that could be a task's; the message says why."""


async def inside(path: str, work: Callable[[], T]) -> T:
    """What `work` returns, done in the namespace at `path`. Raises Elsewhere, OSError, and what it raises."""
    thread = ThreadPoolExecutor(1)
    try:
        return await asyncio.wrap_future(thread.submit(_visit, path, work))
    finally:
        thread.shutdown(wait=False)


def _visit(path: str, work: Callable[[], T]) -> T:
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        here, there = OWN.stat(), os.fstat(descriptor)
        if (here.st_dev, here.st_ino) == (there.st_dev, there.st_ino):
            raise Elsewhere(f"{path} is this machine's own network namespace")
        enter(descriptor)
    finally:
        os.close(descriptor)
    return work()


def enter(descriptor: int) -> None:
    """Bring the calling thread, and no other, into the namespace of an open file. Raises OSError."""
    library = ctypes.CDLL(None, use_errno=True)
    if library.setns(descriptor, NEW_NETWORK) != 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))
