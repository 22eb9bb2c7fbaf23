"""Key pairs: who may sign, and for which account. A file of mode 0600 beside the database.

SigV4 needs the secret itself, so it is kept as it is; it is never logged. A running server reads the file again when
somebody signs with a key that it does not know.
"""

import secrets
import string
from pathlib import Path

import msgspec

from homeport.server.files import write_private

ALPHABET = string.ascii_uppercase + "234567"


class KeyPair(msgspec.Struct, frozen=True, kw_only=True):
    """An access key. `account` is twelve digits."""

    access_key_id: str
    secret: str
    account: str
    created_at: float


class _File(msgspec.Struct, kw_only=True):
    keys: list[KeyPair] = []


def new_pair(account: str, now: float) -> KeyPair:
    """A key pair in the form of AWS's."""
    id = "AKIA" + "".join(secrets.choice(ALPHABET) for _ in range(16))
    return KeyPair(access_key_id=id, secret=secrets.token_urlsafe(30), account=account, created_at=now)


class Keys:
    """The file, and what was last read of it."""

    def __init__(self, path: Path) -> None:
        self._path = path
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
        write_private(self._path, msgspec.json.format(msgspec.json.encode(_File(keys=[*self.all(), pair]))))
        return pair

    def first(self, account: str, now: float) -> KeyPair:
        """The account's first key pair; made at the first start."""
        mine = [pair for pair in self.all() if pair.account == account]
        return mine[0] if mine else self.add(account, now)

    def find(self, access_key_id: str) -> KeyPair | None:
        """The key pair with this id."""
        found = self._known.get(access_key_id)
        if found is None and self._has_changed():
            self._known = {pair.access_key_id: pair for pair in self.all()}
            found = self._known.get(access_key_id)
        return found

    def _has_changed(self) -> bool:
        try:
            changed_at_ns = self._path.stat().st_mtime_ns
        except FileNotFoundError:
            return False
        has_changed = changed_at_ns != self._read_at_ns
        self._read_at_ns = changed_at_ns
        return has_changed
