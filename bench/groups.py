"""How soon a change of a security group counts in many namespaces, beside a bare loop of `nft` in the same run.

Two changes: another rule, which each namespace gets with all of its table, and another member, which is an element of a
set in each. The bare loop enters one namespace after the other, and runs `nft` with what ours has to say; it follows no
tables and tells nobody. Run as root: `python -m bench.groups`.
"""

import asyncio
import subprocess
import tempfile
import time
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from msgspec.structs import replace

from homeport.drivers.network import firewall
from homeport.drivers.network.namespace import inside
from homeport.plan.network import Delta, GroupTable, InterfaceTable, Permission
from homeport.server import down
from tests.integration.network.lan import EVERYTHING, VPC, Host, Lan, links

NAMESPACES = 200
ROUNDS = 3
RULES = 20


def measure(namespaces: int = NAMESPACES, rounds: int = ROUNDS) -> dict[str, float]:
    """Seconds of the best round: `rule` and `member` of the network process, `bare_rule` and `bare_member` of the loop;
    and how much of the loop's time each takes: `rule_ratio`, `member_ratio`.
    """
    with tempfile.TemporaryDirectory(prefix="homeport-bench-") as data:
        lan = Lan(Path(data))
        with links(lan):
            hosts = [lan.add_host() for _ in range(namespaces)]
            try:
                took = asyncio.run(_measure(lan, hosts, rounds))
            finally:
                asyncio.run(down.stop(Path(data)))
    best = {name: min(seconds) for name, seconds in took.items()}
    ratios = {f"{name}_ratio": best[name] / best[f"bare_{name}"] for name in ("rule", "member")}
    return {"namespaces": float(namespaces)} | best | ratios


async def _measure(lan: Lan, hosts: Sequence[Host], rounds: int) -> dict[str, list[float]]:
    took: dict[str, list[float]] = {name: [] for name in ("rule", "bare_rule", "member", "bare_member")}
    async with lan.attached():
        run = _Run(lan, hosts)
        await run.begin()
        for turn in range(rounds):
            took["rule"].append(await run.rule(turn))
            took["bare_rule"].append(await run.bare(run.script()))
            took["member"].append(await run.member(turn))
            name = firewall.set_name(run.group.id)
            element = f"add element inet {firewall.TABLE} {name} {{ 192.0.2.{turn} }}\n"
            took["bare_member"].append(await run.bare(element))
    return took


class _Run:
    """A group that all hosts are in, whose members may speak to one another."""

    def __init__(self, lan: Lan, hosts: Sequence[Host]) -> None:
        self.group = _group(0)
        self._lan = lan
        self._hosts = hosts
        self._turn = 0

    async def begin(self) -> None:
        """Have all namespaces prepared."""
        await self._told({}, {self.group.id: self.group})

    async def rule(self, turn: int) -> float:
        """Seconds until another rule is in every namespace."""
        self.group = _group(turn + 1)
        return await self._told({}, {self.group.id: self.group})

    async def member(self, turn: int) -> float:
        """Seconds until another member is."""
        id = f"{VPC}/eni-{turn}"
        table = InterfaceTable(id=id, vpc=VPC, address=f"198.51.100.{turn}", groups=(self.group.id,))
        return await self._told({id: table}, {})

    async def bare(self, script: str) -> float:
        """Seconds for the loop."""
        began = time.perf_counter()
        for host in self._hosts:
            await inside(host.namespace, partial(_nft, script))
        return time.perf_counter() - began

    def script(self) -> str:
        """What every namespace is told in full."""
        policy = firewall.policy([self.group], {}, f"{self._lan.block}.2")
        return firewall.script(policy, {self.group.id: [host.address for host in self._hosts]}, {80: 40_000})

    async def _told(self, interfaces: dict[str, InterfaceTable], groups: dict[str, GroupTable]) -> float:
        """Each host gets another task beside, so that it is told when its namespace is done."""
        self._turn += 1
        hosts = {
            host.id: host.table(self.group.id, task=f"{host.number}/{self._turn}") for host in self._hosts
        }
        began = time.perf_counter()
        await self._lan.fabric.publish(Delta(interfaces={**hosts, **interfaces}, groups={**groups}))
        await self._lan.until(lambda: all(self._lan.is_prepared(each) for each in hosts.values()))
        return time.perf_counter() - began


def _group(number: int) -> GroupTable:
    rules = [
        Permission(protocol="tcp", from_port=8000 + each, to_port=8000 + each, cidr="10.0.0.0/8")
        for each in range(RULES)
    ]
    own = Permission(protocol="tcp", from_port=number, to_port=number, group=f"{VPC}/sg-0a")
    return replace(GroupTable(id=f"{VPC}/sg-0a"), ingress=(*rules, own), egress=(EVERYTHING,))


def _nft(script: str) -> None:
    subprocess.run(("nft", "-f", "-"), input=script.encode(), check=True)


if __name__ == "__main__":
    for what, value in measure().items():
        print(f"{what:14} {value:8.3f}")
