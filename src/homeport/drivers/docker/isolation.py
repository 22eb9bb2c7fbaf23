"""What stands between a container and the host: namespaces, capabilities, devices, kernel settings.

ECS shares a task's PID and IPC namespaces through a pause container. Here the first container that waits for
no other owns them and the others join it (`anchor`).
"""

from typing import Any

from homeport.drivers import policy as policies
from homeport.drivers.policy import CANNOT_CREATE, Policy, Refusal
from homeport.plan import naming
from homeport.plan.effects import TaskPayload
from homeport.shapes import ecs

NO_NEW_PRIVILEGES = frozenset({"no-new-privileges", "no-new-privileges:true", "no-new-privileges=true"})
PERMISSIONS = {"read": "r", "write": "w", "mknod": "m"}


SHARED = "container:"


def network_mode(
    payload: TaskPayload, definition: ecs.ContainerDefinition, installation: str, policy: Policy
) -> str:
    """One of bridge, host and none, or `container:PAUSE` in awsvpc mode; raises Refusal for host unless it is allowed, and
    for awsvpc without a pause.
    """
    mode = "none" if definition.disable_networking else payload.network_mode
    if mode == "host":
        policy.check_flag("host-network", "the network mode host is")
    elif mode == "awsvpc" and payload.pause is not None:
        return SHARED + naming.container_name(installation, payload.pause)
    elif mode not in ("bridge", "none"):
        raise Refusal(f"{CANNOT_CREATE}there is no network interface for the network mode {mode}")
    return mode


def is_shared(mode: str) -> bool:
    """Whether the container has another one's network."""
    return mode.startswith(SHARED)


def isolation(payload: TaskPayload, container: str, installation: str, policy: Policy) -> dict[str, Any]:
    """The part of HostConfig that fences the container in; raises Refusal for holes that are not allowed."""
    definition = payload.containers[container]
    parameters = definition.linux_parameters or ecs.LinuxParameters()
    if definition.privileged:
        policy.check_flag("privileged", "privileged containers are")
    devices = [_device(device, policy) for device in parameters.devices or []]
    given = {
        "Privileged": definition.privileged,
        "ReadonlyRootfs": definition.readonly_root_filesystem,
        "Init": parameters.init_process_enabled,
        "Devices": devices,
        "Sysctls": _sysctls(definition, policy),
        "PidMode": _pid_mode(payload, container, installation, policy),
        "IpcMode": _ipc_mode(payload, container, installation, policy),
    }
    return {
        "SecurityOpt": _security_options(definition, policy),
        **_capabilities(parameters.capabilities or ecs.KernelCapabilities(), policy),
        **{key: value for key, value in given.items() if value},
    }


def anchor(payload: TaskPayload) -> str:
    """The container whose namespaces the task's others join: the first that may start before all others."""
    return next(
        (
            name
            for name, definition in payload.containers.items()
            if not (definition.depends_on or definition.links or definition.volumes_from)
        ),
        next(iter(payload.containers)),
    )


def joined(payload: TaskPayload, container: str) -> str | None:
    """The container that must run before this one can join its namespaces; None when it joins none."""
    if "task" not in (payload.pid_mode, payload.ipc_mode):
        return None
    owner = anchor(payload)
    return None if owner == container else owner


def _pid_mode(payload: TaskPayload, container: str, installation: str, policy: Policy) -> str | None:
    if payload.pid_mode == "host":
        policy.check_flag("host-pid", "the host's process namespace is")
        return "host"
    if payload.pid_mode == "task" and (owner := joined(payload, container)):
        return f"container:{naming.container_name(installation, payload.ref(owner))}"
    return None


def _ipc_mode(payload: TaskPayload, container: str, installation: str, policy: Policy) -> str | None:
    if payload.ipc_mode == "host":
        policy.check_flag("host-ipc", "the host's IPC namespace is")
        return "host"
    if payload.ipc_mode == "task":
        owner = joined(payload, container)
        name = owner and naming.container_name(installation, payload.ref(owner))
        return f"container:{name}" if name else "shareable"
    return "none" if payload.ipc_mode == "none" else None


def _capabilities(asked: ecs.KernelCapabilities, policy: Policy) -> dict[str, list[str]]:
    added = [policies.capability(name) for name in asked.add or []]
    for name in added:
        if name not in policies.DEFAULT_CAPABILITIES:
            policy.check_named("capability", name, f"the capability {name} is")
    dropped = [policies.capability(name) for name in asked.drop or []]
    if not {"NET_RAW", "ALL"} & {*added, *dropped}:
        dropped.append("NET_RAW")
    return {"CapDrop": dropped, **({"CapAdd": added} if added else {})}


def _device(device: ecs.Device, policy: Policy) -> dict[str, str]:
    permissions = [PERMISSIONS[permission] for permission in device.permissions or PERMISSIONS]
    return {
        "PathOnHost": policy.check_device(device.host_path),
        "PathInContainer": device.container_path or device.host_path,
        "CgroupPermissions": "".join(permissions),
    }


def _sysctls(definition: ecs.ContainerDefinition, policy: Policy) -> dict[str, str]:
    found: dict[str, str] = {}
    for control in definition.system_controls or []:
        name = control.namespace or ""
        if name not in policies.SAFE_SYSCTLS:
            policy.check_named("sysctl", name, f"the kernel setting {name} is")
        found[name] = control.value or ""
    return found


def _security_options(definition: ecs.ContainerDefinition, policy: Policy) -> list[str]:
    found: list[str] = []
    for option in definition.docker_security_options or []:
        if option in NO_NEW_PRIVILEGES:
            continue
        policy.check_named("security-option", option, f"the security option {option} is")
        found.append(option)
    if not any(option.startswith("no-new-privileges") for option in found):
        found.append("no-new-privileges")
    return found
