"""Managed policies on roles."""

from msgspec.structs import replace

from homeport.api.authorization import standing
from homeport.api.caller import Caller
from homeport.api.iam import errors, find, listing, view
from homeport.api.operation import read, write
from homeport.model import role as names
from homeport.shapes import iam
from homeport.store.tx import ReadTx, WriteTx

MOST_ATTACHED = 10


@write
def attach_role_policy(
    tx: WriteTx, caller: Caller, request: iam.AttachRolePolicyRequest
) -> iam.AttachRolePolicyResponse:
    """One that is attached already stays so."""
    role = find.own_role(tx, caller, request.role_name)
    check_attachable(tx, caller, request.policy_arn)
    attached = role.spec.attached
    if request.policy_arn in attached:
        return iam.AttachRolePolicyResponse()
    if len(attached) >= MOST_ATTACHED:
        raise errors.too_many_attached(MOST_ATTACHED)
    tx.put(replace(role, spec=replace(role.spec, attached=(*attached, request.policy_arn))))
    return iam.AttachRolePolicyResponse()


@write
def detach_role_policy(
    tx: WriteTx, caller: Caller, request: iam.DetachRolePolicyRequest
) -> iam.DetachRolePolicyResponse:
    """Takes it off the role."""
    role = find.own_role(tx, caller, request.role_name)
    if request.policy_arn not in role.spec.attached:
        raise errors.policy_not_attached(request.policy_arn)
    kept = tuple(arn for arn in role.spec.attached if arn != request.policy_arn)
    tx.put(replace(role, spec=replace(role.spec, attached=kept)))
    return iam.DetachRolePolicyResponse()


@read
def list_attached_role_policies(
    tx: ReadTx, caller: Caller, request: iam.ListAttachedRolePoliciesRequest
) -> iam.ListAttachedRolePoliciesResponse:
    """A role's managed policies, by name."""
    role = find.any_role(tx, caller, request.role_name)
    prefix = request.path_prefix or "/"
    attached = {_name(arn): arn for arn in role.spec.attached if path_of(arn).startswith(prefix)}
    filters = f"{role.id} {prefix}"
    page = listing.page(
        "ListAttachedRolePolicies", caller, attached, (request.marker, request.max_items), filters
    )
    return iam.ListAttachedRolePoliciesResponse(
        attached_policies=[iam.AttachedPolicy(policy_name=_name(arn), policy_arn=arn) for arn in page.items],
        is_truncated=page.is_truncated,
        marker=page.marker,
    )


@read
def list_entities_for_policy(
    tx: ReadTx, caller: Caller, request: iam.ListEntitiesForPolicyRequest
) -> iam.ListEntitiesForPolicyResponse:
    """The roles that a managed policy is attached to, or bounds; users and groups have none here."""
    find.any_policy(tx, caller, request.policy_arn)
    attached, bounds = view.uses(tx, caller.account, request.policy_arn)
    found = {
        None: [*attached, *bounds],
        "PermissionsPolicy": attached,
        "PermissionsBoundary": bounds,
    }[request.policy_usage_filter]
    prefix = request.path_prefix or "/"
    by_name = {
        role.spec.name: role
        for role in found
        if request.entity_filter in (None, "Role") and role.spec.path.startswith(prefix)
    }
    filters = f"{request.policy_arn} {prefix} {request.entity_filter} {request.policy_usage_filter}"
    page = listing.page(
        "ListEntitiesForPolicy", caller, by_name, (request.marker, request.max_items), filters
    )
    return iam.ListEntitiesForPolicyResponse(
        policy_groups=[],
        policy_users=[],
        policy_roles=[
            iam.PolicyRole(role_name=role.spec.name, role_id=role.spec.unique_id) for role in page.items
        ],
        is_truncated=page.is_truncated,
        marker=page.marker,
    )


def check_attachable(tx: ReadTx, caller: Caller, arn: str) -> None:
    """Raises NoSuchEntity for what is no managed policy of the account's or AWS's, InvalidInput for no ARN of one."""
    named = names.named_by_arn(arn, "policy")
    if named is None:
        raise errors.arn_invalid(arn)
    if named[0] not in ("aws", caller.account) or standing.document(tx, arn) is None:
        raise errors.policy_not_attachable(arn)


def path_of(arn: str) -> str:
    """The path in a policy's ARN, between slashes."""
    parts = arn.partition(":policy")[2].split("/")
    return "/".join([*parts[:-1], ""])


def _name(arn: str) -> str:
    return arn.rpartition("/")[2]
