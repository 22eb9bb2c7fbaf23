"""Which blocks of addresses the machine has routes to, and that networks of ours keep clear of them."""

from pathlib import Path

import pytest

from homeport.drivers import blocks
from homeport.model.record import Scope
from homeport.model.vpc import Vpc
from homeport.server.welcome import welcoming
from homeport.store.memory import MemoryStore

TABLE = """\
Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT
eth0\t00000000\t01001FAC\t0003\t0\t0\t0\t00000000\t0\t0\t0
eth0\t00101FAC\t00000000\t0001\t0\t0\t0\t00F0FFFF\t0\t0\t0
docker0\t000011AC\t00000000\t0001\t0\t0\t0\t0000FFFF\t0\t0\t0
half a line
"""


def test_all_routes_but_the_default_one_are_read(tmp_path: Path):
    table = tmp_path / "route"
    table.write_text(TABLE)
    assert blocks.routed(table) == ["172.31.16.0/20", "172.17.0.0/16"]


def test_a_system_that_does_not_tell_has_none(tmp_path: Path):
    assert blocks.routed(tmp_path / "nothing") == []


def test_a_default_vpc_keeps_clear_of_what_the_machine_reaches():
    store = MemoryStore(lambda: "0" * 32)
    with store.write("spec", 1.0) as tx:
        welcoming(lambda: ["172.31.16.0/20", "10.31.0.0/16"])(tx, Scope("123456789012", "us-east-1"))
        (vpc,) = tx.all(Vpc)
    assert vpc.spec.cidr == "10.32.0.0/16"


@pytest.mark.parametrize(
    ("block", "is_free"),
    [
        ("10.9.0.0/16", True),
        ("100.64.0.0/16", True),
        ("192.168.7.0/28", True),
        ("172.31.0.0/16", False),
        ("172.31.17.0/24", False),
        ("172.17.255.0/24", False),
        ("10.1.2.0/24", False),
        ("8.8.8.0/24", False),
        ("11.0.0.0/16", False),
        ("198.18.7.0/24", False),
    ],
)
def test_a_network_takes_no_addresses_away_from_the_machine(tmp_path: Path, block: str, is_free: bool):
    routes, resolvers = tmp_path / "route", tmp_path / "resolv.conf"
    routes.write_text(TABLE)
    resolvers.write_text("search x\nnameserver 10.1.2.3\nnameserver ::1\nnameserver\n")
    assert (blocks.in_the_way(block, routes, resolvers) is None) == is_free
