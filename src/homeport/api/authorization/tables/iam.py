"""IAM: roles, policies and instance profiles by their ARNs; errors name them as IAM does (`role NAME`)."""

from collections.abc import Iterator
from typing import Any

from homeport.api.authorization.access import Access, Rule, Table, keys, one, request_tags, resource_tags
from homeport.api.authorization.tables import passing
from homeport.api.caller import Caller
from homeport.model import role as names
from homeport.model.role import InstanceProfile, ManagedPolicy, Role
from homeport.model.user import User
from homeport.store.tx import ReadTx

INSTANCES = "ec2.amazonaws.com"


def _brought(request: Any) -> dict[str, tuple[str, ...]]:
    """The keys of tags that a request brings, and of those that it takes away."""
    found = request_tags({tag.key: tag.value for tag in getattr(request, "tags", None) or ()})
    gone = tuple(getattr(request, "tag_keys", None) or ())
    return found | ({"aws:tagkeys": gone} if gone else {})


def on_role(action: str) -> Rule:
    """An operation on a role; its path is looked up, because its ARN has it."""

    def rule(tx: ReadTx, caller: Caller, request: Any) -> Iterator[Access]:
        record = tx.get(Role, names.role_id(caller.account, request.role_name))
        # Whatever its case in the request, it is the same role.
        path, name = ("/", request.role_name) if record is None else (record.spec.path, record.spec.name)
        said = {
            **_brought(request),
            "iam:permissionsboundary": one(None if record is None else record.spec.boundary),
            "iam:policyarn": one(getattr(request, "policy_arn", None)),
            **resource_tags({} if record is None else record.spec.tags, "iam"),
        }
        if action == "PutRolePermissionsBoundary":
            said["iam:permissionsboundary"] = (request.permissions_boundary,)
        resource = f"arn:aws:iam::{caller.account}:role{path}{name}"
        shown = f"role {request.role_name}"
        yield Access(action=f"iam:{action}", resource=resource, said=keys(said), shown=shown)

    return rule


def create_role(_: ReadTx, caller: Caller, request: Any) -> Iterator[Access]:
    """The role that is to be; with tags it needs the permission to tag."""
    resource = f"arn:aws:iam::{caller.account}:role{request.path or '/'}{request.role_name}"
    said = {**_brought(request), "iam:permissionsboundary": one(request.permissions_boundary)}
    yield Access(action="iam:CreateRole", resource=resource, said=keys(said))
    if request.tags:
        yield Access(action="iam:TagRole", resource=resource, said=keys(said))


def create_service_linked_role(_: ReadTx, caller: Caller, request: Any) -> Iterator[Access]:
    """The role of a service, whose name AWS chooses."""
    service = request.aws_service_name
    resource = f"arn:aws:iam::{caller.account}:role/aws-service-role/{service}/*"
    said = {"iam:awsservicename": (service,)}
    yield Access(action="iam:CreateServiceLinkedRole", resource=resource, said=said)


def deletion_status(_: ReadTx, caller: Caller, request: Any) -> Iterator[Access]:
    """The role that is being deleted: the id of the deletion has its path and name."""
    path = request.deletion_task_id.removeprefix("task").rpartition("/")[0]
    resource = f"arn:aws:iam::{caller.account}:role{path}"
    yield Access(action="iam:GetServiceLinkedRoleDeletionStatus", resource=resource)


def on_policy(action: str) -> Rule:
    """An operation on a managed policy, which is named by its ARN."""

    def rule(tx: ReadTx, _: Caller, request: Any) -> Iterator[Access]:
        named = names.named_by_arn(request.policy_arn, "policy")
        record = tx.get(ManagedPolicy, names.policy_id(*named)) if named is not None else None
        tags = {} if record is None else record.spec.tags
        said = {**_brought(request), **resource_tags(tags, "iam")}
        shown = f"policy {request.policy_arn}"
        yield Access(action=f"iam:{action}", resource=request.policy_arn, said=said, shown=shown)

    return rule


def create_policy(_: ReadTx, caller: Caller, request: Any) -> Iterator[Access]:
    """The policy that is to be."""
    resource = f"arn:aws:iam::{caller.account}:policy{request.path or '/'}{request.policy_name}"
    shown = f"policy {request.policy_name}"
    yield Access(action="iam:CreatePolicy", resource=resource, said=_brought(request), shown=shown)
    if request.tags:
        yield Access(action="iam:TagPolicy", resource=resource, said=_brought(request), shown=shown)


def on_profile(action: str) -> Rule:
    """An operation on an instance profile; a role that is put into one is handed to EC2."""

    def rule(tx: ReadTx, caller: Caller, request: Any) -> Iterator[Access]:
        record = tx.get(InstanceProfile, names.profile_id(caller.account, request.instance_profile_name))
        name = request.instance_profile_name if record is None else record.spec.name
        path = (getattr(request, "path", None) or "/") if record is None else record.spec.path
        tags = {} if record is None else record.spec.tags
        said = {**_brought(request), **resource_tags(tags, "iam")}
        resource = f"arn:aws:iam::{caller.account}:instance-profile{path}{name}"
        yield Access(action=f"iam:{action}", resource=resource, said=said)
        if action == "CreateInstanceProfile" and request.tags:
            yield Access(action="iam:TagInstanceProfile", resource=resource, said=said)
        if action == "AddRoleToInstanceProfile":
            yield from passing.roles(tx, caller, (request.role_name,), INSTANCES)

    return rule


def listing(action: str, kind: str) -> Rule:
    """A list of what stands under a path."""

    def rule(_: ReadTx, caller: Caller, request: Any) -> Iterator[Access]:
        prefix = getattr(request, "path_prefix", None) or "/"
        resource = f"arn:aws:iam::{caller.account}:{kind}{prefix}"
        # IAM says so of policies, for whom it has an ARN in its own partition, too.
        shown = f"policy path {prefix}" if kind == "policy" else None
        yield Access(action=f"iam:{action}", resource=resource, shown=shown)

    return rule


def get_user(_: ReadTx, caller: Caller, request: Any) -> Iterator[Access]:
    """The user who is named, or who asks."""
    own = caller.identity.name if isinstance(caller.identity, User) else ""
    name = request.user_name or own
    resource = f"arn:aws:iam::{caller.account}:user/{name}"
    yield Access(action="iam:GetUser", resource=resource, shown=f"user {name}")


ON_ROLES = (
    *("AttachRolePolicy", "DeleteRole", "DeleteRolePermissionsBoundary", "DeleteRolePolicy"),
    *("DeleteServiceLinkedRole", "DetachRolePolicy", "GetRole", "GetRolePolicy"),
    *("ListAttachedRolePolicies", "ListInstanceProfilesForRole", "ListRolePolicies", "ListRoleTags"),
    *("PutRolePermissionsBoundary", "PutRolePolicy", "TagRole", "UntagRole"),
    *("UpdateAssumeRolePolicy", "UpdateRole", "UpdateRoleDescription"),
)
ON_POLICIES = (
    *("CreatePolicyVersion", "DeletePolicy", "DeletePolicyVersion", "GetPolicy", "GetPolicyVersion"),
    *("ListEntitiesForPolicy", "ListPolicyTags", "ListPolicyVersions", "SetDefaultPolicyVersion"),
    *("TagPolicy", "UntagPolicy"),
)
ON_PROFILES = (
    *("AddRoleToInstanceProfile", "CreateInstanceProfile", "DeleteInstanceProfile", "GetInstanceProfile"),
    *("ListInstanceProfileTags", "RemoveRoleFromInstanceProfile", "TagInstanceProfile"),
    "UntagInstanceProfile",
)

TABLE: Table = {
    **{name: on_role(name) for name in ON_ROLES},
    **{name: on_policy(name) for name in ON_POLICIES},
    **{name: on_profile(name) for name in ON_PROFILES},
    "CreatePolicy": create_policy,
    "CreateRole": create_role,
    "CreateServiceLinkedRole": create_service_linked_role,
    "GetServiceLinkedRoleDeletionStatus": deletion_status,
    "GetUser": get_user,
    "ListInstanceProfiles": listing("ListInstanceProfiles", "instance-profile"),
    "ListPolicies": listing("ListPolicies", "policy"),
    "ListRoles": listing("ListRoles", "role"),
}
