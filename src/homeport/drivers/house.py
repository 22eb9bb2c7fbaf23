"""What is the same for all containers of an installation, whichever engine runs them."""

from msgspec import Struct

from homeport.drivers.policy import Policy


class House(Struct, frozen=True, kw_only=True):
    """Whose containers they are, and what the operator allowed.

    `own_ports` are those of the control plane, which no task may get. `resolver` is the DNS server of containers that are
    in no VPC and name none; None leaves them the engine's own.
    """

    installation: str
    policy: Policy = Policy()
    own_ports: tuple[int, ...] = ()
    resolver: str | None = None
