"""Networks and network interfaces for tests, of blocks that nobody else on the machine is likely to use."""

import secrets
from ipaddress import IPv4Network

from homeport.model.interface import PAUSE
from homeport.plan import addresses
from homeport.plan.effects import ContainerRef, Network, Socket, StartPause

TENANT = "123456789012/us-east-1"


def a_network(cidr: str | None = None) -> Network:
    """A network of a VPC that nobody had before."""
    block = cidr or f"10.{200 + secrets.randbelow(50)}.{secrets.randbelow(256)}.0/24"
    return Network(
        vpc=f"{TENANT}/vpc-0{secrets.token_hex(8)}",
        cidr=block,
        gateway=addresses.gateway(block),
        resolver=addresses.resolver(block),
        bridge=f"hp{secrets.token_hex(6)}",
    )


def a_pause(network: Network, host: int = 4, attempt: int = 0) -> StartPause:
    """The pause of an interface with the network's `host`th address."""
    address = str(IPv4Network(network.cidr)[host])
    ref = ContainerRef(f"{TENANT}/eni-0{secrets.token_hex(8)}", PAUSE, attempt)
    socket = Socket(
        network=network,
        address=address,
        mac=addresses.mac_of(address),
        hostname=addresses.private_name(address, "us-east-1"),
        servers=(network.resolver,),
        search=("ec2.internal",),
    )
    return StartPause(ref, socket)
