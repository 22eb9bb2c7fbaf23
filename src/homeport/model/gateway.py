"""Internet gateways and NAT gateways: records that clients expect, and that change nothing about how packets travel."""

from msgspec import Struct

from homeport.model.record import Record, Time


class InternetGatewaySpec(Struct, frozen=True, kw_only=True, gc=False):
    """What was asked for. `vpc` is the record id of the VPC that it is attached to."""

    created_at: Time
    vpc: str | None = None
    tags: dict[str, str] = {}


class InternetGateway(Record, frozen=True, kw_only=True, gc=False):
    """`ACCOUNT/REGION/igw-17HEX`, owned by its tenant."""

    spec: InternetGatewaySpec

    def keys(self) -> tuple[str, ...]:
        """By tenant, and by the VPC that it is attached to."""
        return (self.owner,) if self.spec.vpc is None else (self.owner, self.spec.vpc)

    @property
    def name(self) -> str:
        """The id that AWS shows: `igw-…`."""
        return self.id.rsplit("/", 1)[1]


class NatGatewaySpec(Struct, frozen=True, kw_only=True, gc=False):
    """What was asked for. `subnet`, `interface` and `allocation` (of an elastic address) are record ids.

    It is pending for a while after `created_at`, and shown as deleted for a while after `deleted_at`; both follow from
    the time, and nobody has to do anything about it. `address` and `public_address` are those that it had.
    """

    vpc: str
    subnet: str
    address: str
    interface: str
    created_at: Time
    connectivity: str = "public"
    allocation: str | None = None
    public_address: str | None = None
    tags: dict[str, str] = {}
    deleted_at: Time | None = None


class NatGateway(Record, frozen=True, kw_only=True, gc=False):
    """`ACCOUNT/REGION/nat-17HEX`, owned by its subnet."""

    spec: NatGatewaySpec

    def keys(self) -> tuple[str, ...]:
        """By subnet, VPC and tenant."""
        return (self.owner, self.spec.vpc, self.id.rsplit("/", 1)[0])

    @property
    def name(self) -> str:
        """The id that AWS shows: `nat-…`."""
        return self.id.rsplit("/", 1)[1]
