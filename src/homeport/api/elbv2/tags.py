"""AddTags, RemoveTags, DescribeTags: of load balancers, target groups, listeners and rules, several at a time."""

from collections.abc import Callable, Sequence

from msgspec.structs import replace

from homeport.api.caller import Caller
from homeport.api.elbv2 import find, tagging
from homeport.api.elbv2.errors import common as errors
from homeport.api.operation import read, write
from homeport.model import arn
from homeport.model.load_balancer import Listener, LoadBalancer, Rule
from homeport.model.target_group import TargetGroup
from homeport.shapes import elbv2
from homeport.store.tx import ReadTx, WriteTx

Tagged = Listener | LoadBalancer | Rule | TargetGroup
FIND: dict[str, Callable[[ReadTx, Caller, str], Tagged]] = {
    "listener": find.listener,
    "listener-rule": find.rule,
    "loadbalancer": find.load_balancer,
    "targetgroup": find.target_group,
}
MOST_RESOURCES = 20


@write
def add_tags(tx: WriteTx, caller: Caller, request: elbv2.AddTagsInput) -> elbv2.AddTagsOutput:
    """Adds tags to each; one with a key that is there already replaces its value."""
    added = tagging.checked(request.tags)
    for _, record in _resources(tx, caller, request.resource_arns):
        _put(tx, record, tagging.limited(record.spec.tags | added))
    return elbv2.AddTagsOutput()


@write
def remove_tags(tx: WriteTx, caller: Caller, request: elbv2.RemoveTagsInput) -> elbv2.RemoveTagsOutput:
    """Takes tags away from each; a key that is not there is no error."""
    if any(key.lower().startswith(tagging.RESERVED) for key in request.tag_keys):
        raise errors.tag_reserved()
    for _, record in _resources(tx, caller, request.resource_arns):
        kept = {key: value for key, value in record.spec.tags.items() if key not in request.tag_keys}
        _put(tx, record, kept)
    return elbv2.RemoveTagsOutput()


@read
def describe_tags(tx: ReadTx, caller: Caller, request: elbv2.DescribeTagsInput) -> elbv2.DescribeTagsOutput:
    """The tags of each."""
    return elbv2.DescribeTagsOutput(
        tag_descriptions=[
            elbv2.TagDescription(resource_arn=text, tags=tagging.shown(record.spec.tags))
            for text, record in _resources(tx, caller, request.resource_arns)
        ]
    )


def _resources(tx: ReadTx, caller: Caller, arns: Sequence[str]) -> list[tuple[str, Tagged]]:
    """What the ARNs name, each once."""
    if not arns:
        raise errors.arn_missing()
    if len(arns) > MOST_RESOURCES:
        raise errors.too_many_arns(MOST_RESOURCES)
    return [(text, _resource(tx, caller, text)) for text in dict.fromkeys(arns)]


def _resource(tx: ReadTx, caller: Caller, text: str) -> Tagged:
    parsed = arn.parse(text)
    found = FIND.get(parsed.kind) if parsed is not None else None
    if found is None:
        raise errors.arn_of_nothing(text)
    return found(tx, caller, text)


def _put(tx: WriteTx, record: Tagged, tags: dict[str, str]) -> None:
    # Every kind's spec has tags; the checker cannot follow `replace` through a union.
    spec = replace(record.spec, tags=tags)
    tx.put(replace(record, spec=spec))
