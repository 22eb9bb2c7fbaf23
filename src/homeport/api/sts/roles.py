"""AssumeRole: credentials of a role for a while, for whom its trust policy names.

They are made of the installation's secret, and nothing is written: whoever shows them, shows all that is known of them.
"""

import math

import msgspec

from homeport.api.authorization import context, standing
from homeport.api.authorization.access import Access, one, request_tags, resource_tags
from homeport.api.authorization.authorize import denial_of
from homeport.api.caller import Caller
from homeport.api.operation import write
from homeport.api.sts import errors
from homeport.model import role as names
from homeport.model import session
from homeport.model.role import Role
from homeport.model.session import Session
from homeport.plan.policy import document, trust
from homeport.plan.policy.grammar import Malformed
from homeport.plan.policy.patterns import Values
from homeport.plan.policy.trust import Principal
from homeport.shapes import sts
from homeport.store.tx import WriteTx

USUAL_S = 3600
CHAINED_S = 3600
MOST_PACKED = 2048
MOST_POLICIES = 10


@write
def assume_role(tx: WriteTx, caller: Caller, request: sts.AssumeRoleRequest) -> sts.AssumeRoleResponse:
    """A session. The role's trust policy decides, and with it the caller's own policies unless it names them."""
    if request.token_code is not None or request.serial_number is not None:
        raise errors.wrong_code()
    if request.provided_contexts is not None:
        raise errors.contexts_unsupported()
    role = _role(tx, request.role_arn)
    said = _said(tx, caller, request, role)
    for action in _actions(request):
        if role is None or not _may(tx, caller, role, action, said):
            raise errors.not_authorized(caller.principal, action, request.role_arn)
    assert role is not None
    own = caller.identity.source_identity if isinstance(caller.identity, Session) else None
    if own is not None and request.source_identity not in (None, own):
        raise errors.not_authorized(caller.principal, "sts:SetSourceIdentity", request.role_arn)
    made = _session(tx, caller, request, role)

    credentials = session.credentials(caller.seal, made, tx.new_id())
    name = f"arn:aws:sts::{role.account}:assumed-role/{role.spec.name}/{made.name}"
    return sts.AssumeRoleResponse(
        credentials=sts.Credentials(
            access_key_id=credentials.access_key_id,
            secret_access_key=credentials.secret,
            session_token=credentials.token,
            expiration=credentials.expires_at,
        ),
        assumed_role_user=sts.AssumedRoleUser(assumed_role_id=f"{role.spec.unique_id}:{made.name}", arn=name),
        packed_policy_size=_packed(made) or None,
        source_identity=made.source_identity,
    )


def _role(tx: WriteTx, arn: str) -> Role | None:
    """The role with an ARN, of whatever account."""
    named = names.named_by_arn(arn, "role")
    found = tx.get(Role, names.role_id(*named)) if named is not None else None
    return found if found is not None and found.arn == arn else None


def _actions(request: sts.AssumeRoleRequest) -> list[str]:
    """What the caller must be trusted with."""
    found = [trust.ASSUME]
    if request.tags or request.transitive_tag_keys:
        found.append("sts:TagSession")
    if request.source_identity is not None:
        found.append("sts:SetSourceIdentity")
    return found


def _said(tx: WriteTx, caller: Caller, request: sts.AssumeRoleRequest, role: Role | None) -> Values:
    """The condition keys of the request."""
    tags = {tag.key: tag.value for tag in request.tags or ()}
    own = {
        "sts:externalid": one(request.external_id),
        "sts:rolesessionname": (request.role_session_name,),
        "sts:sourceidentity": one(request.source_identity),
        "sts:transitivetagkeys": tuple(request.transitive_tag_keys or ()),
    }
    said = {**context.of(tx, caller), **request_tags(tags), **own}
    if role is not None:
        said |= resource_tags(role.spec.tags, "iam")
    return {key: values for key, values in said.items() if values}


def _may(tx: WriteTx, caller: Caller, role: Role, action: str, said: Values) -> bool:
    """Whether the role's trust policy and the caller's own policies let them."""
    arns = [caller.principal]
    if isinstance(caller.identity, Session):
        arns.append(caller.identity.role)
    principal = Principal(arns, caller.account)
    how = trust.trusts(document.trust_policy(role.spec.trust), principal, action, said)
    denial = denial_of(tx, caller, Access(action=action, resource=role.arn, said=said))
    if how == "principal" and caller.account == role.account:
        # Named by the trust policy itself: only a denial, or a bound that does not allow it, stands in the way.
        return denial is None or not (denial.is_explicit or denial.by != "identity-based policy")
    return how in ("principal", "account") and denial is None


def _session(tx: WriteTx, caller: Caller, request: sts.AssumeRoleRequest, role: Role) -> Session:
    """What the credentials will say. Raises ValidationError and others."""
    chained = caller.identity if isinstance(caller.identity, Session) else None
    duration_s = request.duration_seconds or USUAL_S
    if chained is not None and duration_s > CHAINED_S:
        raise errors.chained_too_long()
    if duration_s > role.spec.max_session_s:
        raise errors.duration_too_long()
    tags, transitive = _tags(request, chained)
    made = Session(
        account=role.account,
        role=role.arn,
        role_id=role.spec.unique_id,
        name=request.role_session_name,
        expires_at=float(int(tx.now) + duration_s),
        issued_at=tx.now,
        policy=_policy(request.policy),
        policies=_policies(tx, role, request),
        tags=tags,
        transitive=transitive,
        source_identity=request.source_identity or (chained.source_identity if chained else None),
    )
    if (percent := _packed(made)) > 100:
        raise errors.packed_too_large(percent)
    return made


def _tags(request: sts.AssumeRoleRequest, chained: Session | None) -> tuple[dict[str, str], tuple[str, ...]]:
    """The session's tags, and the keys of those that go on; what the calling session hands on is among them."""
    given = {tag.key: tag.value for tag in request.tags or ()}
    if len({key.lower() for key in given}) < len(request.tags or ()):
        raise errors.tag_keys_repeated()
    if not set(request.transitive_tag_keys or ()) <= given.keys():
        raise errors.transitive_key_unknown()
    handed = {key: chained.tags[key] for key in chained.transitive} if chained is not None else {}
    if {key.lower() for key in handed} & {key.lower() for key in given}:
        raise errors.transitive_tag_taken()
    return {**given, **handed}, (*handed, *(request.transitive_tag_keys or ()))


def _policy(text: str | None) -> str | None:
    if text is None:
        return None
    if len(text) > MOST_PACKED:
        raise errors.packed_too_large(math.ceil(len(text) / MOST_PACKED * 100))
    try:
        document.identity_policy(text)
    except Malformed as error:
        raise errors.malformed(str(error)) from None
    return text


def _policies(tx: WriteTx, role: Role, request: sts.AssumeRoleRequest) -> tuple[str, ...]:
    """Managed policies of the role's account, or AWS's, which narrow the session."""
    arns = tuple(each.arn or "" for each in request.policy_arns or ())
    if len(arns) > MOST_POLICIES:
        raise errors.too_many_policies(MOST_POLICIES)
    for arn in arns:
        named = names.named_by_arn(arn, "policy")
        if named is None or named[0] not in ("aws", role.account) or standing.document(tx, arn) is None:
            raise errors.policy_not_attachable(arn)
    return arns


def _packed(made: Session) -> int:
    """How much of the room for policies and tags is taken, in percent."""
    tags = len(msgspec.json.encode(made.tags)) if made.tags else 0
    taken = len(made.policy or "") + sum(map(len, made.policies)) + tags
    return math.ceil(taken / MOST_PACKED * 100)
