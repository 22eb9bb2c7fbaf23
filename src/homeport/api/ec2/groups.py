"""Security groups as requests name them: by id, by name in the default VPC, or not at all, which means the default one."""

from collections.abc import Sequence

from homeport.api.caller import Caller
from homeport.api.ec2 import find
from homeport.api.ec2.errors import security_groups as errors
from homeport.model.security_group import DEFAULT, SecurityGroup
from homeport.model.vpc import Vpc
from homeport.store.tx import ReadTx

PREFIX = "sg-"
MOST_ON_INTERFACE = 5
"""AWS's quota of security groups for each network interface."""


def one(tx: ReadTx, caller: Caller, id: str) -> SecurityGroup:
    """The group with this id. Raises InvalidGroupId.Malformed and InvalidGroup.NotFound."""
    if not id.startswith(PREFIX):
        raise errors.id_malformed(id)
    return find.one(tx, caller, SecurityGroup, id)


def several(tx: ReadTx, caller: Caller, ids: Sequence[str] | None) -> list[SecurityGroup]:
    """Those that are named, or all. Raises as `one` does."""
    for id in ids or ():
        if not id.startswith(PREFIX):
            raise errors.id_malformed(id)
    return find.several(tx, caller, SecurityGroup, ids)


def named(tx: ReadTx, caller: Caller, name: str) -> SecurityGroup:
    """The group of the default VPC with a name. Raises InvalidGroup.NotFound and VPCIdNotSpecified."""
    vpc = default_vpc(tx, caller)
    found = in_vpc(tx, vpc, name)
    if found is None:
        raise errors.name_not_found(name, vpc.name)
    return found


def either(tx: ReadTx, caller: Caller, id: str | None, name: str | None) -> SecurityGroup:
    """The group that a request names in one way. Raises as `one` and `named` do, and MissingParameter."""
    if id and name:
        raise errors.group_twice()
    if id:
        return one(tx, caller, id)
    if not name:
        raise errors.group_missing()
    return named(tx, caller, name)


def in_vpc(tx: ReadTx, vpc: Vpc, name: str) -> SecurityGroup | None:
    """A VPC's group with a name; case does not count (API Reference, CreateSecurityGroup)."""
    wanted = name.lower()
    found = (each for each in tx.owned(SecurityGroup, vpc.id) if each.spec.name.lower() == wanted)
    return next(found, None)


def default_vpc(tx: ReadTx, caller: Caller) -> Vpc:
    """The caller's default VPC. Raises VPCIdNotSpecified."""
    found = next((vpc for vpc in find.several(tx, caller, Vpc, None) if vpc.spec.is_default), None)
    if found is None:
        raise errors.no_default_vpc()
    return found


def of_interface(tx: ReadTx, caller: Caller, vpc: Vpc, ids: Sequence[str] | None) -> tuple[str, ...]:
    """The record ids of the groups that an interface in a VPC is to be in; without any, of its default one.

    Raises InvalidGroup.NotFound, InvalidGroupId.Malformed and SecurityGroupsPerInterfaceLimitExceeded.
    """
    if not ids:
        found = in_vpc(tx, vpc, DEFAULT)
        return () if found is None else (found.id,)
    found_groups = [one(tx, caller, id) for id in dict.fromkeys(ids)]
    if any(group.spec.vpc != vpc.id for group in found_groups):
        raise errors.other_network()
    if len(found_groups) > MOST_ON_INTERFACE:
        raise errors.too_many_on_interface()
    return tuple(group.id for group in found_groups)
