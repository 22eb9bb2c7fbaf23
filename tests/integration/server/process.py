"""A real server in a process of its own, on a port that was free a moment ago."""

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config

READY_WITHIN_S = 60


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


class Server:
    """`homeport up` on a data directory. `port` stays the same over restarts."""

    def __init__(self, data: Path, *options: str, port: int | None = None) -> None:
        self.data = data
        self.port = port or free_port()
        self.options = options
        self.process: subprocess.Popen[str]

    @property
    def log(self) -> str:
        """What it has written to stderr."""
        return self.log_path.read_text()

    @property
    def log_path(self) -> Path:
        return self.data.with_name(f"{self.data.name}.log")

    def start(self) -> str:
        """Start it, and wait for its first line, which is returned."""
        command = [sys.executable, "-m", "homeport", "up", "--data", str(self.data), "--port", str(self.port)]
        with self.log_path.open("a") as log:
            self.process = subprocess.Popen(
                [*command, "--engine", "simulated", *self.options],
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )
        assert self.process.stdout is not None
        return self.process.stdout.readline()

    def stop(self, number: int = signal.SIGTERM) -> int:
        """Send a signal, and wait for the end; returns the exit code."""
        self.process.send_signal(number)
        code = self.process.wait(20)
        assert self.process.stdout is not None
        self.process.stdout.close()
        return code

    def memory_mib(self) -> float:
        """Its resident memory."""
        lines = Path(f"/proc/{self.process.pid}/status").read_text().splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) / 1024

    def environment(self) -> dict[str, str]:
        """What `homeport env` prints."""
        found: dict[str, str] = json.loads(
            homeport("env", "--data", str(self.data), "--format", "json").stdout
        )
        return found

    def client(self, service: str = "ecs", **overrides: str) -> Any:
        """A boto3 client that tries once."""
        environment = self.environment()
        return boto3.client(
            service,
            endpoint_url=overrides.get("url", environment["AWS_ENDPOINT_URL"]),
            region_name=environment["AWS_REGION"],
            aws_access_key_id=overrides.get("key", environment["AWS_ACCESS_KEY_ID"]),
            aws_secret_access_key=overrides.get("secret", environment["AWS_SECRET_ACCESS_KEY"]),
            config=Config(retries={"total_max_attempts": 1}, inject_host_prefix=False),
        )

    def send(self, *pieces: bytes, timeout_s: float = 20.0) -> bytes:
        """Send bytes on a connection of their own, and return all that comes until the server closes it."""
        with socket.create_connection(("127.0.0.1", self.port), timeout_s) as connection:
            for piece in pieces:
                connection.sendall(piece)
            return everything(connection)


def everything(connection: socket.socket) -> bytes:
    """What comes until the other side closes."""
    found = b""
    while piece := connection.recv(65536):
        found += piece
    return found


def homeport(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a command to its end."""
    return subprocess.run(
        [sys.executable, "-m", "homeport", *arguments],
        capture_output=True,
        text=True,
        timeout=READY_WITHIN_S,
        check=False,
        env={**os.environ, "AWS_EC2_METADATA_DISABLED": "true"},
    )


@contextmanager
def running(data: Path, *options: str) -> Iterator[Server]:
    """A server while the block lasts."""
    server = Server(data, *options)
    try:
        line = server.start()
        assert line == f"homeport: ready on http://127.0.0.1:{server.port}\n", server.log
        yield server
    finally:
        if server.process.poll() is None:
            server.stop(signal.SIGKILL)
