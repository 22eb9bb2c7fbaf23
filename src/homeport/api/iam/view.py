"""Records of IAM in the form of its answers. Documents are shown percent-encoded, as RFC 3986 has it."""

import hashlib
from urllib.parse import quote

from homeport.api.authorization import managed
from homeport.api.iam import tagging
from homeport.model.role import InstanceProfile, ManagedPolicy, PolicyVersion, Role
from homeport.shapes import iam
from homeport.store.tx import ReadTx


def encoded(document: str) -> str:
    """A document as IAM's answers have it."""
    return quote(document, safe="")


def role(record: Role) -> iam.Role:
    """A role, whole."""
    spec = record.spec
    boundary = None
    if spec.boundary is not None:
        boundary = iam.AttachedPermissionsBoundary(
            permissions_boundary_type="PermissionsBoundaryPolicy", permissions_boundary_arn=spec.boundary
        )
    return iam.Role(
        path=spec.path,
        role_name=spec.name,
        role_id=spec.unique_id,
        arn=record.arn,
        create_date=spec.created_at,
        assume_role_policy_document=encoded(spec.trust),
        description=spec.description or None,
        max_session_duration=spec.max_session_s,
        permissions_boundary=boundary,
        tags=tagging.shown(spec.tags),
        role_last_used=iam.RoleLastUsed(),
    )


def listed_role(record: Role) -> iam.Role:
    """A role in a list, which is told without tags, boundary and last use."""
    whole = role(record)
    return iam.Role(
        path=whole.path,
        role_name=whole.role_name,
        role_id=whole.role_id,
        arn=whole.arn,
        create_date=whole.create_date,
        assume_role_policy_document=whole.assume_role_policy_document,
        description=whole.description,
        max_session_duration=whole.max_session_duration,
    )


def policy(tx: ReadTx, account: str, record: ManagedPolicy) -> iam.Policy:
    """A managed policy of the account."""
    spec = record.spec
    attached, bounds = uses(tx, account, record.arn)
    return iam.Policy(
        policy_name=spec.name,
        policy_id=spec.unique_id,
        arn=record.arn,
        path=spec.path,
        default_version_id=spec.default,
        attachment_count=len(attached),
        permissions_boundary_usage_count=len(bounds),
        is_attachable=True,
        description=spec.description or None,
        create_date=spec.created_at,
        update_date=spec.updated_at,
        tags=tagging.shown(spec.tags),
    )


def published(tx: ReadTx, account: str, name: str) -> iam.Policy:
    """A managed policy of AWS's; its dates are those of the version that is known here, and its id is made of its name."""
    found = managed.policies()[name]
    arn = managed.arn_of(name)
    attached, bounds = uses(tx, account, arn)
    return iam.Policy(
        policy_name=name,
        policy_id="ANPA" + hashlib.sha256(name.encode()).hexdigest()[:17].upper(),
        arn=arn,
        path=found.path,
        default_version_id=found.version,
        attachment_count=len(attached),
        permissions_boundary_usage_count=len(bounds),
        is_attachable=True,
        create_date=found.created_at,
        update_date=found.created_at,
    )


def uses(tx: ReadTx, account: str, arn: str) -> tuple[list[Role], list[Role]]:
    """The account's roles to which a managed policy is attached, and those that it bounds."""
    found = [record for record in tx.owned(Role, f"policy:{arn}") if record.account == account]
    attached = [record for record in found if arn in record.spec.attached]
    return attached, [record for record in found if arn == record.spec.boundary]


def version(record: ManagedPolicy, found: PolicyVersion) -> iam.PolicyVersion:
    """A version of a managed policy, with its document."""
    return iam.PolicyVersion(
        document=encoded(found.document),
        version_id=found.id,
        is_default_version=found.id == record.spec.default,
        create_date=found.created_at,
    )


def listed_version(record: ManagedPolicy, found: PolicyVersion) -> iam.PolicyVersion:
    """The same without its document."""
    return iam.PolicyVersion(
        version_id=found.id, is_default_version=found.id == record.spec.default, create_date=found.created_at
    )


def profile(tx: ReadTx, record: InstanceProfile) -> iam.InstanceProfile:
    """An instance profile with its role."""
    spec = record.spec
    held = tx.get(Role, spec.role) if spec.role is not None else None
    return iam.InstanceProfile(
        path=spec.path,
        instance_profile_name=spec.name,
        instance_profile_id=spec.unique_id,
        arn=record.arn,
        create_date=spec.created_at,
        roles=[] if held is None else [listed_role(held)],
        tags=tagging.shown(spec.tags),
    )
