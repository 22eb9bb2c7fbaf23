"""DNS namespaces of Cloud Map as zones: which names they have, and which instances stand behind each.

The tables say who is healthy, not whom to answer with: choosing by the routing policy is the DNS server's, for each
query. `engine/networks.py` follows the rows; which zone a row is part of is said here (`zone_of`).
"""

from collections.abc import Sequence

from homeport.model.namespace import DiscoveryInstance, DiscoveryService, Namespace
from homeport.model.record import Record
from homeport.plan.network import Answer, NameTable, ZoneTable

IPV4, IPV6, PORT = "AWS_INSTANCE_IPV4", "AWS_INSTANCE_IPV6", "AWS_INSTANCE_PORT"
CNAME, ALIAS = "AWS_INSTANCE_CNAME", "AWS_ALIAS_DNS_NAME"
APEX = "."
"""The name of a service that is the namespace itself; such a name is "" in a zone."""


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


def zone_table(namespace: Namespace, names: Sequence[NameTable]) -> ZoneTable:
    """The zone of a namespace that DNS knows."""
    spec = namespace.spec
    return ZoneTable(
        id=namespace.id,
        name=spec.name.rstrip("."),
        created_at=spec.created_at,
        vpcs=None if spec.vpc is None else (spec.vpc,),
        soa_ttl_s=spec.soa_ttl_s,
        names=tuple(names),
    )


def name_table(service: DiscoveryService, instances: Sequence[DiscoveryInstance]) -> NameTable | None:
    """The name of a service with all its instances, oldest first; None for one that only DiscoverInstances knows."""
    spec = service.spec
    if not spec.records:
        return None
    return NameTable(
        name="" if spec.name == APEX else spec.name,
        routing=spec.routing,
        records=tuple((record.type, record.ttl_s) for record in spec.records),
        answers=tuple(_answer(service, instance) for instance in instances),
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
