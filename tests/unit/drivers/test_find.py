"""Where the container engine is looked for."""

import pytest

from homeport.drivers.docker.find import found, places

ENVIRON = {"XDG_RUNTIME_DIR": "/run/user/1000"}


def test_docker_host_goes_before_everything() -> None:
    assert found({"DOCKER_HOST": "tcp://10.0.0.1:2376"}, "/home/a", lambda _: True) == "tcp://10.0.0.1:2376"


@pytest.mark.parametrize(
    "path",
    [
        "/var/run/docker.sock",
        "/run/user/1000/docker.sock",
        "/run/podman/podman.sock",
        "/run/user/1000/podman/podman.sock",
        "/home/a/.docker/run/docker.sock",
        "/home/a/.colima/default/docker.sock",
    ],
)
def test_each_engines_place_is_looked_at(path: str) -> None:
    assert found(ENVIRON, "/home/a", lambda place: place == path) == f"unix://{path}"


def test_docker_goes_before_podman() -> None:
    assert found(ENVIRON, "/home/a", lambda _: True) == "unix:///var/run/docker.sock"


def test_where_nothing_is_the_places_that_were_tried_are_told() -> None:
    with pytest.raises(LookupError) as missing:
        found(ENVIRON, "/home/a", lambda _: False)
    assert all(path in str(missing.value) for path in places(ENVIRON, "/home/a"))
    assert str(missing.value).endswith("say where it is with DOCKER_HOST")
