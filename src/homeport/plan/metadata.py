"""What the metadata endpoint answers about a task and its containers, as JSON: version 4, in AWS's words.

Evidence: Developer Guide, "Amazon ECS task metadata v4 JSON response" (for EC2 and for Fargate), and the responses of ECS's
agent. Version 3 is a part of it (`drivers/network/metadata/`); tags are in the task's document, and taken out where they
were not asked for. What changes by the second (stats, disk, clock) is looked up when it is asked for.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from ipaddress import IPv4Network
from typing import Any, TypeAlias

import msgspec

from homeport.model import arn
from homeport.model.container import ContainerSeen, ContainerState
from homeport.model.instance import Instance
from homeport.model.interface import Interface
from homeport.model.lifecycle import TASK_RANK, ContainerStatus
from homeport.model.record import Time
from homeport.model.task import Task
from homeport.model.vpc import Subnet, Vpc
from homeport.plan import addresses, interface, naming
from homeport.plan.containers import seen_of
from homeport.plan.effects import TaskPayload
from homeport.plan.network import ContainerTable, RoleTable, TaskTable
from homeport.plan.payload import task_payload
from homeport.plan.runtime_id import runtime_id
from homeport.shapes import ecs

Document: TypeAlias = dict[str, Any]

LEAST_CPU = 2
"""What the kernel's least share is shown as (seen on AWS)."""

PAUSE_NAME = "~internal~ecs~pause"
PAUSE_IMAGE = "homeport/pause"
CPU_UNITS = 1024
DEFAULT_STORAGE_GIB = 20
"""Developer Guide, "Fargate task ephemeral storage"."""

KNOWN: dict[ContainerStatus, str] = {"REMOVED": "STOPPED"}
EARLY: tuple[ContainerStatus, ...] = ("NONE", "PULLED", "CREATED")


@dataclass(frozen=True, slots=True)
class TaskView:
    """A task with what its documents tell of. `interface`, `subnet`: in awsvpc mode, once it has them. `vpc`: that of its
    interface, else the default one of its account. `instance`: the container instance that it is on, if any.
    """

    task: Task
    definition: ecs.TaskDefinition
    installation: str
    role: RoleTable | None = None
    interface: Interface | None = None
    subnet: Subnet | None = None
    vpc: Vpc | None = None
    instance: Instance | None = None

    @property
    def is_fargate(self) -> bool:
        """Whether it is shown as Fargate shows tasks."""
        return self.task.spec.launch_type == "FARGATE"


def task_table(view: TaskView) -> TaskTable | None:
    """What the network process is told of a task; None once all of it is gone."""
    task = view.task
    if task.state.last == "STOPPED":
        return None
    payload = task_payload(task, view.definition)
    networks = _networks(view)
    documents = {name: _container(view, payload, name, networks) for name in payload.containers}
    pauses = [_pause(view, payload, networks)] if view.interface is not None and not view.is_fargate else []
    return TaskTable(
        id=task.id,
        arn=payload.task_arn,
        network_mode=payload.network_mode,
        interface=task.state.interface,
        pause=None if view.interface is None else view.interface.seen.pause.runtime_id,
        token=task.state.token,
        role=view.role,
        containers=tuple(_table(task, payload, name, document) for name, document in documents.items()),
        document=_raw(_task(view, payload, [*documents.values(), *pauses])),
    )


def _table(task: Task, payload: TaskPayload, name: str, document: Document) -> ContainerTable:
    seen = seen_of(task, name)
    is_up = seen.status == "RUNNING"
    is_alone = payload.network_mode == "none" or bool(payload.containers[name].disable_networking)
    return ContainerTable(
        name=name,
        token=_state(task, name).token,
        runtime_id=seen.runtime_id,
        # An address that was given back may be somebody else's by now.
        address=seen.address if is_up else None,
        namespace=seen.namespace if is_up and is_alone else None,
        document=_raw(document),
    )


def _task(view: TaskView, payload: TaskPayload, containers: Sequence[Document]) -> Document:
    task = view.task
    state = task.state
    return _filled(
        {
            "Cluster": payload.cluster,
            "TaskARN": payload.task_arn,
            "Family": payload.family,
            "Revision": str(payload.revision),
            "DesiredStatus": "STOPPED" if task.is_stopping else state.desired,
            "KnownStatus": _known_status(task, payload),
            "Limits": _task_limits(payload),
            "PullStartedAt": _when(state.pull_started_at),
            "PullStoppedAt": _when(state.pull_stopped_at),
            "ExecutionStoppedAt": _when(state.execution_stopped_at),
            "AvailabilityZone": _zone(view),
            "LaunchType": task.spec.launch_type,
            "Containers": list(containers),
            "VPCID": None if view.vpc is None or view.is_fargate else view.vpc.name,
            "ServiceName": task.spec.service and task.spec.service.rsplit("/", 1)[1],
            "EphemeralStorageMetrics": _storage(view) if view.is_fargate else None,
            "TaskTags": task.spec.tags,
            "ContainerInstanceTags": {} if view.instance is None else view.instance.spec.tags,
        }
    ) | {"FaultInjectionEnabled": bool(view.definition.enable_fault_injection)}


def _container(view: TaskView, payload: TaskPayload, name: str, networks: list[Document] | None) -> Document:
    task, definition = view.task, payload.containers[name]
    seen, state = seen_of(task, name), _state(task, name)
    ref = payload.ref(name)
    is_down = task.is_stopping or task.state.desired == "STOPPED"
    logs = definition.log_configuration
    return _filled(
        {
            "DockerId": runtime_id(task, name),
            "Name": name,
            "DockerName": name if view.is_fargate else naming.container_name(view.installation, ref),
            "Image": definition.image,
            "ImageID": seen.image_digest,
            "Ports": _ports(definition, payload, seen),
            "Labels": {**(definition.docker_labels or {}), **naming.ecs_labels(payload, name)},
            "DesiredStatus": "STOPPED" if is_down else "RUNNING",
            "KnownStatus": KNOWN.get(seen.status, seen.status),
            "ExitCode": seen.exit_code,
            "Limits": _limits(view, definition),
            "CreatedAt": _when(state.asked_at),
            "StartedAt": _when(seen.started_at),
            "FinishedAt": _when(seen.finished_at),
            "Type": "NORMAL",
            "LogDriver": logs and logs.log_driver,
            "LogOptions": logs and _log_options(task, name, logs),
            "ContainerARN": arn.container_arn(task.id, state.uuid) if state.uuid else None,
            "Health": {"status": seen.health} if definition.health_check is not None else None,
            "Volumes": _volumes(view, payload, definition),
            "Networks": networks if networks is not None else _plain_networks(payload, definition, seen),
            "Snapshotter": "overlayfs" if view.is_fargate else None,
            "RestartCount": state.attempt if _restarts(definition) else None,
        }
    )


def _pause(view: TaskView, payload: TaskPayload, networks: list[Document] | None) -> Document:
    """ECS's agent lists the pause among the containers of a task in awsvpc mode; Fargate does not."""
    found = view.interface
    assert found is not None
    pause = found.seen.pause
    return _filled(
        {
            "DockerId": pause.runtime_id,
            "Name": PAUSE_NAME,
            "DockerName": naming.container_name(view.installation, interface.pause_ref(found)),
            "Image": PAUSE_IMAGE,
            "ImageID": pause.image_digest,
            "Labels": naming.ecs_labels(payload, PAUSE_NAME),
            "DesiredStatus": "RESOURCES_PROVISIONED",
            "KnownStatus": "RESOURCES_PROVISIONED" if pause.status == "RUNNING" else "NONE",
            "Limits": {"CPU": 0, "Memory": 0},
            "CreatedAt": _when(found.state.pause.asked_at),
            "StartedAt": _when(pause.started_at),
            "Type": "CNI_PAUSE",
            "Networks": networks,
        }
    )


def _networks(view: TaskView) -> list[Document] | None:
    """The network interface of a task in awsvpc mode; the router is the VPC's, for all of its subnets."""
    found, subnet, vpc = view.interface, view.subnet, view.vpc
    if found is None or subnet is None or vpc is None:
        return None
    name = addresses.private_name(found.spec.address, task_region(view.task))
    length = IPv4Network(subnet.spec.cidr).prefixlen
    return [
        {
            "NetworkMode": "awsvpc",
            "IPv4Addresses": [found.spec.address],
            "AttachmentIndex": 0,
            "MACAddress": found.spec.mac,
            "IPv4SubnetCIDRBlock": subnet.spec.cidr,
            "DomainNameServers": [addresses.resolver(vpc.spec.cidr)],
            "DomainNameSearchList": [name.partition(".")[2]],
            "PrivateDNSName": name,
            "SubnetGatewayIpv4Address": f"{addresses.gateway(vpc.spec.cidr)}/{length}",
        }
    ]


def task_region(task: Task) -> str:
    """The region in which it runs."""
    return task.id.split("/", 2)[1]


def _plain_networks(
    payload: TaskPayload, definition: ecs.ContainerDefinition, seen: ContainerSeen
) -> list[Document] | None:
    """Of the other modes, as the engine tells it: `host` and `none` have an address that is empty (the agent's way)."""
    if payload.network_mode == "awsvpc" or seen.runtime_id is None:
        return None
    mode = "none" if definition.disable_networking else payload.network_mode
    return [{"NetworkMode": mode, "IPv4Addresses": [seen.address or ""]}]


def _ports(definition: ecs.ContainerDefinition, payload: TaskPayload, seen: ContainerSeen) -> list[Document]:
    """Behind an interface host ports are the container's."""
    if payload.network_mode == "awsvpc":
        ports = [(mapping.container_port, mapping.protocol) for mapping in definition.port_mappings or []]
        return [
            {"ContainerPort": port, "Protocol": protocol or "tcp", "HostPort": port}
            for port, protocol in ports
            if port
        ]
    return [
        {
            "ContainerPort": binding.container_port,
            "Protocol": binding.protocol,
            "HostPort": binding.host_port,
            "HostIp": binding.bind_ip,
        }
        for binding in seen.bindings
    ]


def _limits(view: TaskView, definition: ecs.ContainerDefinition) -> Document:
    """Fargate leaves out memory where there is no limit; the agent shows 0."""
    cpu = {"CPU": max(LEAST_CPU, definition.cpu or 0)}
    memory = definition.memory or (None if view.is_fargate else 0)
    return cpu if memory is None else {**cpu, "Memory": memory}


def _task_limits(payload: TaskPayload) -> Document:
    """CPU in cores here."""
    cpu = payload.cpu and payload.cpu / CPU_UNITS
    return _filled({"CPU": int(cpu) if cpu and cpu == int(cpu) else cpu, "Memory": payload.memory_mib})


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
        return _filled({"Source": volume.host.source_path, "Destination": point.container_path})
    asked, name = volume.docker_volume_configuration, volume.name or ""
    is_shared = asked is not None and asked.scope == "shared"
    full = name if is_shared else naming.volume_name(view.installation, view.task.id, name)
    return _filled({"DockerName": full, "Destination": point.container_path})


def _storage(view: TaskView) -> Document:
    """What is reserved, in MiB; what is used is looked up when it is asked for."""
    overrides = view.task.spec.overrides
    given = (overrides and overrides.ephemeral_storage) or view.definition.ephemeral_storage
    gib = (given and given.size_in_gi_b) or DEFAULT_STORAGE_GIB
    return {"Utilized": 0, "Reserved": gib * 1024}


def _zone(view: TaskView) -> str | None:
    if view.subnet is not None:
        return view.subnet.spec.zone
    return view.instance.spec.attributes.get("ecs.availability-zone") if view.instance is not None else None


def _known_status(task: Task, payload: TaskPayload) -> str:
    """The agent's own word, which knows nothing of load balancers: until all containers run, how far the last one is."""
    if TASK_RANK[task.state.last] >= TASK_RANK["DEPROVISIONING"]:
        return "STOPPED"
    if TASK_RANK[task.state.last] >= TASK_RANK["ACTIVATING"]:
        return "RUNNING"
    statuses = {seen_of(task, name).status for name in payload.containers}
    return next((status for status in EARLY if status in statuses), "CREATED")


def _restarts(definition: ecs.ContainerDefinition) -> bool:
    return definition.restart_policy is not None and bool(definition.restart_policy.enabled)


def _state(task: Task, name: str) -> ContainerState:
    return task.state.containers.get(name) or ContainerState()


def _when(at: Time | None) -> str | None:
    """RFC 3339 in UTC, as Go prints it."""
    if at is None:
        return None
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _filled(members: Document) -> Document:
    """Without what is not known; empty lists, words and maps are left out as well."""
    return {name: value for name, value in members.items() if value is not None and value not in ("", [], {})}


def _raw(document: Document) -> msgspec.Raw:
    return msgspec.Raw(msgspec.json.encode(document))
