"""Tags as they come in and go out. Their keys are the same whatever their case; what was given last is shown."""

from collections.abc import Mapping, Sequence

from homeport.api.iam import errors
from homeport.shapes import iam

MOST_TAGS = 50
RESERVED = "aws:"


def checked(tags: Sequence[iam.Tag] | None) -> dict[str, str]:
    """The tags of a request. Raises InvalidInput."""
    found = {tag.key: tag.value for tag in tags or ()}
    if len({key.lower() for key in found}) < len(tags or ()):
        raise errors.tag_keys_repeated()
    if any(key.lower().startswith(RESERVED) for key in found):
        raise errors.tag_reserved()
    return found


def added(before: Mapping[str, str], tags: Sequence[iam.Tag]) -> dict[str, str]:
    """The tags with those of a request. Raises InvalidInput and LimitExceeded."""
    new = checked(tags)
    found = {**without(before, list(new)), **new}
    if len(found) > MOST_TAGS:
        raise errors.too_many_tags(MOST_TAGS)
    return found


def without(before: Mapping[str, str], keys: Sequence[str]) -> dict[str, str]:
    """The tags less those with these keys."""
    gone = {key.lower() for key in keys}
    return {key: value for key, value in before.items() if key.lower() not in gone}


def shown(tags: Mapping[str, str]) -> list[iam.Tag] | None:
    """Tags in the form of an answer; none is no member."""
    return [iam.Tag(key=key, value=value) for key, value in tags.items()] or None
