"""The subnets and security groups of tasks in awsvpc mode: are they there, and do they belong together.

Who has an address of them is the engine's business.
"""

from collections.abc import Sequence

from msgspec.structs import replace

from homeport.api.caller import Caller
from homeport.api.ecs.errors import network as errors
from homeport.model.security_group import SecurityGroup
from homeport.model.task import TaskNetwork
from homeport.model.vpc import Subnet
from homeport.shapes import ecs
from homeport.store.tx import ReadTx

MOST_SUBNETS = 16
MOST_GROUPS = 5


def network(
    tx: ReadTx,
    caller: Caller,
    configuration: ecs.NetworkConfiguration | None,
    definition: ecs.TaskDefinition,
    launch_type: str,
) -> TaskNetwork | None:
    """What the tasks are given; None in other modes than awsvpc. Without a group it is the VPC's default one."""
    given = None if configuration is None else configuration.awsvpc_configuration
    if definition.network_mode != "awsvpc":
        if given is not None:
            raise errors.configuration_unwanted()
        return None
    if given is None:
        raise errors.configuration_missing()
    _check_shape(given, launch_type)
    subnets = _subnets(tx, caller, given.subnets)
    vpc = subnets[0].owner
    groups = _groups(tx, caller, given.security_groups or [], vpc) or _default_group(tx, vpc)
    return TaskNetwork(
        subnets=tuple(dict.fromkeys(subnet.id for subnet in subnets)),
        groups=tuple(dict.fromkeys(group.id for group in groups)),
        public=given.assign_public_ip == "ENABLED",
    )


def shown(configuration: ecs.NetworkConfiguration | None) -> ecs.NetworkConfiguration | None:
    """The configuration as it was asked for, with its defaults (seen on AWS)."""
    given = None if configuration is None else configuration.awsvpc_configuration
    if given is None:
        return None
    return ecs.NetworkConfiguration(
        awsvpc_configuration=replace(
            given,
            security_groups=given.security_groups or [],
            assign_public_ip=given.assign_public_ip or "DISABLED",
        )
    )


def _check_shape(given: ecs.AwsVpcConfiguration, launch_type: str) -> None:
    if not given.subnets:
        raise errors.subnets_empty()
    if len(given.subnets) > MOST_SUBNETS:
        raise errors.too_many("subnets", MOST_SUBNETS)
    if len(given.security_groups or []) > MOST_GROUPS:
        raise errors.too_many("security groups", MOST_GROUPS)
    if given.assign_public_ip == "ENABLED" and launch_type != "FARGATE":
        raise errors.public_address_unsupported()


def _subnets(tx: ReadTx, caller: Caller, names: Sequence[str]) -> list[Subnet]:
    found = []
    for name in names:
        subnet = tx.get(Subnet, f"{caller.scope.id}/{name}")
        if subnet is None:
            raise errors.subnet_missing(names, name)
        found.append(subnet)
    if any(subnet.owner != found[0].owner for subnet in found):
        raise errors.several_vpcs()
    return found


def _groups(tx: ReadTx, caller: Caller, names: Sequence[str], vpc: str) -> list[SecurityGroup]:
    found = []
    for name in names:
        group = tx.get(SecurityGroup, f"{caller.scope.id}/{name}")
        if group is None:
            raise errors.group_missing(names, name)
        found.append(group)
    for group in found:
        if group.owner != vpc:
            raise errors.group_of_another_vpc(group.name)
    return found


def _default_group(tx: ReadTx, vpc: str) -> list[SecurityGroup]:
    return [group for group in tx.owned(SecurityGroup, vpc) if group.is_default]
