"""What Cloud Map's tests say again and again."""

from typing import Any

from tests.conformance.world import World

A = [{"Type": "A", "TTL": 10}]
SRV = [{"Type": "SRV", "TTL": 10}]
CNAME = [{"Type": "CNAME", "TTL": 10}]


def a_vpc(world: World, cidr: str = "10.9.0.0/16") -> str:
    """The id of a new VPC of the first account."""
    return str(world.client("ec2").create_vpc(CidrBlock=cidr)["Vpc"]["VpcId"])


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
