"""What a VPC's DHCP options tell its tasks."""

from msgspec.structs import replace

from homeport.model.dhcp_options import DhcpOptions
from homeport.model.record import scope_of
from homeport.plan.home import default_options
from homeport.plan.names import Names, told
from tests.unit.plan.networks import VPC

DEFAULT = default_options(scope_of(VPC.id))


def saying(**options: tuple[str, ...]) -> DhcpOptions:
    """A set, with underscores for dashes."""
    named = {key.replace("_", "-"): values for key, values in options.items()}
    return replace(DEFAULT, spec=replace(DEFAULT.spec, options=named))


def test_the_default_set_names_the_vpcs_own_resolver():
    assert told(VPC, DEFAULT) == Names(servers=("10.0.0.2",), search=("ec2.internal",))


def test_other_servers_are_told_in_their_order_and_those_of_ipv6_are_not():
    options = saying(
        domain_name_servers=("10.0.0.53", "fd00::1", "10.0.0.54"), domain_name=("a.example b.example",)
    )
    assert told(VPC, options) == Names(servers=("10.0.0.53", "10.0.0.54"), search=("a.example", "b.example"))


def test_without_servers_the_vpcs_own_is_asked_and_without_a_domain_nothing_is_searched():
    own = Names(servers=("10.0.0.2",), search=())
    assert told(VPC, None) == own
    assert told(VPC, saying(ntp_servers=("10.0.0.1",))) == own
    assert told(VPC, saying(domain_name_servers=("fd00::1",))) == own
