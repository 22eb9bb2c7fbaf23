"""Temporary credentials, which nobody needs to remember: the token says whose they are, and a seal that we said so.

Whoever has the installation's seal can give them out and check them: STS, and the process that serves tasks, also while
the control plane is down. What a session may do is decided where it is used, by the role as it is then.
"""

import hmac
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from hashlib import sha256

import msgspec
from msgspec import Struct

from homeport.model.record import Time

KEY_ID = re.compile(r"ASIA[A-Z2-7]{16}")


class Session(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """Who assumed which role until when. `role` is the role's ARN, `role_id` its unique id (`AROA…`): a namesake that was
    made later is another role. `policy` is a session policy (JSON) and `policies` are ARNs of managed ones, which narrow
    together what the role may do. `task` is the record id of the task that it was given to. Of `tags` those in
    `transitive` go on to sessions that are made of this one.
    """

    account: str
    role: str
    role_id: str
    name: str
    expires_at: Time
    issued_at: Time = 0.0
    policy: str | None = None
    policies: tuple[str, ...] = ()
    task: str | None = None
    tags: dict[str, str] = {}
    transitive: tuple[str, ...] = ()
    source_identity: str | None = None


class Credentials(Struct, frozen=True, kw_only=True, gc=False):
    """What a client signs with until `expires_at`."""

    access_key_id: str
    secret: str
    token: str
    expires_at: Time


def credentials(seal: bytes, session: Session, id_hex: str) -> Credentials:
    """Credentials for a session. `id_hex` (32 random hexadecimal digits) makes them different from all others."""
    access_key_id = "ASIA" + id_hex[:16].upper().translate(_LETTERS)
    body = msgspec.json.encode(session)
    mark = _mark(seal, access_key_id, body)
    token = urlsafe_b64encode(mark + body).decode()
    return Credentials(
        access_key_id=access_key_id,
        secret=_secret(seal, access_key_id, mark),
        token=token,
        expires_at=session.expires_at,
    )


def opened(seal: bytes, access_key_id: str, token: str) -> tuple[Session, str] | None:
    """The session of a token and its secret; None when the token is not ours, or of another key. It may be over."""
    if KEY_ID.fullmatch(access_key_id) is None:  # Its end would be anywhere in what is sealed.
        return None
    try:
        whole = urlsafe_b64decode(token)
        mark, body = whole[:32], whole[32:]
        if not hmac.compare_digest(mark, _mark(seal, access_key_id, body)):
            return None
        return msgspec.json.decode(body, type=Session), _secret(seal, access_key_id, mark)
    except (ValueError, msgspec.DecodeError):
        return None


_LETTERS = str.maketrans("0189", "GHIJ")
"""AWS's ids have no such digits."""


def _mark(seal: bytes, access_key_id: str, body: bytes) -> bytes:
    return hmac.digest(seal, b"session " + access_key_id.encode() + b" " + body, sha256)


def _secret(seal: bytes, access_key_id: str, mark: bytes) -> str:
    return urlsafe_b64encode(hmac.digest(seal, b"secret " + access_key_id.encode() + mark, sha256)).decode()[
        :40
    ]
