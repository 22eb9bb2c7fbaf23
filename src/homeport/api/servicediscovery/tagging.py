"""Tags as they come in and go out: Cloud Map's rules for them, kept as a dictionary."""

from collections.abc import Mapping, Sequence

from homeport.api.servicediscovery import errors
from homeport.shapes import servicediscovery as shapes

MOST_TAGS = 50
RESERVED = "aws:"


def checked(tags: Sequence[shapes.Tag] | None, arn: str = "") -> dict[str, str]:
    """The tags of a request by key; `arn` is of what is to have them, if it is there already.

    Lengths were checked on the wire. Raises InvalidInput and TooManyTagsException.
    """
    found: dict[str, str] = {}
    for tag in tags or ():
        if tag.key.lower().startswith(RESERVED):
            raise errors.tag_reserved(tag.key)
        if tag.key in found:
            raise errors.tag_repeated(tag.key)
        found[tag.key] = tag.value
    return limited(found, arn)


def limited(tags: dict[str, str], arn: str) -> dict[str, str]:
    """The same tags. Raises TooManyTagsException."""
    if len(tags) > MOST_TAGS:
        raise errors.too_many_tags(arn)
    return tags


def shown(tags: Mapping[str, str]) -> list[shapes.Tag]:
    """Tags in the form of an answer."""
    return [shapes.Tag(key=key, value=value) for key, value in tags.items()]
