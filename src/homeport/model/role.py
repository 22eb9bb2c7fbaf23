"""Roles and what is attached to them: what somebody may do who is not the account's administrator.

IAM belongs to an account and to no region, so its records stand under the region `global`. Names are unique within an
account whatever their case, so ids have them in lower case. Documents are JSON texts as they were given; what they mean
is `plan/policy`'s.
"""

from collections.abc import Sequence

from msgspec import Struct

from homeport.model.record import NOTHING, Nothing, Record, Time

GLOBAL = "global"


class RoleSpec(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """`unique_id` is `AROA…`: a namesake that is made later has another. `trust` says who may assume it.

    `inline` are policies by name, `attached` ARNs of managed ones, `boundary` the ARN of one. `service` is set on a
    service-linked role: the service's principal, such as `ecs.amazonaws.com`.
    """

    name: str
    path: str = "/"
    unique_id: str
    created_at: Time
    trust: str
    description: str | None = None
    max_session_s: int = 3600
    inline: dict[str, str] = {}
    attached: tuple[str, ...] = ()
    boundary: str | None = None
    service: str | None = None
    tags: dict[str, str] = {}


class Role(Record, frozen=True, kw_only=True, gc=False):
    """`ACCOUNT/global/role/NAME`, owned by `ACCOUNT/global`."""

    spec: RoleSpec
    seen: Nothing = NOTHING

    def keys(self) -> tuple[str, ...]:
        """By account; by each managed policy that is attached, or is its boundary."""
        used = {*self.spec.attached, self.spec.boundary} - {None}
        return (self.owner, *sorted(f"policy:{arn}" for arn in used))

    @property
    def account(self) -> str:
        """Whose it is."""
        return self.id.split("/", 1)[0]

    @property
    def arn(self) -> str:
        """`arn:aws:iam::ACCOUNT:role/PATH/NAME`."""
        return f"arn:aws:iam::{self.account}:role{self.spec.path}{self.spec.name}"


class PolicyVersion(Struct, frozen=True, kw_only=True, gc=False):
    """A text that a managed policy has or had; `id` is `v1`, `v2`, …"""

    id: str
    document: str
    created_at: Time


class PolicySpec(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """`unique_id` is `ANPA…`. `default` names the version that counts, `last` is the number that was given out last."""

    name: str
    path: str = "/"
    unique_id: str
    created_at: Time
    updated_at: Time
    description: str | None = None
    versions: tuple[PolicyVersion, ...]
    default: str = "v1"
    last: int = 1
    tags: dict[str, str] = {}


class ManagedPolicy(Record, frozen=True, kw_only=True, gc=False):
    """`ACCOUNT/global/policy/NAME`, owned by `ACCOUNT/global`. Those that AWS manages are no records."""

    spec: PolicySpec
    seen: Nothing = NOTHING

    @property
    def arn(self) -> str:
        """`arn:aws:iam::ACCOUNT:policy/PATH/NAME`."""
        account = self.id.split("/", 1)[0]
        return f"arn:aws:iam::{account}:policy{self.spec.path}{self.spec.name}"

    def version(self, id: str) -> PolicyVersion | None:
        """The version with this id."""
        return next((version for version in self.spec.versions if version.id == id), None)

    @property
    def document(self) -> str:
        """What counts."""
        found = self.version(self.spec.default)
        assert found is not None
        return found.document


class ProfileSpec(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """`unique_id` is `AIPA…`; `role` the record id of its role."""

    name: str
    path: str = "/"
    unique_id: str
    created_at: Time
    role: str | None = None
    tags: dict[str, str] = {}


class InstanceProfile(Record, frozen=True, kw_only=True, gc=False):
    """`ACCOUNT/global/instance-profile/NAME`, owned by `ACCOUNT/global`."""

    spec: ProfileSpec
    seen: Nothing = NOTHING

    def keys(self) -> tuple[str, ...]:
        """By account, and by role."""
        return (self.owner,) if self.spec.role is None else (self.owner, f"role:{self.spec.role}")

    @property
    def arn(self) -> str:
        """`arn:aws:iam::ACCOUNT:instance-profile/PATH/NAME`."""
        account = self.id.split("/", 1)[0]
        return f"arn:aws:iam::{account}:instance-profile{self.spec.path}{self.spec.name}"


class DeletionSpec(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """How the deletion of a service-linked role went: SUCCEEDED, or FAILED because of what uses it (ARNs)."""

    role: str
    asked_at: Time
    status: str
    reason: str | None = None
    region: str | None = None
    resources: tuple[str, ...] = ()


class RoleDeletion(Record, frozen=True, kw_only=True, gc=False):
    """`ACCOUNT/global/task/aws-service-role/SERVICE/NAME/UUID`, owned by `ACCOUNT/global`."""

    spec: DeletionSpec
    seen: Nothing = NOTHING


def owner(account: str) -> str:
    """What owns all of an account's records here."""
    return f"{account}/{GLOBAL}"


def role_id(account: str, name: str) -> str:
    """The id of the role with a name."""
    return f"{account}/{GLOBAL}/role/{name.lower()}"


def policy_id(account: str, name: str) -> str:
    """The id of the managed policy with a name."""
    return f"{account}/{GLOBAL}/policy/{name.lower()}"


def profile_id(account: str, name: str) -> str:
    """The id of the instance profile with a name."""
    return f"{account}/{GLOBAL}/instance-profile/{name.lower()}"


def named_by_arn(arn: str, kind: str) -> tuple[str, str] | None:
    """Account and name in an ARN of IAM's: `arn:aws:iam::ACCOUNT:KIND/PATH/NAME`; None when it is no such ARN."""
    parts: Sequence[str] = arn.split(":", 5)
    if len(parts) != 6 or (*parts[:4],) != ("arn", "aws", "iam", ""):
        return None
    found, *path = parts[5].split("/")
    return (parts[4], path[-1]) if found == kind and path and path[-1] else None
