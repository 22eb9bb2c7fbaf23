"""A network ACL: numbered entries for what comes into subnets and what leaves them. It is kept and shown, and filters nothing.

Which one a subnet has is the subnet's (`SubnetSpec.acl`); each has exactly one.
"""

from typing import Literal, TypeAlias

from msgspec import Struct

from homeport.model.record import Record, Time

Action: TypeAlias = Literal["allow", "deny"]


class AclEntry(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """A rule: its number among those of its direction, a protocol (a number, or `-1` for all), and one block, `cidr` or
    `cidr6`. Ports belong to TCP and UDP, the type and the code to ICMP.
    """

    number: int
    is_egress: bool
    protocol: str
    action: Action
    cidr: str | None = None
    cidr6: str | None = None
    from_port: int | None = None
    to_port: int | None = None
    icmp_type: int | None = None
    icmp_code: int | None = None

    @property
    def place(self) -> tuple[bool, int]:
        """What it is known by in its ACL."""
        return (self.is_egress, self.number)


class NetworkAclSpec(Struct, frozen=True, kw_only=True, gc=False):
    """What was asked for. The entries that refuse what no other has allowed are not kept: every ACL has them."""

    created_at: Time
    is_default: bool = False
    entries: tuple[AclEntry, ...] = ()
    tags: dict[str, str] = {}


class NetworkAcl(Record, frozen=True, kw_only=True, gc=False):
    """`ACCOUNT/REGION/acl-17HEX`, owned by its VPC. A VPC's default one is a row once somebody has changed it."""

    spec: NetworkAclSpec

    def keys(self) -> tuple[str, ...]:
        """By VPC, and by tenant."""
        return (self.owner, self.id.rsplit("/", 1)[0])

    @property
    def name(self) -> str:
        """The id that AWS shows: `acl-…`."""
        return self.id.rsplit("/", 1)[1]
