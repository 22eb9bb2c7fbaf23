"""Zones made of namespaces, services and instances."""

from homeport.model.namespace import (
    DiscoveryInstance,
    DiscoveryInstanceSpec,
    DiscoveryInstanceState,
    DiscoveryService,
    DiscoveryServiceSpec,
    DnsRecord,
    Namespace,
    NamespaceSpec,
    NamespaceType,
)
from homeport.model.record import Time
from homeport.plan.network import Answer, NameTable, ZoneTable
from homeport.plan.zones import name_table, zone_of, zone_table

T0: Time = 1_800_000_000.0
SCOPE = "123456789012/us-east-1"


def a_namespace(kind: NamespaceType = "DNS_PRIVATE", vpc: str | None = f"{SCOPE}/vpc-1") -> Namespace:
    spec = NamespaceSpec(name="shop.local", http_name="shop.local", kind=kind, created_at=T0, vpc=vpc)
    return Namespace(id=f"{SCOPE}/ns-1", owner=SCOPE, spec=spec)


def a_service(name: str = "web", *types: DnsRecord, failure_threshold: int | None = None) -> DiscoveryService:
    spec = DiscoveryServiceSpec(
        name=name, created_at=T0, records=types or (DnsRecord("A", 10),), failure_threshold=failure_threshold
    )
    return DiscoveryService(id=f"{SCOPE}/srv-{name}", owner=f"{SCOPE}/ns-1", spec=spec)


def an_instance(service: DiscoveryService, id: str, **attributes: str) -> DiscoveryInstance:
    spec = DiscoveryInstanceSpec(namespace=service.owner, attributes=attributes, registered_at=T0)
    return DiscoveryInstance(id=f"{service.id}/{id}", owner=service.id, spec=spec)


def the_zone(*names: NameTable | None, namespace: Namespace | None = None) -> ZoneTable:
    return zone_table(namespace or a_namespace(), [each for each in names if each is not None])


def test_a_private_namespace_is_a_zone_that_its_vpc_sees() -> None:
    assert the_zone() == ZoneTable(
        id=f"{SCOPE}/ns-1", name="shop.local", created_at=T0, vpcs=(f"{SCOPE}/vpc-1",), soa_ttl_s=15
    )


def test_a_public_namespace_is_a_zone_that_all_see() -> None:
    assert the_zone(namespace=a_namespace("DNS_PUBLIC", None)).vpcs is None


def test_a_service_is_a_name_with_its_instances() -> None:
    service = a_service("web", DnsRecord("A", 10), DnsRecord("SRV", 60))
    instance = an_instance(service, "blue", AWS_INSTANCE_IPV4="172.31.0.9", AWS_INSTANCE_PORT="80")
    assert the_zone(name_table(service, [instance])).names == (
        NameTable(
            name="web",
            records=(("A", 10), ("SRV", 60)),
            answers=(Answer(id="blue", ipv4="172.31.0.9", port=80),),
        ),
    )


def test_the_service_that_is_the_namespace_itself_has_no_name() -> None:
    assert the_zone(name_table(a_service("."), [])).names[0].name == ""


def test_a_service_without_records_is_not_in_the_zone() -> None:
    spec = DiscoveryServiceSpec(name="api", created_at=T0, kind="HTTP")
    service = DiscoveryService(id=f"{SCOPE}/srv-api", owner=f"{SCOPE}/ns-1", spec=spec)
    assert name_table(service, []) is None


def test_an_alias_stands_in_place_of_an_address() -> None:
    service = a_service()
    instance = an_instance(service, "lb", AWS_ALIAS_DNS_NAME="shop-1.elb.localhost")
    answer = the_zone(name_table(service, [instance])).names[0].answers[0]
    assert answer == Answer(id="lb", alias="shop-1.elb.localhost")


def test_only_what_was_told_to_be_unhealthy_is_so() -> None:
    checked, unchecked = a_service("a", failure_threshold=1), a_service("b")
    state = DiscoveryInstanceState(task="t", task_set="s", registered_at=T0, health="UNHEALTHY", health_at=T0)

    def healthy(service: DiscoveryService) -> bool:
        spec = DiscoveryInstanceSpec(namespace=service.owner)
        row = DiscoveryInstance(id=f"{service.id}/t", owner=service.id, spec=spec, state=state)
        return the_zone(name_table(service, [row])).names[0].answers[0].healthy

    assert (healthy(checked), healthy(unchecked)) == (False, True)


def test_rows_of_a_namespace_concern_its_zone() -> None:
    service = a_service()
    rows = (a_namespace(), service, an_instance(service, "i"))
    assert {zone_of(row) for row in rows} == {f"{SCOPE}/ns-1"}
    assert zone_of(None) is None
