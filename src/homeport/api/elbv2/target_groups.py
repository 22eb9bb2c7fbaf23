"""CreateTargetGroup, DescribeTargetGroups, ModifyTargetGroup, DeleteTargetGroup.

Their health checks are in `health_checks.py`, their attributes in `target_attributes.py`, their targets in `targets.py`.
"""

import re

from msgspec.structs import replace

from homeport.api.caller import Caller
from homeport.api.elbv2 import associations, find, health_checks, listing, tagging
from homeport.api.elbv2.errors import common
from homeport.api.elbv2.errors import target_groups as errors
from homeport.api.elbv2.limits import TARGET_GROUPS
from homeport.api.elbv2.view import target_group as view
from homeport.api.operation import read, write
from homeport.model import arn
from homeport.model.target_group import Target, TargetGroup, TargetGroupSpec
from homeport.model.vpc import Vpc
from homeport.shapes import elbv2
from homeport.store.tx import ReadTx, WriteTx

NAME = re.compile(r"[A-Za-z0-9-]+")
LONGEST_NAME = 32
TARGET_TYPES = ("instance", "ip")
PROTOCOLS = ("HTTP", "HTTPS", "TCP", "TLS", "UDP", "TCP_UDP")
VERSIONS = ("HTTP1", "HTTP2", "GRPC")
LISTING = listing.of("DescribeTargetGroups")


@write
def create_target_group(
    tx: WriteTx, caller: Caller, request: elbv2.CreateTargetGroupInput
) -> elbv2.CreateTargetGroupOutput:
    """Creates it; the same request again is answered with what there is."""
    spec = _wanted(tx, caller, request)
    before = find.target_group_named(tx, caller, request.name)
    if before is not None:
        if _settings(before.spec) != _settings(spec):
            raise errors.duplicate_name(request.name)
        return elbv2.CreateTargetGroupOutput(target_groups=[view.target_group(tx, before)])
    if tx.count(TargetGroup, caller.scope.id) >= TARGET_GROUPS:
        raise errors.too_many(TARGET_GROUPS)

    record = TargetGroup(id=f"{caller.scope.id}/{spec.name}/{spec.number}", owner=caller.scope.id, spec=spec)
    tx.put(record)
    return elbv2.CreateTargetGroupOutput(target_groups=[view.target_group(tx, record)])


def _wanted(tx: WriteTx, caller: Caller, request: elbv2.CreateTargetGroupInput) -> TargetGroupSpec:
    """What a request asks for, checked."""
    _check_name(request.name)
    target_type = request.target_type or "instance"
    _check_built(request, target_type)
    if request.protocol is None:
        raise errors.missing("protocol")
    if request.port is None:
        raise errors.missing("port")
    if not request.vpc_id:
        raise errors.missing("VPC ID")
    vpc = tx.get(Vpc, f"{caller.scope.id}/{request.vpc_id}")
    if vpc is None or vpc.spec.deleted_at is not None:
        raise errors.vpc_not_found(request.vpc_id)
    version = _version(request.protocol, request.protocol_version)
    checked = health_checks.Checked(
        target_type=target_type, protocol=request.protocol, protocol_version=version
    )
    return TargetGroupSpec(
        name=request.name,
        number=tx.new_id()[-16:],
        target_type=target_type,
        created_at=tx.now,
        protocol=request.protocol,
        protocol_version=version,
        port=request.port,
        vpc=request.vpc_id,
        health_check=health_checks.checked(checked, request, None),
        tags=tagging.checked(request.tags),
    )


def _settings(spec: TargetGroupSpec) -> TargetGroupSpec:
    """What makes two requests the same."""
    return replace(spec, number="", created_at=0.0, attributes={})


def _check_name(name: str) -> None:
    if len(name) > LONGEST_NAME:
        raise errors.name_too_long(name)
    if not NAME.fullmatch(name):
        raise errors.name_characters(name)
    if name.startswith("-") or name.endswith("-") or "--" in name:
        raise errors.name_hyphens(name)


def _check_built(request: elbv2.CreateTargetGroupInput, target_type: str) -> None:
    if target_type not in TARGET_TYPES:
        raise errors.not_built(f"target groups with target type '{target_type}'")
    if request.protocol is not None and request.protocol not in PROTOCOLS:
        raise errors.not_built(f"target groups with the {request.protocol} protocol")
    if request.ip_address_type == "ipv6":
        raise errors.not_built("target groups with the IP address type 'ipv6'")
    if request.target_control_port is not None:
        raise errors.not_built("TargetControlPort of a target group")


def _version(protocol: str, version: str | None) -> str | None:
    """The protocol version; only HTTP and HTTPS have one."""
    if protocol not in health_checks.APPLICATION:
        if version:
            raise errors.version_not_supported(version, protocol)
        return None
    if version and version not in VERSIONS:
        raise errors.version_invalid(version, VERSIONS)
    return version or "HTTP1"


@read
def describe_target_groups(
    tx: ReadTx, caller: Caller, request: elbv2.DescribeTargetGroupsInput
) -> elbv2.DescribeTargetGroupsOutput:
    """Those that are named by ARN or by name, those that a load balancer uses, or all; by name, as on AWS."""
    filters = (request.load_balancer_arn, request.target_group_arns, request.names)
    if sum(bool(each) for each in filters) > 1:
        raise errors.several_filters()
    found = _found(tx, caller, request)
    by_name = {record.spec.name: record for record in found}
    page = listing.page_by(
        LISTING, caller, by_name, request.marker, request.page_size, request.load_balancer_arn or ""
    )
    return elbv2.DescribeTargetGroupsOutput(
        target_groups=[view.target_group(tx, record) for record in page.records],
        next_marker=page.next_marker,
    )


def _found(tx: ReadTx, caller: Caller, request: elbv2.DescribeTargetGroupsInput) -> list[TargetGroup]:
    """Raises ValidationError, TargetGroupNotFound and LoadBalancerNotFound."""
    if request.target_group_arns:
        ids = [find.record_id(caller, text, "targetgroup") for text in request.target_group_arns]
        return _all_of([tx.get(TargetGroup, id) for id in ids])
    if request.names:
        return _all_of([find.target_group_named(tx, caller, name) for name in request.names])
    everything = tx.owned(TargetGroup, caller.scope.id)
    if not request.load_balancer_arn:
        return everything
    balancer = find.load_balancer(tx, caller, request.load_balancer_arn)
    used = [
        record
        for record in everything
        if balancer.id in associations.balancers_of(tx, arn.target_group_arn(record.id))
    ]
    if not used:
        raise common.target_groups_not_found()
    return used


def _all_of(found: list[TargetGroup | None]) -> list[TargetGroup]:
    """An unknown one is an error: with an empty list instead, Ansible's module fails."""
    present = [record for record in found if record is not None]
    if len(present) < len(found):
        raise common.target_groups_not_found()
    return present


@write
def modify_target_group(
    tx: WriteTx, caller: Caller, request: elbv2.ModifyTargetGroupInput
) -> elbv2.ModifyTargetGroupOutput:
    """Changes the health check."""
    record = find.target_group(tx, caller, request.target_group_arn)
    spec = record.spec
    checked = health_checks.Checked(
        target_type=spec.target_type, protocol=spec.protocol, protocol_version=spec.protocol_version
    )
    after = health_checks.checked(checked, request, spec.health_check)
    record = replace(record, spec=replace(spec, health_check=after))
    tx.put(record)
    return elbv2.ModifyTargetGroupOutput(target_groups=[view.target_group(tx, record)])


@write
def delete_target_group(
    tx: WriteTx, caller: Caller, request: elbv2.DeleteTargetGroupInput
) -> elbv2.DeleteTargetGroupOutput:
    """Deletes it with its targets; one that is not there is deleted already."""
    record = tx.get(TargetGroup, find.record_id(caller, request.target_group_arn, "targetgroup"))
    if record is None:
        return elbv2.DeleteTargetGroupOutput()
    if associations.balancers_of(tx, arn.target_group_arn(record.id)):
        raise errors.in_use(request.target_group_arn)
    for target in tx.owned(Target, record.id):
        tx.delete(target)
    tx.delete(record)
    return elbv2.DeleteTargetGroupOutput()
