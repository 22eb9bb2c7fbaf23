"""The document of a container, and that of the pause, which the agent lists among them."""

from collections.abc import Mapping

from homeport.model import arn
from homeport.model.container import ContainerState
from homeport.model.lifecycle import ContainerStatus
from homeport.model.task import Task
from homeport.plan import interface, naming
from homeport.plan.containers import seen_of
from homeport.plan.effects import TaskPayload
from homeport.plan.metadata import networks
from homeport.plan.metadata.document import Document, filled, when
from homeport.plan.metadata.view import TaskView
from homeport.plan.runtime_id import runtime_id
from homeport.shapes import ecs

LEAST_CPU = 2
"""What the kernel's least share is shown as (in the Developer Guide's examples)."""

PAUSE_NAME = "~internal~ecs~pause"
KNOWN: dict[ContainerStatus, str] = {"REMOVED": "STOPPED"}


def container(view: TaskView, payload: TaskPayload, name: str, shared: list[Document] | None) -> Document:
    """A container's; `shared` are the networks of its task's interface, if that has one."""
    task, definition = view.task, payload.containers[name]
    seen, state = seen_of(task, name), task.state.containers.get(name) or ContainerState()
    ref = payload.ref(name)
    logs = definition.log_configuration
    return filled(
        {
            "DockerId": runtime_id(task, name),
            "Name": name,
            "DockerName": name if view.is_fargate else naming.container_name(view.installation, ref),
            "Image": definition.image,
            "ImageID": seen.image_digest,
            "Ports": networks.ports(definition, payload, seen),
            "Labels": {**(definition.docker_labels or {}), **naming.ecs_labels(payload, name)},
            "DesiredStatus": "STOPPED" if task.is_stopping else "RUNNING",
            "KnownStatus": KNOWN.get(seen.status, seen.status),
            "ExitCode": seen.exit_code,
            "Limits": _limits(view, definition),
            "CreatedAt": when(state.asked_at),
            "StartedAt": when(seen.started_at),
            "FinishedAt": when(seen.finished_at),
            "Type": "NORMAL",
            "LogDriver": logs and logs.log_driver,
            "LogOptions": logs and _log_options(task, name, logs),
            "ContainerARN": arn.container_arn(task.id, state.uuid) if state.uuid else None,
            "Health": {"status": seen.health} if definition.health_check is not None else None,
            "Volumes": _volumes(view, payload, definition),
            "Networks": shared if shared is not None else networks.of_engine(payload, definition, seen),
            "Snapshotter": "overlayfs" if view.is_fargate else None,
            "RestartCount": state.attempt if _restarts(definition) else None,
        }
    )


def pause(view: TaskView, payload: TaskPayload, shared: list[Document] | None) -> Document:
    """ECS's agent lists the pause among the containers of a task in awsvpc mode; Fargate does not."""
    found = view.interface
    assert found is not None
    seen = found.seen.pause
    return filled(
        {
            "DockerId": seen.runtime_id,
            "Name": PAUSE_NAME,
            "DockerName": naming.container_name(view.installation, interface.pause_ref(found)),
            "Image": naming.PAUSE_IMAGE,
            "ImageID": seen.image_digest,
            "Labels": naming.ecs_labels(payload, PAUSE_NAME),
            "DesiredStatus": "RESOURCES_PROVISIONED",
            "KnownStatus": "RESOURCES_PROVISIONED" if seen.status == "RUNNING" else "NONE",
            "Limits": {"CPU": 0, "Memory": 0},
            "CreatedAt": when(found.state.pause.asked_at),
            "StartedAt": when(seen.started_at),
            "Type": "CNI_PAUSE",
            "Networks": shared,
        }
    )


def _limits(view: TaskView, definition: ecs.ContainerDefinition) -> Document:
    """Fargate leaves out memory where there is no limit; the agent shows 0."""
    cpu = {"CPU": max(LEAST_CPU, definition.cpu or 0)}
    memory = definition.memory or (None if view.is_fargate else 0)
    return cpu if memory is None else {**cpu, "Memory": memory}


def _log_options(task: Task, name: str, logs: ecs.LogConfiguration) -> dict[str, str]:
    """The stream by its whole name, which ECS makes of the prefix."""
    options = dict(logs.options or {})
    prefix = options.pop("awslogs-stream-prefix", None)
    return {**options, "awslogs-stream": f"{prefix}/{name}/{task.hex}"} if prefix else options


def _volumes(view: TaskView, payload: TaskPayload, definition: ecs.ContainerDefinition) -> list[Document]:
    known: Mapping[str | None, ecs.Volume] = {volume.name: volume for volume in payload.volumes}
    return [
        _volume(view, known[point.source_volume], point)
        for point in definition.mount_points or []
        if point.source_volume in known
    ]


def _volume(view: TaskView, volume: ecs.Volume, point: ecs.MountPoint) -> Document:
    if volume.host is not None and volume.host.source_path:
        return filled({"Source": volume.host.source_path, "Destination": point.container_path})
    asked, name = volume.docker_volume_configuration, volume.name or ""
    is_shared = asked is not None and asked.scope == "shared"
    full = name if is_shared else naming.volume_name(view.installation, view.task.id, name)
    return filled({"DockerName": full, "Destination": point.container_path})


def _restarts(definition: ecs.ContainerDefinition) -> bool:
    return definition.restart_policy is not None and bool(definition.restart_policy.enabled)
