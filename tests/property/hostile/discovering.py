"""Cloud Map under attack: what is asked carefully, what there is to ask about, and what must be true of it afterwards."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from homeport.engine.zone_tables import Zones
from homeport.model.namespace import DiscoveryInstance, DiscoveryService, Namespace
from homeport.store.tx import ReadTx

A = {"DnsRecords": [{"Type": "A", "TTL": 10}]}
SRV = {"DnsRecords": [{"Type": "SRV", "TTL": 0}]}
CNAME = {"DnsRecords": [{"Type": "CNAME", "TTL": 10}], "RoutingPolicy": "WEIGHTED"}
THERE = {"ServiceId": "@registry", "InstanceId": "@registered"}
NAMED = {"NamespaceName": "@found", "ServiceName": "@name"}
SOA = {"Properties": {"DnsProperties": {"SOA": {"TTL": "=number"}}}}
OWN = {"AWS_INSTANCE_IPV4": "@address", "AWS_INSTANCE_PORT": "@port", "colour": "@value"}

SPECIMENS: Mapping[str, Sequence[Any]] = {
    "CreateHttpNamespace": [{"Name": "@found"}, {"Name": "@evil", "CreatorRequestId": "@name"}],
    "CreatePrivateDnsNamespace": [
        {"Name": "@domain", "Vpc": "@vpc", **SOA},
        {"Name": "@evil", "Vpc": "@vpc"},
    ],
    "CreatePublicDnsNamespace": [{"Name": "@domain"}],
    "CreateService": [
        {"Name": "@name", "NamespaceId": "@namespace"},
        *(
            {"Name": name, "NamespaceId": "@namespace", "DnsConfig": config, "HealthCheckCustomConfig": {}}
            for config in (A, SRV, CNAME)
            for name in ("@name", "@domain", ".")
        ),
        {"Name": "@name", "NamespaceId": "@namespace", "Type": "HTTP"},
    ],
    "DeleteNamespace": [{"Id": "@namespace"}],
    "DeleteService": [{"Id": "@registry"}],
    "DeleteServiceAttributes": [{"ServiceId": "@registry", "Attributes": ["@evil"]}],
    "DeregisterInstance": [THERE],
    "DiscoverInstances": [NAMED, {**NAMED, "QueryParameters": {"colour": "@value"}, "HealthStatus": "ALL"}],
    "DiscoverInstancesRevision": [NAMED],
    "GetInstance": [THERE],
    "GetInstancesHealthStatus": [{"ServiceId": "@registry"}],
    "ListNamespaces": [{"Filters": [{"Name": "NAME", "Values": ["@found"], "Condition": "BEGINS_WITH"}]}],
    "ListOperations": [
        {"Filters": [{"Name": "UPDATE_DATE", "Values": ["@value", "@value"], "Condition": "BETWEEN"}]}
    ],
    "ListServices": [{"Filters": [{"Name": "NAMESPACE_ID", "Values": ["@namespace"]}]}],
    "RegisterInstance": [
        {**THERE, "Attributes": OWN},
        {"ServiceId": "@registry", "InstanceId": "@evil", "Attributes": OWN},
        {**THERE, "Attributes": {"AWS_INSTANCE_CNAME": "@domain"}},
        {**THERE, "Attributes": {"AWS_ALIAS_DNS_NAME": "@domain"}},
        {**THERE, "Attributes": {"AWS_EC2_INSTANCE_ID": "@target"}},
    ],
    "TagResource": [{"ResourceARN": "@any", "Tags": [{"Key": "@evil", "Value": "@evil"}]}],
    "UpdateInstanceCustomHealthStatus": [{**THERE, "Status": "UNHEALTHY"}],
    "UpdatePrivateDnsNamespace": [{"Id": "@namespace", "Namespace": {"Description": "@evil", **SOA}}],
    "UpdateService": [{"Id": "@registry", "Service": {"Description": "@evil", "DnsConfig": A}}],
    "UpdateServiceAttributes": [{"ServiceId": "@registry", "Attributes": {"k": "@evil"}}],
}


def furnish(client: Any, vpc: str) -> None:
    """A namespace of each kind, services and instances; the first task set's registry is among them."""
    for call, members in (
        (client.create_http_namespace, {"Name": "shop"}),
        (client.create_private_dns_namespace, {"Name": "shop.local", "Vpc": vpc}),
        (client.create_public_dns_namespace, {"Name": "shop.example"}),
    ):
        call(**members)
    http, *zones = (each["Id"] for each in client.list_namespaces()["Namespaces"])
    client.create_service(Name="web", NamespaceId=http)
    for zone in zones:
        for name, config in (("web", A), ("blue", SRV), ("green", CNAME)):
            client.create_service(Name=name, NamespaceId=zone, DnsConfig=config, HealthCheckCustomConfig={})


def questions(records: Sequence[Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Every description and every list, of everything that there is."""
    for name in ("namespaces", "services", "operations"):
        yield "servicediscovery", f"list_{name}", {}
    for record in records:
        if isinstance(record, Namespace):
            yield "servicediscovery", "get_namespace", {"Id": record.name}
        elif isinstance(record, DiscoveryService):
            here = {"ServiceId": record.name}
            yield "servicediscovery", "get_service", {"Id": record.name}
            for name in ("list_instances", "get_instances_health_status", "get_service_attributes"):
                yield "servicediscovery", name, here


def check(tx: ReadTx) -> None:
    """Nothing belongs to what is not there, names are given once, and each namespace makes a zone that DNS can carry."""
    for namespace in tx.all(Namespace):
        services = tx.owned(DiscoveryService, namespace.id)
        names = [each.spec.name.lower() if namespace.is_dns else each.spec.name for each in services]
        assert len(set(names)) == len(names), names
        zone = Zones().table(tx, namespace.id)
        assert (zone is not None) == namespace.is_dns
        if zone is not None:
            labels = [
                label for name in zone.names for label in f"{name.name}.{zone.name}".strip(".").split(".")
            ]
            assert all(0 < len(label) < 64 for label in labels), labels
    assert all(tx.get(Namespace, each.owner) for each in tx.all(DiscoveryService))
    assert all(tx.get(DiscoveryService, each.owner) for each in tx.all(DiscoveryInstance))
