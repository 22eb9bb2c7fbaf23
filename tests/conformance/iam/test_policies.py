"""Managed policies: the account's own with their versions, and those of AWS."""

import json

import pytest

from tests.conformance.iam.words import ACCOUNT, EXECUTION, allow, document, policy, role, trusting
from tests.conformance.world import refusal

ADMINISTRATOR = "arn:aws:iam::aws:policy/AdministratorAccess"


def test_a_policy_is_told_as_it_was_made(iam):
    arn = policy(iam, Path="/ecs/", Description="reads", Tags=[{"Key": "k", "Value": "v"}])
    assert arn == f"arn:aws:iam::{ACCOUNT}:policy/ecs/reader"
    told = iam.get_policy(PolicyArn=arn)["Policy"]
    assert told["PolicyId"].startswith("ANPA")
    assert (told["DefaultVersionId"], told["AttachmentCount"], told["IsAttachable"]) == ("v1", 0, True)
    assert (told["Description"], told["Tags"]) == ("reads", [{"Key": "k", "Value": "v"}])
    version = iam.get_policy_version(PolicyArn=arn, VersionId="v1")["PolicyVersion"]
    assert version["Document"] == json.loads(document(allow()))


def test_a_name_is_taken_in_any_case(iam):
    policy(iam, "Reader")
    told = refusal(iam.create_policy, PolicyName="reader", PolicyDocument=document(allow()))
    assert told == (
        "EntityAlreadyExists",
        "A policy called reader already exists. Duplicate names are not allowed.",
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("no json", "This policy contains invalid Json"),
        (document({"Effect": "Allow", "Resource": "*"}), "Policy statement must contain actions."),
        (document({"Effect": "Allow", "Action": "*"}), "Policy statement must contain resources."),
        (trusting(), "Policy document should not specify a principal."),
        (document(allow(resource="web")), 'Resource web must be in ARN format or "*".'),
        (
            document(allow("RunTask")),
            "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.",
        ),
        (document(allow(Effect="allow")), "Syntax errors in policy."),
    ],
)
def test_a_document_that_breaks_the_grammar(iam, text, expected):
    told = refusal(iam.create_policy, PolicyName="p", PolicyDocument=text)
    assert told == ("MalformedPolicyDocument", expected)


def test_a_document_of_more_than_its_quota(iam):
    text = document(*(allow(f"ecs:{'A' * 90}{n:03}") for n in range(80)))
    told = refusal(iam.create_policy, PolicyName="p", PolicyDocument=text)
    assert told == ("LimitExceeded", "Cannot exceed quota for PolicySize: 6144")
    blank = json.dumps(json.loads(document(allow())), indent=400)
    iam.create_policy(PolicyName="blank", PolicyDocument=blank)


def test_five_versions_of_which_one_counts(iam):
    arn = policy(iam)
    for number in range(2, 6):
        iam.create_policy_version(PolicyArn=arn, PolicyDocument=document(allow(f"ecs:V{number}")))
    told = refusal(iam.create_policy_version, PolicyArn=arn, PolicyDocument=document(allow()))
    assert told == (
        "LimitExceeded",
        (
            "A managed policy can have up to 5 versions. Before you create a new version, you must delete an existing "
            "version."
        ),
    )
    assert iam.get_policy(PolicyArn=arn)["Policy"]["DefaultVersionId"] == "v1"
    iam.set_default_policy_version(PolicyArn=arn, VersionId="v3")
    told = refusal(iam.delete_policy_version, PolicyArn=arn, VersionId="v3")
    assert told == ("DeleteConflict", "Cannot delete the default version of a policy.")
    iam.delete_policy_version(PolicyArn=arn, VersionId="v5")
    made = iam.create_policy_version(PolicyArn=arn, PolicyDocument=document(allow()), SetAsDefault=True)
    assert made["PolicyVersion"]["VersionId"] == "v6"
    listed = iam.list_policy_versions(PolicyArn=arn)["Versions"]
    assert [each["VersionId"] for each in listed] == ["v6", "v4", "v3", "v2", "v1"]
    assert [each["VersionId"] for each in listed if each["IsDefaultVersion"]] == ["v6"]


def test_a_version_that_is_not_there(iam):
    arn = policy(iam)
    told = ("NoSuchEntity", f"Policy {arn} version v9 does not exist or is not attachable.")
    for call in (iam.get_policy_version, iam.set_default_policy_version, iam.delete_policy_version):
        assert refusal(call, PolicyArn=arn, VersionId="v9") == told


def test_a_policy_is_deleted_when_nothing_uses_it(iam):
    arn = policy(iam)
    role(iam)
    iam.attach_role_policy(RoleName="task", PolicyArn=arn)
    told = refusal(iam.delete_policy, PolicyArn=arn)
    assert told == ("DeleteConflict", "Cannot delete a policy attached to entities.")
    iam.detach_role_policy(RoleName="task", PolicyArn=arn)
    iam.create_policy_version(PolicyArn=arn, PolicyDocument=document(allow()))
    code, text = refusal(iam.delete_policy, PolicyArn=arn)
    assert (code, text.split(".")[0]) == ("DeleteConflict", "This policy has more than one version")
    iam.delete_policy_version(PolicyArn=arn, VersionId="v2")
    iam.delete_policy(PolicyArn=arn)
    assert refusal(iam.get_policy, PolicyArn=arn) == ("NoSuchEntity", f"Policy {arn} was not found.")


def test_who_uses_a_policy(iam):
    arn = policy(iam)
    role(iam, "one")
    role(iam, "two", PermissionsBoundary=arn)
    iam.attach_role_policy(RoleName="one", PolicyArn=arn)
    told = iam.list_entities_for_policy(PolicyArn=arn)
    assert [each["RoleName"] for each in told["PolicyRoles"]] == ["one", "two"]
    bound = iam.list_entities_for_policy(PolicyArn=arn, PolicyUsageFilter="PermissionsBoundary")
    assert [each["RoleName"] for each in bound["PolicyRoles"]] == ["two"]
    assert told["PolicyUsers"] == []
    counted = iam.get_policy(PolicyArn=arn)["Policy"]
    assert (counted["AttachmentCount"], counted["PermissionsBoundaryUsageCount"]) == (1, 1)


def test_aws_has_policies_with_documents(iam):
    told = iam.get_policy(PolicyArn=EXECUTION)["Policy"]
    assert told["Path"] == "/service-role/"
    version = iam.get_policy_version(PolicyArn=EXECUTION, VersionId=told["DefaultVersionId"])
    assert "ecr:BatchGetImage" in version["PolicyVersion"]["Document"]["Statement"][0]["Action"]
    (only,) = iam.list_policy_versions(PolicyArn=EXECUTION)["Versions"]
    assert only["IsDefaultVersion"]


def test_every_policy_of_awss_is_one_that_is_understood(iam):
    listed = iam.list_policies(Scope="AWS", MaxItems=1000)["Policies"]
    assert {"AdministratorAccess", "ReadOnlyAccess", "AmazonECS_FullAccess"} <= {
        each["PolicyName"] for each in listed
    }
    role(iam)
    for each in listed[:10]:
        iam.attach_role_policy(RoleName="task", PolicyArn=each["Arn"])


def test_a_policy_of_awss_is_not_changed(iam):
    code, text = refusal(iam.delete_policy, PolicyArn=ADMINISTRATOR)
    assert code == "AccessDenied"
    assert text.endswith(
        f"is not authorized to perform: iam:DeletePolicy on resource: policy {ADMINISTRATOR}"
    )


def test_policies_are_listed_by_scope_path_and_use(iam):
    arn = policy(iam, "mine", Path="/x/")
    policy(iam, "other")
    assert [each["Arn"] for each in iam.list_policies(Scope="Local", PathPrefix="/x/")["Policies"]] == [arn]
    role(iam)
    iam.attach_role_policy(RoleName="task", PolicyArn=arn)
    iam.attach_role_policy(RoleName="task", PolicyArn=EXECUTION)
    used = iam.list_policies(OnlyAttached=True)["Policies"]
    assert {each["Arn"] for each in used} == {arn, EXECUTION}


def test_tags_of_a_policy(iam):
    arn = policy(iam)
    iam.tag_policy(PolicyArn=arn, Tags=[{"Key": "k", "Value": "v"}])
    assert iam.list_policy_tags(PolicyArn=arn)["Tags"] == [{"Key": "k", "Value": "v"}]
    iam.untag_policy(PolicyArn=arn, TagKeys=["k"])
    assert iam.list_policy_tags(PolicyArn=arn)["Tags"] == []
