"""Instances: registered, shown, deregistered; and what attributes they need."""

from typing import Any

import pytest

from homeport.model.instance import ec2_id
from tests.conformance.servicediscovery.words import CNAME, SRV, A, a_service, register
from tests.conformance.world import ACCOUNT, refusal

WEIGHTED_A = {"DnsConfig": {"DnsRecords": A, "RoutingPolicy": "WEIGHTED"}}
ALIAS = "shop-0123456789abcdef.elb.localhost"


def test_an_instance_is_shown_as_it_was_registered(sd: Any, private: str) -> None:
    service = a_service(sd, private)
    attributes = {"AWS_INSTANCE_IPV4": "10.9.0.7", "AWS_INSTANCE_PORT": "80", "colour": "blue"}
    operation = register(sd, service, "i-1", **attributes)
    shown = sd.get_operation(OperationId=operation)["Operation"]
    assert (shown["Status"], shown["Type"]) == ("SUCCESS", "REGISTER_INSTANCE")
    assert shown["Targets"] == {"SERVICE": service, "INSTANCE": "i-1"}

    answer = sd.get_instance(ServiceId=service, InstanceId="i-1")
    assert answer["ResourceOwner"] == ACCOUNT
    assert answer["Instance"]["Attributes"] == attributes
    listed = sd.list_instances(ServiceId=service)["Instances"]
    assert listed == [{"Id": "i-1", "Attributes": attributes, "CreatedByAccount": ACCOUNT}]
    assert sd.get_service(Id=service)["Service"]["InstanceCount"] == 1


def test_an_instance_is_registered_anew_with_other_attributes(sd: Any, private: str) -> None:
    service = a_service(sd, private)
    register(sd, service, "i")
    register(sd, service, "i", AWS_INSTANCE_IPV4="10.9.0.8")
    (shown,) = sd.list_instances(ServiceId=service)["Instances"]
    assert shown["Attributes"] == {"AWS_INSTANCE_IPV4": "10.9.0.8"}


def test_the_same_registration_is_one_operation(sd: Any, private: str) -> None:
    service = a_service(sd, private)
    asked = {
        "ServiceId": service,
        "InstanceId": "i",
        "CreatorRequestId": "x",
        "Attributes": {"AWS_INSTANCE_IPV4": "10.9.0.7"},
    }
    assert len({sd.register_instance(**asked)["OperationId"] for _ in range(2)}) == 1
    assert refusal(sd.register_instance, **{**asked, "InstanceId": "j"})[0] == "DuplicateRequest"


def test_an_instance_that_is_not_there_is_not_found(sd: Any, private: str) -> None:
    service = a_service(sd, private)
    there = {"ServiceId": service, "InstanceId": "none"}
    assert refusal(sd.get_instance, **there)[0] == "InstanceNotFound"
    assert refusal(sd.deregister_instance, **there)[0] == "InstanceNotFound"
    for call in (sd.get_instance, sd.deregister_instance):
        assert refusal(call, ServiceId="srv-none", InstanceId="i")[0] == "ServiceNotFound"
    assert refusal(sd.list_instances, ServiceId="srv-none")[0] == "ServiceNotFound"


def test_instances_are_listed_in_pages(sd: Any, private: str) -> None:
    service = a_service(sd, private)
    for number in range(5):
        register(sd, service, f"i{number}")
    pages = sd.get_paginator("list_instances").paginate(ServiceId=service, PaginationConfig={"PageSize": 2})
    ids = [each["Id"] for page in pages for each in page["Instances"]]
    assert ids == ["i0", "i1", "i2", "i3", "i4"]


@pytest.mark.parametrize(
    ("service", "attributes"),
    [
        ({"DnsConfig": {"DnsRecords": A}}, {"AWS_INSTANCE_IPV4": "10.0.0.1"}),
        ({"DnsConfig": {"DnsRecords": A}}, {"AWS_INSTANCE_IPV4": "10.0.0.1", "AWS_INSTANCE_PORT": "0"}),
        ({"DnsConfig": {"DnsRecords": SRV}}, {"AWS_INSTANCE_IPV6": "::1", "AWS_INSTANCE_PORT": "65535"}),
        (
            {"DnsConfig": {"DnsRecords": CNAME, "RoutingPolicy": "WEIGHTED"}},
            {"AWS_INSTANCE_CNAME": "example.com"},
        ),
        (WEIGHTED_A, {"AWS_ALIAS_DNS_NAME": ALIAS}),
    ],
)
def test_these_attributes_are_enough(
    sd: Any, private: str, service: dict[str, Any], attributes: dict[str, str]
) -> None:
    id = a_service(sd, private, **service)
    register(sd, id, "i", **attributes)
    assert sd.get_instance(ServiceId=id, InstanceId="i")["Instance"]["Attributes"] == attributes


@pytest.mark.parametrize(
    ("service", "attributes"),
    [
        ({"DnsConfig": {"DnsRecords": A}}, {"colour": "blue"}),
        ({"DnsConfig": {"DnsRecords": A}}, {"AWS_INSTANCE_IPV4": "10.0.0.256"}),
        ({"DnsConfig": {"DnsRecords": A}}, {"AWS_INSTANCE_IPV4": "::1"}),
        ({"DnsConfig": {"DnsRecords": SRV}}, {"AWS_INSTANCE_IPV4": "10.0.0.1"}),
        ({"DnsConfig": {"DnsRecords": SRV}}, {"AWS_INSTANCE_PORT": "80"}),
        (
            {"DnsConfig": {"DnsRecords": SRV}},
            {"AWS_INSTANCE_IPV4": "10.0.0.1", "AWS_INSTANCE_PORT": "65536"},
        ),
        (
            {"DnsConfig": {"DnsRecords": CNAME, "RoutingPolicy": "WEIGHTED"}},
            {"AWS_INSTANCE_CNAME": "a..b"},
        ),
        *(
            (
                {"DnsConfig": {"DnsRecords": CNAME, "RoutingPolicy": "WEIGHTED"}},
                {"AWS_INSTANCE_CNAME": text},
            )
            for text in ("a b", "a\\\\999", 'a"b', "a;b", "(a")
        ),
        (WEIGHTED_A, {"AWS_ALIAS_DNS_NAME": ALIAS, "AWS_INSTANCE_IPV4": "10.0.0.1"}),
        ({"DnsConfig": {"DnsRecords": SRV, "RoutingPolicy": "WEIGHTED"}}, {"AWS_ALIAS_DNS_NAME": ALIAS}),
        ({"DnsConfig": {"DnsRecords": A}}, {"AWS_EC2_INSTANCE_ID": ec2_id("local")}),
        (
            {"DnsConfig": {"DnsRecords": A}},
            {"AWS_INSTANCE_IPV4": "10.0.0.1", "AWS_INIT_HEALTH_STATUS": "SICK"},
        ),
        (
            {"DnsConfig": {"DnsRecords": A}},
            {"AWS_INSTANCE_IPV4": "10.0.0.1", **{f"k{number}": "v" for number in range(30)}},
        ),
        (
            {"DnsConfig": {"DnsRecords": A}},
            {"AWS_INSTANCE_IPV4": "10.0.0.1", **{f"k{number}": "v" * 1000 for number in range(5)}},
        ),
        ({"DnsConfig": {"DnsRecords": A}}, {"AWS_INSTANCE_IPV4": "10.0.0.1", "k": "v" * 1025}),
        ({"DnsConfig": {"DnsRecords": A}}, {"AWS_INSTANCE_IPV4": "10.0.0.1", "a key": "v"}),
    ],
)
def test_these_attributes_are_refused(
    sd: Any, private: str, service: dict[str, Any], attributes: dict[str, str]
) -> None:
    id = a_service(sd, private, **service)
    asked = {"ServiceId": id, "InstanceId": "i", "Attributes": attributes}
    assert refusal(sd.register_instance, **asked)[0] == "InvalidInput"
    assert sd.list_instances(ServiceId=id)["Instances"] == []


def test_an_alias_needs_the_weighted_policy(sd: Any, private: str) -> None:
    service = a_service(sd, private)
    asked = {"ServiceId": service, "InstanceId": "i", "Attributes": {"AWS_ALIAS_DNS_NAME": ALIAS}}
    text = "ALIAS instance can be registered only in services with WEIGHTED routing policy"
    assert refusal(sd.register_instance, **asked) == ("InvalidInput", text)


def test_an_ec2_instance_is_registered_with_its_address(sd: Any, http: str) -> None:
    service = sd.create_service(Name="web", NamespaceId=http)["Service"]["Id"]
    register(sd, service, "i", AWS_EC2_INSTANCE_ID=ec2_id("local"), colour="blue")
    shown = sd.get_instance(ServiceId=service, InstanceId="i")["Instance"]["Attributes"]
    assert set(shown) == {"AWS_EC2_INSTANCE_ID", "AWS_INSTANCE_IPV4", "colour"}
    for attributes in (
        {"AWS_EC2_INSTANCE_ID": "i-none"},
        {"AWS_EC2_INSTANCE_ID": ec2_id("local"), "AWS_INSTANCE_PORT": "80"},
    ):
        asked = {"ServiceId": service, "InstanceId": "j", "Attributes": attributes}
        assert refusal(sd.register_instance, **asked)[0] == "InvalidInput"


def test_an_instance_without_a_possible_name_fails_its_operation(sd: Any, private: str) -> None:
    service = a_service(sd, private, DnsConfig={"DnsRecords": SRV})
    for id in ("a..b", "x" * 64):
        operation = register(sd, service, id, AWS_INSTANCE_IPV4="10.9.0.7", AWS_INSTANCE_PORT="80")
        shown = sd.get_operation(OperationId=operation)["Operation"]
        assert (shown["Status"], shown["ErrorCode"]) == ("FAIL", "INVALID_CHANGE_BATCH")
    assert sd.list_instances(ServiceId=service)["Instances"] == []


def test_operations_are_listed_by_filters(sd: Any, private: str) -> None:
    service = a_service(sd, private)
    register(sd, service, "i")
    sd.deregister_instance(ServiceId=service, InstanceId="i")

    def count(name: str, *values: str, condition: str = "EQ") -> int:
        filters = [{"Name": name, "Values": list(values), "Condition": condition}]
        pages = sd.get_paginator("list_operations").paginate(
            Filters=filters, PaginationConfig={"PageSize": 1}
        )
        return sum(len(page["Operations"]) for page in pages)

    assert count("SERVICE_ID", service) == 2
    assert count("NAMESPACE_ID", private) == 1
    assert count("STATUS", "SUCCESS") == 3
    assert count("STATUS", "FAIL", "PENDING", condition="IN") == 0
    assert count("TYPE", "REGISTER_INSTANCE", "DEREGISTER_INSTANCE", condition="IN") == 2
    assert count("UPDATE_DATE", "0", "99999999999", condition="BETWEEN") == 3
    assert count("UPDATE_DATE", "0", "1", condition="BETWEEN") == 0


@pytest.mark.parametrize(
    "filter",
    [
        {"Name": "UPDATE_DATE", "Values": ["1", "0"], "Condition": "BETWEEN"},
        {"Name": "UPDATE_DATE", "Values": ["yesterday", "today"], "Condition": "BETWEEN"},
        {"Name": "UPDATE_DATE", "Values": ["nan", "1"], "Condition": "BETWEEN"},
        {"Name": "UPDATE_DATE", "Values": ["0", "1"]},
        {"Name": "SERVICE_ID", "Values": ["a"], "Condition": "IN"},
    ],
)
def test_a_filter_of_operations_that_makes_no_sense_is_refused(sd: Any, filter: dict[str, Any]) -> None:
    assert refusal(sd.list_operations, Filters=[filter])[0] == "InvalidInput"


def test_an_operation_that_was_never_made_is_not_found(sd: Any, http: str) -> None:
    assert refusal(sd.get_operation, OperationId="none")[0] == "OperationNotFound"
    (operation,) = sd.list_operations()["Operations"]
    asked = {"OperationId": operation["Id"], "OwnerAccount": "999999999999"}
    assert refusal(sd.get_operation, **asked)[0] == "OperationNotFound"
