"""What `homeport net` prints of rows."""

from msgspec.structs import replace

from homeport.cli import net
from homeport.cli.net import Shown
from homeport.model.interface import Interface, InterfaceSeen
from tests.builders import CLUSTER
from tests.unit.engine.test_networks import BALANCER, VPC, a_group, a_prefix_list, a_rule, an_interface

TASK = f"{CLUSTER}/{7:032x}"
WEB = a_group(1)
RULES = (
    a_rule(1, WEB, from_port=80, to_port=80, group=WEB.id),
    a_rule(2, WEB, from_port=0, to_port=65535, prefix_list=a_prefix_list(1).id),
    a_rule(3, WEB, is_egress=True, protocol="-1", cidr="0.0.0.0/0"),
    a_rule(4, WEB, protocol="icmp", from_port=8, cidr="10.0.0.0/8"),
)


def of_a_task(seen: InterfaceSeen) -> Interface:
    made = an_interface(5, seen, task=TASK, public_address="198.18.0.5")
    return replace(made, state=replace(made.state, groups=(WEB.id,)))


def shown(*interfaces: Interface, unenforced: list[str] | None = []) -> list[str]:  # noqa: B006
    lists = [a_prefix_list(1, "10.0.0.0/8", "192.0.2.0/24")]
    return list(net.lines(Shown([VPC], interfaces, [WEB], RULES, lists, unenforced)))


def test_a_task_is_shown_with_its_addresses_and_the_rules_that_it_is_behind():
    found = shown(of_a_task(InterfaceSeen(prepared_for=TASK)))
    assert found == [
        f"{VPC.name}  172.31.0.0/16, default, hp0123456789ab, DNS 172.31.0.2",
        f"  172.31.0.5 (198.18.0.5)  eni-{5:017x}  task default/{7:032x}",
        "    enforced",
        f"    {WEB.name} (g1)",
        f"      tcp 80 in from {WEB.name}: 172.31.0.5",
        f"      tcp in from pl-{1:017x}: 10.0.0.0/8, 192.0.2.0/24",
        "      everything out to 0.0.0.0/0",
        "      icmp type 8 in from 10.0.0.0/8",
    ]


def test_what_is_not_enforced_says_why():
    found = shown(of_a_task(InterfaceSeen(prepared_for=TASK, trouble="nft: no")))
    assert "    ! NOT enforced: nft: no" in found
    why = "security groups are not enforced: Homeport does not run as root"
    found = shown(of_a_task(InterfaceSeen(prepared_for=TASK)), unenforced=[why])
    assert found[0] == f"! {why}"
    assert f"    ! NOT enforced: {why}" in found
    assert "    waits for its rules" in shown(of_a_task(InterfaceSeen()))


def test_without_a_server_nothing_is_said_to_be_enforced_now():
    assert shown(unenforced=None)[0].startswith("! no server answers")


def test_a_load_balancers_interface_says_whose_it_is_and_spare_ones_are_counted():
    found = shown(an_interface(5, purpose="balancer", balancer=BALANCER.id), an_interface(6, purpose="task"))
    assert found[1] == f"  172.31.0.5  eni-{5:017x}  load balancer front"
    assert found[-1] == "  1 spare, for tasks to come"
