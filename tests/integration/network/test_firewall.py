"""Security groups between real namespaces: who gets through, and who does not."""

import asyncio
import socket
from collections.abc import Awaitable
from contextlib import AsyncExitStack

from tests.integration.network.lan import (
    EVERYTHING,
    Lan,
    answering,
    by_id,
    group,
    on_a_lan,
    prefix_list,
    still_echoes,
    tcp,
)

"""`ip netns` is not made for two at once."""

OUT = (EVERYTHING,)


def test_only_what_a_rule_names_gets_in(tmp_path):
    async def test(lan: Lan) -> None:
        web, client, stranger = lan.add_host(), lan.add_host(), lan.add_host()
        open_to_client = group(1, (tcp(80, 81, cidr=f"{client.address}/32"),))
        rest = group(2, egress=OUT)
        async with lan.attached(), answering(web, 80, 81, 82):
            await lan.tell(groups=by_id(open_to_client, rest))
            await lan.place(web.table(open_to_client.id), client.table(rest.id), stranger.table(rest.id))
            assert await client.connects(web.address, 80)
            assert await client.connects(web.address, 81)
            assert not await client.connects(web.address, 82)
            assert not await stranger.connects(web.address, 80)

    on_a_lan(tmp_path, test)


def test_a_group_is_its_members_as_they_come_and_go(tmp_path):
    async def test(lan: Lan) -> None:
        web, client = lan.add_host(), lan.add_host()
        members = group(1, egress=OUT)
        others = group(2, egress=OUT)
        behind = group(3, (tcp(80, group=members.id),))
        async with lan.attached(), answering(web, 80):
            await lan.tell(groups=by_id(members, others, behind))
            await lan.place(web.table(behind.id), client.table(others.id))
            assert not await client.connects(web.address, 80)
            await lan.place(client.table(members.id))
            await lan.until(lambda: client.connects(web.address, 80))
            await lan.place(client.table(others.id))
            await lan.until(lambda: _not(client.connects(web.address, 80)))

    on_a_lan(tmp_path, test)


def test_a_member_without_a_namespace_counts_as_well(tmp_path):
    async def test(lan: Lan) -> None:
        web, balancer = lan.add_host(), lan.add_host()
        front, behind = group(1), group(2, (tcp(80, group=f"{group(1).id}"),))
        table = balancer.table(front.id)
        async with lan.attached(), answering(web, 80):
            await lan.tell(groups=by_id(front, behind))
            await lan.place(web.table(behind.id))
            assert not await balancer.connects(web.address, 80)
            unowned = type(table)(id=table.id, vpc=table.vpc, address=table.address, groups=table.groups)
            await lan.tell(interfaces={unowned.id: unowned})
            await lan.until(lambda: balancer.connects(web.address, 80))

    on_a_lan(tmp_path, test)


def test_a_prefix_list_is_its_blocks_as_they_are_now(tmp_path):
    async def test(lan: Lan) -> None:
        web, client = lan.add_host(), lan.add_host()
        known = prefix_list(1, "192.0.2.0/24")
        behind, rest = group(1, (tcp(80, prefix_list=known.id),)), group(2, egress=OUT)
        async with lan.attached(), answering(web, 80):
            await lan.tell(groups=by_id(behind, rest), prefix_lists=by_id(known))
            await lan.place(web.table(behind.id), client.table(rest.id))
            assert not await client.connects(web.address, 80)
            await lan.tell(
                prefix_lists=by_id(prefix_list(1, "192.0.2.0/24", f"{lan.block}.0/24", "2001:db8::/32"))
            )
            await lan.until(lambda: client.connects(web.address, 80))

    on_a_lan(tmp_path, test)


def test_only_what_a_rule_names_gets_out(tmp_path):
    async def test(lan: Lan) -> None:
        web, client = lan.add_host(), lan.add_host()
        open_to_all = group(1, (EVERYTHING,))
        narrow = group(2, egress=(tcp(80, group=open_to_all.id),))
        async with lan.attached(), answering(web, 80, 81):
            await lan.tell(groups=by_id(open_to_all, narrow))
            await lan.place(web.table(open_to_all.id), client.table(narrow.id))
            assert await client.connects(web.address, 80)
            assert not await client.connects(web.address, 81)

    on_a_lan(tmp_path, test)


def test_the_rules_of_all_groups_of_an_interface_count_together(tmp_path):
    async def test(lan: Lan) -> None:
        web, client = lan.add_host(), lan.add_host()
        first, second = group(1, (tcp(80, cidr="0.0.0.0/0"),)), group(2, (tcp(81, cidr="0.0.0.0/0"),))
        rest = group(3, egress=OUT)
        async with lan.attached(), answering(web, 80, 81):
            await lan.tell(groups=by_id(first, second, rest))
            await lan.place(web.table(first.id, second.id), client.table(rest.id))
            assert await client.connects(web.address, 80)
            assert await client.connects(web.address, 81)

    on_a_lan(tmp_path, test)


def test_pings_are_let_in_by_their_type(tmp_path):
    async def test(lan: Lan) -> None:
        web, client = lan.add_host(), lan.add_host()
        echo = group(1, (type(EVERYTHING)(protocol="icmp", from_port=8, cidr="0.0.0.0/0"),))
        other = group(1, (type(EVERYTHING)(protocol="icmp", from_port=13, cidr="0.0.0.0/0"),))
        rest = group(2, egress=OUT)
        async with lan.attached():
            await lan.tell(groups=by_id(echo, rest))
            await lan.place(web.table(echo.id), client.table(rest.id))
            assert await client.pings(web.address)
            await lan.tell(groups=by_id(other))
            await lan.until(lambda: _not(client.pings(web.address)))

    on_a_lan(tmp_path, test)


def test_a_rule_that_is_taken_away_ends_no_connection_but_lets_none_in(tmp_path):
    async def test(lan: Lan) -> None:
        web, client = lan.add_host(), lan.add_host()
        rest = group(2, egress=OUT)
        async with AsyncExitStack() as stack:
            await stack.enter_async_context(lan.attached())
            await stack.enter_async_context(answering(web, 80))
            await lan.tell(groups=by_id(group(1, (tcp(80, cidr="0.0.0.0/0"),)), rest))
            await lan.place(web.table(group(1).id), client.table(rest.id))
            kept = stack.enter_context(await client.connection(web.address, 80))
            await lan.tell(groups=by_id(group(1)))
            await lan.until(lambda: _not(client.connects(web.address, 80)))
            await _echoes(kept)

    on_a_lan(tmp_path, test)


def test_instance_metadata_is_out_of_reach_whatever_rules_say(tmp_path):
    async def test(lan: Lan) -> None:
        client, free = lan.add_host(), lan.add_host()
        all_out = group(1, egress=OUT)
        async with lan.attached():
            await lan.tell(groups=by_id(all_out))
            await lan.place(client.table(all_out.id))
            output = await client.run("nft", "list", "chain", "inet", "homeport", "output")
            assert "ip daddr 169.254.169.254 drop" in output.splitlines()[3]
            assert await free.run("nft", "list", "tables") == ""

    on_a_lan(tmp_path, test)


async def _not(holds: Awaitable[bool]) -> bool:
    return not await holds


async def _echoes(kept: socket.socket) -> None:
    assert await asyncio.to_thread(still_echoes, kept)
