"""Port mappings as the engine wants them.

A port is published on loopback unless the operator says otherwise.
"""

from msgspec import Struct

from homeport.drivers.policy import CANNOT_CREATE, LOWEST_FREE_PORT, Policy, Refusal
from homeport.shapes import ecs


class Published(Struct, frozen=True, kw_only=True):
    """`exposed` and `bindings` go to the engine; `host_mode` ports need no publishing, as `80/tcp`."""

    exposed: dict[str, dict[str, str]] = {}
    bindings: dict[str, list[dict[str, str]]] = {}
    host_mode: tuple[str, ...] = ()


def ports(definition: ecs.ContainerDefinition, mode: str, policy: Policy) -> Published:
    """What to publish: in the mode `host` the container's ports are the host's, in `none` there are none, and behind a
    network interface all can be reached by its address.

    Raises:
        Refusal: a host port below 1024 without the operator's leave, or a range that is none.
    """
    wanted = [pair for mapping in definition.port_mappings or [] for pair in _pairs(mapping)]
    if mode == "host":
        return Published(host_mode=tuple(port for port, _ in wanted))
    if mode != "bridge":
        return Published()
    bindings: dict[str, list[dict[str, str]]] = {}
    for port, host_port in wanted:
        if 0 < host_port < LOWEST_FREE_PORT:
            policy.check_flag("low-ports", f"host ports below {LOWEST_FREE_PORT} ({host_port}) are")
        # An empty host port lets the engine choose a free one.
        binding = {"HostIp": policy.publish_address, "HostPort": str(host_port) if host_port else ""}
        bindings.setdefault(port, []).append(binding)
    return Published(exposed={port: {} for port in bindings}, bindings=bindings)


def _pairs(mapping: ecs.PortMapping) -> list[tuple[str, int]]:
    """(`80/tcp`, host port or 0) for each port of a mapping; the host ports of a range are never chosen here."""
    protocol = mapping.protocol or "tcp"
    if mapping.container_port_range:
        return [(f"{port}/{protocol}", 0) for port in _range(mapping.container_port_range)]
    return (
        [(f"{mapping.container_port}/{protocol}", mapping.host_port or 0)] if mapping.container_port else []
    )


def _range(words: str) -> range:
    first, _, last = words.partition("-")
    if not (first.isdecimal() and last.isdecimal() and 0 < int(first) <= int(last) < 65_536):
        raise Refusal(f"{CANNOT_CREATE}{words!r} is no range of ports, as 8080-8090 would be")
    return range(int(first), int(last) + 1)
