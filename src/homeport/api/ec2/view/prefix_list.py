"""A prefix list as EC2 shows it: as a managed one, and as one that rules and routes may name."""

from homeport.api.ec2 import tagging
from homeport.api.ec2.lists import AWS
from homeport.model.record import scope_of
from homeport.model.security_group import PrefixList
from homeport.shapes import ec2


def managed(record: PrefixList) -> ec2.ManagedPrefixList:
    """A list without its entries. AWS's own have no size and no version."""
    spec = record.spec
    scope = scope_of(record.id)
    is_own = record.owner == AWS
    owner = "aws" if is_own else scope.account
    return ec2.ManagedPrefixList(
        prefix_list_id=record.name,
        address_family=spec.address_family,
        state="create-complete" if spec.version == 1 else "modify-complete",
        prefix_list_arn=f"arn:aws:ec2:{scope.region}:{owner}:prefix-list/{record.name}",
        prefix_list_name=spec.name,
        max_entries=None if is_own else spec.max_entries,
        version=None if is_own else spec.version,
        tags=tagging.shown(spec.tags),
        owner_id=AWS if is_own else scope.account,
    )


def plain(record: PrefixList) -> ec2.PrefixList:
    """A list with its blocks."""
    return ec2.PrefixList(
        prefix_list_id=record.name, prefix_list_name=record.spec.name, cidrs=list(record.spec.entries)
    )
