"""Those who wait until a commit is on disk, on an event loop that another thread tells."""

import asyncio
from collections.abc import Callable


class Waiters:
    """Futures by revision. One call into the loop settles as many of them as a batch had commits."""

    def __init__(self) -> None:
        self._futures: list[tuple[int, asyncio.Future[None]]] = []
        self._loop: asyncio.AbstractEventLoop | None = None

    def add(self, revision: int) -> asyncio.Future[None]:
        """A future of the running loop."""
        self._loop = asyncio.get_running_loop()
        future: asyncio.Future[None] = self._loop.create_future()
        self._futures.append((revision, future))
        return future

    def settle(self, revision: int) -> None:
        """Everything up to `revision` is on disk."""
        waiting, self._futures = self._futures, []
        for wanted, future in waiting:
            if wanted > revision:
                self._futures.append((wanted, future))
            elif not future.done():
                future.set_result(None)

    def fail(self, error: Exception) -> None:
        """Nothing that anybody waits for will be on disk."""
        waiting, self._futures = self._futures, []
        for _, future in waiting:
            if not future.done():
                future.set_exception(error)

    def call(self, resolve: Callable[[], None]) -> None:
        """Have the loop call `resolve` soon, from any thread. Nothing is called when nobody ever waited."""
        if self._loop is None:
            return
        try:
            self._loop.call_soon_threadsafe(resolve)
        except RuntimeError:
            # The loop is closed, and with it all who waited.
            self._loop = None
