"""`homeport net`: VPCs, who has an address in them, and the rules that each is behind; and what is not enforced, and why.

Rows are read from the database, so that they can be had while the server is down; what this machine does not let
Homeport do is asked of the server. It changes nothing.
"""

import json
import urllib.request
from collections.abc import Iterator, Sequence
from pathlib import Path

import click
from msgspec import Struct

from homeport.cli import records
from homeport.cli.options import data_option
from homeport.model.interface import Interface
from homeport.model.security_group import GroupRule, PrefixList, RuleSpec, SecurityGroup
from homeport.model.vpc import Vpc
from homeport.plan import addresses

WITHIN_S = 5.0
ALL = (0, 65_535)


class Shown(Struct, frozen=True):
    """All that is shown, as read. `unenforced` is None where no server tells."""

    vpcs: Sequence[Vpc]
    interfaces: Sequence[Interface]
    groups: Sequence[SecurityGroup]
    rules: Sequence[GroupRule]
    lists: Sequence[PrefixList]
    unenforced: Sequence[str] | None


@click.command("net")
@click.argument("vpc", required=False)
@data_option()
def command(vpc: str | None, data: Path) -> None:
    """Show VPCs with their addresses, tasks and rules, and whether those are enforced.

    VPC (an id) narrows it to one.
    """
    found = records.read(data, Vpc, Interface, SecurityGroup, GroupRule, PrefixList)
    shown = Shown(
        records.of(found, Vpc),
        records.of(found, Interface),
        records.of(found, SecurityGroup),
        records.of(found, GroupRule),
        records.of(found, PrefixList),
        _unenforced(data),
    )
    if vpc is not None and vpc not in {each.name for each in shown.vpcs}:
        raise click.ClickException(f"there is no VPC {vpc}; `homeport net` lists them all.")
    for line in lines(shown, vpc):
        click.echo(line)


def lines(shown: Shown, name: str | None = None) -> Iterator[str]:
    """What is printed, line by line; of one VPC, or of all."""
    if shown.unenforced is None:
        yield "! no server answers on this data directory: whether rules are enforced is as it was last"
    for line in shown.unenforced or ():
        yield f"! {line}"
    vpcs = [each for each in shown.vpcs if name in (None, each.name)]
    if not vpcs:
        yield "No VPCs. `homeport up` makes a default one."
    for vpc in vpcs:
        yield from _vpc(shown, vpc)


def _vpc(shown: Shown, vpc: Vpc) -> Iterator[str]:
    where = vpc.seen.bridge or "no bridge yet: no task has run in it"
    default = ", default" if vpc.spec.is_default else ""
    yield f"{vpc.name}  {vpc.spec.cidr}{default}, {where}, DNS {addresses.resolver(vpc.spec.cidr)}"
    if vpc.seen.trouble:
        yield f"  ! {vpc.seen.trouble}"
    found = [each for each in shown.interfaces if each.spec.vpc == vpc.id]
    for interface in sorted(found, key=lambda each: (each.spec.subnet, each.id)):
        if not interface.is_warm:
            yield from _interface(shown, interface)
    spare = sum(each.is_warm for each in found)
    if spare:
        yield f"  {spare} spare, for tasks to come"


def _interface(shown: Shown, interface: Interface) -> Iterator[str]:
    public = f" ({interface.state.public_address})" if interface.state.public_address else ""
    yield f"  {interface.spec.address}{public}  {interface.name}  {_whose(interface)}"
    if interface.state.task is not None:
        yield f"    {_enforced(shown, interface)}"
    for group in interface.groups:
        yield from _group(shown, group)


def _whose(interface: Interface) -> str:
    if interface.state.task is not None:
        return f"task {interface.state.task.split('/', 2)[-1]}"
    if interface.spec.balancer is not None:
        return f"load balancer {interface.spec.balancer.split('/')[-2]}"
    return interface.spec.description or "nobody's"


def _enforced(shown: Shown, interface: Interface) -> str:
    seen = interface.seen
    if seen.trouble:
        return f"! NOT enforced: {seen.trouble}"
    if seen.prepared_for != interface.state.task:
        return "waits for its rules"
    unenforced = [each for each in shown.unenforced or () if each.startswith("security groups")]
    return f"! NOT enforced: {unenforced[0]}" if unenforced else "enforced"


def _group(shown: Shown, id: str) -> Iterator[str]:
    names = {each.id: each.spec.name for each in shown.groups}
    yield f"    {_last(id)} ({names.get(id, 'gone')})"
    for rule in shown.rules:
        if rule.owner == id:
            way = "out to" if rule.spec.is_egress else "in from"
            yield f"      {_traffic(rule.spec)} {way} {_peer(shown, rule.spec)}"


def _traffic(rule: RuleSpec) -> str:
    if rule.protocol == "-1":
        return "everything"
    if rule.from_port == -1 or (rule.from_port, rule.to_port) == ALL:
        return rule.protocol
    if rule.protocol in ("icmp", "icmpv6"):
        return f"{rule.protocol} type {rule.from_port}" + (
            f" code {rule.to_port}" if rule.to_port >= 0 else ""
        )
    ports = f"{rule.from_port}" if rule.from_port == rule.to_port else f"{rule.from_port}-{rule.to_port}"
    return f"{rule.protocol} {ports}"


def _peer(shown: Shown, rule: RuleSpec) -> str:
    """A group with the addresses of its members now; a prefix list with its blocks."""
    if rule.group is not None:
        members = sorted(each.spec.address for each in shown.interfaces if rule.group in each.groups)
        return f"{_last(rule.group)}: {', '.join(members) or 'nobody'}"
    if rule.prefix_list is not None:
        blocks = [block for each in shown.lists if each.id == rule.prefix_list for block in each.spec.entries]
        return f"{_last(rule.prefix_list)}: {', '.join(sorted(blocks)) or 'nothing'}"
    return rule.cidr or rule.cidr6 or "nobody"


def _last(id: str) -> str:
    return id.rsplit("/", 1)[-1]


def _unenforced(data: Path) -> list[str] | None:
    try:
        url = json.loads((data / "server.json").read_text())["url"]
        with urllib.request.urlopen(f"{url}/health", timeout=WITHIN_S) as answer:  # noqa: S310  # our own server
            found: list[str] = json.loads(answer.read())["unenforced"]
    except (OSError, ValueError, KeyError):
        return None
    return found
