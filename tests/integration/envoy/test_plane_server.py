"""The data plane as `homeport up` has it: from an answered call to a request, and on without the server."""

import http.client
import json
import os
import signal
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from homeport.drivers.envoy import pid
from homeport.drivers.envoy.folder import Folder
from homeport.drivers.envoy.process import find
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
    subnets = ["subnet-aaaaaaaa", "subnet-bbbbbbbb"]
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


def _target(link: Path) -> str:
    try:
        return str(link.readlink())
    except OSError:
        return ""
