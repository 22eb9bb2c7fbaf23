"""Tiny targets on loopback: each answers as a test needs it, and keeps what it was asked."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import grpc.aio
import h2.config
import h2.connection
import h2.events
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

Streams = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok"


class Target:
    """A listening socket. `asked` are the heads of requests; `now` and `most` count connections."""

    def __init__(self, answer: bytes = OK, pause_s: float = 0.0) -> None:
        self.answer = answer
        self.pause_s = pause_s
        self.asked: list[bytes] = []
        self.port = 0
        self.now = self.most = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection: a request, the answer, the end."""
        self.now += 1
        self.most = max(self.most, self.now)
        try:
            self.asked.append(await reader.readuntil(b"\r\n\r\n"))
            await asyncio.sleep(self.pause_s)
            writer.write(self.answer)
            await writer.drain()
        finally:
            self.now -= 1


@asynccontextmanager
async def listening(serve: Streams, context: ssl.SSLContext | None = None) -> AsyncIterator[int]:
    """The port on which connections are served; at the end all of them are closed."""
    connected = Connections(serve)
    server = await asyncio.start_server(connected, "127.0.0.1", 0, ssl=context, backlog=1024)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        await connected.end()


@asynccontextmanager
async def listening_on(path: Path, serve: Streams) -> AsyncIterator[None]:
    """The same on a Unix socket."""
    connected = Connections(serve)
    server = await asyncio.start_unix_server(connected, path)
    try:
        yield
    finally:
        server.close()
        await connected.end()


class Connections:
    """Those that are open."""

    def __init__(self, serve: Streams) -> None:
        self._serve = serve
        self._running: dict[asyncio.StreamWriter, asyncio.Task[None] | None] = {}

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._running[writer] = asyncio.current_task()
        try:
            await self._serve(reader, writer)
        except (OSError, EOFError):
            pass  # The other side has gone.
        finally:
            del self._running[writer]
            writer.close()

    async def end(self) -> None:
        for writer in self._running:
            writer.transport.abort()
        await asyncio.gather(*filter(None, self._running.values()))
        await asyncio.sleep(0)


@asynccontextmanager
async def a_target(
    answer: bytes = OK, *, pause_s: float = 0.0, context: ssl.SSLContext | None = None
) -> AsyncIterator[Target]:
    """A target that answers every request the same."""
    target = Target(answer, pause_s)
    async with listening(target.serve, context) as target.port:
        yield target


def certificate(folder: Path, *protocols: str) -> ssl.SSLContext:
    """A server's TLS with a certificate that nobody would trust: expired, its own issuer, for another name."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "elsewhere.invalid")])
    now = datetime.now(UTC)
    signed = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=2))
        .not_valid_after(now - timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    path = folder / "target.pem"
    path.write_bytes(
        signed.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    if protocols:
        context.set_alpn_protocols(list(protocols))
    return context


def http2(status: str, asked: list[dict[str, str]]) -> Streams:
    """Answers every request with this status and a body; keeps the headers of requests."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        config = h2.config.H2Configuration(client_side=False, header_encoding="utf-8")
        connection = h2.connection.H2Connection(config)
        connection.initiate_connection()
        writer.write(connection.data_to_send())
        while data := await reader.read(65_536):
            for event in connection.receive_data(data):
                if isinstance(event, h2.events.RequestReceived):
                    asked.append({str(name): str(value) for name, value in event.headers})
                    connection.send_headers(event.stream_id, [(":status", status)])
                    connection.send_data(event.stream_id, b"body", end_stream=True)
            writer.write(connection.data_to_send())

    return serve


@asynccontextmanager
async def grpc_target(*paths: str) -> AsyncIterator[int]:
    """A gRPC server, Google's own, that knows these methods and says OK; the others it has not implemented."""

    class Methods(grpc.GenericRpcHandler):  # type: ignore[misc]
        def service(self, call):
            if call.method not in paths:
                return None
            return grpc.unary_unary_rpc_method_handler(answer)

    async def answer(request: bytes, _: object) -> bytes:
        return request

    server = grpc.aio.server()
    server.add_generic_rpc_handlers((Methods(),))
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    try:
        yield port
    finally:
        await server.stop(None)
