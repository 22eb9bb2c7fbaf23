"""Versions of managed policies: at most five, of which one counts."""

from msgspec.structs import replace

from homeport.api.authorization import managed
from homeport.api.caller import Caller
from homeport.api.iam import documents, errors, find, listing, view
from homeport.api.operation import read, write
from homeport.model.role import PolicyVersion
from homeport.shapes import iam
from homeport.store.tx import ReadTx, WriteTx

MOST_VERSIONS = 5


@write
def create_policy_version(
    tx: WriteTx, caller: Caller, request: iam.CreatePolicyVersionRequest
) -> iam.CreatePolicyVersionResponse:
    """A new text, which counts at once when it is to be the default."""
    policy = find.own_policy(tx, caller, request.policy_arn, "iam:CreatePolicyVersion")
    text = documents.managed(request.policy_document)
    spec = policy.spec
    if len(spec.versions) >= MOST_VERSIONS:
        raise errors.too_many_versions(MOST_VERSIONS)

    now = float(int(tx.now))
    made = PolicyVersion(id=f"v{spec.last + 1}", document=text, created_at=now)
    spec = replace(spec, versions=(*spec.versions, made), last=spec.last + 1, updated_at=now)
    if request.set_as_default:
        spec = replace(spec, default=made.id)
    policy = replace(policy, spec=spec)
    tx.put(policy)
    return iam.CreatePolicyVersionResponse(policy_version=view.listed_version(policy, made))


@read
def get_policy_version(
    tx: ReadTx, caller: Caller, request: iam.GetPolicyVersionRequest
) -> iam.GetPolicyVersionResponse:
    """A version with its text."""
    policy = find.any_policy(tx, caller, request.policy_arn)
    if policy is None:
        shown = _published(request.policy_arn, request.version_id)
        return iam.GetPolicyVersionResponse(policy_version=shown)
    found = policy.version(request.version_id)
    if found is None:
        raise errors.version_not_found(request.policy_arn, request.version_id)
    return iam.GetPolicyVersionResponse(policy_version=view.version(policy, found))


def _published(arn: str, version: str) -> iam.PolicyVersion:
    """The version of AWS's policy that is known here. Raises NoSuchEntity for any other."""
    name = managed.named(arn)
    assert name is not None
    found = managed.policies()[name]
    if version != found.version:
        raise errors.version_not_found(arn, version)
    return iam.PolicyVersion(
        document=view.encoded(found.text),
        version_id=version,
        is_default_version=True,
        create_date=found.created_at,
    )


@read
def list_policy_versions(
    tx: ReadTx, caller: Caller, request: iam.ListPolicyVersionsRequest
) -> iam.ListPolicyVersionsResponse:
    """The versions, the newest first; of AWS's policies the one that is known here."""
    policy = find.any_policy(tx, caller, request.policy_arn)
    if policy is None:
        name = managed.named(request.policy_arn)
        assert name is not None
        only = _published(request.policy_arn, managed.policies()[name].version)
        return iam.ListPolicyVersionsResponse(versions=[replace(only, document=None)], is_truncated=False)
    # Numbers only grow, so counting down from the last one sorts the newest first.
    newest = {f"{policy.spec.last - int(version.id[1:]):09}": version for version in policy.spec.versions}
    page = listing.page("ListPolicyVersions", caller, newest, (request.marker, request.max_items), policy.id)
    return iam.ListPolicyVersionsResponse(
        versions=[view.listed_version(policy, version) for version in page.items],
        is_truncated=page.is_truncated,
        marker=page.marker,
    )


@write
def set_default_policy_version(
    tx: WriteTx, caller: Caller, request: iam.SetDefaultPolicyVersionRequest
) -> iam.SetDefaultPolicyVersionResponse:
    """The version that counts from now on."""
    policy = find.own_policy(tx, caller, request.policy_arn, "iam:SetDefaultPolicyVersion")
    if policy.version(request.version_id) is None:
        raise errors.version_not_found(request.policy_arn, request.version_id)
    spec = replace(policy.spec, default=request.version_id, updated_at=float(int(tx.now)))
    tx.put(replace(policy, spec=spec))
    return iam.SetDefaultPolicyVersionResponse()


@write
def delete_policy_version(
    tx: WriteTx, caller: Caller, request: iam.DeletePolicyVersionRequest
) -> iam.DeletePolicyVersionResponse:
    """A version that does not count. Its number is not given again."""
    policy = find.own_policy(tx, caller, request.policy_arn, "iam:DeletePolicyVersion")
    if policy.version(request.version_id) is None:
        raise errors.version_not_found(request.policy_arn, request.version_id)
    if request.version_id == policy.spec.default:
        raise errors.default_version()
    kept = tuple(version for version in policy.spec.versions if version.id != request.version_id)
    tx.put(replace(policy, spec=replace(policy.spec, versions=kept)))
    return iam.DeletePolicyVersionResponse()
