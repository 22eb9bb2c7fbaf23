"""Instance profiles, service-linked roles, and who asks."""

from tests.conformance.iam.words import ACCOUNT, role
from tests.conformance.world import refusal


def test_a_profile_holds_one_role(iam):
    made = iam.create_instance_profile(InstanceProfileName="box", Path="/x/")["InstanceProfile"]
    assert made["Arn"] == f"arn:aws:iam::{ACCOUNT}:instance-profile/x/box"
    assert (made["InstanceProfileId"][:4], made["Roles"]) == ("AIPA", [])
    role(iam)
    iam.add_role_to_instance_profile(InstanceProfileName="box", RoleName="task")
    told = refusal(iam.add_role_to_instance_profile, InstanceProfileName="box", RoleName="task")
    assert told == ("LimitExceeded", "Cannot exceed quota for InstanceSessionsPerInstanceProfile: 1")
    (held,) = iam.get_instance_profile(InstanceProfileName="box")["InstanceProfile"]["Roles"]
    assert held["RoleName"] == "task"
    (found,) = iam.list_instance_profiles_for_role(RoleName="task")["InstanceProfiles"]
    assert found["InstanceProfileName"] == "box"


def test_a_profile_is_deleted_when_it_is_empty(iam):
    iam.create_instance_profile(InstanceProfileName="box")
    role(iam)
    iam.add_role_to_instance_profile(InstanceProfileName="box", RoleName="task")
    told = refusal(iam.delete_instance_profile, InstanceProfileName="box")
    assert told == (
        "DeleteConflict",
        "Cannot delete entity, must remove roles from instance profile first.",
    )
    iam.remove_role_from_instance_profile(InstanceProfileName="box", RoleName="task")
    iam.delete_instance_profile(InstanceProfileName="box")
    told = refusal(iam.get_instance_profile, InstanceProfileName="box")
    assert told == ("NoSuchEntity", "Instance Profile box cannot be found.")


def test_a_profiles_name_is_taken_once(iam):
    iam.create_instance_profile(InstanceProfileName="box")
    told = refusal(iam.create_instance_profile, InstanceProfileName="box")
    assert told == ("EntityAlreadyExists", "Instance Profile box already exists.")


def test_profiles_have_tags_and_are_listed(iam):
    iam.create_instance_profile(InstanceProfileName="box", Tags=[{"Key": "k", "Value": "v"}])
    iam.tag_instance_profile(InstanceProfileName="box", Tags=[{"Key": "l", "Value": "w"}])
    iam.untag_instance_profile(InstanceProfileName="box", TagKeys=["k"])
    assert iam.list_instance_profile_tags(InstanceProfileName="box")["Tags"] == [{"Key": "l", "Value": "w"}]
    (listed,) = iam.list_instance_profiles()["InstanceProfiles"]
    assert listed["InstanceProfileName"] == "box"


def test_the_service_linked_role_of_ecs(iam):
    made = iam.create_service_linked_role(AWSServiceName="ecs.amazonaws.com")["Role"]
    path = "aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS"
    assert made["Arn"] == f"arn:aws:iam::{ACCOUNT}:role/{path}"
    told = refusal(iam.create_service_linked_role, AWSServiceName="ecs.amazonaws.com")
    assert told == (
        "InvalidInput",
        "Service role name AWSServiceRoleForECS has been taken in this account, please try a different suffix.",
    )
    told = refusal(iam.delete_role, RoleName="AWSServiceRoleForECS")
    assert told == (
        "UnmodifiableEntity",
        (
            "Cannot perform the operation on the protected role 'AWSServiceRoleForECS' - this role is only modifiable by "
            "AWS"
        ),
    )


def test_a_service_linked_role_is_deleted_when_nothing_needs_it(iam, ecs):
    iam.create_service_linked_role(AWSServiceName="ecs.amazonaws.com")
    cluster = ecs.create_cluster(clusterName="x")["cluster"]["clusterArn"]
    task = iam.delete_service_linked_role(RoleName="AWSServiceRoleForECS")["DeletionTaskId"]
    told = iam.get_service_linked_role_deletion_status(DeletionTaskId=task)
    assert told["Status"] == "FAILED"
    assert told["Reason"]["RoleUsageList"] == [{"Region": "us-east-1", "Resources": [cluster]}]
    ecs.delete_cluster(cluster="x")
    task = iam.delete_service_linked_role(RoleName="AWSServiceRoleForECS")["DeletionTaskId"]
    assert iam.get_service_linked_role_deletion_status(DeletionTaskId=task)["Status"] == "SUCCEEDED"
    assert refusal(iam.get_role, RoleName="AWSServiceRoleForECS")[0] == "NoSuchEntity"


def test_a_service_without_such_a_role(iam):
    told = refusal(iam.create_service_linked_role, AWSServiceName="lex.amazonaws.com")
    assert told[0] == "NoSuchEntity"


def test_a_user_is_told_who_they_are(world):
    key = world.user({"Effect": "Allow", "Action": "iam:GetUser", "Resource": "*"})
    told = world.client("iam", key=key).get_user()["User"]
    assert (told["UserName"], told["Arn"]) == ("bob", f"arn:aws:iam::{ACCOUNT}:user/bob")
    other = refusal(world.client("iam", key=key).get_user, UserName="eve")
    assert other == ("NoSuchEntity", "The user with name eve cannot be found.")


def test_the_administrator_is_the_account(iam):
    assert iam.get_user()["User"]["Arn"] == f"arn:aws:iam::{ACCOUNT}:root"
