"""What is answered, as packets: names, policies, and the two kinds of "no"."""

from collections import Counter
from random import Random

import dns.flags
import dns.message
import dns.opcode
import dns.rcode
import dns.rdatatype
import pytest
from dns.message import Message
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from homeport.drivers.network.dns.answers import MACHINE, Answers
from homeport.drivers.network.dns.directory import View
from homeport.drivers.network.dns.reply import LARGEST, PAYLOAD, Asked, Elsewhere
from homeport.drivers.network.dns.upstream import Upstream
from homeport.plan.network import (
    Answer,
    Delta,
    HostTable,
    InterfaceTable,
    NameTable,
    VpcTable,
    ZoneTable,
)

VPC = "123456789012/us-east-1/vpc-1"
OTHER = "123456789012/us-east-1/vpc-2"
INSIDE = View(VPC, inside=True)
ELSEWHERE = View(OTHER, inside=True)


def some(count: int, *, well: int | None = None) -> tuple[Answer, ...]:
    healthy = count if well is None else well
    return tuple(
        Answer(id=f"i{n}", ipv4=f"10.0.0.{n + 1}", port=8000 + n, healthy=n < healthy) for n in range(count)
    )


def zone(*names: NameTable, id: str = "z", name: str = "prod.local", vpcs=(VPC,), at: float = 1.0) -> Delta:
    return Delta(zones={id: ZoneTable(id=id, name=name, created_at=at, vpcs=vpcs, names=names)})


def answers(*deltas: Delta) -> Answers:
    made = Answers(Random(1), Upstream(list))
    for delta in deltas:
        made.follow(delta)
    return made


def ask(
    made: Answers, name: str, kind: str = "A", view: View = INSIDE, most: int = PAYLOAD, payload: int = 1232
) -> Message:
    query = dns.message.make_query(name, kind, use_edns=0, payload=payload)
    said = made.answer(Asked(query.to_wire(), view, most))
    assert isinstance(said, bytes)
    answer = dns.message.from_wire(said)
    assert query.is_response(answer)
    return answer


def texts(answer: Message) -> list[str]:
    return [each.to_text() for rrset in answer.answer for each in rrset]


def test_a_service_is_found_at_the_addresses_of_its_instances():
    made = answers(zone(NameTable(name="web", records=(("A", 60),), answers=some(2))))
    answer = ask(made, "web.prod.local")
    assert sorted(texts(answer)) == ["10.0.0.1", "10.0.0.2"]
    assert answer.answer[0].ttl == 60
    assert answer.flags & dns.flags.AA


def test_case_does_not_matter_and_is_repeated():
    made = answers(zone(NameTable(name="Web", records=(("A", 60),), answers=some(1))))
    answer = ask(made, "wEB.Prod.LOCAL")
    assert texts(answer) == ["10.0.0.1"]
    assert answer.question[0].name.to_text() == "wEB.Prod.LOCAL."


def test_multivalue_shows_eight_at_most_and_each_as_often():
    made = answers(zone(NameTable(name="web", records=(("A", 60),), answers=some(20))))
    seen = Counter(text for _ in range(800) for text in texts(ask(made, "web.prod.local")))
    assert sum(seen.values()) == 800 * 8
    assert len(seen) == 20
    assert min(seen.values()) > 220


def test_multivalue_leaves_out_who_is_not_well():
    made = answers(zone(NameTable(name="web", records=(("A", 60),), answers=some(4, well=2))))
    assert sorted(texts(ask(made, "web.prod.local"))) == ["10.0.0.1", "10.0.0.2"]


@pytest.mark.parametrize("routing", ["MULTIVALUE", "WEIGHTED"])
def test_when_none_is_well_all_are_taken_to_be(routing):
    made = answers(
        zone(NameTable(name="web", routing=routing, records=(("A", 60),), answers=some(3, well=0)))
    )
    seen = {text for _ in range(60) for text in texts(ask(made, "web.prod.local"))}
    assert seen == {"10.0.0.1", "10.0.0.2", "10.0.0.3"}


def test_weighted_shows_one_by_chance():
    table = NameTable(name="web", routing="WEIGHTED", records=(("A", 60),), answers=some(3))
    made = answers(zone(table))
    seen = Counter(tuple(texts(ask(made, "web.prod.local"))) for _ in range(900))
    assert set(seen) == {("10.0.0.1",), ("10.0.0.2",), ("10.0.0.3",)}
    assert min(seen.values()) > 200


def test_more_instances_than_are_kept_ready_are_still_all_shown():
    instances = tuple(Answer(id=f"i{n}", ipv4=f"10.0.0.{n}") for n in range(100))
    table = NameTable(name="web", routing="WEIGHTED", records=(("A", 60),), answers=instances)
    made = answers(zone(table))
    seen = {text for _ in range(900) for text in texts(ask(made, "web.prod.local"))}
    assert len(seen) > 95


def test_srv_says_the_port_and_where_its_instance_is():
    made = answers(zone(NameTable(name="web", records=(("SRV", 10),), answers=some(2))))
    answer = ask(made, "web.prod.local", "SRV")
    assert sorted(texts(answer)) == ["1 1 8000 i0.web.prod.local.", "1 1 8001 i1.web.prod.local."]
    glue = {str(rrset.name): [each.to_text() for each in rrset] for rrset in answer.additional}
    assert glue == {"i0.web.prod.local.": ["10.0.0.1"], "i1.web.prod.local.": ["10.0.0.2"]}
    assert texts(ask(made, "i1.web.prod.local")) == ["10.0.0.2"]


def test_a_name_without_records_of_the_type_exists():
    made = answers(zone(NameTable(name="web", records=(("A", 60),), answers=some(1))))
    answer = ask(made, "web.prod.local", "AAAA")
    assert (answer.rcode(), answer.answer) == (dns.rcode.NOERROR, [])
    assert answer.authority[0].rdtype == dns.rdatatype.SOA
    assert answer.authority[0][0].minimum == 15


@pytest.mark.parametrize("name", ["none.prod.local", "a.web.prod.local", "web.none.prod.local"])
def test_a_name_that_is_not_there_does_not_exist(name):
    made = answers(zone(NameTable(name="web", records=(("A", 60),), answers=some(1))))
    answer = ask(made, name)
    assert answer.rcode() == dns.rcode.NXDOMAIN
    assert str(answer.authority[0].name) == "prod.local."


def test_a_service_without_instances_has_no_name():
    made = answers(zone(NameTable(name="web", records=(("A", 60),))))
    assert ask(made, "web.prod.local").rcode() == dns.rcode.NXDOMAIN


def test_a_name_that_others_lie_below_exists():
    made = answers(zone(NameTable(name="api.v1", records=(("A", 60),), answers=some(1))))
    answer = ask(made, "v1.prod.local")
    assert (answer.rcode(), answer.answer) == (dns.rcode.NOERROR, [])


def test_the_zone_itself_has_its_soa_and_ns():
    made = answers(zone())
    assert ask(made, "prod.local", "SOA").answer
    assert ask(made, "prod.local", "NS").answer
    assert not ask(made, "prod.local", "A").answer


def test_a_private_zone_is_seen_by_its_vpc_and_by_the_machine():
    made = answers(zone(NameTable(name="web", records=(("A", 60),), answers=some(1))))
    assert texts(ask(made, "web.prod.local", view=MACHINE)) == ["10.0.0.1"]
    query = dns.message.make_query("web.prod.local", "A")
    assert isinstance(made.answer(Asked(query.to_wire(), ELSEWHERE, PAYLOAD)), Elsewhere)


@pytest.mark.parametrize("text", ["a b", "a..b", "x" * 64, "\\999", '"'])
def test_a_record_that_cannot_be_written_is_a_failure_and_no_silence(text):
    made = answers(
        zone(NameTable(name="web", records=(("CNAME", 60),), answers=(Answer(id="i", cname=text),)))
    )
    assert ask(made, "web.prod.local").rcode() == dns.rcode.SERVFAIL


def test_a_public_zone_is_seen_by_the_machine_and_by_all_of_its_account_and_by_no_other():
    web = NameTable(name="web", records=(("A", 60),), answers=some(1))
    made = answers(zone(web, id="123456789012/us-east-1/ns-1", vpcs=None))
    assert texts(ask(made, "web.prod.local", view=ELSEWHERE)) == ["10.0.0.1"]
    assert texts(ask(made, "web.prod.local", view=MACHINE)) == ["10.0.0.1"]
    foreign = View("210987654321/us-east-1/vpc-3", inside=True)
    query = dns.message.make_query("web.prod.local", "A").to_wire()
    assert isinstance(made.answer(Asked(query, foreign, PAYLOAD)), Elsewhere)


def test_two_vpcs_may_have_zones_of_the_same_name():
    mine = zone(NameTable(name="web", records=(("A", 60),), answers=some(1)))
    theirs = zone(
        NameTable(name="web", records=(("A", 60),), answers=(Answer(id="x", ipv4="10.9.9.9"),)),
        id="other",
        vpcs=(OTHER,),
    )
    made = answers(mine, theirs)
    assert texts(ask(made, "web.prod.local", view=INSIDE)) == ["10.0.0.1"]
    assert texts(ask(made, "web.prod.local", view=ELSEWHERE)) == ["10.9.9.9"]


def test_the_nearest_zone_answers():
    outer = zone(NameTable(name="web.blue", records=(("A", 60),), answers=some(1)), id="outer")
    inner = zone(id="inner", name="blue.prod.local")
    assert ask(answers(outer, inner), "web.blue.prod.local").rcode() == dns.rcode.NXDOMAIN


def test_a_cname_is_followed_as_far_as_it_is_ours():
    alias = NameTable(
        name="old",
        routing="WEIGHTED",
        records=(("CNAME", 30),),
        answers=(Answer(id="x", cname="web.prod.local"),),
    )
    made = answers(zone(NameTable(name="web", records=(("A", 60),), answers=some(1)), alias))
    assert texts(ask(made, "old.prod.local")) == ["web.prod.local.", "10.0.0.1"]
    assert texts(ask(made, "old.prod.local", "CNAME")) == ["web.prod.local."]


def test_a_cname_that_leads_in_circles_ends():
    alias = NameTable(
        name="a",
        routing="WEIGHTED",
        records=(("CNAME", 30),),
        answers=(Answer(id="x", cname="a.prod.local"),),
    )
    assert ask(answers(zone(alias)), "a.prod.local").rcode() == dns.rcode.SERVFAIL


def test_a_load_balancer_is_elsewhere_inside_and_outside():
    host = HostTable(id="lb", name="shop-1.elb.localhost", inside=("172.31.0.9",), outside=("127.77.0.1",))
    made = answers(Delta(hosts={"lb": host}))
    assert texts(ask(made, "shop-1.elb.localhost", view=INSIDE)) == ["172.31.0.9"]
    assert texts(ask(made, "shop-1.elb.localhost", view=MACHINE)) == ["127.77.0.1"]
    assert texts(ask(made, "shop-1.elb.internal", view=INSIDE)) == ["172.31.0.9"]
    assert ask(made, "other.elb.localhost").rcode() == dns.rcode.NXDOMAIN


def test_an_alias_of_a_load_balancer_has_its_addresses_as_they_are_for_whoever_asks():
    host = HostTable(id="lb", name="shop-1.elb.localhost", inside=("172.31.0.9",), outside=("127.77.0.1",))
    alias = NameTable(
        name="shop",
        routing="WEIGHTED",
        records=(("A", 60), ("AAAA", 60)),
        answers=(Answer(id="x", alias="shop-1.elb.localhost"),),
    )
    made = answers(zone(alias), Delta(hosts={"lb": host}))
    assert texts(ask(made, "shop.prod.local", view=INSIDE)) == ["172.31.0.9"]
    assert texts(ask(made, "shop.prod.local", view=MACHINE)) == ["127.77.0.1"]
    assert not ask(made, "shop.prod.local", "AAAA").answer
    made.follow(Delta(hosts={"lb": None}))
    gone = ask(made, "shop.prod.local", view=INSIDE)
    assert (gone.rcode(), gone.answer) == (dns.rcode.NOERROR, [])


def test_addresses_have_private_names_and_names_their_addresses():
    id = "123456789012/us-east-1/eni-1"
    made = answers(
        Delta(
            vpcs={VPC: VpcTable(id=VPC, cidr="10.0.0.0/16", bridge="hp1", resolver="10.0.0.2")},
            interfaces={id: InterfaceTable(id=id, vpc=VPC, address="10.0.0.7")},
        )
    )
    assert texts(ask(made, "ip-10-0-0-7.ec2.internal")) == ["10.0.0.7"]
    assert texts(ask(made, "7.0.0.10.in-addr.arpa", "PTR")) == ["ip-10-0-0-7.ec2.internal."]
    assert ask(made, "8.0.0.10.in-addr.arpa", "PTR").rcode() == dns.rcode.NXDOMAIN
    assert ask(made, "web.prod.local.ec2.internal").rcode() == dns.rcode.NXDOMAIN


def test_who_asks_is_known_by_the_address():
    default = VpcTable(id=VPC, cidr="172.31.0.0/16", bridge="a", resolver="172.31.0.2", is_default=True)
    other = VpcTable(id=OTHER, cidr="10.0.0.0/16", bridge="b", resolver="10.0.0.2")
    made = answers(Delta(vpcs={VPC: default, OTHER: other}))
    assert made.view(None, "10.0.5.5") == View(OTHER, inside=True)
    assert made.view(None, "172.17.0.4") == View(VPC, inside=True)
    assert made.view(None, "127.0.0.1") == MACHINE


def test_the_resolver_of_a_vpc_tells_others_no_more_than_their_own_would():
    default = VpcTable(id=VPC, cidr="172.31.0.0/16", bridge="a", resolver="172.31.0.2", is_default=True)
    other = VpcTable(id=OTHER, cidr="10.0.0.0/16", bridge="b", resolver="10.0.0.2")
    made = answers(Delta(vpcs={VPC: default, OTHER: other}))
    assert made.view(OTHER, "10.0.7.5") == View(OTHER, inside=True)
    assert made.view(OTHER, "172.31.0.5") == View(VPC, inside=True)
    assert made.view(OTHER, "172.17.0.4") == View(VPC, inside=True)
    made.follow(Delta(vpcs={VPC: None}))
    assert made.view(OTHER, "172.31.0.5") == View(None, inside=True)


def test_nobody_in_a_vpc_without_dns_support_is_answered():
    default = VpcTable(id=VPC, cidr="172.31.0.0/16", bridge="a", resolver="172.31.0.2", is_default=True)
    silent = VpcTable(id=OTHER, cidr="10.0.0.0/16", bridge="b", resolver="10.0.0.2", has_names=False)
    made = answers(Delta(vpcs={VPC: default, OTHER: silent}))
    assert made.view(None, "10.0.5.5") is None
    assert made.view(None, "172.31.5.5") == View(VPC, inside=True)
    made.follow(Delta(vpcs={OTHER: replace(silent, has_names=True)}))
    assert made.view(None, "10.0.5.5") == View(OTHER, inside=True)


def test_what_changes_is_answered_at_once():
    made = answers(zone(NameTable(name="web", records=(("A", 60),), answers=some(1))))
    assert texts(ask(made, "web.prod.local")) == ["10.0.0.1"]
    made.follow(zone(NameTable(name="web", records=(("A", 60),), answers=(Answer(id="g", ipv4="10.1.1.1"),))))
    assert texts(ask(made, "web.prod.local")) == ["10.1.1.1"]
    made.follow(Delta(zones={"z": None}))
    query = dns.message.make_query("web.prod.local", "A")
    assert isinstance(made.answer(Asked(query.to_wire(), INSIDE, PAYLOAD)), Elsewhere)


def test_what_is_too_long_for_a_datagram_is_asked_again_over_tcp():
    long = tuple(Answer(id=f"instance-{'x' * 50}-{n}", port=80, ipv4=f"10.0.0.{n}") for n in range(8))
    made = answers(zone(NameTable(name="web", records=(("SRV", 10),), answers=long)))
    short = ask(made, "web.prod.local", "SRV", payload=512)
    assert short.flags & dns.flags.TC
    assert not short.answer
    assert len(texts(ask(made, "web.prod.local", "SRV", most=LARGEST))) == 8


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda q: q.set_opcode(dns.opcode.NOTIFY), dns.rcode.NOTIMP),
        (lambda q: q.question.clear(), dns.rcode.FORMERR),
        (lambda q: q.use_edns(1), dns.rcode.BADVERS),
    ],
)
def test_what_is_not_served_is_refused(change, code):
    query = dns.message.make_query("web.prod.local", "A")
    change(query)
    said = answers().answer(Asked(query.to_wire(), INSIDE, PAYLOAD))
    assert isinstance(said, bytes)
    assert dns.message.from_wire(said).rcode() == code


def test_transfers_are_refused():
    assert ask(answers(zone()), "prod.local", "AXFR").rcode() == dns.rcode.REFUSED


def test_any_is_answered_with_little():
    made = answers(zone(NameTable(name="web", records=(("A", 60),), answers=some(8))))
    assert texts(ask(made, "web.prod.local", "ANY")) == ['"RFC8482" ""']


@given(st.binary(max_size=200))
@settings(max_examples=300, deadline=None)
def test_whatever_comes_is_answered_refused_or_ignored(packet):
    said = answers(zone()).answer(Asked(packet, INSIDE, PAYLOAD))
    assert said is None or isinstance(said, Elsewhere) or said[:2] == packet[:2]


@given(st.data())
@settings(max_examples=300, deadline=None)
def test_a_question_with_broken_bytes_harms_nobody(data):
    packet = bytearray(dns.message.make_query("web.prod.local", "SRV", use_edns=0).to_wire())
    for _ in range(data.draw(st.integers(1, 6))):
        packet[data.draw(st.integers(0, len(packet) - 1))] = data.draw(st.integers(0, 255))
    made = answers(zone(NameTable(name="web", records=(("SRV", 10),), answers=some(3))))
    said = made.answer(Asked(bytes(packet), INSIDE, PAYLOAD))
    assert said is None or isinstance(said, Elsewhere) or len(said) <= PAYLOAD


@pytest.mark.parametrize("cname", ["a..b", "x" * 64, "a b"])
def test_what_is_no_name_is_a_failure_and_no_exception(cname):
    made = answers(
        zone(NameTable(name="app", records=(("CNAME", 60),), answers=(Answer(id="i", cname=cname),)))
    )
    assert ask(made, "app.prod.local").rcode() == dns.rcode.SERVFAIL
