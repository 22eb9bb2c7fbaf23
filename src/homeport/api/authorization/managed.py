"""The policies that AWS manages and users of ECS attach: their documents as AWS published them (spring 2026).

They are no records, and the same in every account. They change with Homeport's releases, not by themselves.
"""

from functools import cache
from importlib import resources

import msgspec

from homeport.model.record import Time

PREFIX = "arn:aws:iam::aws:policy"


class Published(msgspec.Struct, frozen=True):
    """A managed policy: `version` is its default one, and the only one that is known here."""

    path: str
    version: str
    created_at: Time
    document: msgspec.Raw

    @property
    def text(self) -> str:
        """The document as JSON text."""
        return bytes(self.document).decode()


@cache
def policies() -> dict[str, Published]:
    """All of them, by name."""
    text = (resources.files("homeport.api.authorization") / "managed.json").read_bytes()
    return msgspec.json.decode(text, type=dict[str, Published])


def arn_of(name: str) -> str:
    """`arn:aws:iam::aws:policy/PATH/NAME`."""
    return f"{PREFIX}{policies()[name].path}{name}"


def named(arn: str) -> str | None:
    """The name of AWS's policy that an ARN names; None when there is none that is known here."""
    if not arn.startswith(PREFIX):
        return None
    name = arn.rpartition("/")[2]
    return name if name in policies() and arn_of(name) == arn else None


def document(arn: str) -> str | None:
    """The text of AWS's policy that an ARN names."""
    name = named(arn)
    return None if name is None else policies()[name].text
