"""The endpoint itself: questions on connections, each answered by where it comes from.

Whoever opens the sockets (in namespaces, on the machine's loopback) hands each connection over with `Where` it was made.
Tokens and credentials are never logged.
"""

import asyncio
import contextlib
import logging
from collections.abc import Callable
from typing import Any

from homeport.drivers.network.metadata import answers, clock, http, owner
from homeport.drivers.network.metadata.answers import Reply
from homeport.drivers.network.metadata.directory import Directory, Found
from homeport.drivers.network.metadata.gauge import Gauge
from homeport.drivers.network.metadata.question import AskedCredentials, AskedMetadata, question
from homeport.drivers.network.metadata.vault import Vault
from homeport.drivers.network.metadata.where import HOST, InInterface, OnMachine, Peer, Where, is_of
from homeport.model.record import Time
from homeport.plan.network import ContainerTable, Delta, TaskTable

LOG = logging.getLogger("homeport.metadata")
HTTP = 80
"""What is asked; where it is heard may be another port, to which the kernel redirects."""

PLACED_WITHIN_S = 2.0
"""How long a question waits that may come from a container of which we have not heard yet that it runs: one that has only
just started is quicker than whoever tells us where it is.
"""

NETWORKS = ("networks", "network_rate_stats")


class Metadata:
    """Answers for tasks, by the last tables that it was told of."""

    def __init__(self, vault: Vault, gauge: Gauge, now: Callable[[], Time]) -> None:
        self._directory = Directory()
        self._vault = vault
        self._gauge = gauge
        self._now = now
        self._news = asyncio.Event()

    def follow(self, delta: Delta) -> None:
        """Take over what has changed."""
        self._directory.publish(delta.tasks)
        if delta.tasks:
            self._news.set()
            self._news = asyncio.Event()

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, where: Where) -> None:
        """Answer on one connection until it ends; raises OSError when it breaks, or nobody reads. The caller closes it."""
        client, server = writer.get_extra_info("peername"), writer.get_extra_info("sockname")
        goes_on = client is not None
        while goes_on:
            is_head = False
            try:
                request = await http.read(reader)
                if request is None:
                    return
                goes_on, is_head = request.goes_on, request.method == "HEAD"
                reply = await self._reply(request.target, where, client[:2], server[:2])
            except http.RequestRefused as refused:
                reply, goes_on = answers.not_read(refused.status), False
            writer.write(http.written(reply, with_body=not is_head, goes_on=goes_on))
            async with asyncio.timeout(http.IDLE_S):
                await writer.drain()

    async def _reply(self, target: str, where: Where, client: owner.Address, server: owner.Address) -> Reply:
        asked = question(target)
        if asked is None:
            return answers.no_page()
        if isinstance(asked, AskedCredentials):
            task = await self._theirs(lambda: self._directory.task(asked.token), where, client, server)
            return self._credentials(asked, task)

        def asked_of() -> TaskTable | None:
            found = self._directory.container(asked.token)
            return None if found is None else found.task

        is_theirs = await self._theirs(asked_of, where, client, server) is not None
        found = self._directory.container(asked.token) if is_theirs else None
        return answers.not_known(asked) if found is None else await self._metadata(asked, found)

    async def _theirs(
        self, find: Callable[[], TaskTable | None], where: Where, client: owner.Address, server: owner.Address
    ) -> TaskTable | None:
        """The task that is asked about, if it is the one that asks."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(PLACED_WITHIN_S):
                while (task := find()) is not None:
                    news = self._news
                    if is_of(task, await _peer(task, where, client, server)):
                        return task
                    if isinstance(where, InInterface) or all(one.runtime_id for one in task.containers):
                        return None
                    await news.wait()
        return None

    def _credentials(self, asked: AskedCredentials, task: TaskTable | None) -> Reply:
        if not asked.token:
            return answers.no_id(asked)
        if task is None:
            return answers.no_credentials(asked)
        if task.role is None:
            return answers.no_role(asked)
        LOG.info("credentials of the role %s for the task %s", task.role.arn, task.arn)
        return answers.credentials(task.role.arn, self._vault.credentials(task, task.role))

    async def _metadata(self, asked: AskedMetadata, found: Found) -> Reply:
        match asked.kind:
            case "container":
                return answers.document(answers.container_document(found.container.document, asked.version))
            case "task" | "taskWithTags":
                extras = await self._extras(found.task)
                return answers.document(answers.task_document(found.task, asked, extras))
            case "stats":
                stats = await self._stats(asked, found.task, found.container)
                what = f"container stats for: {found.container.runtime_id or found.container.name}"
                return answers.no_stats(what) if stats is None else answers.document(stats)
            case "task/stats":
                return answers.document(await self._task_stats(asked, found.task))

    async def _extras(self, task: TaskTable) -> dict[str, Any]:
        """What Fargate tells of the clock and the disk; the disk that is reserved is in the document."""
        if b'"EphemeralStorageMetrics"' not in bytes(task.document):
            return {}
        extras: dict[str, Any] = {}
        if (told := clock.drift(self._now())) is not None:
            extras["ClockDrift"] = told
        ids = tuple(one.runtime_id for one in task.containers if one.runtime_id)
        used = await self._gauge.written_mib(ids)
        if used is not None:
            reserved = answers.container_document(task.document, 4)["EphemeralStorageMetrics"]["Reserved"]
            extras["EphemeralStorageMetrics"] = {"Utilized": used, "Reserved": reserved}
        return extras

    async def _task_stats(self, asked: AskedMetadata, task: TaskTable) -> dict[str, Any]:
        """By the containers' ids; nothing of those that do not run."""
        made = [one for one in task.containers if one.runtime_id]
        told = await asyncio.gather(*(self._stats(asked, task, one) for one in made))
        return {answers.shown_id(one): stats for one, stats in zip(made, told, strict=True)}

    async def _stats(
        self, asked: AskedMetadata, task: TaskTable, container: ContainerTable
    ) -> dict[str, Any] | None:
        """Of one container. What went over a network that is shared was counted at the pause."""
        told = None if container.runtime_id is None else await self._gauge.stats(container.runtime_id)
        if told is None:
            return None
        told = {**told, **answers.shown_name(container)}
        if task.pause is not None:
            shared = await self._gauge.stats(task.pause) or {}
            told = {**told, **{name: shared[name] for name in NETWORKS if name in shared}}
        return told if asked.version == 4 else answers.without(told, NETWORKS[1:])


async def _peer(task: TaskTable, where: Where, client: owner.Address, server: owner.Address) -> Peer:
    """Who asks; a process is looked for only where the task may have one in the machine's own network."""
    found: str | None = None
    if isinstance(where, OnMachine) and task.network_mode == HOST:
        wanted = frozenset(one.runtime_id for one in task.containers if one.runtime_id)
        servers = ((server[0], HTTP), server) if server[1] != HTTP else (server,)
        found = await asyncio.to_thread(owner.container_of, client, servers, wanted)
    return Peer(where=where, address=client[0], runtime_id=found)
