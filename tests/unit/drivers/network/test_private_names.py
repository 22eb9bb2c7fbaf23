"""Private names of addresses follow interfaces, however they come and go."""

from random import Random, randrange

from homeport.drivers.network.dns.private import PrivateNames
from homeport.plan.addresses import private_name
from homeport.plan.network import InterfaceTable


def an_interface(number: int, dice: Random) -> InterfaceTable:
    region = "us-east-1" if number < 4 else "eu-west-1"
    return InterfaceTable(
        id=f"123456789012/{region}/eni-{number}", vpc="", address=f"10.0.0.{dice.randint(1, 4)}"
    )


def test_names_are_those_of_the_interfaces_that_are_there():
    seed = randrange(2**32)
    print(f"seed {seed}")
    dice = Random(seed)
    names, there = PrivateNames(), dict[str, InterfaceTable]()
    known: dict[str, str] = {}
    for _ in range(1_000):
        new = an_interface(dice.randint(1, 6), dice)
        old = there.pop(new.id, None)
        is_gone = old is not None and dice.random() < 0.4
        told = names.follow(old, None if is_gone else new)
        if not is_gone:
            there[new.id] = new
        before = known
        known = {private_name(each.address, each.id.split("/")[1]): each.address for each in there.values()}
        assert told == (known != before)
        assert {name: names.address(name) for name in known | before} == dict.fromkeys(before) | known
        for address in set(known.values()):
            assert known[names.name(address) or ""] == address
        assert names.name("10.0.0.9") is None
