"""A VPC as EC2 shows it."""

from homeport.api.ec2 import tagging
from homeport.model.record import scope_of
from homeport.model.vpc import Vpc, companion_id, derived_id
from homeport.shapes import ec2


def shown(vpc: Vpc) -> ec2.Vpc:
    """All that there is of it; it is there at once, whatever becomes of its network (`homeport net` tells)."""
    scope = scope_of(vpc.id)
    association = ec2.VpcCidrBlockAssociation(
        association_id=companion_id("vpc-cidr-assoc", vpc.id),
        cidr_block=vpc.spec.cidr,
        cidr_block_state=ec2.VpcCidrBlockState(state="associated"),
    )
    return ec2.Vpc(
        vpc_id=vpc.name,
        owner_id=scope.account,
        state="available",
        cidr_block=vpc.spec.cidr,
        cidr_block_association_set=[association],
        ipv6_cidr_block_association_set=[],
        dhcp_options_id=vpc.spec.dhcp_options or derived_id("dopt", scope),
        instance_tenancy="dedicated" if vpc.spec.tenancy == "dedicated" else "default",
        is_default=vpc.spec.is_default,
        block_public_access_states=ec2.BlockPublicAccessStates(internet_gateway_block_mode="off"),
        tags=tagging.shown(vpc.spec.tags),
    )


def associations(vpc: ec2.Vpc) -> list[str | None]:
    """The ids of the associations with its blocks."""
    return [each.association_id for each in vpc.cidr_block_association_set or ()]
