"""Managed policies: the account's own, and to look at those that AWS manages."""

from msgspec.structs import replace

from homeport.api.authorization import managed
from homeport.api.caller import Caller
from homeport.api.iam import documents, errors, find, ids, listing, tagging, view
from homeport.api.operation import read, write
from homeport.model import role as names
from homeport.model.role import ManagedPolicy, PolicySpec, PolicyVersion
from homeport.shapes import iam
from homeport.store.tx import ReadTx, WriteTx

MOST_POLICIES = 1500


@write
def create_policy(tx: WriteTx, caller: Caller, request: iam.CreatePolicyRequest) -> iam.CreatePolicyResponse:
    """A managed policy with its first version."""
    owner, id = names.owner(caller.account), names.policy_id(caller.account, request.policy_name)
    text = documents.managed(request.policy_document)
    tags = tagging.checked(request.tags)
    if tx.get(ManagedPolicy, id) is not None:
        raise errors.policy_exists(request.policy_name)
    if tx.count(ManagedPolicy, owner) >= MOST_POLICIES:
        raise errors.too_many("PoliciesPerAccount", MOST_POLICIES)

    now = float(int(tx.now))
    spec = PolicySpec(
        name=request.policy_name,
        path=request.path or "/",
        unique_id=ids.unique(tx, "ANPA"),
        created_at=now,
        updated_at=now,
        description=request.description,
        versions=(PolicyVersion(id="v1", document=text, created_at=now),),
        tags=tags,
    )
    policy = ManagedPolicy(id=id, owner=owner, spec=spec)
    tx.put(policy)
    # CreatePolicy answers without the description, as AWS does: it is told by GetPolicy.
    shown = view.policy(tx, caller.account, replace(policy, spec=replace(spec, description=None)))
    return iam.CreatePolicyResponse(policy=shown)


@read
def get_policy(tx: ReadTx, caller: Caller, request: iam.GetPolicyRequest) -> iam.GetPolicyResponse:
    """A managed policy, without its text: that is a version's."""
    policy = find.any_policy(tx, caller, request.policy_arn)
    if policy is not None:
        return iam.GetPolicyResponse(policy=view.policy(tx, caller.account, policy))
    name = managed.named(request.policy_arn)
    assert name is not None
    return iam.GetPolicyResponse(policy=view.published(tx, caller.account, name))


@read
def list_policies(tx: ReadTx, caller: Caller, request: iam.ListPoliciesRequest) -> iam.ListPoliciesResponse:
    """The account's policies and AWS's, by name."""
    prefix = request.path_prefix or "/"
    found: dict[str, iam.Policy] = {}
    if request.scope != "Local":
        published = managed.policies().items()
        found = {
            f"{name} aws": view.published(tx, caller.account, name)
            for name, policy in published
            if policy.path.startswith(prefix)
        }
    if request.scope != "AWS":
        own = tx.owned(ManagedPolicy, names.owner(caller.account))
        found |= {
            policy.spec.name: view.policy(tx, caller.account, policy)
            for policy in own
            if policy.spec.path.startswith(prefix)
        }
    found = {name: policy for name, policy in found.items() if _is_asked_for(policy, request)}
    filters = f"{prefix} {request.scope} {request.only_attached} {request.policy_usage_filter}"
    page = listing.page("ListPolicies", caller, found, (request.marker, request.max_items), filters)
    return iam.ListPoliciesResponse(
        policies=[replace(policy, tags=None, description=None) for policy in page.items],
        is_truncated=page.is_truncated,
        marker=page.marker,
    )


def _is_asked_for(policy: iam.Policy, request: iam.ListPoliciesRequest) -> bool:
    usage = {
        None: (policy.attachment_count or 0) + (policy.permissions_boundary_usage_count or 0),
        "PermissionsPolicy": policy.attachment_count,
        "PermissionsBoundary": policy.permissions_boundary_usage_count,
    }[request.policy_usage_filter]
    wanted = request.only_attached or request.policy_usage_filter is not None
    return bool(usage) or not wanted


@write
def delete_policy(tx: WriteTx, caller: Caller, request: iam.DeletePolicyRequest) -> iam.DeletePolicyResponse:
    """A policy that is attached nowhere, and has its default version only."""
    policy = find.own_policy(tx, caller, request.policy_arn, "iam:DeletePolicy")
    if any(view.uses(tx, caller.account, policy.arn)):
        raise errors.policy_in_use()
    if len(policy.spec.versions) > 1:
        raise errors.policy_has_versions()
    tx.delete(policy)
    return iam.DeletePolicyResponse()
