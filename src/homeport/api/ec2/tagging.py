"""Tags as they come in and go out: AWS's rules for them, kept as a dictionary."""

from collections.abc import Iterable, Mapping, Sequence

from homeport.api.ec2.errors import common as errors
from homeport.shapes import ec2

MOST_TAGS = 50
LONGEST_KEY, LONGEST_VALUE = 128, 256
RESERVED = "aws:"


def specified(specifications: Sequence[ec2.TagSpecification] | None, resource: str) -> dict[str, str]:
    """The tags that what is made begins with; `resource` is its type (`vpc`). Raises InvalidParameterValue."""
    given = specifications or ()
    for each in given:
        if each.resource_type is None:
            raise errors.tag_type_missing()
        if each.resource_type != resource:
            raise errors.tag_type_invalid(each.resource_type)
        if not each.tags:
            raise errors.tags_missing()
    if len(given) > 1:
        raise errors.tag_type_repeated()
    return checked(given[0].tags or ()) if given else {}


def checked(tags: Iterable[ec2.Tag]) -> dict[str, str]:
    """Tags of a request by key. Raises InvalidParameterValue and TagLimitExceeded."""
    found: dict[str, str] = {}
    for tag in tags:
        key, value = tag.key or "", tag.value or ""
        if not key:
            raise errors.tag_key_missing()
        if key.lower().startswith(RESERVED):
            raise errors.tag_reserved()
        if len(key) > LONGEST_KEY:
            raise errors.tag_key_too_long(LONGEST_KEY)
        if len(value) > LONGEST_VALUE:
            raise errors.tag_value_too_long(LONGEST_VALUE)
        if key in found:
            raise errors.tag_key_repeated(key)
        found[key] = value
    return limited(found)


def limited(tags: dict[str, str]) -> dict[str, str]:
    """The same tags. Raises TagLimitExceeded."""
    if len(tags) > MOST_TAGS:
        raise errors.too_many_tags()
    return tags


def shown(tags: Mapping[str, str]) -> list[ec2.Tag]:
    """Tags in the form of an answer."""
    return [ec2.Tag(key=key, value=value) for key, value in tags.items()]
