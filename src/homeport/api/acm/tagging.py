"""Tags as they come in and go out: ACM's rules for them, kept as a dictionary."""

from collections.abc import Mapping, Sequence

from homeport.api.acm import errors
from homeport.shapes import acm

MOST_TAGS = 50
RESERVED = "aws:"


def checked(tags: Sequence[acm.Tag] | None) -> dict[str, str]:
    """The tags of a request by key. Lengths and characters were checked on the wire.

    Raises ValidationException, InvalidTagException and TooManyTagsException.
    """
    found: dict[str, str] = {}
    for tag in tags or ():
        if tag.key.lower().startswith(RESERVED):
            raise errors.tag_reserved(tag.key)
        if tag.key in found:
            raise errors.tag_repeated()
        found[tag.key] = tag.value or ""
    return limited(found)


def limited(tags: dict[str, str]) -> dict[str, str]:
    """The same tags. Raises TooManyTagsException."""
    if len(tags) > MOST_TAGS:
        raise errors.too_many_tags(tags)
    return tags


def shown(tags: Mapping[str, str]) -> list[acm.Tag]:
    """Tags in the form of an answer."""
    return [acm.Tag(key=key, value=value) for key, value in tags.items()]
