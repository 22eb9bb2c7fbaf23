"""Key pairs: who may sign, and for which account. A file of mode 0600 beside the database.

SigV4 needs the secret itself, so it is kept as it is; it is never logged. A running server reads the file again when it
has changed: a new key opens at once, and one that was taken out opens nothing a second later. A key without a user is the
account's administrator's; a user's opens what the user's policy allows.
"""

import re
import secrets
import string
from pathlib import Path
from time import monotonic

import msgspec
from msgspec.structs import replace

from homeport.model.user import User
from homeport.plan.policy import document
from homeport.plan.policy.grammar import Malformed
from homeport.server.files import write_private
from homeport.store.tx import Refused

ALPHABET = string.ascii_uppercase + "234567"
HOME = "123456789012"
LOOK_S = 1.0
"""How long a key that was taken out, or a user's older policy, may still count."""
USER_NAME = re.compile(r"[A-Za-z0-9+=,.@_-]{1,64}")


class KeyPair(msgspec.Struct, frozen=True, kw_only=True):
    """An access key. `account` is twelve digits; `user` whose it is, the administrator's when it is None."""

    access_key_id: str
    secret: str
    account: str
    created_at: float
    user: User | None = None


class _File(msgspec.Struct, kw_only=True):
    keys: list[KeyPair] = []


def new_pair(account: str, now: float) -> KeyPair:
    """A key pair in the form of AWS's."""
    return KeyPair(
        access_key_id=_id("AKIA", 16), secret=secrets.token_urlsafe(30), account=account, created_at=now
    )


def _id(prefix: str, length: int) -> str:
    """One of AWS's ids."""
    return prefix + "".join(secrets.choice(ALPHABET) for _ in range(length))


class Keys:
    """The file, and what was last read of it."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._looked_at = 0.0
        self._known: dict[str, KeyPair] = {}
        self._read_at_ns = -1

    def all(self) -> list[KeyPair]:
        """Every key pair, the oldest first."""
        try:
            return msgspec.json.decode(self._path.read_bytes(), type=_File).keys
        except FileNotFoundError:
            return []

    def add(self, account: str, now: float) -> KeyPair:
        """Make a key pair for an account, and keep it."""
        pair = new_pair(account, now)
        self._keep([*self.all(), pair])
        return pair

    def add_user(self, account: str, name: str | None, policy: str | None, now: float) -> KeyPair:
        """Make a key pair for a user of an account; a name that is known gets one more, and the policy if one is given.

        Raises Refused for a name or a policy that IAM would not take, and for a new user without a policy.
        """
        pair = new_pair(account, now)
        chosen = name or f"user-{pair.access_key_id[-8:].lower()}"
        if not USER_NAME.fullmatch(chosen):
            raise Refused(
                f"{chosen} is no name for a user: letters, digits and +=,.@_- are, at most 64 of them."
            )
        if policy is not None:
            _check(policy)
        pairs = self.all()
        known = next(
            (p.user for p in pairs if p.account == account and p.user and p.user.name == chosen), None
        )
        if known is None and policy is None:
            raise Refused(f"{chosen} is a new user: say with --policy FILE what they may do.")
        user = known or User(name=chosen, id=_id("AIDA", 17), created_at=now, policy=policy or "")
        user = replace(user, policy=policy or user.policy)
        others = [replace(p, user=user) if p.user is not None and p.user.id == user.id else p for p in pairs]
        self._keep([*others, replace(pair, user=user)])
        return replace(pair, user=user)

    @property
    def home(self) -> str:
        """The account of the oldest key pair; the one that `homeport up` has unless told otherwise, before there is any."""
        return next((pair.account for pair in self.all()), HOME)

    def first(self, account: str, now: float) -> KeyPair:
        """The account's first key pair; made at the first start."""
        mine = [pair for pair in self.all() if pair.account == account and pair.user is None]
        return mine[0] if mine else self.add(account, now)

    def find(self, access_key_id: str) -> KeyPair | None:
        """The key pair with this id."""
        found = self._known.get(access_key_id)
        now = monotonic()
        if (found is None or now > self._looked_at + LOOK_S) and self._has_changed(now):
            self._known = {pair.access_key_id: pair for pair in self.all()}
            found = self._known.get(access_key_id)
        return found

    def _keep(self, pairs: list[KeyPair]) -> None:
        write_private(self._path, msgspec.json.format(msgspec.json.encode(_File(keys=pairs))))

    def _has_changed(self, now: float) -> bool:
        self._looked_at = now
        try:
            changed_at_ns = self._path.stat().st_mtime_ns
        except FileNotFoundError:
            return False
        has_changed = changed_at_ns != self._read_at_ns
        self._read_at_ns = changed_at_ns
        return has_changed


def _check(policy: str) -> None:
    try:
        document.identity_policy(policy)
    except Malformed as error:
        raise Refused(f"IAM would not take this policy: {error}") from error
