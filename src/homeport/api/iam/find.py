"""A name or an ARN → record, or the right error."""

from homeport.api.authorization import managed
from homeport.api.caller import Caller
from homeport.api.iam import errors
from homeport.model import role
from homeport.model.role import InstanceProfile, ManagedPolicy, Role
from homeport.store.tx import ReadTx


def any_role(tx: ReadTx, caller: Caller, name: str) -> Role:
    """The role with a name. Raises NoSuchEntity."""
    found = tx.get(Role, role.role_id(caller.account, name))
    if found is None:
        raise errors.role_not_found(name)
    return found


def own_role(tx: ReadTx, caller: Caller, name: str) -> Role:
    """A role that users may change. Raises NoSuchEntity, and UnmodifiableEntity for a service-linked one."""
    found = any_role(tx, caller, name)
    if found.spec.service is not None:
        raise errors.role_protected(found.spec.name)
    return found


def any_policy(tx: ReadTx, caller: Caller, arn: str) -> ManagedPolicy | None:
    """The account's managed policy with an ARN; None when it is one that AWS manages. Raises NoSuchEntity, InvalidInput."""
    if managed.named(arn) is not None:
        return None
    named = role.named_by_arn(arn, "policy")
    if named is None:
        raise errors.arn_invalid(arn)
    found = tx.get(ManagedPolicy, role.policy_id(caller.account, named[1]))
    if named[0] != caller.account or found is None or found.arn != arn:
        raise errors.policy_not_found(arn)
    return found


def own_policy(tx: ReadTx, caller: Caller, arn: str, action: str) -> ManagedPolicy:
    """One that users may change. Raises NoSuchEntity, InvalidInput, and AccessDenied for AWS's."""
    found = any_policy(tx, caller, arn)
    if found is None:
        raise errors.policy_is_awss(arn, action, caller.principal)
    return found


def profile(tx: ReadTx, caller: Caller, name: str) -> InstanceProfile:
    """The instance profile with a name. Raises NoSuchEntity."""
    found = tx.get(InstanceProfile, role.profile_id(caller.account, name))
    if found is None:
        raise errors.profile_not_found(name)
    return found
