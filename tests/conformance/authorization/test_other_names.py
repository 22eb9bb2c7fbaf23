"""Another name for a thing is no way around a policy that speaks of it."""

from typing import Any

import pytest

from tests.conformance.ec2.words import ARN, DEFAULT_GROUP, VPC, WEB, group
from tests.conformance.iam.words import ACCOUNT, allow, document, role
from tests.conformance.story import CONTAINER
from tests.conformance.world import World, refusal

ECS = f"arn:aws:ecs:us-east-1:{ACCOUNT}"
ROLES = f"arn:aws:iam::{ACCOUNT}:role"
DENIED = "with an explicit deny in an identity-based policy"


def deny(action: Any, resource: Any) -> dict[str, Any]:
    return allow(action, resource) | {"Effect": "Deny"}


def client(world: World, service: str, *statements: dict[str, Any]) -> Any:
    return world.client(service, key=world.user(*statements))


@pytest.mark.parametrize("partition", ["aws-cn", "aws-us-gov", "", "AWS"])
def test_a_thing_has_no_second_name_in_another_partition(world, ecs, partition):
    ecs.create_cluster(clusterName="prod")
    may = client(world, "ecs", allow(), deny("ecs:*", f"{ECS}:cluster/prod"))
    told = refusal(may.delete_cluster, cluster=f"{ECS}:cluster/prod".replace(":aws:", f":{partition}:"))
    assert told[0] in ("InvalidParameterException", "AccessDeniedException")
    assert ecs.describe_clusters(clusters=["prod"])["clusters"][0]["status"] == "ACTIVE"


def test_a_namespace_of_cloud_map_has_no_second_name_in_another_partition(world):
    admin = world.client("servicediscovery")
    admin.create_http_namespace(Name="prod")
    found = admin.list_namespaces()["Namespaces"][0]
    may = client(
        world, "servicediscovery", allow("servicediscovery:*"), deny("servicediscovery:*", found["Arn"])
    )
    assert refusal(may.delete_namespace, Id=found["Arn"])[0] == "AccessDeniedException"
    other = found["Arn"].replace(":aws:", ":aws-cn:")
    assert refusal(may.delete_namespace, Id=other)[0] == "NamespaceNotFound"
    assert [each["Id"] for each in admin.list_namespaces()["Namespaces"]] == [found["Id"]]


def test_a_service_of_cloud_map_is_in_its_namespace_wherever_that_is_named(world):
    admin = world.client("servicediscovery")
    admin.create_private_dns_namespace(Name="prod.local", Vpc=VPC)
    found = admin.list_namespaces()["Namespaces"][0]
    may = client(
        world, "servicediscovery", allow("servicediscovery:*"), deny("servicediscovery:*", found["Arn"])
    )
    records = {"NamespaceId": found["Id"], "DnsRecords": [{"Type": "A", "TTL": 60}]}
    told = refusal(may.create_service, Name="web", DnsConfig=records)
    assert told[0] == "AccessDeniedException"
    assert found["Arn"] in told[1]


def test_a_security_group_is_the_same_by_its_name(world):
    group(world.client("ec2"), "web")
    may = client(
        world,
        "ec2",
        allow("ec2:*", f"{ARN}:security-group-rule/*"),
        allow("ec2:*", f"{ARN}:security-group/sg-mine"),
    )
    for method in (may.authorize_security_group_ingress, may.revoke_security_group_ingress):
        code, text = refusal(method, GroupName="web", IpPermissions=[WEB])
        assert code == "UnauthorizedOperation"
        assert f"on resource: {ARN}:security-group/* because" in text
    assert refusal(may.delete_security_group, GroupName="web")[0] == "UnauthorizedOperation"
    by_name = client(world, "ec2", allow("ec2:*"), deny("ec2:*", f"{ARN}:security-group/{DEFAULT_GROUP}"))
    told = refusal(by_name.authorize_security_group_ingress, GroupName="default", IpPermissions=[WEB])
    assert told[0] == "UnauthorizedOperation"
    assert DEFAULT_GROUP not in told[1]


def test_a_refusal_does_not_tell_which_groups_there_are(world):
    group(world.client("ec2"), "web")
    may = client(world, "ec2", allow("sts:*"))
    told = {refusal(may.delete_security_group, GroupName=name) for name in ("web", "nothing")}
    assert len(told) == 1


def test_rules_that_are_revoked_by_their_ids_are_their_groups(world):
    ec2 = world.client("ec2")
    made = ec2.authorize_security_group_ingress(GroupId=group(ec2, "web"), IpPermissions=[WEB])
    rule = made["SecurityGroupRules"][0]
    may = client(world, "ec2", allow("ec2:*"), deny("ec2:*", f"{ARN}:security-group/{rule['GroupId']}"))
    told = refusal(may.revoke_security_group_ingress, SecurityGroupRuleIds=[rule["SecurityGroupRuleId"]])
    assert (told[0], DENIED in told[1]) == ("UnauthorizedOperation", True)


def test_a_group_without_a_vpc_is_made_in_the_default_one(world):
    may = client(world, "ec2", allow("ec2:*"), deny("ec2:CreateSecurityGroup", f"{ARN}:vpc/{VPC}"))
    told = refusal(may.create_security_group, GroupName="g", Description="d")
    assert (told[0], DENIED in told[1]) == ("UnauthorizedOperation", True)


def test_an_elastic_address_is_the_same_by_itself(world):
    made = world.client("ec2").allocate_address()
    may = client(world, "ec2", allow("ec2:*"), deny("ec2:*", f"{ARN}:elastic-ip/{made['AllocationId']}"))
    for method in (may.release_address, may.disassociate_address):
        assert refusal(method, PublicIp=made["PublicIp"])[0] == "UnauthorizedOperation"
    told = refusal(may.associate_address, PublicIp=made["PublicIp"], NetworkInterfaceId="eni-0")
    assert told[0] == "UnauthorizedOperation"


def test_an_association_is_its_route_tables(world):
    ec2 = world.client("ec2")
    subnet = ec2.describe_subnets()["Subnets"][0]["SubnetId"]
    table = ec2.create_route_table(VpcId=VPC)["RouteTable"]["RouteTableId"]
    association = ec2.associate_route_table(RouteTableId=table, SubnetId=subnet)["AssociationId"]
    may = client(world, "ec2", allow("ec2:*"), deny("ec2:*", f"{ARN}:route-table/{table}"))
    told = refusal(may.disassociate_route_table, AssociationId=association)
    assert told[0] == "UnauthorizedOperation"


def test_an_association_is_the_network_acls_that_a_subnet_has(world):
    ec2 = world.client("ec2")
    (default,) = ec2.describe_network_acls()["NetworkAcls"]
    other = ec2.create_network_acl(VpcId=VPC)["NetworkAcl"]["NetworkAclId"]
    association = default["Associations"][0]["NetworkAclAssociationId"]
    denied = deny("ec2:*", f"{ARN}:network-acl/{default['NetworkAclId']}")
    may = client(world, "ec2", allow("ec2:*"), denied)
    told = refusal(may.replace_network_acl_association, AssociationId=association, NetworkAclId=other)
    assert told[0] == "UnauthorizedOperation"


@pytest.mark.parametrize("name", ["Admin", "admin", "ADMIN"])
def test_a_role_is_the_same_whatever_its_case(world, name):
    role(world.client("iam"), "Admin")
    may = client(world, "iam", allow("iam:*"), deny("iam:*", f"{ROLES}/Admin"))
    text = document(allow("*"))
    told = refusal(may.put_role_policy, RoleName=name, PolicyName="all", PolicyDocument=text)
    assert told[0] == "AccessDenied"


@pytest.mark.parametrize("name", ["Admin", "admin"])
def test_a_role_that_is_passed_by_its_name_is_passed_with_its_path(world, ecs, name):
    role(world.client("iam"), "Admin", Path="/top/")
    ecs.create_cluster()
    ecs.register_task_definition(family="web", containerDefinitions=[CONTAINER])
    may = client(world, "ecs", allow("*"), deny("iam:PassRole", f"{ROLES}/top/*"))
    told = refusal(may.run_task, taskDefinition="web", overrides={"taskRoleArn": name})
    assert told[0] == "AccessDeniedException"
    assert f"iam:PassRole on resource: {ROLES}/{name} {DENIED}" in told[1]


def test_a_refusal_does_not_tell_which_revision_is_the_newest(world, story):
    may = client(world, "ecs", allow("sts:*"))
    told = [refusal(may.run_task, taskDefinition=name)[1] for name in ("web", "nothing")]
    assert f"{ECS}:task-definition/web:* because" in told[0]
    assert told[0].replace("/web:", "/nothing:") == told[1]
