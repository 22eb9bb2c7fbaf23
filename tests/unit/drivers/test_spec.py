"""What a container definition becomes on the Docker Engine API, member by member."""

from typing import Any

import pytest

from homeport.drivers.docker.spec import Spec, container_spec
from homeport.drivers.house import House
from homeport.drivers.policy import Policy, Refusal, parse
from homeport.plan.effects import ContainerRef, TaskPayload
from homeport.shapes import ecs
from tests.unit.drivers.payloads import HEX, INSTALLATION, a_container, a_payload, a_ref

MIB = 1024 * 1024
SECOND = 1_000_000_000


def spec_of(payload: TaskPayload, policy: Policy = Policy(), container: str = "web") -> Spec:
    return container_spec(payload, payload.ref(container), House(installation=INSTALLATION, policy=policy))


def body_of(policy: Policy = Policy(), **members: Any) -> dict[str, Any]:
    return spec_of(a_payload(a_container(**members)), policy).body


def host_of(policy: Policy = Policy(), **members: Any) -> dict[str, Any]:
    host: dict[str, Any] = body_of(policy, **members)["HostConfig"]
    return host


def linux(**members: Any) -> dict[str, Any]:
    return host_of(linux_parameters=ecs.LinuxParameters(**members))


def test_a_container_is_named_by_installation_task_container_and_attempt() -> None:
    assert (
        container_spec(a_payload(), a_ref(attempt=2), House(installation=INSTALLATION, policy=Policy())).name
        == f"homeport-01234567-{HEX}-web-2"
    )


def test_a_container_carries_our_labels_and_those_of_ecs() -> None:
    assert body_of(docker_labels={"team": "a"})["Labels"] == {
        "team": "a",
        "homeport.installation": INSTALLATION,
        "homeport.task": a_ref().task,
        "homeport.container": "web",
        "homeport.attempt": "0",
        "com.amazonaws.ecs.cluster": "arn:aws:ecs:us-east-1:123456789012:cluster/default",
        "com.amazonaws.ecs.container-name": "web",
        "com.amazonaws.ecs.task-arn": f"arn:aws:ecs:us-east-1:123456789012:task/default/{HEX}",
        "com.amazonaws.ecs.task-definition-family": "shop",
        "com.amazonaws.ecs.task-definition-version": "3",
    }


def test_a_definition_cannot_forge_our_labels() -> None:
    labels = body_of(docker_labels={"homeport.installation": "x", "homeport.other": "x"})["Labels"]
    assert labels["homeport.installation"] == INSTALLATION and "homeport.other" not in labels


def test_what_is_not_set_is_left_to_the_image() -> None:
    assert not {"Cmd", "Entrypoint", "Env", "User", "WorkingDir"} & set(body_of())


def test_the_process_is_the_definitions() -> None:
    body = body_of(
        command=["sleep", "5"],
        entry_point=["/bin/sh"],
        environment=[ecs.KeyValuePair(name="A", value="1"), ecs.KeyValuePair(name="B")],
        working_directory="/srv",
        user="1000:1000",
        hostname="one",
        pseudo_terminal=True,
        interactive=True,
    )
    assert body["Cmd"] == ["sleep", "5"] and body["Entrypoint"] == ["/bin/sh"]
    assert body["Env"] == ["A=1", "B="]
    assert (body["WorkingDir"], body["User"], body["Hostname"]) == ("/srv", "1000:1000", "one")
    assert body["Tty"] is True and body["OpenStdin"] is True


@pytest.mark.parametrize(("cpu", "shares"), [(None, 2), (0, 2), (1, 2), (2, 2), (512, 512)])
def test_cpu_becomes_shares_and_never_less_than_two(cpu: int | None, shares: int) -> None:
    assert host_of(cpu=cpu)["CpuShares"] == shares


def test_memory_is_a_limit_and_memory_reservation_a_wish() -> None:
    host = host_of(memory=64, memory_reservation=32)
    assert (host["Memory"], host["MemoryReservation"]) == (64 * MIB, 32 * MIB)


def test_a_tasks_cpu_and_memory_bound_each_of_its_containers() -> None:
    host = spec_of(a_payload(cpu=512, memory_mib=128)).body["HostConfig"]
    assert host["CpuQuota"] == host["CpuPeriod"] / 2 and host["Memory"] == 128 * MIB


def test_a_containers_own_memory_goes_before_the_tasks() -> None:
    assert spec_of(a_payload(a_container(memory=64), memory_mib=128)).body["HostConfig"]["Memory"] == 64 * MIB


def test_a_host_port_of_zero_or_none_is_chosen_by_the_engine() -> None:
    for host_port in (None, 0):
        mapping = ecs.PortMapping(container_port=80, host_port=host_port)
        assert host_of(port_mappings=[mapping])["PortBindings"] == {
            "80/tcp": [{"HostIp": "127.0.0.1", "HostPort": ""}]
        }


def test_a_port_is_exposed_and_published_on_loopback() -> None:
    body = body_of(port_mappings=[ecs.PortMapping(container_port=53, host_port=8053, protocol="udp")])
    assert body["ExposedPorts"] == {"53/udp": {}}
    assert body["HostConfig"]["PortBindings"] == {"53/udp": [{"HostIp": "127.0.0.1", "HostPort": "8053"}]}


def test_ports_are_published_where_the_operator_says() -> None:
    policy = parse((), publish_address="0.0.0.0")
    bindings = host_of(policy, port_mappings=[ecs.PortMapping(container_port=80)])["PortBindings"]
    assert bindings == {"80/tcp": [{"HostIp": "0.0.0.0", "HostPort": ""}]}


def test_one_port_may_be_published_twice() -> None:
    mappings = [ecs.PortMapping(container_port=80, host_port=port) for port in (8080, 8081)]
    ports = [binding["HostPort"] for binding in host_of(port_mappings=mappings)["PortBindings"]["80/tcp"]]
    assert ports == ["8080", "8081"]


def test_every_port_of_a_range_is_published() -> None:
    bindings = host_of(port_mappings=[ecs.PortMapping(container_port_range="8080-8082")])["PortBindings"]
    assert set(bindings) == {"8080/tcp", "8081/tcp", "8082/tcp"}


def test_in_host_mode_ports_are_noted_and_not_published() -> None:
    container = a_container(port_mappings=[ecs.PortMapping(container_port=80)])
    body = spec_of(a_payload(container, network_mode="host"), parse(["host-network"])).body
    assert body["Labels"]["homeport.ports"] == "80/tcp"
    assert body["HostConfig"]["NetworkMode"] == "host" and "PortBindings" not in body["HostConfig"]


def test_in_mode_none_nothing_is_published() -> None:
    container = a_container(port_mappings=[ecs.PortMapping(container_port=80)])
    host = spec_of(a_payload(container, network_mode="none")).body["HostConfig"]
    assert host["NetworkMode"] == "none" and "PortBindings" not in host


def test_a_health_check_has_ecs_defaults() -> None:
    check = body_of(health_check=ecs.HealthCheck(command=["CMD-SHELL", "true"]))["Healthcheck"]
    assert check == {
        "Test": ["CMD-SHELL", "true"],
        "Interval": 30 * SECOND,
        "Timeout": 5 * SECOND,
        "Retries": 3,
        "StartPeriod": 0,
    }


def test_a_health_check_is_taken_over() -> None:
    asked = ecs.HealthCheck(command=["CMD", "/ok"], interval=5, timeout=2, retries=1, start_period=7)
    assert body_of(health_check=asked)["Healthcheck"] == {
        "Test": ["CMD", "/ok"],
        "Interval": 5 * SECOND,
        "Timeout": 2 * SECOND,
        "Retries": 1,
        "StartPeriod": 7 * SECOND,
    }


def test_an_images_health_check_does_not_count() -> None:
    assert body_of()["Healthcheck"] == {"Test": ["NONE"]}


def test_names_and_name_servers_are_handed_on() -> None:
    host = host_of(
        extra_hosts=[ecs.HostEntry(hostname="db", ip_address="10.0.0.7")],
        dns_servers=["10.0.0.2"],
        dns_search_domains=["internal"],
    )
    assert (host["ExtraHosts"], host["Dns"], host["DnsSearch"]) == (
        ["db:10.0.0.7"],
        ["10.0.0.2"],
        ["internal"],
    )


def test_links_name_the_present_run_of_the_other_container() -> None:
    payload = a_payload(a_container(links=["db:data", "log"]), a_container("db"), attempts={"db": 4})
    assert spec_of(payload).body["HostConfig"]["Links"] == [
        f"homeport-01234567-{HEX}-db-4:data",
        f"homeport-01234567-{HEX}-log-0:log",
    ]


def test_volumes_from_name_the_other_container() -> None:
    volumes = [ecs.VolumeFrom(source_container="db", read_only=True), ecs.VolumeFrom(source_container="log")]
    assert host_of(volumes_from=volumes)["VolumesFrom"] == [
        f"homeport-01234567-{HEX}-db-0:ro",
        f"homeport-01234567-{HEX}-log-0",
    ]


def test_ulimits_and_a_read_only_root_are_taken_over() -> None:
    limit = ecs.Ulimit(name="nofile", soft_limit=100, hard_limit=200)
    host = host_of(ulimits=[limit], readonly_root_filesystem=True)
    assert (
        host["Ulimits"] == [{"Name": "nofile", "Soft": 100, "Hard": 200}] and host["ReadonlyRootfs"] is True
    )


def test_safe_kernel_settings_are_taken_over() -> None:
    control = ecs.SystemControl(namespace="net.core.somaxconn", value="1024")
    assert host_of(system_controls=[control])["Sysctls"] == {"net.core.somaxconn": "1024"}


def test_linux_parameters_are_taken_over() -> None:
    tmpfs = ecs.Tmpfs(container_path="/scratch", size=16, mount_options=["noexec", "mode=1777"])
    host = linux(init_process_enabled=True, shared_memory_size=32, tmpfs=[tmpfs])
    assert host["Init"] is True and host["ShmSize"] == 32 * MIB
    assert host["Tmpfs"] == {"/scratch": "size=16m,noexec,mode=1777"}


def test_max_swap_is_added_to_the_memory() -> None:
    parameters = ecs.LinuxParameters(max_swap=64, swappiness=10)
    host = host_of(memory=128, linux_parameters=parameters)
    assert (host["MemorySwap"], host["MemorySwappiness"]) == (192 * MIB, 10)


def test_swappiness_means_nothing_without_max_swap() -> None:
    assert "MemorySwappiness" not in host_of(memory=128, linux_parameters=ecs.LinuxParameters(swappiness=10))


def test_capabilities_that_docker_gives_anyway_may_be_added_and_any_dropped() -> None:
    host = linux(capabilities=ecs.KernelCapabilities(add=["CAP_CHOWN"], drop=["MKNOD"]))
    assert (host["CapAdd"], host["CapDrop"]) == (["CHOWN"], ["MKNOD", "NET_RAW"])


def test_a_volume_without_a_source_belongs_to_its_task() -> None:
    container = a_container(mount_points=[ecs.MountPoint(source_volume="data", container_path="/data")])
    spec = spec_of(a_payload(container, volumes=[ecs.Volume(name="data")]))
    name = f"homeport-01234567-{HEX}-data"
    mount = {"Type": "volume", "Source": name, "Target": "/data", "ReadOnly": False}
    assert spec.body["HostConfig"]["Mounts"] == [mount]
    assert [(volume.name, volume.body["Labels"]) for volume in spec.volumes] == [
        (name, {"homeport.installation": INSTALLATION, "homeport.task": a_ref().task})
    ]


def test_a_shared_docker_volume_keeps_its_name_driver_options_and_labels() -> None:
    asked = ecs.DockerVolumeConfiguration(
        scope="shared", autoprovision=True, driver="local", driver_opts={"type": "tmpfs", "device": "tmpfs"},
        labels={"team": "a"},
    )  # fmt: skip
    point = ecs.MountPoint(source_volume="cache", container_path="/cache", read_only=True)
    volumes = [ecs.Volume(name="cache", docker_volume_configuration=asked)]
    spec = spec_of(a_payload(a_container(mount_points=[point]), volumes=volumes))
    mount = {"Type": "volume", "Source": "cache", "Target": "/cache", "ReadOnly": True}
    assert spec.body["HostConfig"]["Mounts"] == [mount]
    assert spec.volumes[0].provisioned and spec.volumes[0].body == {
        "Name": "cache",
        "Driver": "local",
        "DriverOpts": {"type": "tmpfs", "device": "tmpfs"},
        "Labels": {"team": "a", "homeport.installation": INSTALLATION},
    }


def test_a_shared_volume_is_not_made_without_autoprovision() -> None:
    volume = ecs.Volume(
        name="cache", docker_volume_configuration=ecs.DockerVolumeConfiguration(scope="shared")
    )
    point = ecs.MountPoint(source_volume="cache", container_path="/cache")
    assert not spec_of(a_payload(a_container(mount_points=[point]), volumes=[volume])).volumes[0].provisioned


def test_the_first_container_that_waits_for_none_owns_a_shared_namespace() -> None:
    waits = [ecs.ContainerDependency(container_name="first", condition="START")]
    payload = a_payload(a_container(depends_on=waits), a_container("first"), pid_mode="task", ipc_mode="task")
    owner, other = (spec_of(payload, container=name).body["HostConfig"] for name in ("first", "web"))
    assert "PidMode" not in owner and owner["IpcMode"] == "shareable"
    assert other["PidMode"] == other["IpcMode"] == f"container:homeport-01234567-{HEX}-first-0"


def test_ipc_mode_none_is_taken_over() -> None:
    assert spec_of(a_payload(ipc_mode="none")).body["HostConfig"]["IpcMode"] == "none"


def test_every_container_is_bounded_fenced_rotated_and_not_restarted_by_docker() -> None:
    host = host_of()
    assert host["SecurityOpt"] == ["no-new-privileges"] and host["CapDrop"] == ["NET_RAW"]
    assert host["PidsLimit"] == 4096 and host["RestartPolicy"] == {"Name": "no"}
    assert host["LogConfig"] == {"Type": "json-file", "Config": {"max-size": "10m", "max-file": "3"}}


def test_a_log_driver_that_is_not_there_is_noted_in_a_label() -> None:
    asked = ecs.LogConfiguration(log_driver="awslogs", options={"awslogs-group": "shop"})
    body = body_of(log_configuration=asked)
    assert body["HostConfig"]["LogConfig"] == host_of()["LogConfig"]
    assert body["Labels"]["homeport.log-driver"] == "awslogs"


def test_options_of_json_file_go_before_our_rotation() -> None:
    asked = ecs.LogConfiguration(log_driver="json-file", options={"max-size": "1m", "mode": "non-blocking"})
    body = body_of(log_configuration=asked)
    assert body["HostConfig"]["LogConfig"]["Config"] == {
        "max-size": "1m",
        "max-file": "3",
        "mode": "non-blocking",
    }
    assert "homeport.log-driver" not in body["Labels"]


def test_a_stop_by_hand_waits_as_long_as_ours() -> None:
    assert body_of(stop_timeout=7)["StopTimeout"] == 7 and "StopTimeout" not in body_of()


def test_secrets_are_refused_rather_than_forgotten() -> None:
    with pytest.raises(Refusal, match="cannot be resolved yet"):
        body_of(secrets=[ecs.Secret(name="A", value_from="arn")])


def test_awsvpc_without_a_network_interface_is_refused() -> None:
    with pytest.raises(Refusal, match="no network interface for the network mode awsvpc"):
        spec_of(a_payload(network_mode="awsvpc"))


def test_behind_a_network_interface_names_and_ports_are_the_interfaces() -> None:
    pause = ContainerRef("123456789012/us-east-1/eni-0123456789abcdef0", "pause", 1)
    container = a_container(
        hostname="one",
        dns_servers=["192.0.2.1"],
        extra_hosts=[ecs.HostEntry(hostname="db", ip_address="192.0.2.2")],
        port_mappings=[ecs.PortMapping(container_port=80)],
    )
    body = spec_of(a_payload(container, network_mode="awsvpc", pause=pause)).body
    assert body["HostConfig"]["NetworkMode"] == "container:homeport-01234567-eni-0123456789abcdef0-pause-1"
    assert not {"Hostname", "ExposedPorts"} & set(body)
    assert not {"Dns", "DnsSearch", "ExtraHosts", "Links", "PortBindings"} & set(body["HostConfig"])


def test_without_networking_there_is_no_interface_to_share() -> None:
    pause = ContainerRef("123456789012/us-east-1/eni-0123456789abcdef0", "pause")
    payload = a_payload(a_container(disable_networking=True), network_mode="awsvpc", pause=pause)
    assert spec_of(payload).body["HostConfig"]["NetworkMode"] == "none"
