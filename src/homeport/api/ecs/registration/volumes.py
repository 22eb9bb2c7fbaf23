"""Whether the volumes are sound, and whether every mount point has one."""

import re
from collections import Counter

from homeport.api.ecs.errors import task_definitions as errors
from homeport.shapes import ecs

NAME = re.compile(r"[a-zA-Z0-9_-]{1,255}")


def check(request: ecs.RegisterTaskDefinitionRequest) -> None:
    """Raises the ApiError of the first rule about volumes that is broken."""
    volumes = request.volumes or []
    for volume in volumes:
        _check_volume(volume)
    names = Counter(volume.name for volume in volumes)
    if volumes and max(names.values()) > 1:
        raise errors.volume_names_not_unique()
    for container in request.container_definitions:
        for mount in container.mount_points or []:
            if mount.source_volume not in names:
                raise errors.volume_unknown(mount.source_volume)
            if not mount.container_path:
                raise errors.container_path_blank()


def _check_volume(volume: ecs.Volume) -> None:
    if not volume.name:
        raise errors.volume_name_blank()
    if not NAME.fullmatch(volume.name):
        raise errors.volume_name_invalid()
    kinds = (
        volume.host is not None and bool(volume.host.source_path),
        volume.docker_volume_configuration is not None,
        volume.efs_volume_configuration is not None,
        volume.fsx_windows_file_server_volume_configuration is not None,
    )
    if sum(kinds) > 1:
        raise errors.volume_kinds_mixed()
    if volume.host is not None and volume.host.source_path == "":
        raise errors.source_path_blank()
