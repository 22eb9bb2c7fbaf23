"""A set of DHCP options: what the tasks of a VPC are told about names. Of the rest nothing on this machine asks."""

from msgspec import Struct

from homeport.model.record import Record, Time


class DhcpOptionsSpec(Struct, frozen=True, kw_only=True, gc=False):
    """What was asked for: values by the name of their option."""

    created_at: Time
    options: dict[str, tuple[str, ...]] = {}
    tags: dict[str, str] = {}


class DhcpOptions(Record, frozen=True, kw_only=True, gc=False):
    """`ACCOUNT/REGION/dopt-17HEX`, owned by its tenant. The tenant's default set is a row once somebody has changed it."""

    spec: DhcpOptionsSpec

    @property
    def name(self) -> str:
        """The id that AWS shows: `dopt-…`."""
        return self.id.rsplit("/", 1)[1]
