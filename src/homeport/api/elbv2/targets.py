"""RegisterTargets, DeregisterTargets, DescribeTargetHealth: the user's hand on targets, by dates in their `spec`.

The engine has the other hand (`state`), for tasks; what both say is worked out in model/target_group.py. A target that
is deregistered stays until it is drained, and then the engine forgets it (plan/targets.py).
"""

import re
from collections.abc import Sequence
from ipaddress import AddressValueError, IPv4Address, IPv4Network

from msgspec import Struct
from msgspec.structs import replace

from homeport.api.caller import Caller
from homeport.api.elbv2 import associations, find
from homeport.api.elbv2.errors import targets as errors
from homeport.api.elbv2.health_checks import APPLICATION
from homeport.api.elbv2.limits import NETWORK_TARGETS, TARGETS
from homeport.api.elbv2.view import target_group as view
from homeport.api.operation import read, write
from homeport.model import arn
from homeport.model.instance import Machine
from homeport.model.record import Time, scope_of
from homeport.model.target_group import Target, TargetGroup, TargetSpec
from homeport.model.vpc import Vpc
from homeport.shapes import elbv2
from homeport.store.tx import ReadTx, WriteTx

INSTANCE = re.compile(r"i-([0-9a-f]{8}|[0-9a-f]{17})")
ZONE = re.compile(r"all|[a-z]{2}(-[a-z]+)+-[0-9]+[a-z]")
RANGES = [IPv4Network(text) for text in ("10.0.0.0/8", "100.64.0.0/10", "172.16.0.0/12", "192.168.0.0/16")]
"""Where a target may be outside of its VPC."""
MACHINE = IPv4Network("127.0.0.0/8")
"""What runs on the machine itself may be a target, too (docs/decisions/0022)."""
TICK_S = 0.001


class Place(Struct, frozen=True, kw_only=True):
    """A target as a request names it, with the port that it means."""

    target: str
    port: int
    zone: str | None = None


@write
def register_targets(
    tx: WriteTx, caller: Caller, request: elbv2.RegisterTargetsInput
) -> elbv2.RegisterTargetsOutput:
    """Registers each; one that is a target already stays as it is, and one that goes comes back."""
    group = find.target_group(tx, caller, request.target_group_arn)
    if not request.targets:
        raise errors.target_missing()
    _check(tx, group, request.targets)
    wanted = {_id(group, place): place for place in _places(group, request.targets)}
    rows = {id: tx.get(Target, id) for id in wanted}
    most = TARGETS if group.spec.protocol in APPLICATION else NETWORK_TARGETS
    if tx.count(Target, group.id) + sum(row is None for row in rows.values()) > most:
        raise errors.too_many(most)

    for id, place in wanted.items():
        row = rows[id] or Target(id=id, owner=group.id, spec=TargetSpec(target=place.target, port=place.port))
        tx.put(_registered(row, place.zone, tx.now))
    return elbv2.RegisterTargetsOutput()


def _registered(row: Target, zone: str | None, now: Time) -> Target:
    """Later than it was taken out, even in the same millisecond; a target that has not been taken out keeps its date."""
    spec = row.spec if zone is None else replace(row.spec, zone=zone)
    if row.is_draining:
        spec = replace(spec, registered_at=round(max(now, row.deregistered_at + TICK_S), 3))
    return replace(row, spec=spec)


@write
def deregister_targets(
    tx: WriteTx, caller: Caller, request: elbv2.DeregisterTargetsInput
) -> elbv2.DeregisterTargetsOutput:
    """Takes each out; as on AWS, what is no target is out already."""
    group = find.target_group(tx, caller, request.target_group_arn)
    if not request.targets:
        raise errors.target_missing()
    for place in _places(group, request.targets):
        row = tx.get(Target, _id(group, place))
        if row is not None and not row.is_draining:
            date = max(tx.now, row.registered_at)
            tx.put(replace(row, spec=replace(row.spec, deregistered_at=date)))
    return elbv2.DeregisterTargetsOutput()


@read
def describe_target_health(
    tx: ReadTx, caller: Caller, request: elbv2.DescribeTargetHealthInput
) -> elbv2.DescribeTargetHealthOutput:
    """The health of those that are named, whether they are targets or not, or of all targets."""
    group = find.target_group(tx, caller, request.target_group_arn)
    is_used = bool(associations.balancers_of(tx, arn.target_group_arn(group.id)))
    if not request.targets:
        found = [view.target(group, row, is_used=is_used) for row in tx.owned(Target, group.id)]
        return elbv2.DescribeTargetHealthOutput(target_health_descriptions=found)
    found = []
    for place in _places(group, request.targets):
        row = tx.get(Target, _id(group, place))
        found.append(
            view.not_registered(group, place.target, place.port)
            if row is None
            else view.target(group, row, is_used=is_used)
        )
    return elbv2.DescribeTargetHealthOutput(target_health_descriptions=found)


def _id(group: TargetGroup, place: Place) -> str:
    return f"{group.id}/{place.target}:{place.port}"


def _places(group: TargetGroup, given: Sequence[elbv2.TargetDescription]) -> list[Place]:
    """Each once; who names no port means the target group's."""
    places = {(each.id, each.port or group.spec.port): each for each in given}
    return [
        Place(target=id, port=port, zone=each.availability_zone or None)
        for (id, port), each in places.items()
    ]


def _check(tx: ReadTx, group: TargetGroup, given: Sequence[elbv2.TargetDescription]) -> None:
    """Raises ValidationError and InvalidTarget."""
    if any(each.quic_server_id for each in given):
        raise errors.server_id_not_supported()
    if group.spec.target_type == "ip":
        vpc = tx.get(Vpc, f"{scope_of(group.id).id}/{group.spec.vpc}")
        for each in given:
            _check_address(each, None if vpc is None else IPv4Network(vpc.spec.cidr))
        return
    for each in given:
        if not INSTANCE.fullmatch(each.id):
            raise errors.instance_malformed(each.id)
        if each.availability_zone:
            raise errors.zone_not_supported()
    known = {machine.ec2_id for machine in tx.owned(Machine, "machines")}
    unknown = [id for id in dict.fromkeys(each.id for each in given) if id not in known]
    if unknown:
        raise errors.instances_invalid(unknown)


def _check_address(given: elbv2.TargetDescription, vpc: IPv4Network | None) -> None:
    """Inside the VPC everything goes, with the zone known; outside the zone must be said, as on AWS."""
    try:
        address = IPv4Address(given.id)
    except AddressValueError:
        raise errors.address_malformed(given.id) from None
    is_inside = address in MACHINE or (vpc is not None and address in vpc)
    if not is_inside and not any(address in network for network in RANGES):
        raise errors.address_public(given.id)
    zone = given.availability_zone or ("all" if is_inside else "")
    if not ZONE.fullmatch(zone):
        raise errors.zone_invalid(given.id)
