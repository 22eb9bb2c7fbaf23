"""Tags of roles, managed policies and instance profiles."""

from typing import TypeVar

from msgspec.structs import replace

from homeport.api.caller import Caller
from homeport.api.iam import find, listing, tagging
from homeport.api.iam.listing import Page
from homeport.api.operation import read, write
from homeport.model.role import InstanceProfile, ManagedPolicy, Role
from homeport.shapes import iam
from homeport.store.tx import ReadTx, WriteTx

T = TypeVar("T", Role, ManagedPolicy, InstanceProfile)


@write
def tag_role(tx: WriteTx, caller: Caller, request: iam.TagRoleRequest) -> iam.TagRoleResponse:
    """Adds tags to a role; one with a key that is there already replaces its value."""
    role = find.own_role(tx, caller, request.role_name)
    tx.put(_tagged(role, tagging.added(role.spec.tags, request.tags)))
    return iam.TagRoleResponse()


@write
def untag_role(tx: WriteTx, caller: Caller, request: iam.UntagRoleRequest) -> iam.UntagRoleResponse:
    """Takes tags away from a role; a key that is not there is no error."""
    role = find.own_role(tx, caller, request.role_name)
    tx.put(_tagged(role, tagging.without(role.spec.tags, request.tag_keys)))
    return iam.UntagRoleResponse()


@read
def list_role_tags(tx: ReadTx, caller: Caller, request: iam.ListRoleTagsRequest) -> iam.ListRoleTagsResponse:
    """A role's tags."""
    role = find.any_role(tx, caller, request.role_name)
    page = _page("ListRoleTags", caller, role, (request.marker, request.max_items))
    return iam.ListRoleTagsResponse(tags=page.items, is_truncated=page.is_truncated, marker=page.marker)


@write
def tag_policy(tx: WriteTx, caller: Caller, request: iam.TagPolicyRequest) -> iam.TagPolicyResponse:
    """Adds tags to a managed policy."""
    policy = find.own_policy(tx, caller, request.policy_arn, "iam:TagPolicy")
    tx.put(_tagged(policy, tagging.added(policy.spec.tags, request.tags)))
    return iam.TagPolicyResponse()


@write
def untag_policy(tx: WriteTx, caller: Caller, request: iam.UntagPolicyRequest) -> iam.UntagPolicyResponse:
    """Takes tags away from a managed policy."""
    policy = find.own_policy(tx, caller, request.policy_arn, "iam:UntagPolicy")
    tx.put(_tagged(policy, tagging.without(policy.spec.tags, request.tag_keys)))
    return iam.UntagPolicyResponse()


@read
def list_policy_tags(
    tx: ReadTx, caller: Caller, request: iam.ListPolicyTagsRequest
) -> iam.ListPolicyTagsResponse:
    """A managed policy's tags; AWS's have none."""
    policy = find.any_policy(tx, caller, request.policy_arn)
    if policy is None:
        return iam.ListPolicyTagsResponse(tags=[], is_truncated=False)
    page = _page("ListPolicyTags", caller, policy, (request.marker, request.max_items))
    return iam.ListPolicyTagsResponse(tags=page.items, is_truncated=page.is_truncated, marker=page.marker)


@write
def tag_instance_profile(
    tx: WriteTx, caller: Caller, request: iam.TagInstanceProfileRequest
) -> iam.TagInstanceProfileResponse:
    """Adds tags to an instance profile."""
    profile = find.profile(tx, caller, request.instance_profile_name)
    tx.put(_tagged(profile, tagging.added(profile.spec.tags, request.tags)))
    return iam.TagInstanceProfileResponse()


@write
def untag_instance_profile(
    tx: WriteTx, caller: Caller, request: iam.UntagInstanceProfileRequest
) -> iam.UntagInstanceProfileResponse:
    """Takes tags away from an instance profile."""
    profile = find.profile(tx, caller, request.instance_profile_name)
    tx.put(_tagged(profile, tagging.without(profile.spec.tags, request.tag_keys)))
    return iam.UntagInstanceProfileResponse()


@read
def list_instance_profile_tags(
    tx: ReadTx, caller: Caller, request: iam.ListInstanceProfileTagsRequest
) -> iam.ListInstanceProfileTagsResponse:
    """An instance profile's tags."""
    profile = find.profile(tx, caller, request.instance_profile_name)
    page = _page("ListInstanceProfileTags", caller, profile, (request.marker, request.max_items))
    return iam.ListInstanceProfileTagsResponse(
        tags=page.items, is_truncated=page.is_truncated, marker=page.marker
    )


def _tagged(record: T, tags: dict[str, str]) -> T:
    return replace(record, spec=replace(record.spec, tags=tags))


def _page(
    operation: str,
    caller: Caller,
    record: Role | ManagedPolicy | InstanceProfile,
    asked: tuple[str | None, int | None],
) -> Page[iam.Tag]:
    by_key = {key: iam.Tag(key=key, value=value) for key, value in record.spec.tags.items()}
    return listing.page(operation, caller, by_key, asked, record.id)
