"""DNS namespaces of Cloud Map as zones: which names they have, and which instances stand behind each.

The tables say who is healthy, not whom to answer with: choosing by the routing policy is the DNS server's, for each
query. `engine/networks.py` follows the rows; which zone a row is part of is said here (`zone_of`).
"""

from collections.abc import Iterator, Sequence

from msgspec import Struct

from homeport.model.namespace import DiscoveryInstance, DiscoveryService, Namespace
from homeport.model.record import Record
from homeport.plan.network import Answer, NameTable, ZoneTable

IPV4, IPV6, PORT = "AWS_INSTANCE_IPV4", "AWS_INSTANCE_IPV6", "AWS_INSTANCE_PORT"
CNAME, ALIAS = "AWS_INSTANCE_CNAME", "AWS_ALIAS_DNS_NAME"
APEX = "."
"""The name of a service that is the namespace itself; such a name is "" in a zone."""


class NameView(Struct, frozen=True, gc=False):
    """A service with all its instances, oldest first."""

    service: DiscoveryService
    instances: Sequence[DiscoveryInstance]


class ZoneView(Struct, frozen=True, gc=False):
    """A namespace with all its services."""

    namespace: Namespace
    services: Sequence[NameView] = ()


def zone_of(record: Record | None) -> str | None:
    """The id of the namespace that a record is part of; None for a record of another kind."""
    match record:
        case Namespace():
            return record.id
        case DiscoveryService():
            return record.owner
        case DiscoveryInstance():
            return record.spec.namespace
        case _:
            return None


def zone_table(view: ZoneView) -> ZoneTable | None:
    """The zone of a namespace; None for one that DNS does not know."""
    spec = view.namespace.spec
    if not view.namespace.is_dns:
        return None
    return ZoneTable(
        id=view.namespace.id,
        name=spec.name.rstrip("."),
        created_at=spec.created_at,
        vpcs=None if spec.vpc is None else (spec.vpc,),
        soa_ttl_s=spec.soa_ttl_s,
        names=tuple(_names(view.services)),
    )


def _names(services: Sequence[NameView]) -> Iterator[NameTable]:
    for each in services:
        spec = each.service.spec
        if spec.records:
            yield NameTable(
                name="" if spec.name == APEX else spec.name,
                routing=spec.routing,
                records=tuple((record.type, record.ttl_s) for record in spec.records),
                answers=tuple(_answer(each.service, instance) for instance in each.instances),
            )


def _answer(service: DiscoveryService, instance: DiscoveryInstance) -> Answer:
    """What DNS may say of an instance: its attributes, of which RegisterInstance has checked the form."""
    found = instance.attributes
    port = found.get(PORT, "")
    return Answer(
        id=instance.name,
        ipv4=found.get(IPV4),
        ipv6=found.get(IPV6),
        port=int(port) if port.isdecimal() else None,
        cname=found.get(CNAME),
        alias=found.get(ALIAS),
        healthy=not service.has_custom_health or instance.health == "HEALTHY",
    )
