"""What the engine says of a container, as facts: pure. Nothing is concluded here, and nothing is asked."""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from homeport.drivers.docker import names
from homeport.drivers.docker.things import Listed
from homeport.model.container import Binding, ContainerSeen
from homeport.model.instance import MachineSeen
from homeport.model.lifecycle import ContainerStatus, Health
from homeport.model.record import Time

Json = Mapping[str, Any]

STATUSES: dict[str, ContainerStatus] = {
    "created": "CREATED",
    "initialized": "CREATED",
    "running": "RUNNING",
    "paused": "RUNNING",
    "restarting": "RUNNING",
    "removing": "STOPPED",
    "stopping": "RUNNING",
    "stopped": "STOPPED",
    "exited": "STOPPED",
    "dead": "STOPPED",
}
"""Docker's words, and Podman's initialized, stopping and stopped."""

HEALTH: dict[str, Health] = {"healthy": "HEALTHY", "unhealthy": "UNHEALTHY"}
KILLED = 137
SECOND_THOUGHTS_S = 5.0
OUT_OF_MEMORY = "OutOfMemoryError: Container killed due to memory usage"
"""In ECS's words (Developer Guide, "Stopped tasks error messages")."""

RESERVED_PORTS = (22, 2375, 2376, 51678, 51679)
"""What ECS keeps free on a container instance (Developer Guide, "portMappings")."""

ARCHITECTURES = {"x86_64": "x86_64", "amd64": "x86_64", "aarch64": "arm64", "arm64": "arm64"}
ANY = "0.0.0.0"  # noqa: S104  # read, not listened on
FRACTION = re.compile(r"\.(\d+)")


def container_seen(found: Json, attempt: int, at: Time, digest: str | None) -> ContainerSeen:
    """A container as `GET /containers/ID/json` shows it, looked up at `at`.

    `digest` is that of its image, which the engine does not tell here. Raises AttributeError, KeyError,
    TypeError or ValueError for an answer that is none.
    """
    state = found["State"]
    status = STATUSES[state["Status"]]
    is_down = status == "STOPPED"
    was_started = time_of(state.get("StartedAt")) is not None
    network = found.get("NetworkSettings") or {}
    return ContainerSeen(
        attempt=attempt,
        status=status,
        runtime_id=found["Id"],
        exit_code=state.get("ExitCode") if is_down and was_started else None,
        reason=_reason(state) if is_down else None,
        # Docker calls a stopped container unhealthy, whatever its last check said.
        health="UNKNOWN" if is_down else HEALTH.get((state.get("Health") or {}).get("Status", ""), "UNKNOWN"),
        image_digest=digest,
        bindings=tuple(_bindings(network.get("Ports") or {})) or tuple(_host_bindings(found)),
        address=_address(network),
        namespace=_namespace(found, network) if status == "RUNNING" else None,
        started_at=time_of(state.get("StartedAt")),
        finished_at=time_of(state.get("FinishedAt")) if is_down else None,
        at=at,
    )


def machine_seen(info: Json, own_ports: tuple[int, ...], at: Time) -> MachineSeen:
    """The machine as `GET /info` shows it."""
    architecture = str(info.get("Architecture", "x86_64"))
    return MachineSeen(
        cpu=int(info["NCPU"]) * 1024,
        memory_mib=int(info["MemTotal"]) // (1024 * 1024),
        architecture=ARCHITECTURES.get(architecture, architecture),
        engine_version=str(info.get("ServerVersion", "")),
        reserved_tcp_ports=tuple(sorted({*RESERVED_PORTS, *own_ports})),
        connected=True,
        at=at,
    )


def image_digest(image: Json) -> str | None:
    """The digest by which a registry knows the image; for one that was made here, its id."""
    digests = image.get("RepoDigests") or []
    return str(digests[0]).rpartition("@")[2] if digests else image.get("Id")


def fingerprint(listed: Listed) -> tuple[str, ...]:
    """What of an entry of `GET /containers/json` changes only when something happened: not the age.

    The exit code or the health stands in brackets in Status: `Up 5 seconds (healthy)`, `Exited (137) 2 hours
    ago`. A container that went down and came up between two lists has another endpoint in its network.
    """
    brackets = re.findall(r"\(([^)]*)\)", listed.status)
    networks = (listed.network_settings and listed.network_settings.networks) or {}
    endpoints = sorted(f"{attached.endpoint} {attached.address}" for attached in networks.values())
    return (listed.state, *brackets, *sorted(str(port) for port in listed.ports or []), *endpoints)


def may_change(seen: ContainerSeen, at: Time) -> bool:
    """Whether an end may still get its reason: the engine hears of exits and of memory that ran out from two sides, in
    either order.
    """
    is_killed = seen.status == "STOPPED" and seen.exit_code == KILLED and seen.reason is None
    return is_killed and seen.finished_at is not None and at - seen.finished_at < SECOND_THOUGHTS_S


def time_of(words: str | None) -> Time | None:
    """RFC 3339 with nanoseconds as seconds since the epoch; None for the engine's "never", the year 1."""
    if not words or words.startswith("0001-"):
        return None
    # Python 3.11 takes at most six digits after the point.
    micro = FRACTION.sub(lambda digits: "." + digits[1][:6].ljust(6, "0"), words)
    return round(datetime.fromisoformat(micro).timestamp(), 3)


def _reason(state: Json) -> str | None:
    if state.get("OOMKilled"):
        return OUT_OF_MEMORY
    error = state.get("Error")
    return f"CannotStartContainerError: Error response from daemon: {error}" if error else None


def _bindings(published: Mapping[str, list[dict[str, str]] | None]) -> Iterator[Binding]:
    """IPv6 repeats IPv4, at times on another port; ECS shows each binding once."""
    for words in sorted(published, key=lambda port: (int(port.partition("/")[0]), port)):
        port, _, protocol = words.partition("/")
        entries = published[words] or []
        first = [entry for entry in entries if ":" not in entry["HostIp"]] or entries
        for entry in first:
            yield Binding(
                bind_ip=entry["HostIp"] or ANY,
                container_port=int(port),
                host_port=int(entry["HostPort"]),
                protocol=protocol,
            )


def _host_bindings(found: Json) -> Iterator[Binding]:
    """In host mode the container's ports are the host's; they were noted in a label."""
    for words in ((found.get("Config") or {}).get("Labels") or {}).get(names.PORTS, "").split():
        port, _, protocol = words.partition("/")
        number = int(port)
        yield Binding(bind_ip=ANY, container_port=number, host_port=number, protocol=protocol)


def _namespace(found: Json, network: Json) -> str | None:
    """The path of the network namespace, unless it is another container's or the host's."""
    mode = str((found.get("HostConfig") or {}).get("NetworkMode", ""))
    return None if mode == "host" or mode.startswith("container:") else network.get("SandboxKey") or None


def _address(network: Json) -> str | None:
    networks = (network.get("Networks") or {}).values()
    addresses = [network.get("IPAddress"), *(attached.get("IPAddress") for attached in networks)]
    return next((address for address in addresses if address), None)
