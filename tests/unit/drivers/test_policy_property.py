"""Whatever a task definition asks for, nothing that can harm the host stands in a create request without a policy."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from homeport.drivers import policy as policies
from homeport.drivers.docker.spec import Spec, container_spec
from homeport.drivers.policy import Policy, Refusal
from homeport.plan.effects import TaskPayload
from homeport.shapes import ecs
from tests.unit.drivers.payloads import INSTALLATION, a_container, a_payload


def maybe(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | strategy


def built(kind: type[Any], **members: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.builds(kind, **members)


PATHS = st.sampled_from(
    ["/", "/etc", "/proc/1", "/run/docker.sock", "/var/run", "/dev/sda", "/srv", "/srv/../etc", "..", "", "/a:/etc"]
)  # fmt: skip
NAMES = st.sampled_from(["v", "w", "/etc", "a:b", "..", ""])
CAPABILITIES = st.sampled_from(
    ["SYS_ADMIN", "cap_sys_admin", "NET_RAW", "ALL", "CHOWN", "Net_Raw", "SYS_PTRACE"]
)
SYSCTLS = st.sampled_from(
    ["kernel.core_pattern", "net.core.somaxconn", "vm.swappiness", "net.ipv4.ip_forward"]
)
OPTIONS = st.sampled_from(
    [
        "seccomp=unconfined",
        "apparmor:unconfined",
        "label=disable",
        "no-new-privileges",
        "no-new-privileges:false",
    ]
)
DRIVER_OPTIONS = st.dictionaries(
    st.sampled_from(["type", "o", "device"]),
    st.sampled_from(["none", "tmpfs", "bind", "rw,rbind", "/etc", "/dev/sda", "nfs", "tmpfs", "overlay", ""]),
)
PARAMETERS = built(
    ecs.LinuxParameters,
    capabilities=maybe(
        built(ecs.KernelCapabilities, add=maybe(st.lists(CAPABILITIES)), drop=maybe(st.lists(CAPABILITIES)))
    ),
    devices=maybe(st.lists(built(ecs.Device, host_path=PATHS), max_size=2)),
    init_process_enabled=maybe(st.booleans()),
)
CONTAINERS = st.builds(
    a_container,
    privileged=st.booleans(),
    docker_labels=maybe(st.dictionaries(st.sampled_from(["homeport.task", "a", "com.amazonaws.ecs.x"]), st.text())),
    docker_security_options=maybe(st.lists(OPTIONS, max_size=2)),
    system_controls=maybe(st.lists(built(ecs.SystemControl, namespace=SYSCTLS, value=st.just("1")), max_size=2)),
    linux_parameters=maybe(PARAMETERS),
    port_mappings=maybe(
        st.lists(
            built(
                ecs.PortMapping,
                container_port=st.just(80),
                host_port=st.sampled_from([None, 0, 22, 443, 1023, 1024, 8080]),
            ),
            max_size=2,
        )
    ),
    mount_points=maybe(
        st.lists(built(ecs.MountPoint, source_volume=NAMES, container_path=st.sampled_from(["/v", "/v:/w"])), max_size=2)
    ),
)  # fmt: skip
VOLUMES = built(
    ecs.Volume,
    name=NAMES,
    host=maybe(built(ecs.HostVolumeProperties, source_path=maybe(PATHS))),
    docker_volume_configuration=maybe(
        built(
            ecs.DockerVolumeConfiguration,
            scope=st.sampled_from(["task", "shared"]),
            driver=st.sampled_from([None, "local", "sshfs"]),
            driver_opts=maybe(DRIVER_OPTIONS),
        )
    ),
)
PAYLOADS = st.builds(
    a_payload,
    CONTAINERS,
    network_mode=st.sampled_from(["bridge", "bridge", "none", "host"]),
    pid_mode=st.sampled_from([None, None, "task", "host"]),
    ipc_mode=st.sampled_from([None, None, "task", "none", "host"]),
    volumes=st.lists(VOLUMES, max_size=2),
)


def made_of(payload: TaskPayload) -> Spec | None:
    """What would be sent; None when it is refused."""
    try:
        return container_spec(payload, payload.ref("web"), INSTALLATION, Policy())
    except Refusal:
        return None


@given(PAYLOADS)
@settings(max_examples=500, deadline=None)
def test_without_a_policy_nothing_dangerous_is_asked_of_the_engine(payload: TaskPayload) -> None:
    spec = made_of(payload)
    if spec is None:
        return
    host = spec.body["HostConfig"]
    assert "Privileged" not in host and "Devices" not in host and "Binds" not in host
    assert host["NetworkMode"] in ("bridge", "none") and "UsernsMode" not in host
    assert "host" not in (host.get("PidMode"), host.get("IpcMode"))
    assert set(host.get("CapAdd", [])) <= policies.DEFAULT_CAPABILITIES
    assert {"NET_RAW", "ALL"} & set(host["CapDrop"])
    assert set(host.get("Sysctls", {})) <= policies.SAFE_SYSCTLS
    assert host["SecurityOpt"] == ["no-new-privileges"]
    assert spec.body["Labels"]["homeport.task"] == payload.task


@given(PAYLOADS)
@settings(max_examples=500, deadline=None)
def test_without_a_policy_no_port_path_or_device_of_the_host_is_opened(payload: TaskPayload) -> None:
    spec = made_of(payload)
    if spec is None:
        return
    host = spec.body["HostConfig"]
    for bindings in host.get("PortBindings", {}).values():
        for binding in bindings:
            assert binding["HostIp"] == "127.0.0.1" and int(binding["HostPort"] or 65535) >= 1024
    assert all(mount["Type"] == "volume" and "/" not in mount["Source"] for mount in host.get("Mounts", []))
    for volume in spec.volumes:
        options = volume.body["DriverOpts"]
        assert volume.body["Driver"] == "local" and not volume.foreign
        assert not options.get("device") or options["type"] == "tmpfs"
        assert "bind" not in options.get("o", "") or not options.get("device")
