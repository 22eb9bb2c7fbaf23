"""A virtual private cloud and its subnets: one container network on the machine, and the parts of it.

Addresses are given by us and given back (`plan/addresses.py`); who has one is in `interface.py`. Routes and gateways are
records of their own, and change nothing about how packets travel on one machine.
"""

from hashlib import sha256

from msgspec import Struct

from homeport.model.record import Record, Scope, Time


def is_vpc(id: str) -> bool:
    """Whether a record id is a VPC's: the ref of an effect on its network has it where others have a task's."""
    return id.rpartition("/")[2].startswith("vpc-")


def derived_id(prefix: str, scope: Scope, part: str = "") -> str:
    """The id of what every account has in a region from the first: `vpc-17HEX`, `subnet-17HEX` of a zone's letter.

    It follows from the tenant, so that rows made before there was a VPC name the right one.
    """
    return companion_id(prefix, scope.id, part)


def companion_id(prefix: str, of: str, part: str = "") -> str:
    """The id of what is no record, but comes with the record (or the tenant) `of`: a VPC's network ACL, `acl-17HEX`."""
    named = f"{prefix} {part} {of}" if part else f"{prefix} {of}"
    return f"{prefix}-{sha256(named.encode()).hexdigest()[:17]}"


class VpcSpec(Struct, frozen=True, kw_only=True, gc=False):
    """What was asked for. `cidr` is an IPv4 block. Once `deleted_at` is set, its network is taken down, then the row.

    `dhcp_options` is a set of DHCP options as AWS shows it: `dopt-…`, or `default` for none; None for the tenant's first.
    """

    cidr: str
    created_at: Time
    is_default: bool = False
    dns_support: bool = True
    dns_hostnames: bool = False
    usage_metrics: bool = False
    tenancy: str = "default"
    dhcp_options: str | None = None
    tags: dict[str, str] = {}
    deleted_at: Time | None = None


class VpcState(Struct, frozen=True, kw_only=True, gc=False):
    """`asked_at`: when its network was first asked for; from then on there may be one."""

    asked_at: Time | None = None


class VpcSeen(Struct, frozen=True, kw_only=True, gc=False):
    """The container network: the name of its bridge on the machine once it is there; what keeps it from being there."""

    bridge: str | None = None
    trouble: str | None = None
    at: Time = 0.0


class Vpc(Record, frozen=True, kw_only=True, gc=False):
    """`ACCOUNT/REGION/vpc-17HEX`, owned by its tenant."""

    spec: VpcSpec
    state: VpcState = VpcState()
    seen: VpcSeen = VpcSeen()

    def keys(self) -> tuple[str, ...]:
        """By tenant; all of the machine, whose blocks must not overlap."""
        return (self.owner, "vpcs")

    @property
    def name(self) -> str:
        """The id that AWS shows: `vpc-…`."""
        return self.id.rsplit("/", 1)[1]


class SubnetSpec(Struct, frozen=True, kw_only=True, gc=False):
    """What was asked for. `zone` is an availability zone's name: `us-east-1a`.

    `acl` is the record id of its network ACL, None for the VPC's default one; `acl_association` the id of the association
    with it (`aclassoc-17HEX`), None for the one that it began with.
    """

    cidr: str
    zone: str
    created_at: Time
    maps_public_ip: bool = False
    is_default: bool = False
    hostname_type: str = "ip-name"
    resource_name_dns: bool = False
    acl: str | None = None
    acl_association: str | None = None
    tags: dict[str, str] = {}


class SubnetState(Struct, frozen=True, kw_only=True, gc=False):
    """`used_at`: when a task was last given an interface in it; a pool of warm ones is kept for a while from then on."""

    used_at: Time | None = None


class Subnet(Record, frozen=True, kw_only=True, gc=False):
    """`ACCOUNT/REGION/subnet-17HEX`, owned by its VPC."""

    spec: SubnetSpec
    state: SubnetState = SubnetState()

    def keys(self) -> tuple[str, ...]:
        """By VPC, and by tenant."""
        return (self.owner, self.id.rsplit("/", 1)[0])

    @property
    def name(self) -> str:
        """The id that AWS shows: `subnet-…`."""
        return self.id.rsplit("/", 1)[1]


class HomeSpec(Struct, frozen=True, kw_only=True, gc=False):
    """When the default VPC was made."""

    made_at: Time


class Home(Record, frozen=True, kw_only=True, gc=False):
    """`ACCOUNT/REGION/default-vpc`: that a tenant was given a default VPC once. Who deletes it is not given another."""

    spec: HomeSpec
