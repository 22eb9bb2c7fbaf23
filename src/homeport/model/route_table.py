"""A route table with its routes and associations. It is kept and shown; on one machine every subnet reaches every other."""

from msgspec import Struct

from homeport.model.record import Record, Time


class Route(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """Where packets for `cidr`, `cidr6` or `prefix_list` go: exactly one of the three, and exactly one target, which are
    the ids that AWS shows (`igw-…`). The route to the VPC itself is not kept: every table has it.
    """

    cidr: str | None = None
    cidr6: str | None = None
    prefix_list: str | None = None
    gateway: str | None = None
    nat_gateway: str | None = None
    interface: str | None = None

    @property
    def destination(self) -> str:
        """What it is known by in its table."""
        return self.cidr or self.cidr6 or self.prefix_list or ""


class RouteTableSpec(Struct, frozen=True, kw_only=True, gc=False):
    """What was asked for. `main` is the id of the association that makes it its VPC's main one; `associations` are the
    ids of others (`rtbassoc-17HEX`) with the record ids of their subnets.
    """

    created_at: Time
    main: str | None = None
    associations: dict[str, str] = {}
    routes: tuple[Route, ...] = ()
    tags: dict[str, str] = {}


class RouteTable(Record, frozen=True, kw_only=True, gc=False):
    """`ACCOUNT/REGION/rtb-17HEX`, owned by its VPC."""

    spec: RouteTableSpec

    def keys(self) -> tuple[str, ...]:
        """By VPC and tenant, by each subnet, and by each of its associations within the tenant."""
        tenant = self.id.rsplit("/", 1)[0]
        named = (*self.spec.associations, *((self.spec.main,) if self.spec.main else ()))
        return (self.owner, tenant, *self.spec.associations.values(), *(f"{tenant}/{id}" for id in named))

    @property
    def name(self) -> str:
        """The id that AWS shows: `rtb-…`."""
        return self.id.rsplit("/", 1)[1]
