"""A Homeport of the demo's own: a port and a data directory that nobody else has, and what a client needs."""

import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config

HOMEPORT = [sys.executable, "-m", "homeport"]


class Server:
    """Starts, kills and finds a server; its log is a file in the data directory. `words` are more options of `up`."""

    def __init__(self, data: Path, *words: str) -> None:
        self.data = data
        self._words = words
        self.log = data / "server.log"
        self.port = free_port()
        self.process: subprocess.Popen[str] | None = None

    def start(self) -> str:
        """Start it, and return the line it prints when the first call will succeed."""
        with self.log.open("a") as log:
            self.process = subprocess.Popen(
                [*HOMEPORT, "up", "--data", str(self.data), "--port", str(self.port), *self._words],
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )
        assert self.process.stdout is not None
        line = self.process.stdout.readline().strip()
        if not line:
            raise RuntimeError(f"the server did not start:\n{self.log.read_text()[-2000:]}")
        return line

    def kill(self) -> None:
        """kill -9: it gets no chance to tidy up."""
        assert self.process is not None
        os.kill(self.process.pid, signal.SIGKILL)
        self._ended()

    def stop(self) -> None:
        """SIGTERM, and wait."""
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            self._ended()

    def _ended(self) -> None:
        assert self.process is not None
        assert self.process.stdout is not None
        self.process.wait(30)
        self.process.stdout.close()

    def down(self) -> None:
        """Stop the data plane, which outlives the server."""
        subprocess.run([*HOMEPORT, "down", "--data", str(self.data)], check=False, stdout=subprocess.DEVNULL)

    def installation(self) -> str | None:
        """The id with which the server labels its containers; None when it never started."""
        database = self.data / "homeport.db"
        if not database.exists():
            return None
        with sqlite3.connect(database) as connection:
            found = connection.execute("select value from meta where name = 'installation'").fetchone()
        return None if found is None else str(found[0])

    def client(self, service: str) -> Any:
        """A boto3 client, configured as `homeport env` says."""
        found = subprocess.check_output(
            [*HOMEPORT, "env", "--data", str(self.data), "--format", "json"], text=True
        )
        env = json.loads(found)
        return boto3.client(
            service,
            endpoint_url=env["AWS_ENDPOINT_URL"],
            region_name=env["AWS_REGION"],
            aws_access_key_id=env["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=env["AWS_SECRET_ACCESS_KEY"],
            # What AWS_DISABLE_HOST_PREFIX_INJECTION says to whoever takes all of it into the environment.
            config=Config(inject_host_prefix=False),
        )


def free_port() -> int:
    """A port on loopback that nobody has."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
