"""A connection to a target, plain or by TLS, that is gone when it is no longer needed."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache
from typing import TypeAlias

from homeport.drivers.health.question import Question

HEAD_LIMIT = 65_536
"""As many bytes of headers as an application load balancer takes from a target, and some more."""

GOODBYE_S = 1.0

Stream: TypeAlias = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@asynccontextmanager
async def connected(question: Question, *protocols: str) -> AsyncIterator[Stream]:
    """Connect; with TLS, `protocols` are offered by ALPN. Raises OSError (of which ssl.SSLError is one)."""
    reader, writer = await asyncio.open_connection(
        question.host,
        question.port,
        limit=HEAD_LIMIT,
        local_addr=None if question.source is None else (question.source, 0),
        ssl=secure(protocols) if question.is_secure else None,
        ssl_shutdown_timeout=GOODBYE_S if question.is_secure else None,
    )
    try:
        yield reader, writer
    finally:
        writer.close()  # Nobody waits for it: a target may take its time over TLS's good-bye.


@cache
def secure(protocols: tuple[str, ...]) -> ssl.SSLContext:
    """TLS as load balancers speak it to targets: certificates are not verified, and old ones are good enough
    (User Guide: "The load balancer does not validate these certificates").
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.set_ciphers("DEFAULT:@SECLEVEL=0")
    if protocols:
        context.set_alpn_protocols(list(protocols))
    return context
