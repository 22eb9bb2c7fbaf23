"""What somebody has been given, looked up when they ask: the policies of a user, or of a role and its session."""

from collections.abc import Iterable

from homeport.api.authorization import managed
from homeport.api.caller import Caller
from homeport.model import role
from homeport.model.role import ManagedPolicy, Role
from homeport.model.session import Session
from homeport.model.user import User
from homeport.plan.policy.document import Policy, identity_policy
from homeport.plan.policy.evaluation import Standing
from homeport.store.tx import ReadTx


def of(tx: ReadTx, identity: User | Session) -> Standing | None:
    """What an identity may do; None when there is no such role any more."""
    if isinstance(identity, User):
        return Standing((identity_policy(identity.policy),))
    found = assumed(tx, identity)
    return None if found is None else of_role(tx, found, identity)


def assumed(tx: ReadTx, session: Session) -> Role | None:
    """The role of a session, if it is the same still."""
    named = role.named_by_arn(session.role, "role")
    found = tx.get(Role, role.role_id(*named)) if named is not None else None
    return found if found is not None and found.spec.unique_id == session.role_id else None


def of_role(tx: ReadTx, found: Role, session: Session | None = None) -> Standing:
    """What a role may do, narrowed by a session's policies."""
    spec = found.spec
    own = [*(identity_policy(text) for text in spec.inline.values()), *_managed(tx, spec.attached)]
    boundary = None if spec.boundary is None else _managed(tx, (spec.boundary,))
    return Standing(own, boundary, None if session is None else _of_session(tx, session))


def _of_session(tx: ReadTx, session: Session) -> list[Policy] | None:
    if session.policy is None and not session.policies:
        return None
    own = [] if session.policy is None else [identity_policy(session.policy)]
    return [*own, *_managed(tx, session.policies)]


def _managed(tx: ReadTx, arns: Iterable[str]) -> list[Policy]:
    """The managed policies that are there; one that is gone allows nothing."""
    texts = [document(tx, arn) for arn in arns]
    return [identity_policy(text) for text in texts if text is not None]


def document(tx: ReadTx, arn: str) -> str | None:
    """The text of a managed policy that counts, be it AWS's or an account's; None when there is none."""
    if (text := managed.document(arn)) is not None:
        return text
    named = role.named_by_arn(arn, "policy")
    found = tx.get(ManagedPolicy, role.policy_id(*named)) if named is not None else None
    return found.document if found is not None and found.arn == arn else None


def tags(tx: ReadTx, caller: Caller) -> dict[str, str]:
    """The tags of a principal: of its role, and of its session, which count more."""
    if not isinstance(caller.identity, Session):
        return {}
    found = assumed(tx, caller.identity)
    return {**(found.spec.tags if found is not None else {}), **caller.identity.tags}
