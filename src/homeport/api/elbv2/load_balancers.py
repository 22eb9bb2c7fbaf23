"""Create, Describe and DeleteLoadBalancer, its subnets, security groups and IP address type, and its attributes."""

import re
from collections.abc import Sequence
from typing import cast

from msgspec.structs import replace

from homeport.api import balancer_interfaces as interfaces
from homeport.api.caller import Caller
from homeport.api.elbv2 import attributes, find, listing, network, tagging
from homeport.api.elbv2.errors import load_balancers as errors
from homeport.api.elbv2.limits import BALANCERS
from homeport.api.elbv2.view import load_balancer as view
from homeport.api.operation import read, write
from homeport.model.load_balancer import PATHS, Kind, Listener, LoadBalancer, LoadBalancerSpec, Rule, Zone
from homeport.shapes import elbv2
from homeport.store.tx import ReadTx, WriteTx

Enforcing = elbv2.EnforceSecurityGroupInboundRulesOnPrivateLinkTrafficEnum
NAME = re.compile(r"[A-Za-z0-9-]+")
LONGEST_NAME = 32
LISTING = listing.of("DescribeLoadBalancers")
IP_ADDRESS_TYPES: dict[Kind, tuple[str, ...]] = {
    "application": ("ipv4", "dualstack", "dualstack-without-public-ipv4"),
    "network": ("ipv4", "dualstack"),
}


@write
def create_load_balancer(
    tx: WriteTx, caller: Caller, request: elbv2.CreateLoadBalancerInput
) -> elbv2.CreateLoadBalancerOutput:
    """Creates it; the same request again is answered with what there is."""
    before = find.load_balancer_named(tx, caller, request.name)
    kind, spec = _wanted(tx, caller, request, () if before is None else before.spec.zones)
    if before is not None:
        if _settings(before.spec) != _settings(spec):
            raise errors.duplicate_name(request.name)
        return elbv2.CreateLoadBalancerOutput(load_balancers=[view.load_balancer(tx, before)])
    if sum(each.spec.kind == kind for each in tx.owned(LoadBalancer, caller.scope.id)) >= BALANCERS:
        raise errors.too_many(BALANCERS)

    id = f"{caller.scope.id}/{PATHS[kind]}/{spec.name}/{spec.number}"
    record = LoadBalancer(id=id, owner=caller.scope.id, spec=spec)
    tx.put(record)
    interfaces.settle(tx, record)
    return elbv2.CreateLoadBalancerOutput(load_balancers=[view.new_load_balancer(record)])


def _wanted(
    tx: WriteTx, caller: Caller, request: elbv2.CreateLoadBalancerInput, known: Sequence[Zone]
) -> tuple[Kind, LoadBalancerSpec]:
    """What a request asks for, checked; `known` is where a load balancer of this name stands already."""
    kind = request.type or "application"
    if kind == "gateway":
        raise errors.gateway_not_built()
    _check_name(request.name)
    _check_built(request)
    ip_address_type = _checked_type(kind, request.ip_address_type or "ipv4")
    mappings = network.mappings(request.subnets, request.subnet_mappings)
    place = network.place(tx, caller.scope, kind, mappings, known)
    groups = network.checked_groups(tx, place.vpc.id, request.security_groups or ())
    if kind == "application" and not groups:
        groups = interfaces.default_groups(tx, place.vpc.id)
    return kind, LoadBalancerSpec(
        name=request.name,
        number=tx.new_id()[-16:],
        kind=kind,
        created_at=tx.now,
        address=network.free_address(tx),
        scheme=request.scheme or "internet-facing",
        vpc=place.vpc.name,
        zones=place.zones,
        security_groups=groups,
        enforces_inbound_on_private_link="on" if kind == "network" and groups else None,
        ip_address_type=ip_address_type,
        tags=tagging.checked(request.tags),
    )


def _settings(spec: LoadBalancerSpec) -> tuple[object, ...]:
    """What makes two requests the same."""
    subnets = {zone.subnet for zone in spec.zones}
    groups = set(spec.security_groups)
    return spec.kind, spec.scheme, subnets, groups, spec.ip_address_type, spec.tags


def _check_name(name: str) -> None:
    if len(name) > LONGEST_NAME:
        raise errors.name_too_long(name)
    if not NAME.fullmatch(name):
        raise errors.name_characters(name)
    if name.startswith("-") or name.endswith("-"):
        raise errors.name_hyphen(name)
    if name.startswith("internal-"):
        raise errors.name_reserved(name)


def _check_built(request: elbv2.CreateLoadBalancerInput) -> None:
    if request.customer_owned_ipv4_pool:
        raise errors.not_built("CustomerOwnedIpv4Pool")
    if request.ipam_pools is not None and request.ipam_pools.ipv4_ipam_pool_id:
        raise errors.not_built("IpamPools")
    if request.enable_prefix_for_ipv6_source_nat == "on":
        raise errors.not_built("EnablePrefixForIpv6SourceNat")


def _checked_type(kind: Kind, ip_address_type: str) -> str:
    if ip_address_type not in IP_ADDRESS_TYPES[kind]:
        raise errors.ip_address_type_not_supported(kind, ip_address_type)
    return ip_address_type


@read
def describe_load_balancers(
    tx: ReadTx, caller: Caller, request: elbv2.DescribeLoadBalancersInput
) -> elbv2.DescribeLoadBalancersOutput:
    """Those that are named by ARN or by name, or all."""
    if request.load_balancer_arns and request.names:
        raise errors.names_and_arns()
    found = find.load_balancers(tx, caller, request.load_balancer_arns, request.names)
    page = listing.page(LISTING, caller, found, request.marker, request.page_size)
    return elbv2.DescribeLoadBalancersOutput(
        load_balancers=[view.load_balancer(tx, record) for record in page.records],
        next_marker=page.next_marker,
    )


@write
def delete_load_balancer(
    tx: WriteTx, caller: Caller, request: elbv2.DeleteLoadBalancerInput
) -> elbv2.DeleteLoadBalancerOutput:
    """Deletes it with its listeners and rules; one that is not there is deleted already."""
    id = find.record_id(caller, request.load_balancer_arn, "loadbalancer")
    record = tx.get(LoadBalancer, id)
    if record is None:
        return elbv2.DeleteLoadBalancerOutput()
    if record.spec.attributes.get("deletion_protection.enabled") == "true":
        raise errors.deletion_protected(request.load_balancer_arn)
    for listener in tx.owned(Listener, id):
        for rule in tx.owned(Rule, listener.id):
            tx.delete(rule)
        tx.delete(listener)
    interfaces.leave(tx, record)
    tx.delete(record)
    return elbv2.DeleteLoadBalancerOutput()


@write
def set_security_groups(
    tx: WriteTx, caller: Caller, request: elbv2.SetSecurityGroupsInput
) -> elbv2.SetSecurityGroupsOutput:
    """Replaces the security groups."""
    record = find.load_balancer(tx, caller, request.load_balancer_arn)
    groups = network.checked_groups(tx, f"{caller.scope.id}/{record.spec.vpc}", request.security_groups)
    enforces = request.enforce_security_group_inbound_rules_on_private_link_traffic
    if groups and record.spec.kind == "network" and not record.spec.security_groups:
        raise errors.security_groups_fixed()
    if not groups and (record.spec.security_groups or record.spec.kind == "application"):
        raise errors.security_groups_missing()
    if enforces and not (record.spec.kind == "network" and groups):
        raise errors.enforcing_not_supported()

    enforcing = enforces or record.spec.enforces_inbound_on_private_link
    spec = replace(record.spec, security_groups=groups, enforces_inbound_on_private_link=enforcing)
    record = replace(record, spec=spec)
    tx.put(record)
    interfaces.settle(tx, record)
    return elbv2.SetSecurityGroupsOutput(
        security_group_ids=groups,
        enforce_security_group_inbound_rules_on_private_link_traffic=cast("Enforcing | None", enforcing),
    )


@write
def set_subnets(tx: WriteTx, caller: Caller, request: elbv2.SetSubnetsInput) -> elbv2.SetSubnetsOutput:
    """Replaces the subnets, within the VPC. A network load balancer can only get more."""
    record = find.load_balancer(tx, caller, request.load_balancer_arn)
    spec = record.spec
    if request.enable_prefix_for_ipv6_source_nat == "on":
        raise errors.not_built("EnablePrefixForIpv6SourceNat")
    ip_address_type = _checked_type(spec.kind, request.ip_address_type or spec.ip_address_type)
    mappings = network.mappings(request.subnets, request.subnet_mappings)
    place = network.place(tx, caller.scope, spec.kind, mappings, spec.zones)
    zones = place.zones
    if place.vpc.name != spec.vpc:
        raise errors.several_vpcs()
    if spec.kind == "network" and {zone.subnet for zone in spec.zones} - {zone.subnet for zone in zones}:
        raise errors.subnets_removed()

    record = replace(record, spec=replace(spec, zones=zones, ip_address_type=ip_address_type))
    tx.put(record)
    interfaces.settle(tx, record)
    shown = view.load_balancer(tx, record)
    return elbv2.SetSubnetsOutput(
        availability_zones=shown.availability_zones, ip_address_type=shown.ip_address_type
    )


@write
def set_ip_address_type(
    tx: WriteTx, caller: Caller, request: elbv2.SetIpAddressTypeInput
) -> elbv2.SetIpAddressTypeOutput:
    """Sets it; here it is only shown."""
    record = find.load_balancer(tx, caller, request.load_balancer_arn)
    _checked_type(record.spec.kind, request.ip_address_type)
    tx.put(replace(record, spec=replace(record.spec, ip_address_type=request.ip_address_type)))
    return elbv2.SetIpAddressTypeOutput(ip_address_type=request.ip_address_type)


@read
def describe_load_balancer_attributes(
    tx: ReadTx, caller: Caller, request: elbv2.DescribeLoadBalancerAttributesInput
) -> elbv2.DescribeLoadBalancerAttributesOutput:
    """All of them, with AWS's defaults for those that were not set."""
    spec = find.load_balancer(tx, caller, request.load_balancer_arn).spec
    return elbv2.DescribeLoadBalancerAttributesOutput(
        attributes=attributes.of_balancer(spec.kind, spec.ip_address_type, spec.attributes)
    )


@write
def modify_load_balancer_attributes(
    tx: WriteTx, caller: Caller, request: elbv2.ModifyLoadBalancerAttributesInput
) -> elbv2.ModifyLoadBalancerAttributesOutput:
    """Sets some, and answers with all."""
    record = find.load_balancer(tx, caller, request.load_balancer_arn)
    after = attributes.set_on_balancer(record.spec.kind, record.spec.attributes, request.attributes)
    spec = replace(record.spec, attributes=after)
    tx.put(replace(record, spec=spec))
    return elbv2.ModifyLoadBalancerAttributesOutput(
        attributes=attributes.of_balancer(spec.kind, spec.ip_address_type, after)
    )
