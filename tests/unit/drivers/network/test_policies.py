"""Who is touched by a change of groups and members, and what rules become of permissions."""

from random import Random, randrange

from msgspec.structs import replace

from homeport.drivers.network import firewall
from homeport.drivers.network.policies import Policies, Wanted
from homeport.plan.network import (
    Delta,
    GroupTable,
    InterfaceTable,
    Permission,
    PrefixListTable,
    Tables,
    VpcTable,
    difference,
)

SCOPE = "123456789012/us-east-1"
VPC = VpcTable(id=f"{SCOPE}/vpc-1", cidr="10.0.0.0/16", bridge="hp1", resolver="10.0.0.2")
FRONT = f"{SCOPE}/sg-0f"
LIST = PrefixListTable(id=f"{SCOPE}/pl-01", cidrs=("192.0.2.0/24", "2001:db8::/32"))


def group(name: str, *ingress: Permission) -> GroupTable:
    return GroupTable(id=f"{SCOPE}/{name}", ingress=ingress)


def interface(number: int, *groups: str, namespace: bool = True) -> InterfaceTable:
    return InterfaceTable(
        id=f"{SCOPE}/eni-{number}",
        vpc=VPC.id,
        address=f"10.0.0.{number}",
        groups=groups,
        namespace=f"/run/netns/{number}" if namespace else None,
    )


def ingress(permission: Permission) -> list[str]:
    found = firewall.policy([group("sg-01", permission)], {LIST.id: LIST}, None)
    return list(found.input)


def of(*tables: InterfaceTable) -> dict[str, InterfaceTable | None]:
    return {each.id: each for each in tables}


ANYWHERE = "0.0.0.0/0"
BEHIND = group("sg-0b", Permission(protocol="tcp", from_port=80, to_port=80, group=FRONT))
WEB, OTHER = interface(5, BEHIND.id), interface(6, f"{SCOPE}/sg-0e")


def followed() -> Policies:
    policies = Policies()
    policies.follow(
        Delta(
            vpcs={VPC.id: VPC}, groups={BEHIND.id: BEHIND, FRONT: group("sg-0f")}, interfaces=of(WEB, OTHER)
        )
    )
    return policies


def test_a_new_member_touches_only_who_refers_to_its_group():
    policies = followed()
    member = interface(7, FRONT, namespace=False)
    assert policies.follow(Delta(interfaces=of(member))) == {member.id, WEB.id}
    assert policies.wanted(WEB).members == {FRONT: frozenset({"10.0.0.7"})}
    assert policies.follow(Delta(interfaces={member.id: None})) == {member.id, WEB.id}
    assert policies.wanted(WEB).members == {FRONT: frozenset()}


def test_a_member_that_only_gets_a_task_touches_nobody_else():
    policies = followed()
    member = interface(7, FRONT)
    policies.follow(Delta(interfaces=of(member)))
    assert policies.follow(Delta(interfaces=of(replace(member, task="1/2/c/t")))) == {member.id}


def test_a_rule_touches_everybody_with_a_namespace_and_changes_only_those_behind_it():
    policies = followed()
    before = {each.id: policies.wanted(each) for each in (WEB, OTHER)}
    closed = group("sg-0b")
    assert policies.follow(Delta(groups={closed.id: closed})) == {WEB.id, OTHER.id}
    assert policies.wanted(WEB) != before[WEB.id]
    assert policies.wanted(OTHER) == before[OTHER.id]


def test_whoever_is_left_alone_has_what_it_must_have():
    seed = randrange(2**32)
    print(f"seed {seed}")
    dice = Random(seed)
    policies, done = Policies(), dict[str, Wanted]()
    for _ in range(500):
        number = dice.randint(1, 6)
        made = interface(
            number, *dice.sample([FRONT, BEHIND.id], dice.randint(0, 2)), namespace=dice.random() < 0.8
        )
        interfaces = {made.id: None if dice.random() < 0.3 else made}
        groups: dict[str, GroupTable | None] = {}
        if dice.random() < 0.1:
            groups[BEHIND.id] = dice.choice([BEHIND, group("sg-0b")])
        for id in policies.follow(Delta(interfaces=interfaces, groups=groups)):
            done.pop(id, None)
            table = policies.tables.interfaces.get(id)
            if table is not None and table.namespace is not None:
                done[id] = policies.wanted(table)
        anew = Policies()
        anew.follow(difference(Tables(), policies.tables))
        prepared = [each for each in policies.tables.interfaces.values() if each.namespace is not None]
        assert done == {each.id: anew.wanted(each) for each in prepared}


def test_permissions_are_what_aws_says_of_them():

    assert ingress(Permission(protocol="-1", cidr=ANYWHERE)) == ["meta nfproto ipv4 accept"]
    assert ingress(Permission(protocol="tcp", from_port=0, to_port=65535, cidr="10.1.0.0/16")) == [
        "ip saddr 10.1.0.0/16 meta l4proto tcp accept"
    ]
    assert ingress(Permission(protocol="17", from_port=53, to_port=54, cidr="::/0")) == [
        "meta nfproto ipv6 udp dport 53-54 accept"
    ]
    assert ingress(Permission(protocol="icmp", from_port=3, to_port=4, cidr=ANYWHERE)) == [
        "meta nfproto ipv4 icmp type 3 icmp code 4 accept"
    ]
    assert ingress(Permission(protocol="icmp", cidr=ANYWHERE)) == [
        "meta nfproto ipv4 meta l4proto icmp accept"
    ]
    assert ingress(Permission(protocol="58", from_port=128, cidr="2001:db8::/32")) == [
        "ip6 saddr 2001:db8::/32 icmpv6 type 128 accept"
    ]
    assert ingress(Permission(protocol="47", cidr="10.0.0.1/32")) == [
        "ip saddr 10.0.0.1/32 meta l4proto 47 accept"
    ]


def test_a_prefix_list_is_a_set_for_each_family():
    rule = Permission(protocol="tcp", from_port=443, to_port=443, prefix_list=LIST.id)
    assert ingress(rule) == [
        "ip saddr @pl-01.v4 tcp dport 443 accept",
        "ip6 saddr @pl-01.v6 tcp dport 443 accept",
    ]
    found = firewall.policy([group("sg-01", rule)], {}, None)
    assert (found.input, found.prefixes) == ((), ())


def test_words_from_outside_never_become_commands():
    policy = firewall.policy(
        [group("sg-01", Permission(protocol="-1", group="1/2/sg-1; flush ruleset"))], {}, None
    )
    assert "flush" not in firewall.script(policy, {}, {}).replace("sg-1__flush_ruleset", "")


def test_the_resolver_can_be_asked_and_instance_metadata_cannot_whatever_rules_say():
    script = firewall.script(firewall.policy([], {}, VPC.resolver), {}, {})
    output = script.split("chain output")[1]
    assert output.splitlines()[1] == "ip daddr 169.254.169.254 drop"
    assert "ip daddr { 169.254.169.253, 10.0.0.2 } udp dport 53 accept" in output
