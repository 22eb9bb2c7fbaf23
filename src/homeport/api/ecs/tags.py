"""TagResource, UntagResource, ListTagsForResource, on everything that has an ARN and tags."""

from collections.abc import Callable

from msgspec.structs import replace

from homeport.api import errors
from homeport.api.caller import Caller
from homeport.api.ecs import tagging
from homeport.api.operation import read, write
from homeport.model import arn
from homeport.model.cluster import Cluster
from homeport.model.instance import Instance
from homeport.model.record import Record
from homeport.model.service import Service
from homeport.model.task import Task
from homeport.model.task_definition import TaskDefinition
from homeport.model.task_set import TaskSet
from homeport.shapes import ecs
from homeport.store.tx import ReadTx, WriteTx

Tagged = Cluster | Instance | Service | Task | TaskDefinition | TaskSet

KINDS: dict[str, type[Tagged]] = {
    "cluster": Cluster,
    "container-instance": Instance,
    "service": Service,
    "task": Task,
    "task-definition": TaskDefinition,
    "task-set": TaskSet,
}
IN_CLUSTERS = ("container-instance", "service", "task")
"""What had ARNs without the cluster's name before 2018."""
NOT_FOUND: dict[type[Record], Callable[[], errors.ApiError]] = {
    Cluster: errors.cluster_not_found,
    Service: errors.service_not_found,
}


@write
def tag_resource(tx: WriteTx, caller: Caller, request: ecs.TagResourceRequest) -> ecs.TagResourceResponse:
    """Adds tags; one with a key that is there already replaces its value."""
    record = _resource(tx, caller, request.resource_arn)
    tags = record.spec.tags | tagging.checked(request.tags)
    if len([key for key in tags if not key.startswith(tagging.RESERVED)]) > tagging.MOST_TAGS:
        raise errors.too_many_tags()
    _put(tx, record, tags)
    return ecs.TagResourceResponse()


@write
def untag_resource(
    tx: WriteTx, caller: Caller, request: ecs.UntagResourceRequest
) -> ecs.UntagResourceResponse:
    """Takes tags away; a key that is not there is no error."""
    record = _resource(tx, caller, request.resource_arn)
    if any(key.lower().startswith(tagging.RESERVED) for key in request.tag_keys):
        raise errors.tag_reserved()
    _put(tx, record, {key: value for key, value in record.spec.tags.items() if key not in request.tag_keys})
    return ecs.UntagResourceResponse()


@read
def list_tags_for_resource(
    tx: ReadTx, caller: Caller, request: ecs.ListTagsForResourceRequest
) -> ecs.ListTagsForResourceResponse:
    """All tags of a resource."""
    return ecs.ListTagsForResourceResponse(
        tags=tagging.shown(_resource(tx, caller, request.resource_arn).spec.tags)
    )


def _resource(tx: ReadTx, caller: Caller, text: str) -> Tagged:
    """What an ARN of the caller's account and region names."""
    parsed = arn.parse(text)
    kind = KINDS.get(parsed.kind) if parsed is not None else None
    if parsed is None or kind is None or parsed.service != "ecs":
        raise errors.arn_invalid(text)
    if parsed.kind in IN_CLUSTERS and len(parsed.path) == 1:
        raise errors.tags_need_long_arn()
    id = f"{caller.scope.id}/{'/'.join(parsed.path)}"
    record = tx.get(kind, id) if parsed.scope == caller.scope else None
    if isinstance(record, Cluster) and record.spec.deleted_at is not None:
        raise errors.tags_of_inactive_cluster()
    if record is None:
        not_found = NOT_FOUND.get(kind, errors.resource_not_found)
        raise not_found()
    return record


def _put(tx: WriteTx, record: Tagged, tags: dict[str, str]) -> None:
    # Every kind's spec has tags; the checker cannot follow `replace` through a union.
    spec = replace(record.spec, tags=tags)
    tx.put(replace(record, spec=spec))
