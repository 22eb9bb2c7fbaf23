"""Roles, as boto3 and Terraform make, read, change and delete them."""

import json

import pytest

from tests.conformance.iam.words import ACCOUNT, EXECUTION, allow, document, policy, role, trusting
from tests.conformance.world import OTHER_ACCOUNT, refusal


def test_a_role_is_told_as_it_was_made(iam):
    made = role(iam, "task", Path="/apps/web/", Description="for the web", Tags=[{"Key": "k", "Value": "v"}])
    assert made["Arn"] == f"arn:aws:iam::{ACCOUNT}:role/apps/web/task"
    assert made["RoleId"].startswith("AROA")
    assert made["AssumeRolePolicyDocument"] == json.loads(trusting())
    assert (made["MaxSessionDuration"], made["Description"]) == (3600, "for the web")
    assert made["Tags"] == [{"Key": "k", "Value": "v"}]
    assert iam.get_role(RoleName="task")["Role"] == made


def test_a_name_is_taken_in_any_case(iam):
    role(iam, "Task")
    told = refusal(role, iam=iam, name="tASK")
    assert told == ("EntityAlreadyExists", "Role with name tASK already exists.")
    assert iam.get_role(RoleName="TASK")["Role"]["RoleName"] == "Task"


def test_a_role_that_is_not_there(iam):
    told = ("NoSuchEntity", "The role with name nobody cannot be found.")
    for call in (iam.get_role, iam.delete_role, iam.list_role_policies, iam.list_attached_role_policies):
        assert refusal(call, RoleName="nobody") == told
    answer = iam.exceptions.NoSuchEntityException
    with pytest.raises(answer) as caught:
        iam.get_role(RoleName="nobody")
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 404


def test_a_namesake_that_is_made_later_is_another_role(iam):
    first = role(iam)["RoleId"]
    iam.delete_role(RoleName="task")
    assert role(iam)["RoleId"] != first


def test_roles_are_the_accounts_in_every_region(world, iam):
    role(iam)
    assert world.client("iam", region="eu-central-1").get_role(RoleName="task")["Role"]["RoleName"] == "task"
    assert refusal(world.client("iam", account=OTHER_ACCOUNT).get_role, RoleName="task")[0] == "NoSuchEntity"


def test_roles_are_listed_by_name_a_page_at_a_time(iam):
    for name in ("c", "a", "b"):
        role(iam, name, Path="/x/")
    role(iam, "other")
    first = iam.list_roles(PathPrefix="/x/", MaxItems=2)
    assert [each["RoleName"] for each in first["Roles"]] == ["a", "b"]
    assert first["IsTruncated"]
    rest = iam.list_roles(PathPrefix="/x/", MaxItems=2, Marker=first["Marker"])
    assert [each["RoleName"] for each in rest["Roles"]] == ["c"]
    assert not rest["IsTruncated"]
    assert refusal(iam.list_roles, Marker=first["Marker"])[0] == "ValidationError"


def test_a_role_is_changed_in_what_is_given(iam):
    role(iam, Description="one")
    iam.update_role(RoleName="task", MaxSessionDuration=7200)
    iam.update_assume_role_policy(RoleName="task", PolicyDocument=trusting({"AWS": ACCOUNT}))
    told = iam.get_role(RoleName="task")["Role"]
    assert (told["Description"], told["MaxSessionDuration"]) == ("one", 7200)
    assert told["AssumeRolePolicyDocument"] == json.loads(trusting({"AWS": ACCOUNT}))
    assert iam.update_role_description(RoleName="task", Description="two")["Role"]["Description"] == "two"


@pytest.mark.parametrize(
    ("trust", "text"),
    [
        ("{", "This policy contains invalid Json"),
        (document(allow()), "Has prohibited field Resource"),
        (trusting({"AWS": "me"}), 'Invalid principal in policy: "AWS":"me"'),
        (trusting(action="ecs:*"), "AssumeRole policy may only specify STS AssumeRole actions."),
    ],
)
def test_a_trust_policy_that_breaks_the_grammar(iam, trust, text):
    assert refusal(role, iam=iam, trust=trust) == ("MalformedPolicyDocument", text)


def test_a_trust_policy_of_more_than_its_quota(iam):
    told = refusal(role, iam=iam, trust=trusting({"AWS": [f"{n:012}" for n in range(200)]}))
    assert told == ("LimitExceeded", "Cannot exceed quota for ACLSizePerRole: 2048")


def test_inline_policies_come_and_go(iam):
    role(iam)
    for name in ("two", "one"):
        iam.put_role_policy(RoleName="task", PolicyName=name, PolicyDocument=document(allow()))
    assert iam.list_role_policies(RoleName="task")["PolicyNames"] == ["one", "two"]
    told = iam.get_role_policy(RoleName="task", PolicyName="one")
    assert told["PolicyDocument"] == json.loads(document(allow()))
    iam.delete_role_policy(RoleName="task", PolicyName="one")
    gone = ("NoSuchEntity", "The role policy with name one cannot be found.")
    assert refusal(iam.get_role_policy, RoleName="task", PolicyName="one") == gone
    assert refusal(iam.delete_role_policy, RoleName="task", PolicyName="one") == gone


def test_inline_policies_have_a_quota_together(iam):
    role(iam)
    long = document(*(allow(f"ecs:{'A' * 90}{n:03}") for n in range(40)))
    iam.put_role_policy(RoleName="task", PolicyName="one", PolicyDocument=long)
    told = refusal(iam.put_role_policy, RoleName="task", PolicyName="two", PolicyDocument=long)
    assert told == ("LimitExceeded", "Maximum policy size of 10240 bytes exceeded for role task")


def test_managed_policies_are_attached_and_detached(iam):
    role(iam)
    own = policy(iam)
    for arn in (own, EXECUTION, own):
        iam.attach_role_policy(RoleName="task", PolicyArn=arn)
    listed = iam.list_attached_role_policies(RoleName="task")["AttachedPolicies"]
    assert listed == [
        {"PolicyName": "AmazonECSTaskExecutionRolePolicy", "PolicyArn": EXECUTION},
        {"PolicyName": "reader", "PolicyArn": own},
    ]
    iam.detach_role_policy(RoleName="task", PolicyArn=own)
    told = refusal(iam.detach_role_policy, RoleName="task", PolicyArn=own)
    assert told == ("NoSuchEntity", f"Policy {own} was not found.")


def test_a_policy_that_is_not_there_is_not_attached(iam):
    role(iam)
    arn = f"arn:aws:iam::{ACCOUNT}:policy/nothing"
    told = refusal(iam.attach_role_policy, RoleName="task", PolicyArn=arn)
    assert told == ("NoSuchEntity", f"Policy {arn} does not exist or is not attachable.")
    assert refusal(iam.attach_role_policy, RoleName="task", PolicyArn="a" * 20)[0] == "InvalidInput"


def test_a_role_has_ten_managed_policies_at_most(iam):
    role(iam)
    for number in range(10):
        iam.attach_role_policy(RoleName="task", PolicyArn=policy(iam, f"p{number}"))
    told = refusal(iam.attach_role_policy, RoleName="task", PolicyArn=EXECUTION)
    assert told == ("LimitExceeded", "Cannot exceed quota for PoliciesPerRole: 10")


def test_a_role_is_deleted_when_nothing_is_in_it(iam):
    role(iam)
    iam.attach_role_policy(RoleName="task", PolicyArn=EXECUTION)
    iam.put_role_policy(RoleName="task", PolicyName="own", PolicyDocument=document(allow()))
    iam.create_instance_profile(InstanceProfileName="box")
    iam.add_role_to_instance_profile(InstanceProfileName="box", RoleName="task")
    told = refusal(iam.delete_role, RoleName="task")
    assert told == (
        "DeleteConflict",
        "Cannot delete entity, must remove roles from instance profile first.",
    )
    iam.remove_role_from_instance_profile(InstanceProfileName="box", RoleName="task")
    told = refusal(iam.delete_role, RoleName="task")
    assert told == ("DeleteConflict", "Cannot delete entity, must detach all policies first.")
    iam.detach_role_policy(RoleName="task", PolicyArn=EXECUTION)
    told = refusal(iam.delete_role, RoleName="task")
    assert told == ("DeleteConflict", "Cannot delete entity, must delete policies first.")
    iam.delete_role_policy(RoleName="task", PolicyName="own")
    iam.delete_role(RoleName="task")
    assert iam.list_roles()["Roles"] == []


def test_a_boundary_is_put_and_taken_away(iam):
    bound = policy(iam, "bound")
    made = role(iam, PermissionsBoundary=bound)
    shown = {"PermissionsBoundaryType": "PermissionsBoundaryPolicy", "PermissionsBoundaryArn": bound}
    assert made["PermissionsBoundary"] == shown
    iam.delete_role_permissions_boundary(RoleName="task")
    assert "PermissionsBoundary" not in iam.get_role(RoleName="task")["Role"]
    arn = f"arn:aws:iam::{ACCOUNT}:policy/nothing"
    told = refusal(iam.put_role_permissions_boundary, RoleName="task", PermissionsBoundary=arn)
    assert told == ("NoSuchEntity", f"Scope ARN: {arn} does not exist or is not attachable.")


def test_tags_of_a_role(iam):
    role(iam, Tags=[{"Key": "Team", "Value": "blue"}])
    iam.tag_role(RoleName="task", Tags=[{"Key": "team", "Value": "green"}, {"Key": "a", "Value": ""}])
    listed = iam.list_role_tags(RoleName="task")
    assert listed["Tags"] == [{"Key": "a", "Value": ""}, {"Key": "team", "Value": "green"}]
    iam.untag_role(RoleName="task", TagKeys=["TEAM", "none"])
    assert iam.list_role_tags(RoleName="task")["Tags"] == [{"Key": "a", "Value": ""}]
    twice = [{"Key": "k", "Value": "1"}, {"Key": "K", "Value": "2"}]
    assert refusal(iam.tag_role, RoleName="task", Tags=twice) == (
        "InvalidInput",
        "Duplicate tag keys found. Please note that Tag keys are case insensitive.",
    )


@pytest.mark.parametrize(
    ("members", "text"),
    [
        (
            {"RoleName": "a b", "AssumeRolePolicyDocument": "{}"},
            "Member must satisfy regular expression pattern: [\\w+=,.@-]+",
        ),
        ({"RoleName": "x"}, "Member must not be null"),
        (
            {"RoleName": "x", "AssumeRolePolicyDocument": "{}", "MaxSessionDuration": 60},
            "Member must have value greater than or equal to 3600",
        ),
    ],
)
def test_what_the_model_refuses(iam, members, text):
    code, told = refusal(iam.create_role, **members)
    assert code == "ValidationError"
    assert told.endswith(text)
