"""The calls of Terraform's aws_service_discovery_* resources, in their order: made, read, changed, destroyed."""

from typing import Any

from tests.conformance.world import refusal


def wait(sd: Any, operation: str) -> Any:
    """What the provider polls for: SUCCESS, or the targets of an operation."""
    shown = sd.get_operation(OperationId=operation)["Operation"]
    assert shown["Status"] == "SUCCESS", shown
    return shown["Targets"]


def test_a_private_namespace_with_a_service_and_an_instance(sd: Any, vpc: str) -> None:
    made = sd.create_private_dns_namespace(Name="hoge.example.local", Vpc=vpc, Description="example", Tags=[])
    namespace = wait(sd, made["OperationId"])["NAMESPACE"]
    shown = sd.get_namespace(Id=namespace)["Namespace"]
    assert shown["Properties"]["DnsProperties"]["HostedZoneId"]
    assert sd.list_tags_for_resource(ResourceARN=shown["Arn"])["Tags"] == []

    records = [{"Type": "A", "TTL": 10}]
    config = {"NamespaceId": namespace, "RoutingPolicy": "MULTIVALUE", "DnsRecords": records}
    custom = {"FailureThreshold": 1}
    service = sd.create_service(
        Name="example", CreatorRequestId="terraform-1", DnsConfig=config, HealthCheckCustomConfig=custom
    )["Service"]
    read = sd.get_service(Id=service["Id"])["Service"]
    assert (read["DnsConfig"], read["HealthCheckCustomConfig"]) == (config, custom)

    attributes = {"AWS_INSTANCE_IPV4": "172.18.0.1", "custom_attribute": "custom"}
    there = {"ServiceId": service["Id"], "InstanceId": "example-instance-id"}
    operation = sd.register_instance(**there, Attributes=attributes, CreatorRequestId="terraform-2")
    wait(sd, operation["OperationId"])
    assert sd.get_instance(**there)["Instance"]["Attributes"] == attributes

    change = {"Description": "new", "DnsConfig": {"DnsRecords": [{"Type": "A", "TTL": 5}]}}
    wait(sd, sd.update_service(Id=service["Id"], Service=change)["OperationId"])

    wait(sd, sd.deregister_instance(**there)["OperationId"])
    assert refusal(sd.get_instance, **there)[0] == "InstanceNotFound"
    sd.delete_service(Id=service["Id"])
    assert refusal(sd.get_service, Id=service["Id"])[0] == "ServiceNotFound"
    wait(sd, sd.delete_namespace(Id=namespace)["OperationId"])
    assert refusal(sd.get_namespace, Id=namespace)[0] == "NamespaceNotFound"


def test_force_destroy_takes_out_the_instances_first(sd: Any, http: str) -> None:
    service = sd.create_service(Name="example", NamespaceId=http)["Service"]["Id"]
    for number in range(3):
        sd.register_instance(ServiceId=service, InstanceId=f"i{number}", Attributes={"k": "v"})
    for instance in sd.list_instances(ServiceId=service)["Instances"]:
        wait(sd, sd.deregister_instance(ServiceId=service, InstanceId=instance["Id"])["OperationId"])
    sd.delete_service(Id=service)


def test_the_data_source_of_a_namespace_finds_it_by_name_and_type(sd: Any, private: str, http: str) -> None:
    filters = [{"Condition": "EQ", "Name": "TYPE", "Values": ["DNS_PRIVATE"]}]
    listed = sd.list_namespaces(Filters=filters)["Namespaces"]
    assert [each["Id"] for each in listed if each["Name"] == "shop.local"] == [private]
    filters = [{"Condition": "EQ", "Name": "NAMESPACE_ID", "Values": [private]}]
    assert sd.list_services(Filters=filters)["Services"] == []
