"""Where load balancers are on this machine: what rendering has to know beside the tables."""

from typing import Any, TypeAlias

from msgspec import Struct

Fields: TypeAlias = dict[str, Any]
"""A message of Envoy's, or a part of one, as JSON would have it."""

EXTENSION = "type.googleapis.com/envoy.extensions."


class Place(Struct, frozen=True, kw_only=True):
    """`logs`: the directory of access logs, absolute. `shared`: the address on which all load balancers listen
    together, `inside`: the same for containers, beside what the tables' own `inside` say; "" for none.
    """

    logs: str
    shared: str = "127.0.0.1"
    inside: str = ""


def typed(name: str, **fields: Any) -> Fields:
    """The typed_config of an extension: `name` is its message's, without what all have in common."""
    return {"@type": EXTENSION + name, **fields}


def extension(name: str, message: str, **fields: Any) -> Fields:
    """An extension by its own name, and its configuration."""
    return {"name": name, "typed_config": typed(message, **fields)}


def address(host: str, port: int, protocol: str = "TCP") -> Fields:
    """Where to listen, or to connect to."""
    return {"socket_address": {"address": host, "port_value": port, "protocol": protocol}}
