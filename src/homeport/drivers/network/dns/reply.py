"""A question's answers as packets: everything that may be said, ready to be sent, or that somebody else must be asked.

Pure: the same question, directory and dice give the same packets. RFC 1035, 2308 (negative answers), 6891 (EDNS), 8482 (ANY).
"""

from collections.abc import Callable, Sequence

import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdata
import dns.rdataclass
import dns.rdatatype
import dns.rrset
from dns.message import Message
from msgspec import Struct

from homeport.drivers.network.dns import choice
from homeport.drivers.network.dns.directory import Directory, Found, View
from homeport.drivers.network.dns.records import Records

PAYLOAD = 1232
"""Bytes that travel everywhere in one datagram (DNS flag day 2020)."""
LEAST_PAYLOAD = 512
LARGEST = 65_535
HEAD = 12
OPCODE = 0x78
"""The bits of the third byte that say what is wanted; none of them: to know something."""

MOST_KEPT = 64
"""Variants that are worth keeping ready; of more, one is made for each question."""
LONGEST_CHAIN = 8
IN = dns.rdataclass.IN


class Reply(Struct, frozen=True, gc=False):
    """Packets without their first two bytes, the question's id, of which any may be sent. `kept` says that they are all."""

    packets: tuple[bytes, ...]
    kept: bool = True


class Elsewhere(Struct, frozen=True, gc=False):
    """Not ours: ask others. `name` is what is to be asked for, `chain` what leads there from the question."""

    question: Message
    name: dns.name.Name
    chain: tuple[dns.rrset.RRset, ...] = ()


class Choices(Struct, frozen=True, gc=False):
    """Sets of records of which any may be the answer; whether these are all that may, or one of too many to keep."""

    sets: list[dns.rrset.RRset] = []
    are_all: bool = True


NO_CHOICE = Choices()


class Way(Struct, frozen=True, gc=False):
    """Where a question has led: to the name that is looked at, whose records of type `kind` are wanted, by `chain`."""

    name: dns.name.Name
    kind: str
    chain: tuple[dns.rrset.RRset, ...] = ()


class Asked(Struct, frozen=True, gc=False):
    """A question as it arrived, who asks, and how long an answer may be."""

    packet: bytes
    view: View
    most: int


def reply(
    asked: Asked, directory: Directory, shuffled: Callable[[Sequence[str]], Sequence[str]]
) -> Reply | Elsewhere | None:
    """What to say. None: nothing, to what is no question."""
    if len(asked.packet) < HEAD or asked.packet[2] & 0x80:
        return None
    if asked.packet[2] & OPCODE:
        return Reply((_refusal(asked.packet, dns.rcode.NOTIMP),))
    try:
        question = dns.message.from_wire(asked.packet)
    except dns.exception.DNSException:
        return Reply((_refusal(asked.packet, dns.rcode.FORMERR),))
    problem = _problem(question)
    if problem is not None:
        return Reply((_packet(_response(question, problem), asked),))
    try:
        return _answered(question, asked, directory, shuffled)
    except dns.exception.DNSException:
        # Something of the tables is no name: it should have been refused when it came in, and must not end a socket.
        return Reply((_packet(_response(question, dns.rcode.SERVFAIL), asked),))


def _problem(question: Message) -> dns.rcode.Rcode | None:
    """Why a question cannot be answered at all."""
    if len(question.question) != 1:
        return dns.rcode.FORMERR
    if question.edns > 0:
        return dns.rcode.BADVERS
    asked = question.question[0]
    if asked.rdclass != IN or asked.rdtype in (dns.rdatatype.AXFR, dns.rdatatype.IXFR):
        return dns.rcode.REFUSED
    return None


def _answered(
    question: Message,
    asked: Asked,
    directory: Directory,
    shuffled: Callable[[Sequence[str]], Sequence[str]],
) -> Reply | Elsewhere:
    """Follow CNAMEs as far as they are ours; then the records of the type, or that there are none."""
    first = question.question[0]
    way = Way(first.name, dns.rdatatype.to_text(first.rdtype))
    for _ in range(LONGEST_CHAIN):
        found = directory.find(asked.view, _key(way.name))
        if found is None:
            return Elsewhere(question, way.name, way.chain)
        alias = _alias(found, way.kind)
        if alias is None:
            choices = _answers(way, found, shuffled)
            if not choices.sets:
                return _none(question, way, asked, found)
            return _final(question, way, asked, directory, choices)
        (text,) = choice.variants(alias, shuffled, 0)[0][0][:1]
        step = dns.rrset.from_text(way.name, alias.ttl_s, IN, dns.rdatatype.CNAME, text)
        way = Way(dns.name.from_text(text), way.kind, (*way.chain, step))
    return Reply((_packet(_response(question, dns.rcode.SERVFAIL), asked),))


def _alias(found: Found, kind: str) -> Records | None:
    """The CNAME at a name, for whoever asks for something else."""
    if found.node is None or kind in ("CNAME", "ANY"):
        return None
    alias = found.node.records.get("CNAME")
    return alias if alias is not None and alias.values else None


def _final(question: Message, way: Way, asked: Asked, directory: Directory, choices: Choices) -> Reply:
    """The end of the way: every answer that may be given."""
    packets = []
    for rrset in choices.sets:
        made = _response(question, dns.rcode.NOERROR, [*way.chain, rrset])
        if way.kind == "SRV":
            made.additional += _glue(rrset, directory, asked.view)
        packets.append(_packet(made, asked))
    return Reply(tuple(packets), kept=choices.are_all and not way.chain)


def _none(question: Message, way: Way, asked: Asked, found: Found) -> Reply:
    """The end of a way that leads to nothing: no such name, or nothing of the type at it."""
    code = dns.rcode.NXDOMAIN if found.node is None else dns.rcode.NOERROR
    made = _response(question, code, way.chain)
    made.authority.append(_soa(found))
    return Reply((_packet(made, asked),), kept=not way.chain)


def _answers(way: Way, found: Found, shuffled: Callable[[Sequence[str]], Sequence[str]]) -> Choices:
    """Every set of records that may be the answer; none when there is none of the type."""
    if found.node is None:
        return NO_CHOICE
    text = _special(way.kind, found, is_apex=_key(way.name) == found.zone)
    if text is not None:
        kind = "HINFO" if way.kind == "ANY" else way.kind
        return Choices([dns.rrset.from_text(way.name, found.soa_ttl_s, IN, kind, text)])
    records = next((each for known, each in found.node.records.items() if known == way.kind), None)
    if records is None:
        return NO_CHOICE
    variants, are_all = choice.variants(records, shuffled, MOST_KEPT)
    # A set keeps the order in which its records are added, and so does its packet.
    sets = [dns.rrset.from_text(way.name, records.ttl_s, IN, way.kind, *texts) for texts in variants]
    return Choices(sets, are_all)


def _special(kind: str, found: Found, *, is_apex: bool) -> str | None:
    """The one record of a type that no service has."""
    if is_apex and kind == "SOA":
        return _soa_text(found)
    if is_apex and kind == "NS":
        return f"ns.{found.zone}."
    if kind == "PTR" and found.pointer:
        return f"{found.pointer}."
    return '"RFC8482" ""' if kind == "ANY" and found.node is not None and found.node.records else None


def _glue(rrset: dns.rrset.RRset, directory: Directory, view: View) -> list[dns.rrset.RRset]:
    """The addresses of what SRV records point to: nobody needs to ask again."""
    found = []
    for each in rrset:
        target = directory.find(view, _key(each.target))
        records = None if target is None or target.node is None else target.node.records.get("A")
        if records is not None:
            texts = [value.text for value in records.values]
            found.append(dns.rrset.from_text(each.target, records.ttl_s, IN, dns.rdatatype.A, *texts))
    return found


def _soa(found: Found) -> dns.rrset.RRset:
    """With the last number as the time for which "there is none" may be remembered."""
    return dns.rrset.from_text(f"{found.zone}.", found.soa_ttl_s, IN, dns.rdatatype.SOA, _soa_text(found))


def _soa_text(found: Found) -> str:
    return f"ns.{found.zone}. hostmaster.{found.zone}. 1 7200 900 1209600 {found.soa_ttl_s}"


def _key(name: dns.name.Name) -> str:
    return name.to_text(omit_final_dot=True).lower()


def _response(question: Message, code: dns.rcode.Rcode, answers: Sequence[dns.rrset.RRset] = ()) -> Message:
    made = dns.message.make_response(question, recursion_available=True, our_payload=PAYLOAD)
    made.set_rcode(code)
    if code in (dns.rcode.NOERROR, dns.rcode.NXDOMAIN):
        made.flags |= dns.flags.AA
    made.answer += list(answers)
    return made


def _packet(made: Message, asked: Asked) -> bytes:
    """A packet without its id; without its answers, and saying so, when it is too long."""
    most = asked.most if asked.most == LARGEST else max(LEAST_PAYLOAD, min(asked.most, _asked_payload(made)))
    try:
        return made.to_wire(max_size=most)[2:]
    except dns.exception.TooBig:
        made.answer, made.additional = [], []
        made.flags |= dns.flags.TC
        return made.to_wire(max_size=LARGEST)[2:]


def _asked_payload(made: Message) -> int:
    return made.request_payload or LEAST_PAYLOAD


def _refusal(packet: bytes, code: dns.rcode.Rcode) -> bytes:
    """A bare header: what cannot be read cannot be repeated."""
    flags = 0x8080 | (packet[2] & (OPCODE | 1)) << 8 | int(code)
    return flags.to_bytes(2, "big") + bytes(8)
