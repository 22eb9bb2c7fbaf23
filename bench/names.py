"""Questions a second that our DNS server answers, beside a bare dnspython server and dnsmasq in the same run, in turns.

All three know the same name with eight addresses, and `dnsperf` asks: the ratio to dnspython says what keeping packets
ready is worth, the one to dnsmasq how far a server in C is ahead. Run: `python -m bench.names`.
"""

import asyncio
import contextlib
import json
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from random import Random

import dns.exception
import dns.message
import dns.query
import dns.rrset

from homeport.drivers.network.dns.server import LOOPBACK, Server
from homeport.drivers.network.dns.upstream import Upstream
from homeport.plan.network import Answer, Delta, NameTable, ZoneTable
from tests.integration.server.process import free_port

NAME = "web.bench.local"
ADDRESSES = [f"10.0.0.{number}" for number in range(1, 9)]
READY_WITHIN_S = 20.0


def measure(rounds: int = 3, seconds: float = 3.0) -> dict[str, float]:
    """Answers a second of `homeport`, `dnspython` and `dnsmasq`; nothing is lost or refused."""
    counted = dict.fromkeys(COMMANDS, 0.0)
    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as stack:
        questions = Path(folder) / "questions"
        questions.write_text(f"{NAME} A\n")
        ports = {name: stack.enter_context(_running(name)) for name in COMMANDS}
        for turn in range(rounds):
            order = list(COMMANDS)
            for name in order[turn % 3 :] + order[: turn % 3]:
                counted[name] += _asked(ports[name], questions, seconds) / rounds
    return counted


def _asked(port: int, questions: Path, seconds: float) -> float:
    words = ["-s", LOOPBACK, "-p", str(port), "-d", str(questions), "-l", str(seconds), "-c", "4", "-q", "64"]
    said = subprocess.run(["dnsperf", *words], capture_output=True, text=True, check=True).stdout
    found = re.search(r"Queries per second:\s+([0-9.]+)", said)
    lost = re.search(r"Queries lost:\s+([0-9]+)", said)
    if found is None or lost is None or "NOERROR" not in said:
        raise RuntimeError(f"dnsperf did not measure:\n{said}")
    return float(found[1])


@contextlib.contextmanager
def _running(name: str) -> Iterator[int]:
    port = free_port()
    server = subprocess.Popen(COMMANDS[name](port), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _await(port)
        yield port
    finally:
        server.kill()
        server.wait()


def _await(port: int) -> None:
    """Until it answers with all that it is to know."""
    deadline = time.monotonic() + READY_WITHIN_S
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError, dns.exception.DNSException):
            answer = dns.query.udp(dns.message.make_query(NAME, "A"), LOOPBACK, timeout=0.5, port=port)
            if answer.answer and len(answer.answer[0]) == len(ADDRESSES):
                return
    raise RuntimeError("a DNS server that is to be measured does not answer")


def _ours(port: int) -> list[str]:
    return [sys.executable, "-m", "bench.names", "homeport", str(port)]


def _bare(port: int) -> list[str]:
    return [sys.executable, "-m", "bench.names", "dnspython", str(port)]


def _dnsmasq(port: int) -> list[str]:
    records = [f"--host-record={NAME},{address}" for address in ADDRESSES]
    listening = ["--bind-interfaces", f"--listen-address={LOOPBACK}", f"--port={port}"]
    return ["dnsmasq", "-k", "-C", "/dev/null", "--no-resolv", "--no-hosts", *listening, *records]


COMMANDS = {"homeport": _ours, "dnspython": _bare, "dnsmasq": _dnsmasq}


async def _serve(port: int) -> None:
    """Ours, from tables as the control plane would send them."""
    answers = tuple(Answer(id=f"i{number}", ipv4=address) for number, address in enumerate(ADDRESSES))
    service, zone = NAME.split(".", 1)
    table = ZoneTable(
        id="z",
        name=zone,
        created_at=0.0,
        names=(NameTable(name=service, records=(("A", 60),), answers=answers),),
    )
    server = Server(Random(1), port, Upstream(list))
    server.follow(Delta(zones={"z": table}))
    await server.run()


class _Bare(asyncio.DatagramProtocol):
    """What somebody would write with dnspython in ten lines."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        query = dns.message.from_wire(data)
        answer = dns.message.make_response(query)
        answer.answer.append(dns.rrset.from_text(query.question[0].name, 60, "IN", "A", *ADDRESSES))
        self._transport.sendto(answer.to_wire(), addr)  # type: ignore[attr-defined]


async def _serve_bare(port: int) -> None:
    await asyncio.get_running_loop().create_datagram_endpoint(_Bare, local_addr=(LOOPBACK, port))
    await asyncio.Event().wait()


if __name__ == "__main__":
    if len(sys.argv) == 3:
        asyncio.run({"homeport": _serve, "dnspython": _serve_bare}[sys.argv[1]](int(sys.argv[2])))
    else:
        print(json.dumps(measure(), indent=2))
