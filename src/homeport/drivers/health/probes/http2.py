"""HTTP/2 and gRPC, over TLS or in the clear (with prior knowledge): one stream on a connection of its own."""

import h2.config
import h2.connection
import h2.events
import h2.exceptions

from homeport.drivers.health.probes.malformed import Malformed
from homeport.drivers.health.probes.stream import Stream, connected
from homeport.drivers.health.question import USER_AGENT, Question

EMPTY_MESSAGE = b"\0\0\0\0\0"
"""A gRPC message without a field: not compressed, no bytes. It is a valid request of grpc.health.v1, "the server"."""

ANSWER_LIMIT = 262_144
"""So many bytes of frames are read, and no more."""
BITE = 65_536

GRPC = (("content-type", "application/grpc"), ("te", "trailers"))


async def get(question: Question) -> int:
    """The status that a GET is answered with. Raises OSError, EOFError, Malformed."""
    async with connected(question, "h2") as stream:
        return await _Exchange(question, stream).get()


async def call(question: Question) -> int:
    """The gRPC status that a call with an empty message ends with. Raises OSError, EOFError, Malformed."""
    async with connected(question, "h2") as stream:
        return await _Exchange(question, stream).call()


class _Exchange:
    """One request and its answer."""

    def __init__(self, question: Question, stream: Stream) -> None:
        self._question = question
        self._reader, self._writer = stream
        config = h2.config.H2Configuration(client_side=True, header_encoding="latin-1")
        self._connection = h2.connection.H2Connection(config)
        self._left = ANSWER_LIMIT

    async def get(self) -> int:
        return await self._outcome(":status", "GET", (), b"")

    async def call(self) -> int:
        return await self._outcome("grpc-status", "POST", GRPC, EMPTY_MESSAGE)

    async def _outcome(
        self, wanted: str, method: str, headers: tuple[tuple[str, str], ...], body: bytes
    ) -> int:
        """The number in the first header or trailer of that name."""
        try:
            self._send(method, headers, body)
            while True:
                for event in await self._events():
                    number = _found(event, wanted)
                    if number is not None:
                        return number
                self._writer.write(self._connection.data_to_send())
        except (h2.exceptions.H2Error, UnicodeError, ValueError) as error:
            raise Malformed from error

    def _send(self, method: str, headers: tuple[tuple[str, str], ...], body: bytes) -> None:
        scheme = "https" if self._question.is_secure else "http"
        self._connection.initiate_connection()
        self._connection.send_headers(
            1,
            [
                (":method", method),
                (":scheme", scheme),
                (":authority", self._question.authority),
                (":path", self._question.path),
                ("user-agent", USER_AGENT),
                *headers,
            ],
            end_stream=not body,
        )
        if body:
            self._connection.send_data(1, body, end_stream=True)
        self._writer.write(self._connection.data_to_send())

    async def _events(self) -> list[h2.events.Event]:
        """What comes next."""
        data = await self._reader.read(min(BITE, self._left))
        if not data:
            raise EOFError
        self._left -= len(data)
        if self._left <= 0:
            raise Malformed
        found: list[h2.events.Event] = self._connection.receive_data(data)
        for event in found:
            if isinstance(event, h2.events.DataReceived):
                self._connection.acknowledge_received_data(event.flow_controlled_length, event.stream_id)
        return found


def _found(event: h2.events.Event, wanted: str) -> int | None:
    """The number, if this event holds it. Raises Malformed when the stream is over without it."""
    match event:
        case h2.events.ResponseReceived() | h2.events.TrailersReceived():
            text = dict(event.headers).get(wanted)
            return None if text is None else int(text)
        case h2.events.StreamEnded() | h2.events.StreamReset() | h2.events.ConnectionTerminated():
            raise Malformed
        case _:
            return None
