"""Roles: made, described, listed, changed, deleted."""

from msgspec.structs import replace

from homeport.api.caller import Caller
from homeport.api.iam import boundaries, documents, errors, find, ids, listing, tagging, view
from homeport.api.operation import read, write
from homeport.model import role as names
from homeport.model.role import InstanceProfile, Role, RoleSpec
from homeport.shapes import iam
from homeport.store.tx import ReadTx, WriteTx

MOST_ROLES = 1000


@write
def create_role(tx: WriteTx, caller: Caller, request: iam.CreateRoleRequest) -> iam.CreateRoleResponse:
    """A role that nobody may do anything with yet, but those whom its trust policy names may assume it."""
    owner, id = names.owner(caller.account), names.role_id(caller.account, request.role_name)
    trust = documents.trust(request.assume_role_policy_document)
    tags = tagging.checked(request.tags)
    if tx.get(Role, id) is not None:
        raise errors.role_exists(request.role_name)
    if request.permissions_boundary is not None:
        boundaries.check(tx, caller, request.permissions_boundary)
    if tx.count(Role, owner) >= MOST_ROLES:
        raise errors.too_many("RolesPerAccount", MOST_ROLES)

    spec = RoleSpec(
        name=request.role_name,
        path=request.path or "/",
        unique_id=ids.unique(tx, "AROA"),
        created_at=float(int(tx.now)),
        trust=trust,
        description=request.description,
        max_session_s=request.max_session_duration or 3600,
        boundary=request.permissions_boundary,
        tags=tags,
    )
    role = Role(id=id, owner=owner, spec=spec)
    tx.put(role)
    return iam.CreateRoleResponse(role=view.role(role))


@read
def get_role(tx: ReadTx, caller: Caller, request: iam.GetRoleRequest) -> iam.GetRoleResponse:
    """A role, whole."""
    return iam.GetRoleResponse(role=view.role(find.any_role(tx, caller, request.role_name)))


@read
def list_roles(tx: ReadTx, caller: Caller, request: iam.ListRolesRequest) -> iam.ListRolesResponse:
    """The account's roles, by name."""
    prefix = request.path_prefix or "/"
    roles = {
        role.spec.name: role
        for role in tx.owned(Role, names.owner(caller.account))
        if role.spec.path.startswith(prefix)
    }
    page = listing.page("ListRoles", caller, roles, (request.marker, request.max_items), prefix)
    return iam.ListRolesResponse(
        roles=[view.listed_role(role) for role in page.items],
        is_truncated=page.is_truncated,
        marker=page.marker,
    )


@write
def update_role(tx: WriteTx, caller: Caller, request: iam.UpdateRoleRequest) -> iam.UpdateRoleResponse:
    """Description and longest session; what is not given stays."""
    role = find.any_role(tx, caller, request.role_name)
    spec = role.spec
    if request.max_session_duration is not None:
        find.own_role(tx, caller, request.role_name)
        spec = replace(spec, max_session_s=request.max_session_duration)
    if request.description is not None:
        spec = replace(spec, description=request.description)
    tx.put(replace(role, spec=spec))
    return iam.UpdateRoleResponse()


@write
def update_role_description(
    tx: WriteTx, caller: Caller, request: iam.UpdateRoleDescriptionRequest
) -> iam.UpdateRoleDescriptionResponse:
    """The description alone."""
    role = find.any_role(tx, caller, request.role_name)
    role = replace(role, spec=replace(role.spec, description=request.description))
    tx.put(role)
    return iam.UpdateRoleDescriptionResponse(role=view.role(role))


@write
def update_assume_role_policy(
    tx: WriteTx, caller: Caller, request: iam.UpdateAssumeRolePolicyRequest
) -> iam.UpdateAssumeRolePolicyResponse:
    """Who may assume the role, from now on."""
    role = find.own_role(tx, caller, request.role_name)
    trust = documents.trust(request.policy_document)
    tx.put(replace(role, spec=replace(role.spec, trust=trust)))
    return iam.UpdateAssumeRolePolicyResponse()


@write
def delete_role(tx: WriteTx, caller: Caller, request: iam.DeleteRoleRequest) -> iam.DeleteRoleResponse:
    """A role that has no policies any more, and is in no instance profile. Its sessions are over at once."""
    role = find.own_role(tx, caller, request.role_name)
    if tx.count(InstanceProfile, f"role:{role.id}"):
        raise errors.role_in_profile()
    if role.spec.attached:
        raise errors.role_has_policies_attached()
    if role.spec.inline:
        raise errors.role_has_policies()
    tx.delete(role)
    return iam.DeleteRoleResponse()
