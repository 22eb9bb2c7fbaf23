"""Namespaces: made, shown, renewed, forgotten; and the operations that say so."""

from typing import Any

import pytest

from tests.conformance.servicediscovery.words import a_service, created
from tests.conformance.world import ACCOUNT, OTHER_ACCOUNT, World, refusal


def test_an_http_namespace_is_found_by_its_name_only(sd: Any, http: str) -> None:
    shown = sd.get_namespace(Id=http)["Namespace"]
    assert shown["Arn"] == f"arn:aws:servicediscovery:us-east-1:{ACCOUNT}:namespace/{http}"
    assert (shown["Id"], shown["Name"], shown["Type"]) == (http, "shop", "HTTP")
    assert shown["Properties"] == {"HttpProperties": {"HttpName": "shop"}}
    assert (shown["ServiceCount"], shown["ResourceOwner"]) == (0, ACCOUNT)
    assert len(http) == len("ns-") + 16
    assert shown["CreatorRequestId"]


def test_a_private_namespace_has_a_hosted_zone_with_an_soa(sd: Any, vpc: str) -> None:
    soa = {"DnsProperties": {"SOA": {"TTL": 60}}}
    id = created(sd, sd.create_private_dns_namespace(Name="a.local", Vpc=vpc, Properties=soa))
    shown = sd.get_namespace(Id=id)["Namespace"]
    assert shown["Type"] == "DNS_PRIVATE"
    assert shown["Properties"]["DnsProperties"]["SOA"] == {"TTL": 60}
    assert shown["Properties"]["DnsProperties"]["HostedZoneId"].startswith("Z")
    assert shown["Properties"]["HttpProperties"] == {"HttpName": "a.local"}


def test_a_public_namespace_needs_no_vpc(sd: Any) -> None:
    id = created(sd, sd.create_public_dns_namespace(Name="example.com", Description="ours"))
    shown = sd.get_namespace(Id=id)["Namespace"]
    assert (shown["Type"], shown["Description"]) == ("DNS_PUBLIC", "ours")


def test_a_namespace_is_found_by_its_arn_too(sd: Any, http: str) -> None:
    arn = sd.get_namespace(Id=http)["Namespace"]["Arn"]
    assert sd.get_namespace(Id=arn)["Namespace"]["Id"] == http


def test_no_other_account_finds_it(world: World, sd: Any, http: str) -> None:
    other = world.client("servicediscovery", OTHER_ACCOUNT)
    arn = sd.get_namespace(Id=http)["Namespace"]["Arn"]
    for id in (http, arn):
        assert refusal(other.get_namespace, Id=id)[0] == "NamespaceNotFound"
    assert other.list_namespaces()["Namespaces"] == []


def test_the_same_request_makes_one_namespace(sd: Any) -> None:
    made = [sd.create_http_namespace(Name="one", CreatorRequestId="x")["OperationId"] for _ in range(2)]
    assert made[0] == made[1]
    assert len(sd.list_namespaces()["Namespaces"]) == 1


def test_another_request_with_the_same_id_is_refused(sd: Any) -> None:
    operation = sd.create_http_namespace(Name="one", CreatorRequestId="x")["OperationId"]
    with pytest.raises(sd.exceptions.DuplicateRequest) as error:
        sd.create_http_namespace(Name="two", CreatorRequestId="x")
    assert error.value.response["DuplicateOperationId"] == operation


def test_an_http_name_is_given_once(sd: Any, http: str) -> None:
    with pytest.raises(sd.exceptions.NamespaceAlreadyExists) as error:
        sd.create_http_namespace(Name="shop")
    assert error.value.response["NamespaceId"] == http
    assert error.value.response["CreatorRequestId"]


def test_a_name_that_is_used_again_is_told_apart_by_its_http_name(sd: Any, vpc: str, http: str) -> None:
    id = created(sd, sd.create_private_dns_namespace(Name="shop", Vpc=vpc))
    http_name = sd.get_namespace(Id=id)["Namespace"]["Properties"]["HttpProperties"]["HttpName"]
    assert http_name.startswith("shop-")


def test_a_vpc_sees_a_private_name_once(sd: Any, vpc: str, private: str) -> None:
    answer = sd.create_private_dns_namespace(Name="shop.local", Vpc=vpc)
    operation = sd.get_operation(OperationId=answer["OperationId"])["Operation"]
    assert (operation["Status"], operation["ErrorCode"]) == ("FAIL", "CANNOT_CREATE_HOSTED_ZONE")
    assert f"The VPC {vpc} in region us-east-1 has already been associated" in operation["ErrorMessage"]
    assert [each["Id"] for each in sd.list_namespaces()["Namespaces"]] == [private]


@pytest.mark.parametrize(("name", "reason"), [("a.local", "InvalidVPCId"), ("a..local", "InvalidDomainName")])
def test_a_zone_that_cannot_be_made_fails_its_operation(sd: Any, name: str, reason: str) -> None:
    answer = sd.create_private_dns_namespace(Name=name, Vpc="vpc-none")
    operation = sd.get_operation(OperationId=answer["OperationId"])["Operation"]
    assert operation["Status"] == "FAIL"
    assert reason in operation["ErrorMessage"]


def test_there_are_fifty_namespaces_at_most(sd: Any) -> None:
    for number in range(50):
        sd.create_http_namespace(Name=f"n{number}")
    assert refusal(sd.create_http_namespace, Name="n50")[0] == "ResourceLimitExceeded"


def test_a_namespace_with_services_stays(sd: Any, private: str) -> None:
    service = a_service(sd, private)
    text = "Namespace has associated services; delete the services before deleting the namespace"
    assert refusal(sd.delete_namespace, Id=private) == ("ResourceInUse", text)
    sd.delete_service(Id=service)
    operation = sd.delete_namespace(Id=private)["OperationId"]
    assert sd.get_operation(OperationId=operation)["Operation"]["Type"] == "DELETE_NAMESPACE"
    assert refusal(sd.get_namespace, Id=private)[0] == "NamespaceNotFound"


def test_descriptions_and_soa_ttls_are_renewed(sd: Any, http: str, private: str) -> None:
    public = created(sd, sd.create_public_dns_namespace(Name="example.com"))
    soa = {"DnsProperties": {"SOA": {"TTL": 77}}}
    sd.update_http_namespace(Id=http, Namespace={"Description": "new"})
    sd.update_private_dns_namespace(Id=private, Namespace={"Description": "new", "Properties": soa})
    sd.update_public_dns_namespace(Id=public, Namespace={"Properties": soa})
    shown = [sd.get_namespace(Id=id)["Namespace"] for id in (http, private, public)]
    assert [each.get("Description") for each in shown] == ["new", "new", None]
    assert [each["Properties"]["DnsProperties"]["SOA"]["TTL"] for each in shown[1:]] == [77, 77]


def test_an_update_is_done_once(sd: Any, http: str) -> None:
    asked = {"Id": http, "UpdaterRequestId": "u", "Namespace": {"Description": "new"}}
    made = {sd.update_http_namespace(**asked)["OperationId"] for _ in range(3)}
    assert len(made) == 1
    other = {**asked, "Namespace": {"Description": "newer"}}
    assert refusal(sd.update_http_namespace, **other)[0] == "DuplicateRequest"


def test_a_namespace_of_another_kind_is_not_updated(sd: Any, private: str) -> None:
    code, _ = refusal(sd.update_http_namespace, Id=private, Namespace={"Description": "new"})
    assert code == "InvalidInput"


def test_namespaces_are_listed_in_pages(sd: Any) -> None:
    for number in range(5):
        sd.create_http_namespace(Name=f"n{number}")
    pages = sd.get_paginator("list_namespaces").paginate(PaginationConfig={"PageSize": 2})
    names = [[each["Name"] for each in page["Namespaces"]] for page in pages]
    assert names == [["n0", "n1"], ["n2", "n3"], ["n4"]]


def test_a_token_of_another_list_is_refused(sd: Any) -> None:
    assert refusal(sd.list_namespaces, NextToken="nonsense")[0] == "InvalidInput"


@pytest.mark.parametrize(
    ("filter", "count"),
    [
        ({"Name": "TYPE", "Values": ["HTTP"]}, 1),
        ({"Name": "TYPE", "Values": ["HTTP", "DNS_PRIVATE"], "Condition": "IN"}, 2),
        ({"Name": "NAME", "Values": ["shop.local"], "Condition": "EQ"}, 1),
        ({"Name": "NAME", "Values": ["shop"], "Condition": "BEGINS_WITH"}, 2),
        ({"Name": "HTTP_NAME", "Values": ["sfsdf"]}, 0),
        ({"Name": "RESOURCE_OWNER", "Values": ["SELF"]}, 2),
        ({"Name": "RESOURCE_OWNER", "Values": ["OTHER_ACCOUNTS"]}, 0),
    ],
)
def test_namespaces_are_listed_by_filters(
    sd: Any, http: str, private: str, filter: dict[str, Any], count: int
) -> None:
    assert len(sd.list_namespaces(Filters=[filter])["Namespaces"]) == count


@pytest.mark.parametrize(
    "filter",
    [
        {"Name": "TYPE", "Values": ["HTTP", "DNS_PRIVATE"]},
        {"Name": "TYPE", "Values": []},
        {"Name": "TYPE", "Values": ["HTTP"], "Condition": "BETWEEN"},
        {"Name": "COLOUR", "Values": ["blue"]},
    ],
)
def test_a_filter_that_makes_no_sense_is_refused(sd: Any, filter: dict[str, Any]) -> None:
    assert refusal(sd.list_namespaces, Filters=[filter])[0] == "InvalidInput"


def test_what_is_missing_is_said_as_aws_says_it(sd: Any) -> None:
    text = "1 validation error detected: Value null at 'id' failed to satisfy constraint: Member must not be null"
    assert refusal(sd.get_namespace) == ("InvalidInput", text)


def test_namespaces_and_services_have_tags(sd: Any, http: str) -> None:
    service = sd.get_service(Id=a_service(sd, http, Tags=[{"Key": "a", "Value": "1"}]))["Service"]
    for arn in (sd.get_namespace(Id=http)["Namespace"]["Arn"], service["Arn"]):
        sd.tag_resource(ResourceARN=arn, Tags=[{"Key": "a", "Value": "2"}, {"Key": "b", "Value": ""}])
        sd.untag_resource(ResourceARN=arn, TagKeys=["b", "c"])
        assert sd.list_tags_for_resource(ResourceARN=arn)["Tags"] == [{"Key": "a", "Value": "2"}]


def test_tags_have_rules(sd: Any, http: str) -> None:
    arn = sd.get_namespace(Id=http)["Namespace"]["Arn"]
    many = [{"Key": f"k{number}", "Value": ""} for number in range(51)]
    with pytest.raises(sd.exceptions.TooManyTagsException) as error:
        sd.tag_resource(ResourceARN=arn, Tags=many)
    assert error.value.response["ResourceName"] == arn
    for tags in ([{"Key": "aws:a", "Value": ""}], [{"Key": "a", "Value": ""}] * 2):
        assert refusal(sd.tag_resource, ResourceARN=arn, Tags=tags)[0] == "InvalidInput"
    assert refusal(sd.list_tags_for_resource, ResourceARN=f"{arn}x")[0] == "ResourceNotFoundException"
    assert refusal(sd.list_tags_for_resource, ResourceARN="nothing")[0] == "InvalidInput"
