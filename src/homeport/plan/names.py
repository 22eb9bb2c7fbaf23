"""What the tasks of a VPC are told about names: by the VPC's DHCP options, as an instance would be on AWS.

A VPC that has no options, or none about servers, has its own resolver all the same: without any, the container engine
would ask the machine's.
"""

from msgspec import Struct

from homeport.model.dhcp_options import DhcpOptions
from homeport.model.vpc import Vpc
from homeport.plan import addresses, home

NONE = "default"
"""How AWS calls it that a VPC has no DHCP options."""


class Names(Struct, frozen=True, kw_only=True, gc=False):
    """The servers to ask, and the domains in which a short name is looked for."""

    servers: tuple[str, ...]
    search: tuple[str, ...]


def told(vpc: Vpc, options: DhcpOptions | None) -> Names:
    """By a VPC's options; None for none at all. Of servers those of IPv4, as tasks have no other addresses."""
    found = {} if options is None else options.spec.options
    own = addresses.resolver(vpc.spec.cidr)
    servers = [
        own if each == home.PROVIDED else each
        for each in found.get("domain-name-servers", ())
        if ":" not in each
    ]
    search = [name for text in found.get("domain-name", ()) for name in text.split()]
    return Names(servers=tuple(servers) or (own,), search=tuple(search))
