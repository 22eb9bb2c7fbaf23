"""What is served on the port: AWS's APIs on POST, and pages such as `GET /health` for whoever watches."""

import json
import logging
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from homeport.model.record import Time
from homeport.server.edge import Edge
from homeport.server.gateway import Answer, Gateway
from homeport.server.head import Malformed
from homeport.server.page import Page, Reply
from homeport.store.tx import Store, Unavailable
from homeport.wire.errors import WireError
from homeport.wire.http import HttpRequest, HttpResponse

LOG = logging.getLogger("homeport.site")
NAMES = {408: "RequestTimeoutException", 413: "RequestEntityTooLargeException"}


class Site:
    """What a connection asks for its answers. `pages` are read with GET, by their paths."""

    def __init__(
        self,
        gateway: Gateway,
        store: Store,
        edge: Edge,
        pages: Mapping[bytes, Page],
        clock: Callable[[], Time],
        ids: Callable[[], str],
    ) -> None:
        self._gateway = gateway
        self._store = store
        self._edge = edge
        self._pages = pages
        self._clock = clock
        self._ids = ids
        self._second = 0
        self._date = b""

    def answer(self, request: HttpRequest) -> HttpResponse | Awaitable[HttpResponse]:
        """The answer, to be awaited when what it tells is not on disk yet. Neither raises."""
        request_id = self._request_id()
        if request.method == "GET":
            return self._page(request, request_id)
        answer = self._gateway.answer(request, request_id)
        waiting = self._store.durable(answer.revision)
        return answer.response if waiting is None else self._durable(request, request_id, answer, waiting)

    def refuse(self, error: Malformed) -> HttpResponse:
        """The answer to what is no request."""
        LOG.info("refused with %d: %s", error.status, error)
        name = NAMES.get(error.status, "BadRequestException")
        return _json(error.status, {"__type": name, "message": f"Bad request: {error}."}, self._request_id())

    def date(self) -> bytes:
        """Now, as HTTP writes it; worked out once a second."""
        second = int(self._clock())
        if second != self._second:
            self._second = second
            self._date = time.strftime("%a, %d %b %Y %H:%M:%S GMT", time.gmtime(second)).encode()
        return self._date

    async def _durable(
        self, request: HttpRequest, request_id: str, answer: Answer, waiting: Awaitable[None]
    ) -> HttpResponse:
        try:
            await waiting
        except Unavailable as error:
            return self._gateway.unavailable(request, request_id, str(error))
        return answer.response

    def _page(self, request: HttpRequest, request_id: str) -> HttpResponse | Awaitable[HttpResponse]:
        try:
            self._edge.check_host(request.header(b"host"))
        except WireError as error:
            return _json(error.status, {"message": error.message}, request_id)
        page = self._pages.get(request.target)
        if page is None:
            known = ", ".join(path.decode() for path in self._pages)
            return _json(404, {"message": f"The pages here are {known}."}, request_id)
        reply = page()
        return _shown(reply, request_id) if isinstance(reply, Reply) else self._awaited(reply, request_id)

    async def _awaited(self, reply: Awaitable[Reply], request_id: str) -> HttpResponse:
        return _shown(await reply, request_id)

    def _request_id(self) -> str:
        id = self._ids()
        return f"{id[:8]}-{id[8:12]}-{id[12:16]}-{id[16:20]}-{id[20:]}"


def _json(status: int, body: Mapping[str, Any], request_id: str) -> HttpResponse:
    return _shown(Reply(status, b"application/json", json.dumps(body).encode()), request_id)


def _shown(reply: Reply, request_id: str) -> HttpResponse:
    headers = ((b"x-amzn-requestid", request_id.encode()), (b"content-type", reply.content_type))
    return HttpResponse(reply.status, headers, reply.body)
