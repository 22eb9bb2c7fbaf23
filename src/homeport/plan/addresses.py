"""Which address comes next: of a subnet, whose first four and last one are AWS's own, and what follows from one."""

from collections.abc import Collection
from ipaddress import IPv4Address, IPv4Network
from itertools import chain

RESERVED = 4
"""The first addresses of a subnet: the network, the router, the resolver, and one for later (VPC User Guide)."""

INSTANCE_METADATA = "169.254.169.254"
"""Where an EC2 instance finds its metadata; nobody is there."""

RESOLVER = "169.254.169.253"
"""Where every VPC's resolver can be asked as well (VPC User Guide, "Amazon DNS")."""

ENDPOINT = "169.254.170.2"
"""Where containers find the metadata and credentials of their task (ECS Developer Guide)."""

PUBLIC_BLOCK = "198.18.0.0/16"
"""Where public addresses come from: a block that is routed nowhere (RFC 2544), so that it is in nobody's way."""


def free_address(cidr: str, taken: Collection[str], after: str | None = None) -> str | None:
    """The first free address of a subnet, behind `after` first: what was given back last is given out last.

    None when there is none left.
    """
    network = IPv4Network(cidr)
    first, last = int(network.network_address) + RESERVED, int(network.broadcast_address) - 1
    start = first if after is None else max(first, int(IPv4Address(after)) + 1)
    if start > last:
        start = first
    for number in chain(range(start, last + 1), range(first, start)):
        address = str(IPv4Address(number))
        if address not in taken:
            return address
    return None


def available(cidr: str, taken: int) -> int:
    """How many addresses of a subnet can still be given out."""
    return max(0, IPv4Network(cidr).num_addresses - RESERVED - 1 - taken)


def mac_of(address: str) -> str:
    """A MAC for an address, administered by us: `02:42:` and its four bytes, unique where the address is."""
    return ":".join(f"{byte:02x}" for byte in (0x02, 0x42, *IPv4Address(address).packed))


def gateway(cidr: str) -> str:
    """The router of a VPC: its second address."""
    return str(IPv4Network(cidr).network_address + 1)


def resolver(cidr: str) -> str:
    """The DNS resolver of a VPC: its third address, as on AWS."""
    return str(IPv4Network(cidr).network_address + 2)


def private_name(address: str, region: str) -> str:
    """The private DNS name of an address: `ip-10-0-0-5.ec2.internal`, in other regions than the first with their name."""
    return f"ip-{address.replace('.', '-')}.{private_zone(region)}"


def private_zone(region: str) -> str:
    """Where private DNS names are."""
    return "ec2.internal" if region == "us-east-1" else f"{region}.compute.internal"
