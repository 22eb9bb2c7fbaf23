"""What is asked, by the path: version 4 and 3 of the metadata endpoint, and the credentials endpoint. Pure."""

from typing import Literal, TypeAlias
from urllib.parse import parse_qs

from msgspec import Struct

Version: TypeAlias = Literal[3, 4]
Kind: TypeAlias = Literal["container", "task", "taskWithTags", "stats", "task/stats"]
KINDS: dict[str, Kind] = {
    "": "container",
    "task": "task",
    "taskWithTags": "taskWithTags",
    "stats": "stats",
    "task/stats": "task/stats",
}
VERSIONS: dict[str, Version] = {"v3": 3, "v4": 4}


class AskedMetadata(Struct, frozen=True):
    """`/v4/TOKEN`, and what may follow."""

    version: Version
    token: str
    kind: Kind


class AskedCredentials(Struct, frozen=True):
    """`/v2/credentials/TOKEN`, or `/v1/credentials?id=TOKEN`."""

    version: Literal[1, 2]
    token: str


Question: TypeAlias = AskedMetadata | AskedCredentials


def question(target: str) -> Question | None:
    """The question of a request's target; None when it is none. A slash at the end is forgiven."""
    path, _, query = target.partition("?")
    first, _, rest = path.removeprefix("/").partition("/")
    if first in VERSIONS:
        token, _, kind = rest.partition("/")
        known = KINDS.get(kind.rstrip("/"))
        return None if known is None else AskedMetadata(VERSIONS[first], token, known)
    if first == "v2" and (rest == "credentials" or rest.startswith("credentials/")):
        return AskedCredentials(2, rest.removeprefix("credentials").strip("/"))
    if first == "v1" and rest == "credentials":
        return AskedCredentials(1, parse_qs(query).get("id", [""])[0])
    return None
