"""What the engine's answers are read as."""

from typing import Any

import pytest

from homeport.drivers.docker import facts, names
from homeport.drivers.docker.things import Attached, Listed, Networking
from homeport.model.container import Binding
from homeport.plan import naming
from tests.unit.drivers.payloads import INSTALLATION, a_payload, a_ref


def inspected(network: dict[str, Any] | None = None, **state: Any) -> dict[str, Any]:
    filled = {
        "Status": "running",
        "ExitCode": 0,
        "StartedAt": "2026-01-02T03:04:05.123456789Z",
        "FinishedAt": "0001-01-01T00:00:00Z",
    }
    return {
        "Id": "f" * 64,
        "Image": "sha256:1",
        "State": {**filled, **state},
        "NetworkSettings": network or {},
    }


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("created", "CREATED"),
        ("running", "RUNNING"),
        ("paused", "RUNNING"),
        ("restarting", "RUNNING"),
        ("exited", "STOPPED"),
        ("dead", "STOPPED"),
    ],
)
def test_a_status_is_one_of_ours(word: str, status: str) -> None:
    assert facts.container_seen(inspected(Status=word), 0, 1.0, None).status == status


def test_times_are_seconds_since_the_epoch_and_the_year_one_is_never() -> None:
    seen = facts.container_seen(inspected(), 0, 1.0, None)
    assert (seen.started_at, seen.finished_at) == (1767323045.123, None)


def test_a_container_that_runs_has_no_exit_code() -> None:
    assert facts.container_seen(inspected(), 0, 1.0, None).exit_code is None


def test_a_container_that_never_started_has_no_exit_code() -> None:
    found = inspected(Status="exited", ExitCode=127, StartedAt="0001-01-01T00:00:00Z")
    assert facts.container_seen(found, 0, 1.0, None).exit_code is None


def test_a_container_without_memory_says_so_in_ecs_words() -> None:
    seen = facts.container_seen(inspected(Status="exited", ExitCode=137, OOMKilled=True), 0, 1.0, None)
    assert (seen.exit_code, seen.reason) == (137, "OutOfMemoryError: Container killed due to memory usage")


@pytest.mark.parametrize(
    ("word", "health"), [("healthy", "HEALTHY"), ("unhealthy", "UNHEALTHY"), ("starting", "UNKNOWN")]
)
def test_health_is_one_of_ours(word: str, health: str) -> None:
    assert facts.container_seen(inspected(Health={"Status": word}), 0, 1.0, None).health == health


def test_a_stopped_container_is_not_called_unhealthy_for_it() -> None:
    found = inspected(Status="exited", Health={"Status": "unhealthy"})
    assert facts.container_seen(found, 0, 1.0, None).health == "UNKNOWN"


def test_a_binding_is_told_once_although_ipv6_repeats_it_on_another_port() -> None:
    ports = {
        "80/tcp": [{"HostIp": "0.0.0.0", "HostPort": "49153"}, {"HostIp": "::", "HostPort": "49154"}],
        "53/udp": [{"HostIp": "127.0.0.1", "HostPort": "8053"}],
        "9000/tcp": None,
    }
    assert facts.container_seen(inspected({"Ports": ports}), 0, 1.0, None).bindings == (
        Binding(bind_ip="127.0.0.1", container_port=53, host_port=8053, protocol="udp"),
        Binding(bind_ip="0.0.0.0", container_port=80, host_port=49153),
    )


def test_in_host_mode_the_containers_ports_are_the_hosts() -> None:
    found = inspected() | {"Config": {"Labels": {names.PORTS: "80/tcp"}}}
    (binding,) = facts.container_seen(found, 0, 1.0, None).bindings
    assert (binding.container_port, binding.host_port) == (80, 80)


def test_an_address_is_found_where_newer_engines_put_it() -> None:
    network = {"Networks": {"bridge": {"IPAddress": "172.17.0.2"}}}
    assert facts.container_seen(inspected(network), 0, 1.0, None).address == "172.17.0.2"


def test_a_machine_has_1024_units_a_core_and_keeps_ecs_ports_and_ours_free() -> None:
    info = {"NCPU": 4, "MemTotal": 8 << 30, "Architecture": "aarch64", "ServerVersion": "20.10.24"}
    machine = facts.machine_seen(info, (4663,), 1.0)
    assert (machine.cpu, machine.memory_mib, machine.architecture) == (4096, 8192, "arm64")
    assert machine.reserved_tcp_ports == (22, 2375, 2376, 4663, 51678, 51679) and machine.connected


def test_the_digest_of_an_image_is_its_registrys_or_its_id() -> None:
    assert facts.image_digest({"Id": "sha256:1", "RepoDigests": ["web@sha256:2"]}) == "sha256:2"
    assert facts.image_digest({"Id": "sha256:1", "RepoDigests": []}) == "sha256:1"


def test_age_alone_is_no_reason_to_look_again() -> None:
    young, old, ill = (
        Listed(id="1", names=["/web"], state="running", status=status)
        for status in ("Up 5 seconds (healthy)", "Up 2 hours (healthy)", "Up 5 seconds (unhealthy)")
    )
    assert facts.fingerprint(young) == facts.fingerprint(old) != facts.fingerprint(ill)


def test_another_start_is_a_reason_to_look_again() -> None:
    first, second = (
        Listed(
            id="1",
            names=["/web"],
            state="running",
            status="Up 5 seconds",
            network_settings=Networking(networks={"bridge": Attached(endpoint=endpoint)}),
        )
        for endpoint in ("a", "b")
    )
    assert facts.fingerprint(first) != facts.fingerprint(second)


def test_a_ref_is_read_back_from_the_labels_it_was_written_to() -> None:
    ref = a_ref(attempt=3)
    labels, name = names.labels(INSTALLATION, ref, a_payload()), naming.container_name(INSTALLATION, ref)
    assert names.ref_of(INSTALLATION, labels, ["/linked/as", f"/{name}"]) == ref


@pytest.mark.parametrize("broken", [names.INSTALLATION, names.TASK, names.CONTAINER, names.ATTEMPT])
def test_a_container_with_half_our_labels_is_not_ours(broken: str) -> None:
    labels = names.labels(INSTALLATION, a_ref(), a_payload())
    name = naming.container_name(INSTALLATION, a_ref())
    assert names.ref_of(INSTALLATION, labels, [name]) == a_ref()
    assert names.ref_of(INSTALLATION, {**labels, broken: ""}, [name]) is None


@pytest.mark.parametrize("name", ["", "web", "homeport-01234567"])
def test_a_container_with_our_labels_and_another_name_is_not_ours(name: str) -> None:
    assert names.ref_of(INSTALLATION, names.labels(INSTALLATION, a_ref(), a_payload()), [name]) is None
