"""Inline policies: those that are part of a role."""

from msgspec.structs import replace

from homeport.api.caller import Caller
from homeport.api.iam import documents, errors, find, listing, view
from homeport.api.operation import read, write
from homeport.shapes import iam
from homeport.store.tx import ReadTx, WriteTx


@write
def put_role_policy(
    tx: WriteTx, caller: Caller, request: iam.PutRolePolicyRequest
) -> iam.PutRolePolicyResponse:
    """A new inline policy, or another text for one that is there."""
    role = find.own_role(tx, caller, request.role_name)
    text = documents.identity(request.policy_document)
    inline = {**role.spec.inline, request.policy_name: text}
    if sum(documents.size(each) for each in inline.values()) > documents.MOST_INLINE:
        raise errors.inline_too_long(role.spec.name, documents.MOST_INLINE)
    tx.put(replace(role, spec=replace(role.spec, inline=inline)))
    return iam.PutRolePolicyResponse()


@read
def get_role_policy(
    tx: ReadTx, caller: Caller, request: iam.GetRolePolicyRequest
) -> iam.GetRolePolicyResponse:
    """The text of an inline policy."""
    role = find.any_role(tx, caller, request.role_name)
    text = role.spec.inline.get(request.policy_name)
    if text is None:
        raise errors.role_policy_not_found(request.policy_name)
    return iam.GetRolePolicyResponse(
        role_name=role.spec.name, policy_name=request.policy_name, policy_document=view.encoded(text)
    )


@read
def list_role_policies(
    tx: ReadTx, caller: Caller, request: iam.ListRolePoliciesRequest
) -> iam.ListRolePoliciesResponse:
    """The names of a role's inline policies."""
    role = find.any_role(tx, caller, request.role_name)
    inline = {name: name for name in role.spec.inline}
    page = listing.page("ListRolePolicies", caller, inline, (request.marker, request.max_items), role.id)
    return iam.ListRolePoliciesResponse(
        policy_names=page.items, is_truncated=page.is_truncated, marker=page.marker
    )


@write
def delete_role_policy(
    tx: WriteTx, caller: Caller, request: iam.DeleteRolePolicyRequest
) -> iam.DeleteRolePolicyResponse:
    """Takes an inline policy away."""
    role = find.own_role(tx, caller, request.role_name)
    if request.policy_name not in role.spec.inline:
        raise errors.role_policy_not_found(request.policy_name)
    kept = {name: text for name, text in role.spec.inline.items() if name != request.policy_name}
    tx.put(replace(role, spec=replace(role.spec, inline=kept)))
    return iam.DeleteRolePolicyResponse()
