"""An elastic address. It is kept and shown; what reaches a task from outside is its own public address."""

from msgspec import Struct

from homeport.model.record import Record, Time


class ElasticIpSpec(Struct, frozen=True, kw_only=True, gc=False):
    """What was asked for. `interface` is a record id; `association` is there for as long as that is."""

    address: str
    created_at: Time
    association: str | None = None
    interface: str | None = None
    private_address: str | None = None
    tags: dict[str, str] = {}


class ElasticIp(Record, frozen=True, kw_only=True, gc=False):
    """`ACCOUNT/REGION/eipalloc-17HEX`, owned by its tenant."""

    spec: ElasticIpSpec

    def keys(self) -> tuple[str, ...]:
        """By tenant and interface; all of the machine, whose addresses must not be the same."""
        found = (self.owner, "elastic-ips")
        return found if self.spec.interface is None else (*found, self.spec.interface)

    @property
    def name(self) -> str:
        """The id that AWS shows: `eipalloc-…`."""
        return self.id.rsplit("/", 1)[1]
