"""A load balancer as AWS shows it."""

from collections.abc import Iterator
from typing import cast

from homeport.api.elbv2.hosted_zones import hosted_zone
from homeport.model import arn
from homeport.model.load_balancer import Listener, LoadBalancer, Zone
from homeport.model.record import scope_of
from homeport.shapes import elbv2
from homeport.store.tx import ReadTx


def load_balancer(tx: ReadTx, record: LoadBalancer) -> elbv2.LoadBalancer:
    """The shape of `record`; `active_impaired` while the data plane cannot do what it was asked to."""
    trouble = next(_troubles(tx, record), None)
    state = elbv2.LoadBalancerState(code="active_impaired" if trouble else "active", reason=trouble)
    return _shape(record, state)


def new_load_balancer(record: LoadBalancer) -> elbv2.LoadBalancer:
    """The same just after it was created."""
    return _shape(record, elbv2.LoadBalancerState(code="provisioning"))


def zone(record: Zone) -> elbv2.AvailabilityZone:
    """A subnet with its zone."""
    addresses = (
        [elbv2.LoadBalancerAddress(private_i_pv4_address=record.private_address)]
        if record.private_address
        else []
    )
    return elbv2.AvailabilityZone(
        zone_name=record.name, subnet_id=record.subnet, load_balancer_addresses=addresses
    )


def _shape(record: LoadBalancer, state: elbv2.LoadBalancerState) -> elbv2.LoadBalancer:
    spec = record.spec
    return elbv2.LoadBalancer(
        load_balancer_arn=arn.load_balancer_arn(record.id),
        dns_name=record.dns_name,
        canonical_hosted_zone_id=hosted_zone(scope_of(record.id).region, spec.kind),
        created_time=spec.created_at,
        load_balancer_name=spec.name,
        scheme=cast("elbv2.LoadBalancerSchemeEnum", spec.scheme),
        vpc_id=spec.vpc,
        state=state,
        type=spec.kind,
        availability_zones=[zone(each) for each in spec.zones],
        security_groups=spec.security_groups or None,
        ip_address_type=cast("elbv2.IpAddressType", spec.ip_address_type),
        enforce_security_group_inbound_rules_on_private_link_traffic=spec.enforces_inbound_on_private_link,
    )


def _troubles(tx: ReadTx, record: LoadBalancer) -> Iterator[str]:
    """Of the whole first, then of its listeners."""
    if record.seen.trouble:
        yield record.seen.trouble
    for listener in tx.owned(Listener, record.id):
        if listener.seen.trouble:
            yield listener.seen.trouble
