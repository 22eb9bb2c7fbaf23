"""CIDR blocks: read strictly, as EC2 does."""

import re
from ipaddress import AddressValueError, IPv4Address, IPv4Network, IPv6Network, NetmaskValueError

from homeport.api.ec2.errors import common as errors

BLOCK = re.compile(r"(\d{1,3}(?:\.\d{1,3}){3})/(\d{1,2})", re.ASCII)
LARGEST, SMALLEST = 16, 28
"""Of a VPC and of a subnet, as lengths of their prefixes (VPC User Guide, "VPC CIDR blocks")."""


def block(text: str, parameter: str) -> IPv4Network:
    """The block in its canonical form: `10.0.0.7/24` is `10.0.0.0/24`. Raises InvalidParameterValue."""
    found = BLOCK.fullmatch(text)
    if found is None:
        raise errors.cidr_invalid(parameter, text)
    try:
        return IPv4Network((IPv4Address(found[1]), int(found[2])), strict=False)
    except (AddressValueError, ValueError):
        raise errors.cidr_invalid(parameter, text) from None


def fits_a_network(found: IPv4Network) -> bool:
    """Whether a VPC or a subnet can have it: neither too large nor too small, and of addresses that hosts may have."""
    special = found.is_loopback or found.is_link_local or found.is_multicast or found.is_reserved
    return LARGEST <= found.prefixlen <= SMALLEST and not special and int(found.network_address) >> 24 != 0


def block6(text: str, parameter: str) -> str:
    """A block of IPv6 in its canonical form. Raises InvalidParameterValue."""
    address, slash, length = text.partition("/")
    try:
        if slash and length.isascii() and length.isdigit() and "%" not in address:
            return str(IPv6Network(text, strict=False))
    except (AddressValueError, NetmaskValueError, ValueError):
        pass
    raise errors.cidr_invalid(parameter, text)
