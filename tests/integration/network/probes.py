"""Somebody in a task's network namespace who asks the same thing again and again, and notes each time that it fails.

The program is the test's own; its sockets are the task's, because the thread that opens them is in there.
"""

import json
import os
import socket
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any, TypeAlias

import dns.message
import dns.query
import dns.rcode
from dns.exception import DNSException

from demo.shop import docker
from homeport.drivers.network.namespace import enter

ASK_EVERY_S = 0.1
ANSWER_WITHIN_S = 5.0


Ask: TypeAlias = Callable[[], None]
"""Asks once; raises when there is no answer."""

Open: TypeAlias = Callable[[ExitStack], Ask]
"""Makes what is asked with; the stack closes it in the end."""


class Probe:
    """`what` in words; `open` is called once, in the namespace at `path`."""

    def __init__(self, what: str, path: Path, open: Open) -> None:
        self.what = what
        self.asked = 0
        self.failures: list[str] = []
        self._path = path
        self._open = open
        self._ends = threading.Event()
        self._thread = threading.Thread(target=self._run, name=what, daemon=True)
        self._thread.start()

    def forget(self) -> None:
        """Count anew from here on."""
        self.asked, self.failures = 0, []

    def end(self) -> None:
        """Ask no more."""
        self._ends.set()
        self._thread.join()

    def __repr__(self) -> str:
        """For people who read a failed test."""
        return f"{self.what}: {self.asked} asked, failed: {self.failures[:5]}"

    def _run(self) -> None:
        descriptor = os.open(self._path, os.O_RDONLY)
        enter(descriptor)
        os.close(descriptor)
        with ExitStack() as stack:
            ask: Ask | None = None
            while not self._ends.wait(ASK_EVERY_S):
                try:
                    ask = ask or self._open(stack)
                    ask()
                except (OSError, HTTPException, DNSException, AssertionError) as error:
                    self.failures.append(f"{time.strftime('%X')} {error!r}")
                self.asked += 1


def line(address: str, port: int) -> Open:
    """One TCP connection, kept for ever, to whoever echoes."""

    def opened(stack: ExitStack) -> Ask:
        connection = stack.enter_context(socket.create_connection((address, port), ANSWER_WITHIN_S))

        def ask() -> None:
            said = f"{time.monotonic()}\n".encode()
            connection.sendall(said)
            heard = b""
            while not heard.endswith(b"\n"):
                heard += (piece := connection.recv(100))
                assert piece, "the connection was closed"
            assert heard == said

        return ask

    return opened


def visits(address: str, port: int) -> Open:
    """Requests on one HTTP connection, kept for ever."""

    def opened(stack: ExitStack) -> Ask:
        connection = HTTPConnection(address, port, timeout=ANSWER_WITHIN_S)
        stack.callback(connection.close)
        connection.connect()
        connection.auto_open = 0

        def ask() -> None:
            connection.request("GET", "/")
            answer = connection.getresponse()
            answer.read()
            assert answer.status == 200, answer.status

        return ask

    return opened


def name(resolver: str, asked: str, count: int) -> Open:
    """A name that has so many addresses, asked with UDP."""

    def ask() -> None:
        answer = dns.query.udp(dns.message.make_query(asked, "A"), resolver, timeout=ANSWER_WITHIN_S)
        assert answer.rcode() == dns.rcode.NOERROR and len(answer.answer[0]) == count, answer

    return lambda _: ask


def document(url: str, member: str) -> Open:
    """A document at the endpoint of tasks that has a member."""
    host, _, path = url.removeprefix("http://").partition("/")

    def ask() -> None:
        connection = HTTPConnection(host, timeout=ANSWER_WITHIN_S)
        try:
            connection.request("GET", f"/{path}")
            answer = connection.getresponse()
            body: dict[str, Any] = json.loads(answer.read())
            assert answer.status == 200 and member in body, (answer.status, body)
        finally:
            connection.close()

    return lambda _: ask


def environment(container: str) -> dict[str, str]:
    """What a container's processes are told."""
    told = json.loads(docker("inspect", "-f", "{{json .Config.Env}}", container))
    return dict(each.split("=", 1) for each in told)


def namespace(container: str) -> Path:
    """A container's network namespace."""
    return Path(f"/proc/{docker('inspect', '-f', '{{.State.Pid}}', container).strip()}/ns/net")
