"""A container of a task payload as the body of `POST /containers/create`: pure, and the only place that
builds one.

Everything that is not set stays out, so that the image's own values and the engine's defaults hold; what
protects the host is always set. Not read here: essential, dependsOn, startTimeout and restartPolicy (the
engine's, by effects), and secrets and environment files (refused until they can be resolved).
"""

from typing import Any

from msgspec import Struct

from homeport.drivers.docker import isolation, limits, logs, mounts, names, ports
from homeport.drivers.docker.mounts import VolumeSpec
from homeport.drivers.house import House
from homeport.drivers.policy import CANNOT_CREATE, Refusal
from homeport.plan import naming
from homeport.plan.effects import ContainerRef, TaskPayload
from homeport.shapes import ecs

SECOND_NS = 1_000_000_000


class Spec(Struct, frozen=True, kw_only=True):
    """What to send: the container's `name`, its create `body`, and the `volumes` that must be there first."""

    name: str
    body: dict[str, Any]
    volumes: tuple[VolumeSpec, ...] = ()


def container_spec(payload: TaskPayload, ref: ContainerRef, house: House) -> Spec:
    """The container of `ref`, as the engine is to make it.

    Raises:
        Refusal: the definition asks for what the operator did not allow, or for what is not built yet.
    """
    definition = payload.containers[ref.container]
    installation, policy = house.installation, house.policy
    mode = isolation.network_mode(payload, definition, installation, policy)
    mounted = mounts.mounts(payload, definition, installation, policy)
    published = ports.ports(definition, mode, policy)
    host: dict[str, Any] = {
        "NetworkMode": mode,
        "RestartPolicy": {"Name": "no"},
        "LogConfig": logs.log_config(definition.log_configuration),
        **mounted.host,
        **limits.limits(payload, definition),
        **isolation.isolation(payload, ref.container, installation, policy),
        **_network(payload, definition, mode, house),
    }
    body = {
        **_config(definition),
        **_hostname(definition, mode),
        "Labels": _labels(payload, ref, installation, published),
        "HostConfig": host,
    }
    if published.exposed:
        body["ExposedPorts"] = published.exposed
    if published.bindings:
        host["PortBindings"] = published.bindings
    return Spec(name=naming.container_name(installation, ref), body=body, volumes=mounted.volumes)


def _config(definition: ecs.ContainerDefinition) -> dict[str, Any]:
    if definition.secrets or definition.environment_files:
        raise Refusal(f"{CANNOT_CREATE}secrets and environmentFiles cannot be resolved yet")
    config: dict[str, Any] = {
        "Image": definition.image or "",
        "Healthcheck": _health_check(definition.health_check),
    }
    given = {
        "Cmd": definition.command,
        "Entrypoint": definition.entry_point,
        "Env": [f"{pair.name}={pair.value or ''}" for pair in definition.environment or []],
        "WorkingDir": definition.working_directory,
        "User": definition.user,
        "Tty": definition.pseudo_terminal,
        "OpenStdin": definition.interactive,
        # For whoever stops it by hand; our own stops say how long.
        "StopTimeout": definition.stop_timeout,
        "NetworkDisabled": definition.disable_networking,
    }
    return config | {key: value for key, value in given.items() if value}


def _health_check(check: ecs.HealthCheck | None) -> dict[str, Any]:
    """ECS knows only the definition's check: without one the image's own is switched off (ECS's agent does so
    too).

    Defaults are those of the API Reference, HealthCheck.
    """
    if check is None or not check.command:
        return {"Test": ["NONE"]}
    return {
        "Test": check.command,
        "Interval": (check.interval or 30) * SECOND_NS,
        "Timeout": (check.timeout or 5) * SECOND_NS,
        "Retries": check.retries or 3,
        "StartPeriod": (check.start_period or 0) * SECOND_NS,
    }


def _labels(
    payload: TaskPayload, ref: ContainerRef, installation: str, published: ports.Published
) -> dict[str, str]:
    definition = payload.containers[ref.container]
    given = definition.docker_labels or {}
    theirs = {key: value for key, value in given.items() if not key.startswith(names.RESERVED)}
    ours = names.labels(installation, ref, payload)
    if log_driver := logs.missed(definition.log_configuration):
        ours[names.LOG_DRIVER] = log_driver
    if published.host_mode:
        ours[names.PORTS] = " ".join(published.host_mode)
    return {**theirs, **ours}


def _hostname(definition: ecs.ContainerDefinition, mode: str) -> dict[str, str]:
    """Containers that share a network interface have its name."""
    return {"Hostname": definition.hostname} if definition.hostname and not isolation.is_shared(mode) else {}


def _network(
    payload: TaskPayload, definition: ecs.ContainerDefinition, mode: str, house: House
) -> dict[str, Any]:
    """Names and where they are looked up; where a network interface is shared, those are the interface's."""
    if isolation.is_shared(mode):
        return {}
    offered = [house.resolver] if house.resolver and mode == "bridge" else None
    given = {
        "Links": [_link(payload, link, house.installation) for link in definition.links or []],
        "ExtraHosts": [f"{host.hostname}:{host.ip_address}" for host in definition.extra_hosts or []],
        "Dns": definition.dns_servers or offered,
        "DnsSearch": definition.dns_search_domains,
    }
    return {key: value for key, value in given.items() if value}


def _link(payload: TaskPayload, link: str, installation: str) -> str:
    other, _, alias = link.partition(":")
    return f"{naming.container_name(installation, payload.ref(other))}:{alias or other}"
