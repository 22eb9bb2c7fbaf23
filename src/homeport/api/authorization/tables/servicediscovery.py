"""Cloud Map: namespaces and services are resources; an instance is its service's, and discovery goes by names."""

from collections.abc import Iterator
from typing import Any

from homeport.api.authorization.access import (
    EVERYTHING,
    Access,
    Rule,
    Table,
    keys,
    one,
    plain,
    request_tags,
    resource_tags,
)
from homeport.api.caller import Caller
from homeport.model import arn
from homeport.model.namespace import DiscoveryService, Namespace
from homeport.store.tx import ReadTx

PREFIX = "servicediscovery"
KINDS: dict[str, type[Namespace] | type[DiscoveryService]] = {
    "namespace": Namespace,
    "service": DiscoveryService,
}


def access(
    tx: ReadTx, caller: Caller, action: str, resource: str, said: dict[str, tuple[str, ...]]
) -> Access:
    """An action on a resource, with the tags that it has."""
    tags = resource_tags(_tags(tx, caller, resource))
    return Access(action=f"{PREFIX}:{action}", resource=resource, said={**keys(said), **tags})


def _tags(tx: ReadTx, caller: Caller, text: str) -> dict[str, str]:
    parsed = arn.parse(text)
    kind = KINDS.get(parsed.kind) if parsed is not None and parsed.scope == caller.scope else None
    record = tx.get(kind, arn.record_id(text)) if kind is not None else None
    return {} if record is None else dict(record.spec.tags)


def arn_of(caller: Caller, kind: str, text: str) -> str:
    """The ARN of a namespace or a service, which is named by id or by ARN."""
    if text.startswith("arn:"):
        return text
    return f"arn:aws:{PREFIX}:{caller.region}:{caller.account}:{kind}/{text}"


def on(action: str, kind: str, member: str) -> Rule:
    """An operation on the namespace or the service that a member names."""

    def rule(tx: ReadTx, caller: Caller, request: Any) -> Iterator[Access]:
        named = getattr(request, member)
        resource = arn_of(caller, kind, named) if named else EVERYTHING
        said = {**_brought(request), f"{PREFIX}:{kind}arn": (resource,) if named else ()}
        yield access(tx, caller, action, resource, said)

    return rule


def create_service(tx: ReadTx, caller: Caller, request: Any) -> Iterator[Access]:
    """The namespace, which may be named in either of two places."""
    dns = request.dns_config and request.dns_config.namespace_id
    for named in dict.fromkeys((request.namespace_id, dns)):
        if named or not (request.namespace_id or dns):
            resource = arn_of(caller, "namespace", named) if named else EVERYTHING
            said = {**_brought(request), f"{PREFIX}:namespacearn": (resource,) if named else ()}
            yield access(tx, caller, "CreateService", resource, said)


def _brought(request: Any) -> dict[str, tuple[str, ...]]:
    return request_tags({tag.key: tag.value for tag in getattr(request, "tags", None) or ()})


def create_namespace(action: str) -> Rule:
    """The namespace that is to be."""

    def rule(tx: ReadTx, caller: Caller, request: Any) -> Iterator[Access]:
        yield access(tx, caller, action, EVERYTHING, _brought(request))

    return rule


def discover(action: str) -> Rule:
    """What is found by names."""

    def rule(tx: ReadTx, caller: Caller, request: Any) -> Iterator[Access]:
        said = {
            f"{PREFIX}:namespacename": one(request.namespace_name),
            f"{PREFIX}:servicename": one(request.service_name),
        }
        yield access(tx, caller, action, EVERYTHING, said)

    return rule


def tag(action: str) -> Rule:
    """An operation on the tags of whatever an ARN names."""

    def rule(tx: ReadTx, caller: Caller, request: Any) -> Iterator[Access]:
        gone = tuple(getattr(request, "tag_keys", None) or ())
        said = {**_brought(request), **({"aws:tagkeys": gone} if gone else {})}
        yield access(tx, caller, action, request.resource_arn, said)

    return rule


BY_NAMESPACE = {
    "DeleteNamespace": "id",
    "GetNamespace": "id",
    "UpdateHttpNamespace": "id",
    "UpdatePrivateDnsNamespace": "id",
    "UpdatePublicDnsNamespace": "id",
}
BY_SERVICE = {
    "DeleteService": "id",
    "DeleteServiceAttributes": "service_id",
    "DeregisterInstance": "service_id",
    "GetInstance": "service_id",
    "GetInstancesHealthStatus": "service_id",
    "GetService": "id",
    "GetServiceAttributes": "service_id",
    "ListInstances": "service_id",
    "RegisterInstance": "service_id",
    "UpdateInstanceCustomHealthStatus": "service_id",
    "UpdateService": "id",
    "UpdateServiceAttributes": "service_id",
}
CREATED = ("CreateHttpNamespace", "CreatePrivateDnsNamespace", "CreatePublicDnsNamespace")
LISTED = ("GetOperation", "ListNamespaces", "ListOperations", "ListServices")
TAGS = ("ListTagsForResource", "TagResource", "UntagResource")

TABLE: Table = {
    **{name: on(name, "namespace", member) for name, member in BY_NAMESPACE.items()},
    **{name: on(name, "service", member) for name, member in BY_SERVICE.items()},
    "CreateService": create_service,
    **{name: create_namespace(name) for name in CREATED},
    **{name: discover(name) for name in ("DiscoverInstances", "DiscoverInstancesRevision")},
    **{name: plain(f"{PREFIX}:{name}") for name in LISTED},
    **{name: tag(name) for name in TAGS},
}
