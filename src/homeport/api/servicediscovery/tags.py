"""TagResource, UntagResource, ListTagsForResource, on namespaces and services."""

from msgspec.structs import replace

from homeport.api.caller import Caller
from homeport.api.operation import read, write
from homeport.api.servicediscovery import errors, tagging
from homeport.model import arn
from homeport.model.namespace import DiscoveryService, Namespace
from homeport.shapes import servicediscovery as shapes
from homeport.store.tx import ReadTx, WriteTx

KINDS: dict[str, type[Namespace | DiscoveryService]] = {
    "namespace": Namespace,
    "service": DiscoveryService,
}


@write
def tag_resource(
    tx: WriteTx, caller: Caller, request: shapes.TagResourceRequest
) -> shapes.TagResourceResponse:
    """Adds tags; one with a key that is there already replaces its value."""
    record = _find(tx, caller, request.resource_arn)
    tags = record.spec.tags | tagging.checked(request.tags, request.resource_arn)
    _put(tx, record, tagging.limited(tags, request.resource_arn))
    return shapes.TagResourceResponse()


@write
def untag_resource(
    tx: WriteTx, caller: Caller, request: shapes.UntagResourceRequest
) -> shapes.UntagResourceResponse:
    """Takes tags away; keys that are not there change nothing."""
    record = _find(tx, caller, request.resource_arn)
    gone = set(request.tag_keys)
    _put(tx, record, {key: value for key, value in record.spec.tags.items() if key not in gone})
    return shapes.UntagResourceResponse()


@read
def list_tags_for_resource(
    tx: ReadTx, caller: Caller, request: shapes.ListTagsForResourceRequest
) -> shapes.ListTagsForResourceResponse:
    """All tags of a namespace or a service."""
    record = _find(tx, caller, request.resource_arn)
    return shapes.ListTagsForResourceResponse(tags=tagging.shown(record.spec.tags))


def _find(tx: ReadTx, caller: Caller, text: str) -> Namespace | DiscoveryService:
    """Raises InvalidInput for what is no ARN of the kind, and ResourceNotFoundException."""
    parsed = arn.parse(text)
    kind = None if parsed is None or parsed.service != "servicediscovery" else KINDS.get(parsed.kind)
    if parsed is None or kind is None:
        raise errors.resource_arn_invalid(text)
    found = tx.get(kind, arn.record_id(text)) if parsed.scope == caller.scope else None
    if found is None:
        raise errors.resource_not_found(text)
    return found


def _put(tx: WriteTx, record: Namespace | DiscoveryService, tags: dict[str, str]) -> None:
    if isinstance(record, Namespace):
        tx.put(replace(record, spec=replace(record.spec, tags=tags)))
    else:
        tx.put(replace(record, spec=replace(record.spec, tags=tags)))
