"""Permissions boundaries: a managed policy beyond which a role may do nothing, whatever it is given."""

from msgspec.structs import replace

from homeport.api.authorization import standing
from homeport.api.caller import Caller
from homeport.api.iam import errors, find
from homeport.api.operation import write
from homeport.model import role as names
from homeport.shapes import iam
from homeport.store.tx import ReadTx, WriteTx


@write
def put_role_permissions_boundary(
    tx: WriteTx, caller: Caller, request: iam.PutRolePermissionsBoundaryRequest
) -> iam.PutRolePermissionsBoundaryResponse:
    """The role's boundary from now on."""
    role = find.own_role(tx, caller, request.role_name)
    check(tx, caller, request.permissions_boundary)
    tx.put(replace(role, spec=replace(role.spec, boundary=request.permissions_boundary)))
    return iam.PutRolePermissionsBoundaryResponse()


@write
def delete_role_permissions_boundary(
    tx: WriteTx, caller: Caller, request: iam.DeleteRolePermissionsBoundaryRequest
) -> iam.DeleteRolePermissionsBoundaryResponse:
    """The role has none any more."""
    role = find.own_role(tx, caller, request.role_name)
    tx.put(replace(role, spec=replace(role.spec, boundary=None)))
    return iam.DeleteRolePermissionsBoundaryResponse()


def check(tx: ReadTx, caller: Caller, arn: str) -> None:
    """Raises NoSuchEntity for what is no managed policy of the account's or AWS's."""
    named = names.named_by_arn(arn, "policy")
    if named is None or named[0] not in ("aws", caller.account) or standing.document(tx, arn) is None:
        raise errors.boundary_not_found(arn)
