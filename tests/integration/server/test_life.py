"""From the first start to kill -9: what a server promises about its own life."""

import json
import signal
import sqlite3
import stat
import threading
import time
from pathlib import Path

import pytest
from botocore.exceptions import BotoCoreError, ClientError

from tests.integration.server.process import Server, homeport, running

APP = {"name": "app", "image": "app", "memory": 64}


def clusters(server: Server) -> list[str]:
    arns = server.client().list_clusters()["clusterArns"]
    return sorted(arn.rsplit("/", 1)[1] for arn in arns)


def test_the_first_call_succeeds_once_it_says_that_it_is_ready(tmp_path: Path):
    with running(tmp_path / "data") as server:
        assert server.client("sts").get_caller_identity()["Account"] == "123456789012"


def test_it_prints_one_line_and_keeps_its_files_to_itself(tmp_path: Path):
    with running(tmp_path / "data") as server:
        server.process.send_signal(signal.SIGTERM)
        rest, _ = server.process.communicate(timeout=20)
        assert rest == ""
    assert stat.S_IMODE(server.data.stat().st_mode) == 0o700
    modes = {
        path.name: stat.S_IMODE(path.stat().st_mode) for path in server.data.iterdir() if not path.is_socket()
    }
    assert {"homeport.db", "keys.json", "seal", "server.json"} <= set(modes)
    assert set(modes.values()) == {0o600}


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_stops_when_it_is_told_to_and_says_so(tmp_path: Path, number: int):
    with running(tmp_path / "data") as server:
        assert server.stop(number) == 0
    assert "stopped; tasks go on running" in server.log


def test_what_was_acknowledged_is_there_after_kill_9(tmp_path: Path):
    with running(tmp_path / "data") as server:
        acknowledged: list[str] = []

        def create() -> None:
            client = server.client()
            for number in range(10_000):
                try:
                    client.create_cluster(clusterName=f"c{number}")
                except BotoCoreError:
                    return
                acknowledged.append(f"c{number}")

        creating = threading.Thread(target=create)
        creating.start()
        while len(acknowledged) < 25:
            time.sleep(0.01)
        server.stop(signal.SIGKILL)
        creating.join()
        server.start()
        assert set(acknowledged) <= {
            arn.rsplit("/", 1)[1]
            for page in server.client().get_paginator("list_clusters").paginate()
            for arn in page["clusterArns"]
        }


def test_a_restart_keeps_the_keys_and_the_tokens_that_it_has_sealed(tmp_path: Path):
    with running(tmp_path / "data") as server:
        client = server.client()
        for name in "abc":
            client.create_cluster(clusterName=name)
        page = client.list_clusters(maxResults=2)
        server.stop()
        server.start()
        rest = client.list_clusters(maxResults=2, nextToken=page["nextToken"])["clusterArns"]
        assert [arn.rsplit("/", 1)[1] for arn in page["clusterArns"] + rest] == ["a", "b", "c"]


def test_a_second_server_on_the_same_data_is_refused(tmp_path: Path):
    with running(tmp_path / "data") as server:
        second = homeport(
            "up", "--data", str(server.data), "--port", str(server.port + 1), "--engine", "simulated"
        )
        assert second.returncode == 1
        assert second.stdout == ""
        assert str(server.data) in second.stderr
        assert "Traceback" not in second.stderr
        assert clusters(server) == []


def test_a_port_that_is_taken_is_refused_with_advice(tmp_path: Path):
    with running(tmp_path / "data") as server:
        second = homeport(
            "up", "--data", str(tmp_path / "other"), "--port", str(server.port), "--engine", "simulated"
        )
        assert second.returncode == 1
        assert "name another --port" in second.stderr
        assert "Traceback" not in second.stderr


def test_a_new_key_pair_works_at_once_and_sees_its_own_account_only(tmp_path: Path):
    with running(tmp_path / "data") as server:
        server.client().create_cluster(clusterName="mine")
        printed = homeport("keys", "create", "--data", str(server.data), "--account", "210987654321").stdout
        values = dict(line.removeprefix("export ").split("=") for line in printed.splitlines())
        pair = {"key": values["AWS_ACCESS_KEY_ID"], "secret": values["AWS_SECRET_ACCESS_KEY"]}
        assert server.client("sts", **pair).get_caller_identity()["Account"] == "210987654321"
        assert server.client(**pair).list_clusters()["clusterArns"] == []


def test_a_wrong_secret_is_refused(tmp_path: Path):
    with running(tmp_path / "data") as server, pytest.raises(ClientError, match="InvalidSignatureException"):
        server.client(secret="wrong").list_clusters()


def test_secrets_are_never_logged(tmp_path: Path):
    with running(tmp_path / "data") as server:
        server.client().create_cluster(clusterName="c")
        secret = server.environment()["AWS_SECRET_ACCESS_KEY"]
        server.stop()
    assert secret not in server.log
    assert secret.encode() not in (server.data / "homeport.db").read_bytes()


def test_no_auth_is_announced_and_needs_no_signature(tmp_path: Path):
    with running(tmp_path / "data", "--no-auth") as server:
        request = b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-amz-json-1.1\r\n"
        request += b"X-Amz-Target: AmazonEC2ContainerServiceV20141113.ListClusters\r\nConnection: close\r\n"
        assert b'{"clusterArns":[]}' in server.send(request + b"\r\n")
        assert b"HTTP/1.1 403" in server.send(request + b"Origin: null\r\n\r\n")
        health = server.send(b"GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        assert json.loads(health.partition(b"\r\n\r\n")[2])["loosened"] == [
            "no-auth: signatures are not verified"
        ]
    assert "loosened: no-auth" in server.log


def test_a_task_set_settles_and_its_reasons_can_be_asked_for(tmp_path: Path):
    with running(tmp_path / "data") as server:
        ecs = server.client()
        ecs.create_cluster(clusterName="c")
        ecs.register_task_definition(family="f", containerDefinitions=[APP])
        ecs.create_service(
            cluster="c", serviceName="web", desiredCount=3, deploymentController={"type": "EXTERNAL"}
        )
        blue = ecs.create_task_set(
            cluster="c", service="web", taskDefinition="f", scale={"value": 100, "unit": "PERCENT"}
        )
        id = blue["taskSet"]["id"]
        give_up_at = time.monotonic() + 30
        while True:
            (found,) = ecs.describe_task_sets(cluster="c", service="web", taskSets=[id])["taskSets"]
            if found["stabilityStatus"] == "STEADY_STATE":
                break
            assert time.monotonic() < give_up_at, server.log
            time.sleep(0.05)
        assert found["runningCount"] == 3
        for name in (id, "web", blue["taskSet"]["taskSetArn"]):
            told = homeport("why", name, "--data", str(server.data)).stdout
            assert "3 of 3" in told or "3 started" in told
        server.stop()
        assert "created" in homeport("why", id, "--data", str(server.data)).stdout


def test_a_backup_of_a_running_server_is_whole_and_starts_another(tmp_path: Path):
    with running(tmp_path / "data") as server:
        server.client().create_cluster(clusterName="saved")
        copied = homeport("backup", str(tmp_path / "copy.db"), "--data", str(server.data))
        assert copied.returncode == 0, copied.stderr
        server.client().create_cluster(clusterName="later")
        again = homeport("backup", str(tmp_path / "copy.db"), "--data", str(server.data))
        assert again.returncode == 1
        assert "name a new file" in again.stderr
    with sqlite3.connect(tmp_path / "copy.db") as copy:
        assert copy.execute("pragma integrity_check").fetchone() == ("ok",)
    (tmp_path / "restored").mkdir(mode=0o700)
    (tmp_path / "copy.db").rename(tmp_path / "restored" / "homeport.db")
    with running(tmp_path / "restored") as server:
        assert clusters(server) == ["saved"]


def test_every_event_is_one_object_a_line_when_it_is_asked_for(tmp_path: Path):
    with running(tmp_path / "data", "--log-format", "json") as server:
        server.client().create_cluster(clusterName="c")
        server.send(b"nonsense\n\n")
        server.stop()
    events = [json.loads(line) for line in server.log.splitlines()]
    assert {"at", "level", "logger", "message"} <= set(events[0])
