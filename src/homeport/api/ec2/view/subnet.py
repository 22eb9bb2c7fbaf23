"""A subnet as EC2 shows it."""

from homeport.api.ec2 import tagging
from homeport.model import arn
from homeport.model.interface import Interface
from homeport.model.record import scope_of
from homeport.model.vpc import Subnet
from homeport.model.zone import zone_id
from homeport.plan import addresses
from homeport.shapes import ec2
from homeport.store.tx import ReadTx


def shown(tx: ReadTx, subnet: Subnet) -> ec2.Subnet:
    """With the addresses that are left; spare interfaces have theirs, too."""
    spec = subnet.spec
    hostnames = ec2.PrivateDnsNameOptionsOnLaunch(
        hostname_type="resource-name" if spec.hostname_type == "resource-name" else "ip-name",
        enable_resource_name_dns_a_record=spec.resource_name_dns,
        enable_resource_name_dns_aaaa_record=False,
    )
    return ec2.Subnet(
        subnet_id=subnet.name,
        subnet_arn=arn.ec2_arn(subnet.id, "subnet"),
        vpc_id=subnet.owner.rsplit("/", 1)[1],
        owner_id=scope_of(subnet.id).account,
        state="available",
        cidr_block=spec.cidr,
        available_ip_address_count=addresses.available(spec.cidr, tx.count(Interface, subnet.id)),
        availability_zone=spec.zone,
        availability_zone_id=zone_id(spec.zone),
        default_for_az=spec.is_default,
        map_public_ip_on_launch=spec.maps_public_ip,
        map_customer_owned_ip_on_launch=False,
        assign_ipv6_address_on_creation=False,
        ipv6_cidr_block_association_set=[],
        ipv6_native=False,
        enable_dns64=False,
        private_dns_name_options_on_launch=hostnames,
        block_public_access_states=ec2.BlockPublicAccessStates(internet_gateway_block_mode="off"),
        tags=tagging.shown(spec.tags),
    )


def names_resources(subnet: ec2.Subnet) -> bool | None:
    """Whether instances in it have a name after their id."""
    options = subnet.private_dns_name_options_on_launch
    return None if options is None else options.enable_resource_name_dns_a_record


def hostname_type(subnet: ec2.Subnet) -> str | None:
    """What instances in it are named after."""
    options = subnet.private_dns_name_options_on_launch
    return None if options is None else options.hostname_type
