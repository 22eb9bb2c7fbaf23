"""What a network mode allows: ports, links, host names."""

from collections.abc import Iterator, Sequence

from homeport.api.ecs.errors import task_definitions as errors
from homeport.plan.placement.capacity import port_range
from homeport.shapes import ecs

HIGHEST_PORT = 65_535
SAME_PORT_MODES = frozenset({"host", "awsvpc"})


def check(mode: str, containers: Sequence[ecs.ContainerDefinition]) -> None:
    """Raises the ApiError of the first rule of networkMode `mode` that is broken."""
    for container in containers:
        _check_modes(mode, container)
        for mapping in container.port_mappings or []:
            _check_mapping(mode, mapping, container.name or "")
    _check_repeated(mode, containers)


def _check_modes(mode: str, container: ecs.ContainerDefinition) -> None:
    if container.links and mode != "bridge":
        raise errors.links_unsupported(mode)
    if container.hostname and mode == "awsvpc":
        raise errors.hostname_unsupported(mode)
    if container.extra_hosts and mode == "awsvpc":
        raise errors.extra_hosts_unsupported(mode)
    if container.port_mappings and mode == "none":
        raise errors.ports_unsupported(mode)


def _check_mapping(mode: str, mapping: ecs.PortMapping, name: str) -> None:
    single = mapping.container_port, mapping.host_port
    if mapping.container_port_range is not None:
        if any(single):
            raise errors.port_and_range(name)
        ports = port_range(mapping.container_port_range)
        if len(ports) < 2 or ports[0] < 1 or not mapping.container_port_range.endswith(f"-{ports[-1]}"):
            raise errors.setting_invalid("containerPortRange", name)
        return
    container_port, host_port = single
    if container_port is None or not 1 <= container_port <= HIGHEST_PORT:
        raise errors.setting_invalid("containerPort", name)
    if host_port is not None and not 0 <= host_port <= HIGHEST_PORT:
        raise errors.setting_invalid("hostPort", name)
    if mode in SAME_PORT_MODES and host_port not in {None, 0, container_port}:
        raise errors.host_port_differs(mode)


def _check_repeated(mode: str, containers: Sequence[ecs.ContainerDefinition]) -> None:
    """The same port of the host twice; in awsvpc, where containers share an address, one of theirs."""
    side = "container" if mode == "awsvpc" else "host"
    found: set[tuple[str, int]] = set()
    names: set[str] = set()
    for container in containers:
        for mapping in container.port_mappings or []:
            protocol = mapping.protocol or "tcp"
            for port in _ports(mode, mapping):
                if (protocol, port) in found:
                    raise errors.port_repeated(protocol, side, port, mode)
                found.add((protocol, port))
            if mapping.name and mapping.name in names:
                raise errors.port_name_repeated(mode)
            names.add(mapping.name or "")


def _ports(mode: str, mapping: ecs.PortMapping) -> Iterator[int]:
    """The ports that are taken for certain: those found at run time are not among them."""
    if mode in SAME_PORT_MODES and mapping.container_port_range:
        yield from port_range(mapping.container_port_range)
    elif mode in SAME_PORT_MODES:
        yield mapping.container_port or 0
    elif mapping.host_port:
        yield mapping.host_port
