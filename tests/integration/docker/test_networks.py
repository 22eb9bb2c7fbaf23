"""Networks of VPCs on a real engine: made once, adopted, and never somebody else's."""

import asyncio

from homeport.drivers.docker import names
from homeport.plan import naming
from homeport.plan.effects import (
    ContainerRef,
    Network,
    ProvideNetwork,
    RemoveContainer,
    RemoveNetwork,
    StartContainer,
)
from homeport.plan.observations import EffectFailed, NetworkObserved
from tests.integration.docker.interfaces import a_network, a_pause
from tests.integration.docker.room import Room, a_room, a_script, a_task, in_a_room


async def provided(room: Room, network: Network) -> NetworkObserved:
    """What became of it."""
    observed = await room.driver.perform(ProvideNetwork(ContainerRef(network.vpc, "network"), network))
    assert isinstance(observed, NetworkObserved), observed
    return observed


async def removed(room: Room, network: Network) -> NetworkObserved | EffectFailed:
    """What became of it."""
    observed = await room.driver.perform(RemoveNetwork(ContainerRef(network.vpc, "network"), network))
    assert isinstance(observed, NetworkObserved | EffectFailed), observed
    return observed


def test_a_network_is_a_bridge_with_the_vpcs_block() -> None:
    async def test(room: Room) -> None:
        network = a_network()
        observed = await provided(room, network)
        assert (observed.vpc, observed.bridge, observed.trouble) == (network.vpc, network.bridge, None)
        name = naming.network_name(room.installation, network.vpc)
        found = await (await room.docker.networks.get(name)).show()
        (block,) = found["IPAM"]["Config"]
        assert (block["Subnet"], block["Gateway"]) == (network.cidr, network.gateway)
        assert found["Options"]["com.docker.network.bridge.name"] == network.bridge
        assert await room.networks() == {network.vpc: network.bridge}

    in_a_room(test)


def test_a_network_that_is_asked_for_at_once_and_again_is_one() -> None:
    async def test(room: Room) -> None:
        network = a_network()
        await asyncio.gather(*(provided(room, network) for _ in range(4)), room.seen(a_pause(network)))
        assert (await provided(room, network)).trouble is None
        found = await room.docker.networks.list(filters={"label": [f"{names.VPC}={network.vpc}"]})
        assert len(found) == 1

    in_a_room(test)


def test_a_network_is_gone_once_it_was_removed_and_stays_so() -> None:
    async def test(room: Room) -> None:
        network = a_network()
        await provided(room, network)
        for _ in range(2):
            observed = await removed(room, network)
            assert isinstance(observed, NetworkObserved) and observed.bridge is None
        assert await room.networks() == {}

    in_a_room(test)


def test_a_network_with_containers_stays_until_they_are_gone() -> None:
    async def test(room: Room) -> None:
        pause = a_pause(a_network())
        await room.seen(pause)
        failed = await removed(room, pause.socket.network)
        assert isinstance(failed, EffectFailed) and "is still there" in failed.reason
        assert (await room.listed())[pause.ref].status == "RUNNING"
        await room.seen(RemoveContainer(pause.ref))
        assert isinstance(await removed(room, pause.socket.network), NetworkObserved)

    in_a_room(test)


def test_a_network_that_vanished_is_not_listed_and_is_made_again_with_the_next_pause() -> None:
    async def test(room: Room) -> None:
        network = a_network()
        await provided(room, network)
        name = naming.network_name(room.installation, network.vpc)
        await (await room.docker.networks.get(name)).delete()
        assert await room.networks() == {}
        assert (await room.seen(a_pause(network))).status == "RUNNING"
        assert await room.networks() == {network.vpc: network.bridge}

    in_a_room(test)


def test_a_block_that_overlaps_anothers_is_trouble_that_says_what_to_do() -> None:
    async def test(room: Room) -> None:
        network = a_network()
        await provided(room, network)
        observed = await provided(room, a_network(network.cidr))
        assert observed.bridge is None and network.cidr in (observed.trouble or "")
        assert "use a VPC with another block" in (observed.trouble or "")
        pause = await room.seen(a_pause(a_network(network.cidr)))
        assert pause.status == "STOPPED" and "another block" in (pause.reason or "")

    in_a_room(test)


def test_a_block_of_the_internet_is_not_taken_away_from_the_machine() -> None:
    async def test(room: Room) -> None:
        network = a_network("8.8.8.0/24")
        observed = await provided(room, network)
        assert observed.bridge is None
        assert "in the way of addresses of the Internet" in (observed.trouble or "")
        assert await room.networks() == {}

    in_a_room(test)


def test_a_network_that_is_not_ours_is_left_alone() -> None:
    async def test(room: Room) -> None:
        network = a_network()
        name = naming.network_name(room.installation, network.vpc)
        theirs = await room.docker.networks.create({"Name": name, "Driver": "bridge"})
        try:
            observed = await provided(room, network)
            assert observed.bridge is None and "is not ours" in (observed.trouble or "")
            await removed(room, network)
            assert (await theirs.show())["Name"] == name
            assert await room.networks() == {}
        finally:
            await theirs.delete()

    in_a_room(test)


def test_a_network_of_another_installation_is_left_alone() -> None:
    async def test(room: Room) -> None:
        network = a_network()
        await provided(room, network)
        async with a_room() as other:
            assert await other.networks() == {}
            await removed(other, network)
        assert await room.networks() == {network.vpc: network.bridge}

    in_a_room(test)


def test_containers_outside_of_a_vpc_ask_the_resolver_that_is_offered_unless_they_name_one() -> None:
    async def test(room: Room) -> None:
        async with a_room(resolver="169.254.169.253") as offering:
            offered = a_task(
                a_script("sleep 100"), a_script("sleep 100", name="own", dns_servers=["192.0.2.1"])
            )
            for name, resolver in (("web", "169.254.169.253"), ("own", "192.0.2.1")):
                seen = await offering.seen(StartContainer(offered.ref(name), offered))
                assert (await room.inspect(seen.runtime_id))["HostConfig"]["Dns"] == [resolver]

    in_a_room(test)
