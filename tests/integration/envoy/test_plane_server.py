"""The data plane as `homeport up` has it: from an answered call to a request, and on without the server."""

import asyncio
import http.client
import json
import os
import signal
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AsyncExitStack, contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from homeport.drivers.apart import pid
from homeport.drivers.envoy.folder import Folder
from homeport.drivers.envoy.process import find
from tests.integration.envoy.plane import backend
from tests.integration.server.process import Server, free_port, homeport, running

DEADLINE_S = 30.0


@contextmanager
def serving(tmp_path: Path) -> Iterator[Server]:
    """A server whose data plane is real, and gone when the block is over."""
    data = tmp_path / "data"
    try:
        with running(data, "--balancer", "envoy") as server:
            yield server
    finally:
        said = homeport("down", "--data", str(data))
        assert said.returncode == 0, said.stderr


def action(body: str) -> dict[str, Any]:
    return {
        "Type": "fixed-response",
        "FixedResponseConfig": {"StatusCode": "200", "ContentType": "text/plain", "MessageBody": body},
    }


def a_balancer(server: Server, name: str, body: str, port: int) -> tuple[str, str, str]:
    """The ARN, the DNS name and the listener's ARN of a load balancer that answers itself."""
    client = server.client("elbv2")
    found = server.client("ec2").describe_subnets()["Subnets"]
    subnets = [subnet["SubnetId"] for subnet in found[:2]]
    made = client.create_load_balancer(Name=name, Subnets=subnets)["LoadBalancers"][0]
    arn = made["LoadBalancerArn"]
    listener = client.create_listener(
        LoadBalancerArn=arn, Protocol="HTTP", Port=port, DefaultActions=[action(body)]
    )["Listeners"][0]
    return arn, made["DNSName"], listener["ListenerArn"]


def answer(host: str, port: int) -> str:
    """The body of a request to 127.0.0.1, for `host`."""
    client = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        client.request("GET", "/", headers={"Host": f"{host}:{port}"})
        return client.getresponse().read().decode()
    except OSError as error:
        return repr(error)
    finally:
        client.close()


def until(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + DEADLINE_S
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.02)


def test_nothing_of_the_data_plane_runs_before_there_is_a_load_balancer(tmp_path):
    with serving(tmp_path) as server:
        server.client("ecs").create_cluster(clusterName="c")
        assert not Folder.of(server.data).files.exists()


def test_two_load_balancers_share_a_port_by_name_and_follow_what_is_answered(tmp_path):
    port = free_port()
    with serving(tmp_path) as server:
        _, blue, listener = a_balancer(server, "blue", "blue", port)
        _, green, _ = a_balancer(server, "green", "green", port)
        until(lambda: answer(blue, port) == "blue" and answer(green, port) == "green")
        server.client("elbv2").modify_listener(ListenerArn=listener, DefaultActions=[action("teal")])
        until(lambda: answer(blue, port) == "teal")
        assert answer(green, port) == "green"


def test_traffic_goes_on_after_the_server_was_killed_and_the_next_one_finds_the_same_processes(tmp_path):
    port = free_port()
    with serving(tmp_path) as server:
        _, name, listener = a_balancer(server, "web", "before", port)
        until(lambda: answer(name, port) == "before")
        folder = Folder.of(server.data)
        processes = pid.recorded(folder.pid), find(folder)
        assert None not in processes
        server.stop(signal.SIGKILL)
        assert [answer(name, port) for _ in range(20)] == ["before"] * 20
        server.start()
        server.client("elbv2").modify_listener(ListenerArn=listener, DefaultActions=[action("after")])
        until(lambda: answer(name, port) == "after")
        assert (pid.recorded(folder.pid), find(folder)) == processes


def test_a_terminals_signals_reach_the_server_alone(tmp_path):
    port = free_port()
    with serving(tmp_path) as server:
        _, name, _ = a_balancer(server, "web", "here", port)
        until(lambda: answer(name, port) == "here")
        folder = Folder.of(server.data)
        for process in (pid.recorded(folder.pid), find(folder)):
            assert process is not None
            assert os.getsid(process.pid) == process.pid != os.getsid(server.process.pid)
            held = {_target(entry) for entry in Path(f"/proc/{process.pid}/fd").iterdir()}
            assert not any("homeport.db" in each or "homeport.lock" in each for each in held)
        server.stop(signal.SIGINT)
        assert answer(name, port) == "here"


def test_a_port_that_is_taken_is_told_by_why_and_by_nothing_else(tmp_path):
    with serving(tmp_path) as server, socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        arn, _, _ = a_balancer(server, "web", "here", port)
        told: list[str] = []

        def is_told() -> bool:
            told[:] = homeport("why", "web", "--data", str(server.data)).stdout.splitlines()
            return any("another process has that port" in line for line in told)

        until(is_told)
        assert any(f"listens on 127.0.0.1:{port}, which load balancers share" in line for line in told)
        assert server.client("elbv2").describe_load_balancers(LoadBalancerArns=[arn])["LoadBalancers"]
        health = json.loads(
            server.send(b"GET /health HTTP/1.0\r\nHost: localhost\r\n\r\n").split(b"\r\n\r\n")[1]
        )
        assert health["parts"]["balancer"] == "ok"


def test_down_is_refused_while_a_server_runs_and_says_afterwards_what_it_has_stopped(tmp_path):
    port = free_port()
    with serving(tmp_path) as server:
        _, name, _ = a_balancer(server, "web", "here", port)
        until(lambda: answer(name, port) == "here")
        folder = Folder.of(server.data)
        balancer, envoy = pid.recorded(folder.pid), find(folder)
        assert balancer is not None and envoy is not None
        refused = homeport("down", "--data", str(server.data))
        assert refused.returncode == 1 and "stop the server first" in refused.stderr
        server.stop()
        said = homeport("down", "--data", str(server.data)).stdout.splitlines()
        assert said[:2] == [f"stopped the balancer process ({balancer.pid})", f"stopped Envoy ({envoy.pid})"]
        assert not balancer.is_alive and not envoy.is_alive
        assert "refused" in answer(name, port)
        again = homeport("down", "--data", str(server.data))
        assert again.stdout == "nothing of the data plane was running\n"
        server.start()
        until(lambda: answer(name, port) == "here")


class Load:
    """Requests one after the other from some clients, each on a connection that it keeps while it can."""

    def __init__(self, host: str, port: int, clients: int = 4) -> None:
        self.found: Counter[str] = Counter()
        self._host, self._port = host, port
        self._is_over = threading.Event()
        self._threads = [threading.Thread(target=self._ask) for _ in range(clients)]

    def __enter__(self) -> Counter[str]:
        for thread in self._threads:
            thread.start()
        return self.found

    def __exit__(self, *_: object) -> None:
        self._is_over.set()
        for thread in self._threads:
            thread.join()

    def _ask(self) -> None:
        client = http.client.HTTPConnection("127.0.0.1", self._port, timeout=10)
        while not self._is_over.is_set():
            try:
                client.request("GET", "/", headers={"Host": f"{self._host}:{self._port}"})
                reply = client.getresponse()
                body = reply.read().decode()
                self.found[body if reply.status == 200 else f"failed: {reply.status}"] += 1
            except (OSError, http.client.HTTPException) as error:
                self.found[f"failed: {error!r}"] += 1
                client.close()
        client.close()


def two_groups(server: Server, ports: dict[str, int]) -> dict[str, str]:
    """ARNs of target groups by name, each of one target."""
    client, found = server.client("elbv2"), {}
    vpc = server.client("ec2").describe_vpcs()["Vpcs"][0]["VpcId"]
    for name, port in ports.items():
        made = client.create_target_group(
            Name=name,
            Protocol="HTTP",
            Port=80,
            VpcId=vpc,
            TargetType="ip",
            HealthCheckIntervalSeconds=5,
            HealthCheckTimeoutSeconds=2,
            HealthyThresholdCount=2,
        )
        found[name] = made["TargetGroups"][0]["TargetGroupArn"]
        client.register_targets(TargetGroupArn=found[name], Targets=[{"Id": "127.0.0.1", "Port": port}])
    return found


def weighted(groups: dict[str, str], **weights: int) -> list[dict[str, Any]]:
    tuples = [{"TargetGroupArn": groups[name], "Weight": weight} for name, weight in weights.items()]
    return [{"Type": "forward", "ForwardConfig": {"TargetGroups": tuples}}]


@contextmanager
def blue_and_green() -> Iterator[dict[str, int]]:
    """Ports of two backends, in a loop of their own."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    stack = AsyncExitStack()

    async def opened() -> dict[str, int]:
        return {name: await stack.enter_async_context(backend(name)) for name in ("blue", "green")}

    try:
        yield asyncio.run_coroutine_threadsafe(opened(), loop).result(10)
    finally:
        asyncio.run_coroutine_threadsafe(stack.aclose(), loop).result(20)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


@pytest.mark.slow
def test_no_request_fails_in_a_hundred_shifts_and_while_the_server_is_dead_for_ten_seconds(tmp_path):
    port = free_port()
    with blue_and_green() as ports, serving(tmp_path) as server:
        _, name, listener = a_balancer(server, "web", "first", port)
        groups = two_groups(server, ports)
        client = server.client("elbv2")
        client.modify_listener(ListenerArn=listener, DefaultActions=weighted(groups, blue=100, green=0))
        until(lambda: answer(name, port) == "blue")
        for target in groups.values():
            until(partial(_is_healthy, client, target))
        with Load(name, port) as found:
            for step in range(100):
                green = (step % 2) * 50 + (step % 4 == 3) * 50
                client.modify_listener(
                    ListenerArn=listener, DefaultActions=weighted(groups, blue=100 - green, green=green)
                )
                time.sleep(0.02)
            server.stop(signal.SIGKILL)
            time.sleep(10)
            server.start()
            client = server.client("elbv2")
            client.modify_listener(ListenerArn=listener, DefaultActions=weighted(groups, blue=0, green=1))
            until(lambda: answer(name, port) == "green")
        assert {what: count for what, count in found.items() if what.startswith("failed")} == {}
        assert found["blue"] > 100 and found["green"] > 100


def _is_healthy(client: Any, group: str) -> bool:
    told = client.describe_target_health(TargetGroupArn=group)["TargetHealthDescriptions"]
    return [each["TargetHealth"]["State"] for each in told] == ["healthy"]


def _target(link: Path) -> str:
    try:
        return str(link.readlink())
    except OSError:
        return ""
