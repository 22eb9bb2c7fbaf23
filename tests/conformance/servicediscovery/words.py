"""What Cloud Map's tests say again and again."""

from typing import Any

from homeport.model.vpc import Vpc, VpcSpec
from tests.conformance.world import ACCOUNT, REGION, World

A = [{"Type": "A", "TTL": 10}]
SRV = [{"Type": "SRV", "TTL": 10}]
CNAME = [{"Type": "CNAME", "TTL": 10}]


def a_vpc(world: World, id: str) -> str:
    """The id of a VPC of the first account that is there now."""
    scope = f"{ACCOUNT}/{REGION}"
    with world.store.write("spec", world.now) as tx:
        spec = VpcSpec(cidr="10.9.0.0/16", created_at=world.now)
        tx.put(Vpc(id=f"{scope}/{id}", owner=scope, spec=spec))
    return id


def created(sd: Any, answer: dict[str, Any]) -> str:
    """The id of a namespace whose making has succeeded."""
    operation = sd.get_operation(OperationId=answer["OperationId"])["Operation"]
    assert operation["Status"] == "SUCCESS", operation
    return str(operation["Targets"]["NAMESPACE"])


def a_service(sd: Any, namespace: str, name: str = "web", **members: Any) -> str:
    """The id of a new service: with A records unless something else is said."""
    given = members or {"DnsConfig": {"DnsRecords": A}}
    return str(sd.create_service(Name=name, NamespaceId=namespace, **given)["Service"]["Id"])


def register(sd: Any, service: str, id: str, **attributes: str) -> str:
    """Registers an instance with an address, unless it has other attributes; returns the operation's id."""
    given = attributes or {"AWS_INSTANCE_IPV4": "10.9.0.7"}
    answer = sd.register_instance(ServiceId=service, InstanceId=id, Attributes=given)
    return str(answer["OperationId"])
