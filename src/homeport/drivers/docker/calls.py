"""Calls to the engine: each has a deadline and ends in a value, `Refused` or `Unreachable`."""

import asyncio
import json
from collections.abc import Awaitable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, TypeAlias, TypeVar

import aiohttp
from aiodocker import DockerError
from msgspec import Struct

Json: TypeAlias = dict[str, Any]
T = TypeVar("T")

CONNECTION_FAILED = 900
"""aiodocker's status for an engine that cannot be reached."""


class Endpoint(Struct, frozen=True, kw_only=True):
    """Where the engine is, None for wherever it is found, and how long it may take; all in seconds.

    `stop_slack_s` is what a stop may take beyond its grace: the engine's own SIGKILL and clean-up. `breath_s` is how
    long a failure is held back: an engine that is down refuses at once, and would be asked in a tight loop.
    """

    url: str | None = None
    ask_s: float = 10.0
    create_s: float = 30.0
    start_s: float = 60.0
    stop_slack_s: float = 15.0
    remove_s: float = 60.0
    breath_s: float = 1.0


ANYWHERE = Endpoint()


class Refused(Exception):
    """The engine answered, and it said no. `status` is HTTP's, or 0 for an error in the middle of a pull."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message


class Unreachable(Exception):
    """The engine did not answer, was too slow, or spoke nonsense: nothing is known."""


def filters(words: Mapping[str, list[str]]) -> str:
    """Filters as the engine reads them from a query."""
    return json.dumps(words)


async def by(limit_s: float, call: Awaitable[T]) -> T:
    """The call's answer within the limit; any failure as Refused or Unreachable."""
    with translated():
        async with asyncio.timeout(limit_s):
            return await call


async def or_none(call: Awaitable[T]) -> T | None:
    """The call's answer; None where the engine knows no such thing."""
    try:
        return await call
    except Refused as refused:
        if refused.status == 404:
            return None
        raise


@contextmanager
def translated() -> Iterator[None]:
    """Whatever aiodocker raises, as Refused or Unreachable."""
    try:
        yield
    except TimeoutError as error:
        raise Unreachable("the container engine did not answer in time") from error
    except DockerError as error:
        if error.status == CONNECTION_FAILED:
            raise Unreachable(error.message) from error
        raise Refused(error.status, error.message) from error
    except (aiohttp.ClientError, OSError, ValueError, KeyError, TypeError, AssertionError) as error:
        # Closed in the middle, cut short, no JSON, or JSON of another shape. aiohttp asserts that no session is
        # closed under a request, which is what `close` does.
        raise Unreachable(f"the container engine's answer cannot be read: {error!r}") from error
