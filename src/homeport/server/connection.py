"""One client's connection: requests in, one after the other, answers out, and no dawdling.

A protocol of our own on asyncio and not a web server's, because of the two things that matter here: every byte of a
head is looked at once and strictly (`head.py`), and an answer costs a third of the time (docs/decisions). It knows
nothing of what is asked (`site.py`) nor of what a request looks like (`reader.py`).
"""

import asyncio
import math
from collections.abc import Awaitable
from typing import Final, Protocol

from homeport.server.head import Malformed
from homeport.server.reader import Reader, Stage
from homeport.server.response import CONTINUE, rendered
from homeport.wire.http import HttpRequest, HttpResponse

LIMITS_S: Final[dict[Stage, float]] = {"idle": 75.0, "head": 9.0, "body": 29.0}
"""How long is waited for a request (as long as AWS's SDKs keep a connection), its head and its body. With the rhythm
of the sweep, a head has ten seconds and a body thirty."""

FIRST_S = 9.0
WRITE_S = 29.0
LINGER_S = 5.0
"""How long a refused client may go on sending: closing at once would destroy the answer on its way."""


class Answering(Protocol):
    """What is behind a connection. None of it raises."""

    def answer(self, request: HttpRequest) -> HttpResponse | Awaitable[HttpResponse]: ...

    def refuse(self, error: Malformed) -> HttpResponse:
        """The answer to what is no request."""

    def date(self) -> bytes:
        """Now, as HTTP writes it."""


class Port:
    """What all connections share: the site, the loop, who is connected, and the answers of one round of the loop.

    Answers leave together when everything that came in has been looked at. A client that sleeps is then woken once and
    not in the middle of our work, which costs a fifth of the time on a machine of two virtual cores.
    """

    def __init__(self, site: Answering, loop: asyncio.AbstractEventLoop) -> None:
        self.site = site
        self.loop = loop
        self.connections: set[Connection] = set()
        self._outbox: list[tuple[asyncio.Transport, bytes]] = []

    def send(self, transport: asyncio.Transport, data: bytes) -> None:
        """Write at the end of this round."""
        if not self._outbox:
            self.loop.call_soon(self.flush)
        self._outbox.append((transport, data))

    def flush(self) -> None:
        """Write what waits."""
        leaving, self._outbox = self._outbox, []
        for transport, data in leaving:
            transport.write(data)

    def sweep(self) -> None:
        """End those whose time is over. One timer for all: one for each request would cost as much as reading it."""
        now = self.loop.time()
        for connection in [one for one in self.connections if one.deadline < now]:
            connection.expire()


class Connection(asyncio.Protocol):
    """A socket. `deadline` is on the loop's clock; `expire` is called when it has passed."""

    def __init__(self, port: Port) -> None:
        self.deadline = math.inf
        self._port = port
        self._site = port.site
        self._loop = port.loop
        self._reader = Reader()
        self._stage: Stage = "idle"
        self._transport: asyncio.Transport
        self._waiting: asyncio.Future[HttpResponse] | None = None
        self._ends = False
        self._is_stuck = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The first head has to come soon."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._port.connections.add(self)
        self.deadline = self._loop.time() + FIRST_S

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002  # asyncio's signature
        """Nobody is there any more; what was asked is done all the same."""
        self._ends = True
        self._port.connections.discard(self)

    def data_received(self, data: bytes) -> None:
        """What comes after the end is dropped; what comes before an answer has to wait, at the client's."""
        if self._ends:
            return
        self._reader.feed(data)
        if self._waiting is None and not self._is_stuck:
            self._go_on()
        else:
            self._transport.pause_reading()

    def eof_received(self) -> bool:
        """A client that has said all still gets the answer that it waits for."""
        self._reader.keeps = False
        return self._waiting is not None

    def pause_writing(self) -> None:
        """The client reads more slowly than it asks."""
        self._is_stuck = True
        self.deadline = self._loop.time() + WRITE_S

    def resume_writing(self) -> None:
        """It has caught up."""
        self._is_stuck = False
        if not self._ends:
            self.deadline = self._loop.time() + LIMITS_S[self._stage]
            self._go_on_soon()

    def expire(self) -> None:
        """The deadline has passed."""
        if self._ends or self._is_stuck:
            self._transport.abort()
            return
        if self._stage != "idle":
            self._answer_malformed(Malformed("too slow", 408))
        self._end()

    def stop(self) -> None:
        """Answer what is being answered, and end."""
        if self._waiting is None:
            self._end()
        else:
            self._reader.keeps = False

    def _go_on(self) -> None:
        """Answer the next request if it is whole. One at a time: others have their turn in between."""
        if self._ends or self._waiting is not None:
            return
        try:
            request = self._reader.next()
        except Malformed as error:
            self._refuse(error)
            return
        if request is None:
            self._expect_more()
            return
        answer = self._site.answer(request)
        if isinstance(answer, HttpResponse):
            self._write(answer)
        else:
            self.deadline = math.inf
            self._waiting = asyncio.ensure_future(answer)
            self._waiting.add_done_callback(self._settled)

    def _expect_more(self) -> None:
        stage = self._reader.stage
        if stage != self._stage:
            self._stage = stage
            self.deadline = self._loop.time() + LIMITS_S[stage]
            if self._reader.expects:
                self._transport.write(CONTINUE)

    def _settled(self, answer: asyncio.Future[HttpResponse]) -> None:
        self._waiting = None
        if not self._ends and not answer.cancelled():
            self._write(answer.result())

    def _write(self, response: HttpResponse) -> None:
        keeps = self._reader.keeps
        self._stage = "idle"
        self.deadline = self._loop.time() + LIMITS_S["idle"]
        self._port.send(self._transport, rendered(response, self._site.date(), keeps=keeps))
        if not keeps:
            self._port.flush()
            self._end()
        elif self._reader.stage != "idle" and not self._is_stuck:
            self._go_on_soon()

    def _go_on_soon(self) -> None:
        self._transport.resume_reading()
        self._loop.call_soon(self._go_on)

    def _refuse(self, error: Malformed) -> None:
        self._answer_malformed(error)
        self._ends = True
        self.deadline = self._loop.time() + LINGER_S
        if self._transport.can_write_eof():
            self._transport.write_eof()

    def _answer_malformed(self, error: Malformed) -> None:
        self._transport.write(rendered(self._site.refuse(error), self._site.date(), keeps=False))

    def _end(self) -> None:
        self._ends = True
        self.deadline = self._loop.time() + (WRITE_S if self._is_stuck else LINGER_S)
        self._transport.close()
