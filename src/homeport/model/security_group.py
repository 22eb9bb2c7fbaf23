"""Security groups, each of their rules as a record of its own, and the prefix lists that rules refer to."""

from msgspec import Struct

from homeport.model.record import NOTHING, Nothing, Record, Time

DEFAULT = "default"
"""The name of the group that every VPC has, and that an interface is in when no others are given."""


class GroupSpec(Struct, frozen=True, kw_only=True, gc=False):
    """What was asked for. `vpc` is a record id."""

    name: str
    description: str
    vpc: str
    created_at: Time
    tags: dict[str, str] = {}


class SecurityGroup(Record, frozen=True, kw_only=True, gc=False):
    """`ACCOUNT/REGION/sg-17HEX`, owned by its VPC."""

    spec: GroupSpec

    def keys(self) -> tuple[str, ...]:
        """By VPC, and by tenant."""
        return (self.owner, self.id.rsplit("/", 1)[0])

    @property
    def name(self) -> str:
        """The id that AWS shows: `sg-…`."""
        return self.id.rsplit("/", 1)[1]

    @property
    def is_default(self) -> bool:
        """Whether it came with its VPC, and goes with it."""
        return self.spec.name == DEFAULT


class RuleSpec(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """One peer that may connect, or be connected to. Exactly one of `cidr`, `cidr6`, `group`, `prefix_list` is set; the
    last two are record ids.

    `protocol` is `tcp`, `udp`, `icmp`, `icmpv6`, a number, or `-1` for all. Ports are -1 where the protocol has none
    (for ICMP they are type and code).
    """

    is_egress: bool
    protocol: str
    created_at: Time
    from_port: int = -1
    to_port: int = -1
    cidr: str | None = None
    cidr6: str | None = None
    group: str | None = None
    prefix_list: str | None = None
    description: str | None = None
    tags: dict[str, str] = {}


class GroupRule(Record, frozen=True, kw_only=True, gc=False):
    """`ACCOUNT/REGION/sgr-17HEX`, owned by its security group."""

    spec: RuleSpec

    def keys(self) -> tuple[str, ...]:
        """By group and tenant, and by the group or prefix list that it refers to."""
        found = (self.owner, self.id.rsplit("/", 1)[0])
        peer = self.spec.group or self.spec.prefix_list
        return found if peer is None else (*found, f"refers:{peer}")

    @property
    def name(self) -> str:
        """The id that AWS shows: `sgr-…`."""
        return self.id.rsplit("/", 1)[1]


class PrefixListSpec(Struct, frozen=True, kw_only=True, gc=False):
    """What was asked for: CIDR blocks with their descriptions, the latest `version` of them."""

    name: str
    created_at: Time
    max_entries: int
    entries: dict[str, str] = {}
    version: int = 1
    address_family: str = "IPv4"
    tags: dict[str, str] = {}


class PrefixList(Record, frozen=True, kw_only=True, gc=False):
    """`ACCOUNT/REGION/pl-17HEX`, owned by its tenant."""

    spec: PrefixListSpec
    state: Nothing = NOTHING

    @property
    def name(self) -> str:
        """The id that AWS shows: `pl-…`."""
        return self.id.rsplit("/", 1)[1]
