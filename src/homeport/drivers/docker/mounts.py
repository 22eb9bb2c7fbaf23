"""Volumes, mount points, volumesFrom and tmpfs.

A volume without a source, and a Docker volume of scope `task`, live as long as their task; a `shared` one
stays. A directory of the host is mounted only where the operator allowed it, also when it hides in a volume's
driver options.
"""

import re
from typing import Any

from msgspec import Struct

from homeport.drivers.docker import names
from homeport.drivers.policy import CANNOT_CREATE, Policy, Refusal
from homeport.plan import naming
from homeport.plan.effects import TaskPayload
from homeport.shapes import ecs

VOLUME_NAME = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9_.-]*")
"""The engine's own rule. A name that breaks it could be taken for a path."""


class VolumeSpec(Struct, frozen=True, kw_only=True):
    """A volume that must be there before its container. `body` is that of `POST /volumes/create`.

    `provisioned`: make it when it is missing. A volume that is there and not ours is used only if `foreign`
    is set.
    """

    name: str
    body: dict[str, Any]
    provisioned: bool = True
    foreign: bool = False


class Mounted(Struct, frozen=True, kw_only=True):
    """The part of HostConfig about files, and the volumes it names."""

    host: dict[str, Any]
    volumes: tuple[VolumeSpec, ...] = ()


def mounts(
    payload: TaskPayload, definition: ecs.ContainerDefinition, installation: str, policy: Policy
) -> Mounted:
    """What the container finds mounted; raises Refusal for what may not be."""
    known = {volume.name: volume for volume in payload.volumes}
    found: list[dict[str, Any]] = []
    binds: list[str] = []
    volumes: dict[str, VolumeSpec] = {}
    for point in definition.mount_points or []:
        volume, target = known.get(point.source_volume), point.container_path or ""
        if volume is None:
            raise Refusal(f"{CANNOT_CREATE}there is no volume {point.source_volume!r} in the task definition")
        source = volume.host and volume.host.source_path
        if source:
            binds.append(_bind(policy.check_bind(source), target, is_read_only=bool(point.read_only)))
            continue
        spec = _volume(payload, volume, installation, policy)
        volumes[spec.name] = spec
        mount = {"Type": "volume", "Source": spec.name, "Target": target, "ReadOnly": bool(point.read_only)}
        found.append(mount)
    given = {
        "Mounts": found,
        "Binds": binds,
        "VolumesFrom": [_from(payload, volume, installation) for volume in definition.volumes_from or []],
        "Tmpfs": {mount.container_path: _tmpfs(mount) for mount in _parameters(definition).tmpfs or []},
    }
    return Mounted(
        host={key: value for key, value in given.items() if value}, volumes=tuple(volumes.values())
    )


def _bind(source: str, target: str, *, is_read_only: bool) -> str:
    """A bind and no mount: for it the engine makes a missing directory, as ECS promises for sourcePath."""
    if not target.startswith("/") or ":" in target:
        raise Refusal(f"{CANNOT_CREATE}{target!r} is no absolute path in a container")
    return f"{source}:{target}" + (":ro" if is_read_only else "")


def _volume(payload: TaskPayload, volume: ecs.Volume, installation: str, policy: Policy) -> VolumeSpec:
    name = volume.name or ""
    if not VOLUME_NAME.fullmatch(name):
        raise Refusal(f"{CANNOT_CREATE}{name!r} is no name for a volume")
    if _is_elsewhere(volume):
        raise Refusal(f"{CANNOT_CREATE}the volume {name} is of a kind that is not available yet")
    asked = volume.docker_volume_configuration or ecs.DockerVolumeConfiguration()
    options = _checked(asked.driver or "local", asked.driver_opts or {}, policy)
    body: dict[str, Any] = {"Driver": asked.driver or "local", "DriverOpts": options}
    theirs = {key: value for key, value in (asked.labels or {}).items() if not key.startswith(names.RESERVED)}
    if asked.scope == "shared":
        body |= {"Name": name, "Labels": {**theirs, names.INSTALLATION: installation}}
        is_foreign = ("volume", name) in policy.allowed
        return VolumeSpec(name=name, body=body, provisioned=bool(asked.autoprovision), foreign=is_foreign)
    full_name = naming.volume_name(installation, payload.task, name)
    body |= {"Name": full_name, "Labels": {**theirs, **names.volume_labels(installation, payload.task)}}
    return VolumeSpec(name=full_name, body=body)


def _is_elsewhere(volume: ecs.Volume) -> bool:
    """Whether its files are on other machines of AWS's."""
    return bool(
        volume.efs_volume_configuration
        or volume.fsx_windows_file_server_volume_configuration
        or volume.s3files_volume_configuration
        or volume.configured_at_launch
    )


def _checked(driver: str, options: dict[str, str], policy: Policy) -> dict[str, str]:
    """The local driver mounts whatever its options say, so they are judged like mounts and devices."""
    if driver != "local":
        policy.check_named("volume-driver", driver, f"the volume driver {driver} is")
        return options
    kind, device, flags = options.get("type", ""), options.get("device", ""), options.get("o", "")
    # With the flag `bind` the kernel ignores the type, so a tmpfs with it is a bind as well.
    if device and ("bind" in flags or kind in ("", "none")):
        return {**options, "device": policy.check_bind(device)}
    if device and kind != "tmpfs":
        policy.check_named("device", device, f"volumes on {device} are")
    return options


def _from(payload: TaskPayload, volume: ecs.VolumeFrom, installation: str) -> str:
    other = naming.container_name(installation, payload.ref(volume.source_container or ""))
    return other + (":ro" if volume.read_only else "")


def _tmpfs(mount: ecs.Tmpfs) -> str:
    """Its size in MiB and its options; as a bind it would be no tmpfs, whatever the engine makes of that."""
    options = ",".join([f"size={mount.size}m", *(mount.mount_options or [])])
    if {"bind", "rbind"} & set(options.split(",")):
        raise Refusal(f"{CANNOT_CREATE}the tmpfs {mount.container_path} cannot be a bind")
    return options


def _parameters(definition: ecs.ContainerDefinition) -> ecs.LinuxParameters:
    return definition.linux_parameters or ecs.LinuxParameters()
