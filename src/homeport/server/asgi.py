"""Bytes in, bytes out: the ASGI callable behind uvicorn, kept raw because every request goes through it."""

import json
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Any, TypeAlias

from homeport.server.edge import Edge
from homeport.server.gateway import Gateway
from homeport.store.tx import Store, Unavailable
from homeport.wire.errors import WireError
from homeport.wire.http import HttpRequest, HttpResponse

BODY_LIMIT = 1024 * 1024
"""As ECS: a larger body is refused before it is read."""

Scope: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send: TypeAlias = Callable[[MutableMapping[str, Any]], Awaitable[None]]

TOO_LARGE = HttpResponse(413, ((b"connection", b"close"),), b'{"__type":"RequestEntityTooLargeException"}')
JSON = ((b"content-type", b"application/json"),)


class App:
    """The application: AWS's APIs on POST /, and `GET /health` for whoever watches."""

    def __init__(
        self,
        gateway: Gateway,
        store: Store,
        edge: Edge,
        health: Callable[[], Mapping[str, Any]],
        new_id: Callable[[], str],
    ) -> None:
        self._gateway = gateway
        self._store = store
        self._edge = edge
        self._health = health
        self._new_id = new_id

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            return
        body = await _body(scope, receive)
        if body is None:
            await _send(send, TOO_LARGE)
            return
        query: bytes = scope["query_string"]
        path: bytes = scope["raw_path"]
        request = HttpRequest(
            scope["method"], path + b"?" + query if query else path, tuple(map(tuple, scope["headers"])), body
        )
        if request.method == "GET":
            await _send(send, self._get(request))
            return
        await _send(send, await self._post(request))

    async def _post(self, request: HttpRequest) -> HttpResponse:
        id = self._new_id()
        request_id = f"{id[:8]}-{id[8:12]}-{id[12:16]}-{id[16:20]}-{id[20:]}"
        answer = self._gateway.answer(request, request_id)
        try:
            waiting = self._store.durable(answer.revision)
            if waiting is not None:
                await waiting
        except Unavailable as error:
            return self._gateway.unavailable(request, request_id, str(error))
        return answer.response

    def _get(self, request: HttpRequest) -> HttpResponse:
        try:
            self._edge.check_host(request.header(b"host"))
        except WireError as error:
            return HttpResponse(error.status, JSON, json.dumps({"message": error.message}).encode())
        if request.target != b"/health":
            return HttpResponse(404, JSON, b'{"message":"GET /health is the only page here."}')
        health = self._health()
        status = 200 if health["status"] == "ok" else 503
        return HttpResponse(status, JSON, json.dumps(health).encode())


async def _body(scope: Scope, receive: Receive) -> bytes | None:
    """The whole body; None when it is, or says it is, larger than the limit."""
    for name, value in scope["headers"]:
        if name == b"content-length" and (len(value) > 7 or int(value) > BODY_LIMIT):
            return None
    message = await receive()
    body: bytes = message.get("body", b"")
    if not message.get("more_body", False):
        return body if len(body) <= BODY_LIMIT else None
    chunks, size = [body], len(body)
    while message.get("more_body", False):
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        chunks.append(message.get("body", b""))
        size += len(chunks[-1])
        if size > BODY_LIMIT:
            return None
    return b"".join(chunks)


async def _send(send: Send, response: HttpResponse) -> None:
    headers = [*response.headers, (b"content-length", b"%d" % len(response.body))]
    await send({"type": "http.response.start", "status": response.status, "headers": headers})
    await send({"type": "http.response.body", "body": response.body})
