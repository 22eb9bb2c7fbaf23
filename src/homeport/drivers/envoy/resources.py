"""Resources of Envoy's, as bytes by type and name: made of plain dicts, so that a wrong field fails here, not in Envoy."""

from collections.abc import Iterable, Mapping
from typing import Any, TypeAlias, TypeVar

from envoy.config.cluster.v3.cluster_pb2 import Cluster
from envoy.config.endpoint.v3.endpoint_pb2 import ClusterLoadAssignment
from envoy.config.listener.v3.listener_pb2 import Listener
from envoy.config.route.v3.route_pb2 import RouteConfiguration
from google.protobuf.json_format import Error, ParseDict
from google.protobuf.message import Message
from msgspec import Struct

from homeport.drivers.envoy import extensions

TypeUrl: TypeAlias = str
PREFIX = "type.googleapis.com/"
CLUSTERS: TypeUrl = f"{PREFIX}envoy.config.cluster.v3.Cluster"
ENDPOINTS: TypeUrl = f"{PREFIX}envoy.config.endpoint.v3.ClusterLoadAssignment"
LISTENERS: TypeUrl = f"{PREFIX}envoy.config.listener.v3.Listener"
ROUTES: TypeUrl = f"{PREFIX}envoy.config.route.v3.RouteConfiguration"

CLASSES: dict[TypeUrl, type[Message]] = {
    CLUSTERS: Cluster,
    ENDPOINTS: ClusterLoadAssignment,
    LISTENERS: Listener,
    ROUTES: RouteConfiguration,
}
LOADED = extensions.LOADED
"""A typed_config can be read only when its class is loaded."""


M = TypeVar("M", bound=Message)


class Resources(Struct, frozen=True):
    """By type, then by name; a value, so that the last good ones cannot be touched."""

    by_type: dict[TypeUrl, dict[str, bytes]] = {}

    def of(self, kind: TypeUrl) -> Mapping[str, bytes]:
        """Those of one type."""
        return self.by_type.get(kind, {})

    def with_(self, kind: TypeUrl, changed: Mapping[str, bytes], gone: Iterable[str] = ()) -> "Resources":
        """These, with some of one type replaced and some gone."""
        members = {**self.of(kind), **changed}
        for name in gone:
            members.pop(name, None)
        return Resources({**self.by_type, kind: members})


class Unfit(Exception):
    """What was rendered is no resource of Envoy's: a mistake of ours, which must not cost anybody else."""


def filled(fields: Mapping[str, Any], message: M) -> M:
    """The message with these fields. Raises Unfit for one that is none, or a value that does not fit it."""
    try:
        ParseDict(dict(fields), message)
    except (Error, ValueError) as error:
        raise Unfit(str(error)) from error
    return message


def packed(kind: TypeUrl, resource: Mapping[str, Any]) -> bytes:
    """A resource as Envoy reads it. Raises Unfit."""
    body: bytes = filled(resource, CLASSES[kind]()).SerializeToString(deterministic=True)
    return body
