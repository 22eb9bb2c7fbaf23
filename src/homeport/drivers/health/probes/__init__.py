"""Ask a target, by whichever protocol, and say what came of it. Targets are strangers: whatever they answer is read up
to a bound, no redirect is followed, and nothing they do ends in an exception.
"""

import asyncio
from collections.abc import Awaitable, Callable
from errno import EADDRNOTAVAIL, EMFILE, ENFILE, ENOBUFS, ENOMEM

from homeport.drivers.health.matcher import matches
from homeport.drivers.health.probes import http1, http2, tcp
from homeport.drivers.health.probes.malformed import Malformed
from homeport.drivers.health.question import Question, Way
from homeport.drivers.health.verdict import FAILED, PASSED, TIMED_OUT, UNKNOWN, Outcome, mismatch

Probe = Callable[[Question], Awaitable[int | None]]
"""Returns the code of the answer, None where there is none. Raises OSError, EOFError or Malformed."""

PROBES: dict[Way, Probe] = {
    "http1": http1.get,
    "http2": http2.get,
    "grpc": http2.call,
    "tcp": tcp.connect,
    "tls": tcp.connect,
}
OUR_OWN = frozenset({EMFILE, ENFILE, ENOBUFS, ENOMEM, EADDRNOTAVAIL})
"""Errors that say something of this machine, and nothing of the target."""


async def ask(question: Question) -> Outcome:
    """One check."""
    try:
        async with asyncio.timeout(question.timeout_s):
            code = await PROBES[question.way](question)
    except TimeoutError:
        return TIMED_OUT if question.explains else FAILED
    except OSError as error:
        return UNKNOWN if error.errno in OUR_OWN else FAILED
    except (EOFError, Malformed):
        return FAILED
    if code is None or question.matcher is None or matches(question.matcher, code):
        return PASSED
    return mismatch(code) if question.explains else FAILED
