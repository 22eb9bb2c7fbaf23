"""Services: what they may be, in which namespace; what is said of them."""

from typing import Any

import pytest

from tests.conformance.servicediscovery.words import CNAME, SRV, A, a_service, created, register
from tests.conformance.world import ACCOUNT, World, refusal

AAAA = [{"Type": "AAAA", "TTL": 10}]
HTTP_CHECK = {"Type": "HTTP", "ResourcePath": "/"}


def test_a_service_is_shown_as_it_was_asked_for(sd: Any, private: str) -> None:
    made = sd.create_service(
        Name="web",
        DnsConfig={"NamespaceId": private, "DnsRecords": A},
        HealthCheckCustomConfig={"FailureThreshold": 1},
        Description="ours",
        CreatorRequestId="mine",
    )["Service"]
    assert made["Arn"] == f"arn:aws:servicediscovery:us-east-1:{ACCOUNT}:service/{made['Id']}"
    assert made["DnsConfig"] == {
        "NamespaceId": private,
        "RoutingPolicy": "MULTIVALUE",
        "DnsRecords": A,
    }
    assert made["HealthCheckCustomConfig"] == {"FailureThreshold": 1}
    assert (made["Type"], made["NamespaceId"], made["InstanceCount"]) == ("DNS_HTTP", private, 0)
    assert (made["Description"], made["CreatorRequestId"]) == ("ours", "mine")
    assert sd.get_service(Id=made["Id"])["Service"] == made
    assert sd.get_service(Id=made["Arn"])["Service"] == made
    assert sd.get_namespace(Id=private)["Namespace"]["ServiceCount"] == 1


def test_the_threshold_of_custom_health_is_one_when_nothing_is_said(sd: Any, http: str) -> None:
    id = a_service(sd, http, HealthCheckCustomConfig={})
    assert sd.get_service(Id=id)["Service"]["HealthCheckCustomConfig"] == {"FailureThreshold": 1}


def test_a_service_of_an_http_namespace_has_no_records(sd: Any, http: str) -> None:
    shown = sd.create_service(Name="web", NamespaceId=http)["Service"]
    assert shown["Type"] == "HTTP"
    assert "DnsConfig" not in shown
    text = "When you specify an HTTP service, you can't include a DnsConfig element."
    asked = {"Name": "db", "NamespaceId": http, "DnsConfig": {"DnsRecords": A}}
    assert refusal(sd.create_service, **asked) == ("InvalidInput", text)


def test_a_service_of_a_dns_namespace_may_be_for_http_only(sd: Any, private: str) -> None:
    assert sd.create_service(Name="web", NamespaceId=private, Type="HTTP")["Service"]["Type"] == "HTTP"
    assert refusal(sd.create_service, Name="db", NamespaceId=private)[0] == "InvalidInput"


@pytest.mark.parametrize(
    ("records", "routing"),
    [
        (A, "MULTIVALUE"),
        (A, "WEIGHTED"),
        (AAAA, "MULTIVALUE"),
        (A + AAAA, "MULTIVALUE"),
        (SRV, "MULTIVALUE"),
        (CNAME, "WEIGHTED"),
    ],
)
def test_these_records_go_together(
    sd: Any, private: str, records: list[dict[str, Any]], routing: str
) -> None:
    config = {"DnsRecords": records, "RoutingPolicy": routing}
    shown = sd.create_service(Name="web", NamespaceId=private, DnsConfig=config)["Service"]
    assert shown["DnsConfig"] == {"NamespaceId": private, **config}


@pytest.mark.parametrize(
    "members",
    [
        {"DnsConfig": {"DnsRecords": A + SRV}},
        {"DnsConfig": {"DnsRecords": A + A}},
        {"DnsConfig": {"DnsRecords": []}},
        {"DnsConfig": {"DnsRecords": CNAME}},
        {"DnsConfig": {"DnsRecords": CNAME, "RoutingPolicy": "MULTIVALUE"}},
        {"DnsConfig": {"DnsRecords": [{"Type": "MX", "TTL": 1}]}},
        {"DnsConfig": {"DnsRecords": [{"Type": "A", "TTL": -1}]}},
        {"DnsConfig": {"DnsRecords": A}, "HealthCheckConfig": HTTP_CHECK},
        {"DnsConfig": {"DnsRecords": A}, "HealthCheckCustomConfig": {"FailureThreshold": 11}},
        {
            "DnsConfig": {"DnsRecords": A},
            "HealthCheckConfig": HTTP_CHECK,
            "HealthCheckCustomConfig": {"FailureThreshold": 1},
        },
    ],
)
def test_what_does_not_fit_is_refused(sd: Any, private: str, members: dict[str, Any]) -> None:
    assert refusal(sd.create_service, Name="web", NamespaceId=private, **members)[0] == "InvalidInput"


def test_health_checks_of_route_53_are_refused(sd: Any) -> None:
    public = created(sd, sd.create_public_dns_namespace(Name="example.com"))
    config = {"DnsRecords": CNAME, "RoutingPolicy": "WEIGHTED"}
    asked = {"Name": "web", "NamespaceId": public, "HealthCheckConfig": HTTP_CHECK}
    texts = [refusal(sd.create_service, **asked, DnsConfig=each)[1] for each in ({"DnsRecords": A}, config)]
    assert texts == [
        "Homeport has no Route 53 health checks: use HealthCheckCustomConfig.",
        "HealthCheckConfig is not supported for services with CNAME records.",
    ]


@pytest.mark.parametrize("name", ["", "-web", "we b", "a" * 128, "."])
def test_names_are_those_of_dns(sd: Any, private: str, name: str) -> None:
    asked = {"Name": name, "NamespaceId": private, "DnsConfig": {"DnsRecords": A}}
    if name == ".":
        assert sd.create_service(**asked)["Service"]["Name"] == "."
    else:
        assert refusal(sd.create_service, **asked)[0] == "InvalidInput"


def test_a_namespace_must_be_named_once(sd: Any, http: str, private: str) -> None:
    config = {"NamespaceId": private, "DnsRecords": A}
    assert refusal(sd.create_service, Name="web")[0] == "InvalidInput"
    code, _ = refusal(sd.create_service, Name="web", NamespaceId=http, DnsConfig=config)
    assert code == "InvalidInput"
    assert refusal(sd.create_service, Name="web", NamespaceId="ns-none")[0] == "NamespaceNotFound"
    arn = sd.get_namespace(Id=private)["Namespace"]["Arn"]
    assert sd.create_service(Name="web", NamespaceId=arn, DnsConfig=config)["Service"]["Id"]


def test_a_name_is_given_once(sd: Any, private: str) -> None:
    service = a_service(sd, private)
    for name in ("web", "WEB"):
        with pytest.raises(sd.exceptions.ServiceAlreadyExists) as error:
            a_service(sd, private, name)
        assert error.value.response["Error"]["Message"] == "Service already exists."
        assert error.value.response["ServiceId"] == service


def test_names_of_http_services_may_differ_in_case_only(sd: Any, http: str) -> None:
    first, second = (sd.create_service(Name=name, NamespaceId=http)["Service"]["Id"] for name in ("a", "A"))
    register(sd, second, "i", colour="blue")
    assert first != second
    assert sd.discover_instances(NamespaceName="shop", ServiceName="a")["Instances"] == []
    assert len(sd.discover_instances(NamespaceName="shop", ServiceName="A")["Instances"]) == 1


def test_the_same_request_makes_one_service(sd: Any, http: str) -> None:
    asked = {"Name": "web", "NamespaceId": http, "CreatorRequestId": "x"}
    assert sd.create_service(**asked)["Service"] == sd.create_service(**asked)["Service"]
    assert refusal(sd.create_service, **asked, Description="other")[0] == "ServiceAlreadyExists"


def test_ttls_and_descriptions_are_renewed(sd: Any, private: str) -> None:
    service = a_service(sd, private)
    change = {"Description": "new", "DnsConfig": {"DnsRecords": [{"Type": "A", "TTL": 99}]}}
    operation = sd.update_service(Id=service, Service=change)["OperationId"]
    shown = sd.get_operation(OperationId=operation)["Operation"]
    assert (shown["Type"], shown["Targets"]) == ("UPDATE_SERVICE", {"SERVICE": service})
    after = sd.get_service(Id=service)["Service"]
    assert after["Description"] == "new"
    assert after["DnsConfig"]["DnsRecords"] == [{"Type": "A", "TTL": 99}]


@pytest.mark.parametrize("change", [{"DnsConfig": {"DnsRecords": SRV}}, {"HealthCheckConfig": HTTP_CHECK}])
def test_what_a_service_is_does_not_change(sd: Any, private: str, change: dict[str, Any]) -> None:
    assert refusal(sd.update_service, Id=a_service(sd, private), Service=change)[0] == "InvalidInput"


def test_an_http_service_gets_no_records(sd: Any, http: str) -> None:
    service = sd.create_service(Name="web", NamespaceId=http)["Service"]["Id"]
    change = {"DnsConfig": {"DnsRecords": A}}
    assert refusal(sd.update_service, Id=service, Service=change)[0] == "InvalidInput"


def test_a_service_with_instances_stays(sd: Any, private: str) -> None:
    service = a_service(sd, private)
    register(sd, service, "i")
    text = "Service contains registered instances; delete the instances before deleting the service"
    assert refusal(sd.delete_service, Id=service) == ("ResourceInUse", text)
    sd.deregister_instance(ServiceId=service, InstanceId="i")
    sd.delete_service(Id=service)
    assert refusal(sd.get_service, Id=service)[0] == "ServiceNotFound"


def test_services_are_listed_by_namespace(world: World, sd: Any, http: str, private: str) -> None:
    for name in ("a", "b", "c"):
        a_service(sd, private, name)
    sd.create_service(Name="d", NamespaceId=http)
    arn = sd.get_namespace(Id=private)["Namespace"]["Arn"]

    def names(*values: str, name: str = "NAMESPACE_ID") -> list[str]:
        filters = [{"Name": name, "Values": list(values)}]
        pages = sd.get_paginator("list_services").paginate(Filters=filters, PaginationConfig={"PageSize": 2})
        return [each["Name"] for page in pages for each in page["Services"]]

    assert names(private) == names(arn) == ["a", "b", "c"]
    assert names(http) == ["d"]
    assert names("junk") == []
    assert names("SELF", name="RESOURCE_OWNER") == ["a", "b", "c", "d"]
    assert names("OTHER_ACCOUNTS", name="RESOURCE_OWNER") == []
    code, _ = refusal(sd.list_services, Filters=[{"Name": "NAMESPACE_ID", "Values": ["a", "b"]}])
    assert code == "InvalidInput"


def test_a_service_has_attributes(sd: Any, http: str) -> None:
    service = sd.create_service(Name="web", NamespaceId=http)["Service"]
    sd.update_service_attributes(ServiceId=service["Id"], Attributes={"port": "80", "zone": "a"})
    sd.update_service_attributes(ServiceId=service["Arn"], Attributes={"port": "81"})
    sd.delete_service_attributes(ServiceId=service["Id"], Attributes=["zone"])
    shown = sd.get_service_attributes(ServiceId=service["Id"])["ServiceAttributes"]
    assert shown == {
        "ServiceArn": service["Arn"],
        "ResourceOwner": ACCOUNT,
        "Attributes": {"port": "81"},
    }


def test_attributes_of_a_service_have_limits(sd: Any, http: str) -> None:
    service = sd.create_service(Name="web", NamespaceId=http)["Service"]["Id"]
    many = {f"k{number}": "v" for number in range(30)}
    sd.update_service_attributes(ServiceId=service, Attributes=many)
    code, _ = refusal(sd.update_service_attributes, ServiceId=service, Attributes={"more": "v"})
    assert code == "ServiceAttributesLimitExceededException"
    code, _ = refusal(sd.delete_service_attributes, ServiceId=service, Attributes=["more"])
    assert code == "InvalidInput"
    code, _ = refusal(sd.update_service_attributes, ServiceId=service, Attributes={})
    assert code == "InvalidInput"
