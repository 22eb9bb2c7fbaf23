"""DiscoverInstances: by name, attributes and health; in both protocols, and under the name that SDKs make of the host."""

import json
from typing import Any

import pytest
from botocore.awsrequest import AWSRequest

from tests import signing
from tests.conformance.servicediscovery.words import a_service, a_vpc, created, register
from tests.conformance.world import World, refusal

CUSTOM: dict[str, Any] = {
    "DnsConfig": {"DnsRecords": [{"Type": "A", "TTL": 10}]},
    "HealthCheckCustomConfig": {},
}


@pytest.fixture
def checked(sd: Any, private: str) -> str:
    """A service with custom health and three instances: `a` of blue, `b` and `c` of green; `c` is not well."""
    service = a_service(sd, private, **CUSTOM)
    for id, colour in (("a", "blue"), ("b", "green"), ("c", "green")):
        register(sd, service, id, AWS_INSTANCE_IPV4="10.9.0.7", colour=colour)
    sd.update_instance_custom_health_status(ServiceId=service, InstanceId="c", Status="UNHEALTHY")
    return service


def discovered(sd: Any, **members: Any) -> list[str]:
    """The ids of the instances that are discovered."""
    answer = sd.discover_instances(NamespaceName="shop.local", ServiceName="web", **members)
    return [each["InstanceId"] for each in answer["Instances"]]


def test_an_instance_is_discovered_with_its_attributes(sd: Any, checked: str) -> None:
    answer = sd.discover_instances(NamespaceName="shop.local", ServiceName="web")
    assert answer["Instances"][0] == {
        "InstanceId": "a",
        "NamespaceName": "shop.local",
        "ServiceName": "web",
        "HealthStatus": "HEALTHY",
        "Attributes": {"AWS_INSTANCE_IPV4": "10.9.0.7", "colour": "blue"},
    }


@pytest.mark.parametrize(
    ("members", "ids"),
    [
        ({}, "ab"),
        ({"HealthStatus": "HEALTHY"}, "ab"),
        ({"HealthStatus": "UNHEALTHY"}, "c"),
        ({"HealthStatus": "ALL"}, "abc"),
        ({"HealthStatus": "HEALTHY_OR_ELSE_ALL"}, "ab"),
        ({"QueryParameters": {"colour": "green"}}, "b"),
        ({"QueryParameters": {"colour": "green", "size": "1"}}, ""),
        ({"QueryParameters": {"colour": "red"}, "HealthStatus": "HEALTHY_OR_ELSE_ALL"}, ""),
        ({"OptionalParameters": {"colour": "blue"}}, "a"),
        ({"OptionalParameters": {"colour": "red"}}, "ab"),
        ({"QueryParameters": {"colour": "green"}, "OptionalParameters": {"size": "1"}}, "b"),
        ({"MaxResults": 1}, "a"),
    ],
)
def test_instances_are_discovered_by_what_they_are(
    sd: Any, checked: str, members: dict[str, Any], ids: str
) -> None:
    assert discovered(sd, **members) == list(ids)


def test_where_nobody_is_well_all_may_be_asked_for(sd: Any, checked: str) -> None:
    for id in "ab":
        sd.update_instance_custom_health_status(ServiceId=checked, InstanceId=id, Status="UNHEALTHY")
    assert discovered(sd) == []
    assert discovered(sd, HealthStatus="HEALTHY_OR_ELSE_ALL") == ["a", "b", "c"]


def test_where_nobody_tells_health_is_unknown_and_all_are_discovered(sd: Any, private: str) -> None:
    service = a_service(sd, private)
    register(sd, service, "i")
    for wanted in ("HEALTHY", "UNHEALTHY", "ALL", "HEALTHY_OR_ELSE_ALL"):
        assert discovered(sd, HealthStatus=wanted) == ["i"]
    assert sd.get_instances_health_status(ServiceId=service)["Status"] == {"i": "UNKNOWN"}
    asked = {"ServiceId": service, "InstanceId": "i", "Status": "HEALTHY"}
    assert refusal(sd.update_instance_custom_health_status, **asked)[0] == "CustomHealthNotFound"


def test_health_is_told_of_each_instance(sd: Any, checked: str) -> None:
    status = {"a": "HEALTHY", "b": "HEALTHY", "c": "UNHEALTHY"}
    assert sd.get_instances_health_status(ServiceId=checked)["Status"] == status
    some = sd.get_instances_health_status(ServiceId=checked, Instances=["c"])
    assert some["Status"] == {"c": "UNHEALTHY"}
    page = sd.get_instances_health_status(ServiceId=checked, MaxResults=2)
    rest = sd.get_instances_health_status(ServiceId=checked, MaxResults=2, NextToken=page["NextToken"])
    assert (len(page["Status"]), rest["Status"]) == (2, {"c": "UNHEALTHY"})
    for call, members in (
        (sd.get_instances_health_status, {"Instances": ["none"]}),
        (sd.update_instance_custom_health_status, {"InstanceId": "none", "Status": "HEALTHY"}),
    ):
        assert refusal(call, ServiceId=checked, **members)[0] == "InstanceNotFound"


def test_an_instance_may_begin_unhealthy(sd: Any, private: str) -> None:
    service = a_service(sd, private, **CUSTOM)
    register(sd, service, "i", AWS_INSTANCE_IPV4="10.9.0.7", AWS_INIT_HEALTH_STATUS="UNHEALTHY")
    assert sd.get_instances_health_status(ServiceId=service)["Status"] == {"i": "UNHEALTHY"}
    sd.update_instance_custom_health_status(ServiceId=service, InstanceId="i", Status="HEALTHY")
    register(sd, service, "i", AWS_INSTANCE_IPV4="10.9.0.8", AWS_INIT_HEALTH_STATUS="UNHEALTHY")
    assert sd.get_instances_health_status(ServiceId=service)["Status"] == {"i": "HEALTHY"}


def test_the_revision_grows_with_each_instance_and_not_with_health(sd: Any, private: str) -> None:
    service = a_service(sd, private, **CUSTOM)

    def revision() -> int:
        asked = {"NamespaceName": "shop.local", "ServiceName": "web"}
        told = sd.discover_instances_revision(**asked)["InstancesRevision"]
        assert sd.discover_instances(**asked)["InstancesRevision"] == told
        return int(told)

    seen = [revision()]
    register(sd, service, "i")
    seen.append(revision())
    sd.update_instance_custom_health_status(ServiceId=service, InstanceId="i", Status="UNHEALTHY")
    assert revision() == seen[-1]
    sd.deregister_instance(ServiceId=service, InstanceId="i")
    seen.append(revision())
    sd.delete_service(Id=service)
    a_service(sd, private, **CUSTOM)
    seen.append(revision())
    assert seen == sorted(set(seen))


def test_what_has_no_such_name_is_not_found(sd: Any, private: str) -> None:
    for call in (sd.discover_instances, sd.discover_instances_revision):
        assert refusal(call, NamespaceName="none", ServiceName="web")[0] == "NamespaceNotFound"
        assert refusal(call, NamespaceName="shop.local", ServiceName="web")[0] == "ServiceNotFound"
        asked = {"NamespaceName": "shop.local", "ServiceName": "web", "OwnerAccount": "999999999999"}
        assert refusal(call, **asked)[0] == "NamespaceNotFound"


def test_names_of_dns_have_no_case(sd: Any, checked: str) -> None:
    answer = sd.discover_instances(NamespaceName="shop.local", ServiceName="WEB")
    assert len(answer["Instances"]) == 2


def test_a_private_name_that_two_vpcs_see_has_two_http_names(world: World, sd: Any, private: str) -> None:
    vpc = a_vpc(world, "10.10.0.0/16")
    second = created(sd, sd.create_private_dns_namespace(Name="shop.local", Vpc=vpc))
    properties = sd.get_namespace(Id=second)["Namespace"]["Properties"]
    http_name = properties["HttpProperties"]["HttpName"]
    register(sd, a_service(sd, second), "i")
    answer = sd.discover_instances(NamespaceName=http_name, ServiceName="web")
    assert [each["NamespaceName"] for each in answer["Instances"]] == [http_name]


@pytest.mark.parametrize("host", ["data-localhost:4660", "data-127.0.0.1:4660", "localhost"])
def test_json_is_spoken_too_and_under_the_prefixed_host(world: World, checked: str, host: str) -> None:
    body = json.dumps({"NamespaceName": "shop.local", "ServiceName": "web"}).encode()
    headers = {
        "Host": host,
        "Content-Type": "application/x-amz-json-1.1",
        "X-Amz-Target": "Route53AutoNaming_v20170314.DiscoverInstances",
    }
    request = AWSRequest("POST", f"http://{signing.HOST}/", data=body, headers=headers)
    answer = world.send(request, "servicediscovery")
    assert answer.status == 200
    assert [each["InstanceId"] for each in json.loads(answer.body)["Instances"]] == ["a", "b"]


def test_json_says_what_is_wrong_as_aws_does(world: World) -> None:
    headers = {
        "Host": signing.HOST,
        "Content-Type": "application/x-amz-json-1.1",
        "X-Amz-Target": "Route53AutoNaming_v20170314.GetService",
    }
    request = AWSRequest("POST", f"http://{signing.HOST}/", data=b'{"Id": "srv-none"}', headers=headers)
    answer = world.send(request, "servicediscovery")
    assert answer.status == 400
    assert json.loads(answer.body)["__type"] == "ServiceNotFound"
