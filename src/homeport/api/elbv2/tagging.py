"""Tags as they come in and go out: AWS's rules for them, kept as a dictionary."""

from collections.abc import Mapping, Sequence

from homeport.api.elbv2.errors import common as errors
from homeport.shapes import elbv2

MOST_TAGS = 50
RESERVED = "aws:"


def checked(tags: Sequence[elbv2.Tag] | None) -> dict[str, str]:
    """The tags of a request by key. Lengths and characters were checked on the wire.

    Raises ValidationError, DuplicateTagKeys and TooManyTags.
    """
    found: dict[str, str] = {}
    for tag in tags or ():
        if tag.key.lower().startswith(RESERVED):
            raise errors.tag_reserved()
        if tag.key in found:
            raise errors.duplicate_tag_keys(tag.key)
        found[tag.key] = tag.value or ""
    return limited(found)


def limited(tags: dict[str, str]) -> dict[str, str]:
    """The same tags. Raises TooManyTags."""
    if len(tags) > MOST_TAGS:
        raise errors.too_many_tags()
    return tags


def shown(tags: Mapping[str, str]) -> list[elbv2.Tag]:
    """Tags in the form of an answer."""
    return [elbv2.Tag(key=key, value=value) for key, value in tags.items()]
