"""Instance profiles: a role in a case, as EC2 instances take it."""

from msgspec.structs import replace

from homeport.api.caller import Caller
from homeport.api.iam import errors, find, ids, listing, tagging, view
from homeport.api.operation import read, write
from homeport.model import role as names
from homeport.model.role import InstanceProfile, ProfileSpec
from homeport.shapes import iam
from homeport.store.tx import ReadTx, WriteTx

MOST_PROFILES = 1000


@write
def create_instance_profile(
    tx: WriteTx, caller: Caller, request: iam.CreateInstanceProfileRequest
) -> iam.CreateInstanceProfileResponse:
    """A profile without a role."""
    owner = names.owner(caller.account)
    id = names.profile_id(caller.account, request.instance_profile_name)
    tags = tagging.checked(request.tags)
    if tx.get(InstanceProfile, id) is not None:
        raise errors.profile_exists(request.instance_profile_name)
    if tx.count(InstanceProfile, owner) >= MOST_PROFILES:
        raise errors.too_many("InstanceProfilesPerAccount", MOST_PROFILES)

    spec = ProfileSpec(
        name=request.instance_profile_name,
        path=request.path or "/",
        unique_id=ids.unique(tx, "AIPA"),
        created_at=float(int(tx.now)),
        tags=tags,
    )
    profile = InstanceProfile(id=id, owner=owner, spec=spec)
    tx.put(profile)
    return iam.CreateInstanceProfileResponse(instance_profile=view.profile(tx, profile))


@read
def get_instance_profile(
    tx: ReadTx, caller: Caller, request: iam.GetInstanceProfileRequest
) -> iam.GetInstanceProfileResponse:
    """A profile with its role."""
    profile = find.profile(tx, caller, request.instance_profile_name)
    return iam.GetInstanceProfileResponse(instance_profile=view.profile(tx, profile))


@read
def list_instance_profiles(
    tx: ReadTx, caller: Caller, request: iam.ListInstanceProfilesRequest
) -> iam.ListInstanceProfilesResponse:
    """The account's profiles, by name."""
    prefix = request.path_prefix or "/"
    profiles = {
        profile.spec.name: profile
        for profile in tx.owned(InstanceProfile, names.owner(caller.account))
        if profile.spec.path.startswith(prefix)
    }
    page = listing.page("ListInstanceProfiles", caller, profiles, (request.marker, request.max_items), prefix)
    return iam.ListInstanceProfilesResponse(
        instance_profiles=[replace(view.profile(tx, profile), tags=None) for profile in page.items],
        is_truncated=page.is_truncated,
        marker=page.marker,
    )


@read
def list_instance_profiles_for_role(
    tx: ReadTx, caller: Caller, request: iam.ListInstanceProfilesForRoleRequest
) -> iam.ListInstanceProfilesForRoleResponse:
    """The profiles that hold a role, by name."""
    role = find.any_role(tx, caller, request.role_name)
    profiles = {profile.spec.name: profile for profile in tx.owned(InstanceProfile, f"role:{role.id}")}
    page = listing.page(
        "ListInstanceProfilesForRole", caller, profiles, (request.marker, request.max_items), role.id
    )
    return iam.ListInstanceProfilesForRoleResponse(
        instance_profiles=[replace(view.profile(tx, profile), tags=None) for profile in page.items],
        is_truncated=page.is_truncated,
        marker=page.marker,
    )


@write
def add_role_to_instance_profile(
    tx: WriteTx, caller: Caller, request: iam.AddRoleToInstanceProfileRequest
) -> iam.AddRoleToInstanceProfileResponse:
    """A profile holds one role at most."""
    profile = find.profile(tx, caller, request.instance_profile_name)
    role = find.own_role(tx, caller, request.role_name)
    if profile.spec.role is not None:
        raise errors.profile_has_role()
    tx.put(replace(profile, spec=replace(profile.spec, role=role.id)))
    return iam.AddRoleToInstanceProfileResponse()


@write
def remove_role_from_instance_profile(
    tx: WriteTx, caller: Caller, request: iam.RemoveRoleFromInstanceProfileRequest
) -> iam.RemoveRoleFromInstanceProfileResponse:
    """Takes the role out."""
    profile = find.profile(tx, caller, request.instance_profile_name)
    if profile.spec.role != names.role_id(caller.account, request.role_name):
        raise errors.role_not_found(request.role_name)
    tx.put(replace(profile, spec=replace(profile.spec, role=None)))
    return iam.RemoveRoleFromInstanceProfileResponse()


@write
def delete_instance_profile(
    tx: WriteTx, caller: Caller, request: iam.DeleteInstanceProfileRequest
) -> iam.DeleteInstanceProfileResponse:
    """A profile without a role."""
    profile = find.profile(tx, caller, request.instance_profile_name)
    if profile.spec.role is not None:
        raise errors.profile_in_use()
    tx.delete(profile)
    return iam.DeleteInstanceProfileResponse()
