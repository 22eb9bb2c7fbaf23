"""Tags as they come in and go out: AWS's rules for them, kept as a dictionary."""

from collections.abc import Mapping, Sequence

from homeport.api import errors
from homeport.shapes import ecs

MOST_TAGS = 50
RESERVED = "aws:"


def checked(tags: Sequence[ecs.Tag] | None) -> dict[str, str]:
    """The tags of a request by key. Lengths and characters were checked on the wire.

    Raises InvalidParameterException (AWS: API Reference, "Tag restrictions").
    """
    found: dict[str, str] = {}
    for tag in tags or []:
        if not tag.key:
            raise errors.tag_key_blank()
        if tag.key.lower().startswith(RESERVED) or (tag.value or "").lower().startswith(RESERVED):
            raise errors.tag_reserved()
        if tag.key in found:
            raise errors.tag_key_repeated()
        found[tag.key] = tag.value or ""
    if len(found) > MOST_TAGS:
        raise errors.too_many_tags()
    return found


def shown(tags: Mapping[str, str]) -> list[ecs.Tag]:
    """Tags in the form of an answer."""
    return [ecs.Tag(key=key, value=value) for key, value in tags.items()]
