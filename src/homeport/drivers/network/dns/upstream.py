"""What is not ours is asked of the system's resolvers, one after the other; over TCP what does not fit into a datagram.

Every question goes from a socket of its own with an id of its own, and an answer must repeat the question.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

import dns.asyncquery
import dns.exception
import dns.flags
import dns.message
import dns.rcode
from dns.message import Message

from homeport.drivers.network.dns.reply import LARGEST, PAYLOAD, Asked, Elsewhere

PORT = 53
WAITS_S = 2.0
"""For one resolver; clients ask again after five seconds."""
MOST_WAITING = 1024
MOST_OF_ONE = 256
"""Questions that wait for others: in all, and of one asker, so that none keeps others out."""
SYSTEM = Path("/etc/resolv.conf")


def resolvers(path: Path, ours: Sequence[str]) -> list[str]:
    """The name servers of a resolv.conf, but for ourselves."""
    try:
        lines = path.read_text(errors="replace").splitlines()
    except OSError:
        return []
    words = [line.split() for line in lines]
    return [each[1] for each in words if len(each) >= 2 and each[0] == "nameserver" and each[1] not in ours]


class Upstream:
    """`system` names the resolvers to ask, as addresses, each time that one is needed."""

    def __init__(self, system: Callable[[], Sequence[str]], port: int = PORT) -> None:
        self._system = system
        self._port = port
        self._waiting: Counter[str] = Counter()

    async def ask(self, elsewhere: Elsewhere, asked: Asked, asker: str = "") -> bytes:
        """The packet to answer with, without its id. SERVFAIL when nobody knows."""
        if self._waiting.total() >= MOST_WAITING or self._waiting[asker] >= MOST_OF_ONE:
            return _failed(elsewhere.question, dns.rcode.SERVFAIL)
        self._waiting[asker] += 1
        try:
            return await self._ask(elsewhere, asked)
        finally:
            self._waiting[asker] -= 1
            if not self._waiting[asker]:
                del self._waiting[asker]

    async def _ask(self, elsewhere: Elsewhere, asked: Asked) -> bytes:
        original = elsewhere.question.question[0]
        query = dns.message.make_query(elsewhere.name, original.rdtype, use_edns=0, payload=PAYLOAD)
        for resolver in self._system():
            try:
                answer = await self._query(query, resolver)
            except (OSError, EOFError, dns.exception.DNSException):
                continue
            if answer.rcode() in (dns.rcode.NOERROR, dns.rcode.NXDOMAIN):
                return _merged(elsewhere, answer, asked)
        return _failed(elsewhere.question, dns.rcode.SERVFAIL)

    async def _query(self, query: Message, resolver: str) -> Message:
        try:
            return await dns.asyncquery.udp(
                query,
                resolver,
                timeout=WAITS_S,
                port=self._port,
                raise_on_truncation=True,
                ignore_errors=True,
            )
        except dns.message.Truncated:
            return await dns.asyncquery.tcp(query, resolver, timeout=WAITS_S, port=self._port)


def _merged(elsewhere: Elsewhere, answer: Message, asked: Asked) -> bytes:
    """Theirs, after what led there, as an answer to the question that we were asked."""
    made = dns.message.make_response(elsewhere.question, recursion_available=True, our_payload=PAYLOAD)
    made.set_rcode(answer.rcode())
    made.answer = [*elsewhere.chain, *answer.answer]
    made.authority = list(answer.authority)
    most = LARGEST if asked.most == LARGEST else min(asked.most, max(512, made.request_payload))
    try:
        return made.to_wire(max_size=most)[2:]
    except dns.exception.TooBig:
        made.answer, made.authority = [], []
        made.flags |= dns.flags.TC
        return made.to_wire()[2:]


def _failed(question: Message, code: dns.rcode.Rcode) -> bytes:
    made = dns.message.make_response(question, recursion_available=True, our_payload=PAYLOAD)
    made.set_rcode(code)
    return made.to_wire()[2:]
