"""What `docker login` was told is told to the engine, for the registry that it was told for."""

import base64
import json

import pytest

from homeport.drivers.docker.credentials import credentials, registry_of
from homeport.drivers.docker.things import hub_name


def a_config(registry: str, login: str = "ann:s3:cret") -> bytes:
    return json.dumps({"auths": {registry: {"auth": base64.b64encode(login.encode()).decode()}}}).encode()


@pytest.mark.parametrize(
    ("image", "registry"),
    [
        ("nginx", "docker.io"),
        ("team/app:1", "docker.io"),
        ("registry.example.com/team/app:1", "registry.example.com"),
        ("localhost/app", "localhost"),
        ("localhost:5000/app", "localhost:5000"),
    ],
)
def test_an_image_names_its_registry_or_is_docker_hubs(image: str, registry: str):
    assert registry_of(image) == registry


def test_a_login_is_used_for_its_own_registry():
    found = credentials("registry.example.com/app", a_config("registry.example.com"))
    assert found == {"username": "ann", "password": "s3:cret", "serveraddress": "registry.example.com"}


def test_a_login_is_told_to_no_other_registry():
    assert credentials("other.example.com/app", a_config("registry.example.com")) is None
    assert credentials("nginx", a_config("registry.example.com")) is None


def test_docker_hub_is_known_by_the_name_that_docker_login_gives_it():
    found = credentials("nginx", a_config("https://index.docker.io/v1/"))
    assert found is not None
    assert found["username"] == "ann"


def test_an_identity_token_goes_before_a_password():
    config = json.dumps({"auths": {"r.example.com": {"identitytoken": "t"}}}).encode()
    assert credentials("r.example.com/app", config) == {
        "identitytoken": "t",
        "serveraddress": "r.example.com",
    }


@pytest.mark.parametrize(
    "config", [b"", b"[]", b'{"auths": 1}', b'{"auths": {"r.example.com": {"auth": "%"}}}']
)
def test_a_configuration_that_cannot_be_read_is_no_configuration(config: bytes):
    assert credentials("r.example.com/app", config) is None


def test_images_of_docker_hub_have_a_full_name():
    assert hub_name("nginx:alpine") == "docker.io/library/nginx:alpine"
    assert hub_name("team/app") == "docker.io/team/app"
