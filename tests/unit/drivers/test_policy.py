"""What can harm the host is refused, with the switch that would allow it, and allowed when the switch is given."""

from pathlib import Path
from typing import Any

import pytest

from homeport.drivers.docker.spec import container_spec
from homeport.drivers.house import House
from homeport.drivers.policy import Policy, Refusal, parse
from homeport.plan.effects import TaskPayload
from homeport.shapes import ecs
from tests.unit.drivers.payloads import INSTALLATION, a_container, a_payload


def linux(**members: Any) -> TaskPayload:
    return a_payload(a_container(linux_parameters=ecs.LinuxParameters(**members)))


def bind(path: str) -> TaskPayload:
    point = ecs.MountPoint(source_volume="v", container_path="/v")
    volume = ecs.Volume(name="v", host=ecs.HostVolumeProperties(source_path=path))
    return a_payload(a_container(mount_points=[point]), volumes=[volume])


def docker_volume(**members: Any) -> TaskPayload:
    point = ecs.MountPoint(source_volume="v", container_path="/v")
    asked = ecs.DockerVolumeConfiguration(**members)
    volumes = [ecs.Volume(name="v", docker_volume_configuration=asked)]
    return a_payload(a_container(mount_points=[point]), volumes=volumes)


def host_of(payload: TaskPayload, *words: str) -> dict[str, Any]:
    host: dict[str, Any] = container_spec(
        payload, payload.ref("web"), House(installation=INSTALLATION, policy=parse(words))
    ).body["HostConfig"]
    return host


def refusal_of(payload: TaskPayload, *words: str) -> str:
    with pytest.raises(Refusal) as refused:
        host_of(payload, *words)
    return str(refused.value)


DANGERS = {
    "privileged": a_payload(a_container(privileged=True)),
    "host-network": a_payload(network_mode="host"),
    "host-pid": a_payload(pid_mode="host"),
    "host-ipc": a_payload(ipc_mode="host"),
    "low-ports": a_payload(a_container(port_mappings=[ecs.PortMapping(container_port=80, host_port=80)])),
    "capability=SYS_ADMIN": linux(capabilities=ecs.KernelCapabilities(add=["CAP_SYS_ADMIN"])),
    "capability=NET_RAW": linux(capabilities=ecs.KernelCapabilities(add=["net_raw"])),
    "capability=ALL": linux(capabilities=ecs.KernelCapabilities(add=["ALL"])),
    "device=/dev/null": linux(devices=[ecs.Device(host_path="/dev/null")]),
    "sysctl=kernel.msgmax": a_payload(
        a_container(system_controls=[ecs.SystemControl(namespace="kernel.msgmax", value="1")])
    ),
    "security-option=seccomp=unconfined": a_payload(
        a_container(docker_security_options=["seccomp=unconfined"])
    ),
    "security-option=no-new-privileges=false": a_payload(
        a_container(docker_security_options=["no-new-privileges=false"])
    ),
    "host-bind=/srv": bind("/srv"),
    "host-bind=/": bind("/"),
    "volume-driver=sshfs": docker_volume(driver="sshfs"),
    "device=/dev/sda1": docker_volume(driver_opts={"type": "ext4", "device": "/dev/sda1"}),
    "host-bind=/opt": docker_volume(driver_opts={"type": "none", "o": "bind", "device": "/opt"}),
}


@pytest.mark.parametrize("word", DANGERS)
def test_a_danger_is_refused_by_a_sentence_that_names_its_switch(word: str) -> None:
    reason = refusal_of(DANGERS[word])
    assert reason.startswith("CannotCreateContainerError: ")
    assert reason.endswith(f"refused; the operator can allow this with `homeport up --allow {word}`")


@pytest.mark.parametrize("word", DANGERS)
def test_a_danger_is_allowed_by_its_switch_and_by_no_other(word: str) -> None:
    assert host_of(DANGERS[word], word)
    others = [other for other in DANGERS if other not in (word, "host-bind=/")]
    assert refusal_of(DANGERS[word], *others)


def test_what_is_allowed_reaches_docker() -> None:
    assert host_of(DANGERS["privileged"], "privileged")["Privileged"] is True
    assert host_of(DANGERS["host-pid"], "host-pid")["PidMode"] == "host"
    assert host_of(DANGERS["host-ipc"], "host-ipc")["IpcMode"] == "host"
    assert host_of(DANGERS["host-bind=/srv"], "host-bind=/srv")["Binds"] == ["/srv:/v"]
    raw = host_of(DANGERS["capability=NET_RAW"], "capability=NET_RAW")
    assert raw["CapAdd"] == ["NET_RAW"] and raw["CapDrop"] == []
    (device,) = host_of(DANGERS["device=/dev/null"], "device=/dev/null")["Devices"]
    assert device == {"PathOnHost": "/dev/null", "PathInContainer": "/dev/null", "CgroupPermissions": "rwm"}


def test_a_tmpfs_with_the_flag_bind_is_a_bind() -> None:
    sly = docker_volume(driver_opts={"type": "tmpfs", "o": "bind", "device": "/opt"})
    assert "host-bind=/opt" in refusal_of(sly)


def test_a_tmpfs_of_the_container_cannot_be_a_bind() -> None:
    for options in (["bind"], ["noexec,rbind"]):
        mount = ecs.Tmpfs(container_path="/x", size=1, mount_options=options)
        assert "cannot be a bind" in refusal_of(linux(tmpfs=[mount]))


def test_a_volume_is_bound_to_the_directory_that_was_judged(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    options = {"type": "none", "o": "bind", "device": f"{tmp_path}/link"}
    payload = docker_volume(driver_opts=options)
    spec = container_spec(
        payload, payload.ref("web"), House(installation=INSTALLATION, policy=parse([f"host-bind={tmp_path}"]))
    )
    assert spec.volumes[0].body["DriverOpts"]["device"] == f"{tmp_path}/real"


@pytest.mark.parametrize(
    "volume",
    [
        ecs.Volume(name="v", efs_volume_configuration=ecs.EFSVolumeConfiguration(file_system_id="fs-1")),
        ecs.Volume(name="v", configured_at_launch=True),
    ],
)
def test_volumes_on_other_machines_are_refused_until_they_are_there(volume: ecs.Volume) -> None:
    point = ecs.MountPoint(source_volume="v", container_path="/v")
    assert "not available yet" in refusal_of(a_payload(a_container(mount_points=[point]), volumes=[volume]))


def test_a_symlink_does_not_lead_out_of_an_allowed_directory(tmp_path: Path) -> None:
    (tmp_path / "inside").mkdir()
    (tmp_path / "way-out").symlink_to("/usr")
    words = f"host-bind={tmp_path}"
    assert host_of(bind(f"{tmp_path}/inside"), words)["Binds"] == [f"{tmp_path}/inside:/v"]
    assert "host-bind=/usr" in refusal_of(bind(f"{tmp_path}/way-out"), words)
    assert "host-bind=/usr" in refusal_of(bind(f"{tmp_path}/inside/../way-out"), words)


def test_a_directory_beside_an_allowed_one_is_refused() -> None:
    assert refusal_of(bind("/srv-other"), "host-bind=/srv")
    assert refusal_of(bind("/srv/../opt"), "host-bind=/srv")


@pytest.mark.parametrize("path", ["/var/lib/docker", "/var/lib/docker/volumes", "/var/lib"])
def test_a_wide_permission_does_not_open_what_is_guarded(path: str) -> None:
    assert "host-bind=/var/lib/" in refusal_of(bind(path), "host-bind=/var")


def test_our_own_data_is_guarded_until_it_is_named(tmp_path: Path) -> None:
    data = tmp_path / "homeport"
    payload = bind(str(tmp_path))
    closed = parse([f"host-bind={tmp_path}"], guarded=[str(data)])
    with pytest.raises(Refusal, match="homeport"):
        container_spec(payload, payload.ref("web"), House(installation=INSTALLATION, policy=closed))
    opened = parse([f"host-bind={tmp_path}", f"host-bind={data}"], guarded=[str(data)])
    assert container_spec(payload, payload.ref("web"), House(installation=INSTALLATION, policy=opened)).body[
        "HostConfig"
    ]["Binds"]


def test_a_path_cannot_smuggle_in_a_second_one() -> None:
    assert "no absolute path" in refusal_of(bind("/srv:/etc"), "host-bind=/srv")
    assert "no absolute path" in refusal_of(bind("srv"), "host-bind=/srv")


def test_a_volumes_name_cannot_be_a_path() -> None:
    volume = ecs.Volume(
        name="/etc", docker_volume_configuration=ecs.DockerVolumeConfiguration(scope="shared")
    )
    point = ecs.MountPoint(source_volume="/etc", container_path="/v")
    assert "is no name for a volume" in refusal_of(
        a_payload(a_container(mount_points=[point]), volumes=[volume])
    )


def test_no_words_make_the_strict_policy() -> None:
    assert parse(()) == Policy()


@pytest.mark.parametrize(
    ("word", "text"),
    [
        ("everything", "there is no such permission; known are"),
        ("privileged=yes", "takes no value"),
        ("host-bind", "needs a value"),
        ("host-bind=srv", "must be absolute"),
        ("capability=", "needs a value"),
    ],
)
def test_a_word_that_is_none_is_explained(word: str, text: str) -> None:
    with pytest.raises(ValueError, match=text):
        parse([word])
