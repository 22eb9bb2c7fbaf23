"""A Docker Engine of a few answers on a unix socket, with faults at will: hangs, 500s, half answers, nonsense."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Literal, TypeAlias

from homeport.drivers.docker import names
from homeport.plan import naming
from tests.unit.drivers.payloads import INSTALLATION, a_payload, a_ref

Fault: TypeAlias = Literal["sound", "hangs", "500", "cut", "nonsense", "other shape", "hangs up"]
SOUND: Fault = "sound"
FAULTS: tuple[Fault, ...] = ("hangs", "500", "cut", "nonsense", "other shape", "hangs up")

ID = "f" * 64
NAME = naming.container_name(INSTALLATION, a_ref())
LABELS = names.labels(INSTALLATION, a_ref(), a_payload())
LISTED = {"Id": ID, "Names": [f"/{NAME}"], "State": "running", "Status": "Up", "Labels": LABELS, "Ports": []}
INSPECTED = {
    "Id": ID,
    "Name": f"/{NAME}",
    "Image": "sha256:1",
    "State": {"Status": "running", "Running": True, "StartedAt": "2026-01-02T03:04:05.1Z", "ExitCode": 0},
    "Config": {"Labels": LABELS},
    "NetworkSettings": {},
}
ANSWERS: dict[str, Any] = {
    "/version": {"ApiVersion": "1.41"},
    "/info": {"NCPU": 2, "MemTotal": 1 << 30, "Architecture": "x86_64", "ServerVersion": "fake"},
    "/containers/json": [{**LISTED, "NetworkSettings": {}}],
    f"/containers/{ID}/json": INSPECTED,
    f"/containers/{NAME}/json": INSPECTED,
    f"/containers/{ID}": {},
    "/networks": [],
    "/volumes": {"Volumes": None},
}


class FakeEngine:
    """`faults` by the end of a path; the empty end stands for every path. `streams` are the event streams to come."""

    def __init__(self) -> None:
        self.answers = dict(ANSWERS)
        self.faults: dict[str, Fault] = {}
        self.streams: list[list[dict[str, Any]]] = []
        self.asked: list[str] = []

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one connection until it is closed."""
        try:
            while line := await reader.readline():
                while (await reader.readline()).strip():
                    pass
                method, target, _ = line.decode().split()
                path = "/" + target.partition("?")[0].partition("/v1.41/")[2] if "/v1." in target else target
                self.asked.append(f"{method} {path}")
                if not await self._one(path, writer):
                    break
        finally:
            writer.close()

    async def _one(self, path: str, writer: asyncio.StreamWriter) -> bool:
        fault: Fault = next((fault for end, fault in self.faults.items() if path.endswith(end)), "sound")
        if fault == "hangs":
            await asyncio.sleep(3600)
        if path == "/events" and fault == "sound":
            events = self.streams.pop(0) if self.streams else []
            writer.write(
                _head(200) + b"\r\n" + b"".join(json.dumps(event).encode() + b"\n" for event in events)
            )
            await writer.drain()
            return False
        writer.write(_bytes(fault, self.answers.get(path)))
        await writer.drain()
        return fault == "sound"


def _bytes(fault: Fault, answer: Any) -> bytes:
    if fault == "500":
        return _whole(500, {"message": "the disk is full"})
    if fault == "cut":
        return _head(200) + b"Content-Length: 1000\r\n\r\n" + b'[{"Id": "'
    if fault == "nonsense":
        return _head(200) + b"Content-Length: 5\r\n\r\n<htm>"
    if fault == "other shape":
        return _whole(200, {"never": "heard of"})
    if fault == "hangs up":
        return b""
    return _whole(404, {"message": "no such thing"}) if answer is None else _whole(200, answer)


def _whole(status: int, answer: Any) -> bytes:
    body = json.dumps(answer).encode()
    return _head(status) + f"Content-Length: {len(body)}\r\n\r\n".encode() + body


def _head(status: int) -> bytes:
    return f"HTTP/1.1 {status} It\r\nContent-Type: application/json\r\n".encode()


@asynccontextmanager
async def listening(engine: FakeEngine, path: Path) -> AsyncIterator[None]:
    """The engine behind a socket."""
    connections: set[asyncio.Task[None]] = set()

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        connections.add(task)
        await engine.answer(reader, writer)

    server = await asyncio.start_unix_server(connected, path)
    try:
        yield
    finally:
        server.close()
        for task in connections:
            task.cancel()
        await asyncio.gather(*connections, return_exceptions=True)
        await asyncio.to_thread(path.unlink, missing_ok=True)
