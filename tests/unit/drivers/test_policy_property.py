"""Whatever a task definition asks for, nothing that can harm the host stands in a create request without a policy."""

import itertools
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from homeport.drivers import policy as policies
from homeport.drivers.docker.spec import Spec, container_spec
from homeport.drivers.house import House
from homeport.drivers.policy import Policy, Refusal
from homeport.plan.effects import TaskPayload
from homeport.shapes import ecs
from tests.unit.drivers.payloads import INSTALLATION, a_container, a_payload

EXAMPLES = 3000
LEAST_MADE = EXAMPLES // 4
"""A property of bodies says little when nearly all definitions are refused."""

KNOWN = """
    NetworkMode RestartPolicy LogConfig Mounts VolumesFrom Tmpfs CpuShares CpuPeriod CpuQuota PidsLimit Memory
    MemoryReservation MemorySwap MemorySwappiness ShmSize Ulimits SecurityOpt CapAdd CapDrop ReadonlyRootfs Init
    Sysctls PidMode IpcMode Links ExtraHosts Dns DnsSearch PortBindings
"""
"""All of HostConfig that may be asked for without a policy: what is not in it is dangerous until somebody thought."""


def rarely(*values: Any) -> st.SearchStrategy[Any]:
    """None, mostly: so that many definitions have one danger, and few have all."""
    return st.sampled_from([*values, *[None] * (20 * len(values))])


def few(*values: Any) -> st.SearchStrategy[Any]:
    """None, mostly; else a list of one or two of the values."""
    return rarely(*([value] for value in values), *map(list, itertools.combinations(values, 2)))


PATHS = [
    "/",
    "/etc",
    "/proc/1",
    "/run/docker.sock",
    "/var/run",
    "/dev/sda",
    "/srv",
    "/srv/../etc",
    "..",
    "/a:/b",
]
OPTIONS = [
    {key: value for key, value in zip(("type", "o", "device"), values, strict=True) if value is not None}
    for values in itertools.product(
        (None, "", "none", "tmpfs", "overlay", "nfs"), (None, "rw,rbind", "bind"), (None, "tmpfs", "/etc")
    )
]
CAPABILITIES = st.builds(
    ecs.KernelCapabilities,
    add=few("SYS_ADMIN", "cap_sys_admin", "NET_RAW", "Net_Raw", "ALL", "CHOWN", "CAP_KILL"),
    drop=few("CHOWN", "ALL", "net_raw", "MKNOD"),
)
PARAMETERS = st.builds(
    ecs.LinuxParameters,
    capabilities=st.none() | CAPABILITIES,
    devices=few(*(ecs.Device(host_path=path) for path in PATHS)),
    tmpfs=few(*(ecs.Tmpfs(container_path="/t", size=1, mount_options=[o]) for o in ("noexec", "bind", "a,rbind"))),
    init_process_enabled=st.booleans(),
    shared_memory_size=st.sampled_from([None, 8]),
    max_swap=st.sampled_from([None, 0, 64]),
)  # fmt: skip
SYSCTLS = ("kernel.core_pattern", "net.core.somaxconn", "vm.swappiness", "net.ipv4.ip_forward")
MAPPINGS = [
    *(ecs.PortMapping(container_port=80, host_port=port) for port in (None, 0, 22, 443, 1023, 1024, 8080)),
    ecs.PortMapping(container_port_range="7000-7002", protocol="udp"),
]
POINTS = [
    ecs.MountPoint(source_volume="v", container_path="/v"),
    ecs.MountPoint(source_volume="v", container_path="/w", read_only=True),
    ecs.MountPoint(source_volume="v", container_path="/v:/w"),
    ecs.MountPoint(source_volume="/etc", container_path="/v"),
]
CONTAINERS = st.builds(
    a_container,
    privileged=rarely(True),
    docker_labels=few("homeport.task", "com.amazonaws.ecs.x", "a").map(
        lambda keys: dict.fromkeys(keys or [], "forged")
    ),
    docker_security_options=few(
        "seccomp=unconfined",
        "apparmor:unconfined",
        "label=disable",
        "no-new-privileges",
        "no-new-privileges:false",
    ),
    system_controls=few(*(ecs.SystemControl(namespace=name, value="1") for name in SYSCTLS)),
    linux_parameters=st.none() | PARAMETERS,
    port_mappings=few(*MAPPINGS),
    mount_points=st.sampled_from([None, *([point] for point in POINTS)]),
    volumes_from=few(ecs.VolumeFrom(source_container="web"), ecs.VolumeFrom(source_container="../x")),
    links=few("db", "db:data", "../x"),
    ulimits=few(ecs.Ulimit(name="nofile", soft_limit=9, hard_limit=9)),
    log_configuration=few("awslogs", "syslog", "json-file").map(
        lambda drivers: ecs.LogConfiguration(log_driver=drivers[0]) if drivers else None
    ),
    readonly_root_filesystem=st.booleans(),
    memory=st.sampled_from([None, 64]),
)
VOLUMES = st.builds(
    ecs.Volume,
    name=st.sampled_from(["v", "v", "v", "/etc"]),
    host=rarely(*(ecs.HostVolumeProperties(source_path=path) for path in [None, *PATHS])),
    docker_volume_configuration=st.none()
    | st.builds(
        ecs.DockerVolumeConfiguration,
        scope=st.sampled_from(["task", "shared"]),
        driver=st.sampled_from([None, "local", "sshfs"]),
        driver_opts=st.sampled_from([None, *OPTIONS]),
    ),
)
PAYLOADS = st.builds(
    a_payload,
    CONTAINERS,
    network_mode=st.sampled_from([*["bridge", "none"] * 5, "host"]),
    pid_mode=rarely("task", "host"),
    ipc_mode=rarely("task", "none", "host"),
    cpu=st.sampled_from([None, 256]),
    volumes=st.lists(VOLUMES, min_size=1, max_size=2),
)


def test_without_a_policy_nothing_dangerous_is_asked_of_the_engine() -> None:
    made = 0

    @given(PAYLOADS)
    @settings(max_examples=EXAMPLES, deadline=None)
    def claim(payload: TaskPayload) -> None:
        nonlocal made
        try:
            spec = container_spec(
                payload, payload.ref("web"), House(installation=INSTALLATION, policy=Policy())
            )
        except Refusal:
            return
        made += 1
        is_fenced(spec)
        opens_nothing_of_the_host(spec)
        assert spec.body["Labels"]["homeport.task"] == payload.task

    claim()
    assert made >= LEAST_MADE


def is_fenced(spec: Spec) -> None:
    host = spec.body["HostConfig"]
    assert host.keys() <= set(KNOWN.split())
    assert host["NetworkMode"] in ("bridge", "none")
    assert host.get("PidMode") is None or host["PidMode"].startswith("container:homeport-")
    assert host.get("IpcMode", "none") in ("none", "shareable") or host["IpcMode"].startswith(
        "container:homeport-"
    )
    assert set(host.get("CapAdd", [])) <= policies.DEFAULT_CAPABILITIES
    assert {"NET_RAW", "ALL"} & set(host["CapDrop"])
    assert set(host.get("Sysctls", {})) <= policies.SAFE_SYSCTLS
    assert host["SecurityOpt"] == ["no-new-privileges"]
    assert host["RestartPolicy"] == {"Name": "no"} and host["PidsLimit"] == 4096
    assert host["LogConfig"]["Type"] == "json-file"


def opens_nothing_of_the_host(spec: Spec) -> None:
    """No port, path, device or container but those of the task."""
    host = spec.body["HostConfig"]
    for bindings in host.get("PortBindings", {}).values():
        for binding in bindings:
            assert binding["HostIp"] == "127.0.0.1" and int(binding["HostPort"] or 65535) >= 1024
    assert all(mount["Type"] == "volume" and "/" not in mount["Source"] for mount in host.get("Mounts", []))
    assert not any({"bind", "rbind"} & set(options.split(",")) for options in host.get("Tmpfs", {}).values())
    of_the_task = spec.name.removesuffix("web-0")
    assert all(
        name.startswith(of_the_task) for name in (*host.get("VolumesFrom", []), *host.get("Links", []))
    )
    for volume in spec.volumes:
        options = volume.body["DriverOpts"]
        assert volume.body["Driver"] == "local" and not volume.foreign
        assert not options.get("device") or options["type"] == "tmpfs"
        assert "bind" not in options.get("o", "") or not options.get("device")
