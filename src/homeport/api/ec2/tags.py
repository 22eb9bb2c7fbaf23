"""CreateTags, DeleteTags, DescribeTags: of everything in EC2 that has an id and is a record."""

from collections.abc import Sequence
from typing import Any

from msgspec.structs import replace

from homeport.api.caller import Caller
from homeport.api.ec2 import find, tagging
from homeport.api.ec2.errors import common as errors
from homeport.api.ec2.listing import Catalogue
from homeport.api.operation import read, write
from homeport.model.record import Record
from homeport.shapes import ec2
from homeport.store.tx import ReadTx, WriteTx

TAGS = Catalogue[ec2.TagDescription](
    operation="DescribeTags",
    fields={
        "key": lambda tag: tag.key,
        "resource-id": lambda tag: tag.resource_id,
        "resource-type": lambda tag: tag.resource_type,
        "value": lambda tag: tag.value,
    },
    tags=lambda tag: [ec2.Tag(key=tag.key, value=tag.value)],
)


@write
def create_tags(tx: WriteTx, caller: Caller, request: ec2.CreateTagsRequest) -> ec2.CreateTagsResponse:
    """Adds tags to each; one with a key that is there already replaces its value."""
    if not request.tags:
        raise errors.missing("Tag")
    added = tagging.checked(request.tags)
    for record in _resources(tx, caller, request.resources):
        _put(tx, record, tagging.limited(_tags(record) | added))
    return ec2.CreateTagsResponse()


@write
def delete_tags(tx: WriteTx, caller: Caller, request: ec2.DeleteTagsRequest) -> ec2.DeleteTagsResponse:
    """Takes tags away from each: by key, where the request has a value only with that one; without tags, all of them."""
    gone = {tag.key or "": tag.value for tag in request.tags or ()}
    for record in _resources(tx, caller, request.resources):
        kept = {
            key: value
            for key, value in _tags(record).items()
            if gone and not (key in gone and gone[key] in {None, value})
        }
        _put(tx, record, kept)
    return ec2.DeleteTagsResponse()


@read
def describe_tags(tx: ReadTx, caller: Caller, request: ec2.DescribeTagsRequest) -> ec2.DescribeTagsResult:
    """Every tag of everything, by resource and key."""
    views = {
        f"{record.id} {key}": ec2.TagDescription(
            key=key, value=value, resource_id=record.id.rsplit("/", 1)[1], resource_type=noun.resource
        )
        for noun in find.NOUNS
        for record in find.several(tx, caller, noun.kind, None)
        for key, value in _tags(record).items()
    }
    page = TAGS.page_of(caller, request, views)
    return ec2.DescribeTagsResult(tags=page.items, next_token=page.next_token)


def _resources(tx: ReadTx, caller: Caller, ids: Sequence[str]) -> list[Record]:
    """What the ids name, each once. Raises InvalidID for another kind of id, and that of its kind for one that is not there."""
    if not ids:
        raise errors.missing("ResourceId")
    return [_resource(tx, caller, id) for id in dict.fromkeys(ids)]


def _resource(tx: ReadTx, caller: Caller, id: str) -> Record:
    noun = find.BY_PREFIX.get(id.partition("-")[0])
    if noun is None:
        raise errors.resource_id_invalid(id)
    return find.one(tx, caller, noun.kind, id)


def _tags(record: Any) -> dict[str, str]:
    """Every kind's spec has them; the checker cannot know."""
    found: dict[str, str] = record.spec.tags
    return found


def _put(tx: WriteTx, record: Any, tags: dict[str, str]) -> None:
    tx.put(replace(record, spec=replace(record.spec, tags=tags)))
