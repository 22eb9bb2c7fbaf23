"""How many containers a second the driver starts, beside a bare loop on the engine's API in the same run.

Both create and start the same bodies, at the same number at once, in turns, so that a slow minute of the machine
hits both. The bare loop makes nothing sure and looks at nothing. Run: `python -m bench.launch`.
"""

import asyncio
import json
import secrets
import time
from collections.abc import Awaitable, Callable
from urllib.parse import quote

import aiohttp

from homeport.drivers.docker.driver import connect
from homeport.drivers.docker.launch import AT_ONCE
from homeport.drivers.docker.spec import container_spec
from homeport.drivers.house import House
from homeport.plan import naming
from homeport.plan.effects import RemoveContainer, StartContainer, TaskPayload
from homeport.plan.observations import ContainerObserved
from homeport.shapes import ecs
from tests import images

CONTAINERS = 40
ROUNDS = 4
BASE = "http://engine/v1.41"


def measure() -> dict[str, float]:
    """Containers a second of the `driver` and of the `bare` loop, and their `ratio` (the goal is 0.95)."""
    images.ensure_images()
    return asyncio.run(_measure())


async def _measure() -> dict[str, float]:
    each = CONTAINERS // ROUNDS
    spent = {"bare": 0.0, "driver": 0.0}
    for turn in range(ROUNDS):
        order = (("bare", _bare), ("driver", _driver))
        for name, launch in order if turn % 2 == 0 else reversed(order):
            spent[name] += await launch(each)
    rates = {name: ROUNDS * each / seconds for name, seconds in spent.items()}
    return {**rates, "ratio": rates["driver"] / rates["bare"]}


async def _driver(count: int) -> float:
    driver = connect(House(installation=secrets.token_hex(16)), clock=time.time)
    payloads = [_payload() for _ in range(count)]

    async def start(payload: TaskPayload) -> None:
        observed = await driver.perform(StartContainer(payload.ref("web"), payload))
        if not isinstance(observed, ContainerObserved) or observed.seen.status != "RUNNING":
            raise RuntimeError(f"a container was not started: {observed}")

    await driver.list()
    try:
        return await _timed(start, payloads)
    finally:
        await asyncio.gather(*(driver.perform(RemoveContainer(one.ref("web"))) for one in payloads))
        await driver.close()


async def _bare(count: int) -> float:
    installation = secrets.token_hex(16)
    payloads = [_payload() for _ in range(count)]
    room = asyncio.Semaphore(AT_ONCE)
    async with aiohttp.ClientSession(connector=aiohttp.UnixConnector(images.engine_socket())) as session:

        async def ask(method: str, path: str, body: bytes | None = None) -> None:
            headers = {"Content-Type": "application/json"}
            async with session.request(method, BASE + path, data=body, headers=headers) as answer:
                await answer.read()
                answer.raise_for_status()

        async def start(payload: TaskPayload) -> None:
            spec = container_spec(payload, payload.ref("web"), House(installation=installation))
            async with room:
                await ask(
                    "POST", f"/containers/create?name={quote(spec.name)}", json.dumps(spec.body).encode()
                )
                await ask("POST", f"/containers/{spec.name}/start")

        try:
            return await _timed(start, payloads)
        finally:
            made = [naming.container_name(installation, payload.ref("web")) for payload in payloads]
            await asyncio.gather(*(ask("DELETE", f"/containers/{name}?force=1&v=1") for name in made))


async def _timed(start: Callable[[TaskPayload], Awaitable[None]], payloads: list[TaskPayload]) -> float:
    begun = time.perf_counter()
    await asyncio.gather(*map(start, payloads))
    return time.perf_counter() - begun


def _payload() -> TaskPayload:
    container = ecs.ContainerDefinition(name="web", image=images.BUSYBOX, command=["sleep", "600"])
    task = f"123456789012/us-east-1/bench/{secrets.token_hex(16)}"
    return TaskPayload(
        task=task, task_arn="", cluster="", family="bench", revision=1, containers={"web": container}
    )


if __name__ == "__main__":
    print(json.dumps(measure(), indent=2))
