"""Credentials of registries, as the operator gave them to `docker login`: read from Docker's own configuration.

Read at each pull, so that a login while the server runs counts at once. Credential helpers are not run, and a task's
`repositoryCredentials` are not looked up yet.
"""

import base64
import binascii
import os
from collections.abc import Mapping
from pathlib import Path

import msgspec

HUB = "docker.io"
HUB_KEYS = ("https://index.docker.io/v1/", "index.docker.io", HUB)


class _Entry(msgspec.Struct, frozen=True):
    auth: str = ""
    identitytoken: str = ""


class _Config(msgspec.Struct, frozen=True):
    auths: dict[str, _Entry] = {}


def config_path(environ: Mapping[str, str]) -> Path:
    """Where `docker login` keeps what it was told."""
    folder = environ.get("DOCKER_CONFIG")
    return Path(folder) / "config.json" if folder else Path.home() / ".docker" / "config.json"


def read() -> bytes:
    """The configuration; empty when there is none, or when it is not ours to read."""
    try:
        return config_path(os.environ).read_bytes()
    except OSError:
        return b"{}"


def registry_of(image: str) -> str:
    """The registry that an image's name begins with; Docker Hub's when it names none."""
    first, slash, _ = image.partition("/")
    is_host = bool(slash) and ("." in first or ":" in first or first == "localhost")
    return first if is_host else HUB


def credentials(image: str, config: bytes) -> dict[str, str] | None:
    """What to tell the engine for pulling `image`, in the form of its X-Registry-Auth header; None for nothing."""
    registry = registry_of(image)
    try:
        auths = msgspec.json.decode(config, type=_Config).auths
    except msgspec.MsgspecError:
        return None
    keys = HUB_KEYS if registry == HUB else (registry, f"https://{registry}", f"https://{registry}/v1/")
    entry = next((auths[key] for key in keys if key in auths), None)
    if entry is None:
        return None
    if entry.identitytoken:
        return {"identitytoken": entry.identitytoken, "serveraddress": registry}
    try:
        name, colon, password = base64.b64decode(entry.auth, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeError):
        return None
    return {"username": name, "password": password, "serveraddress": registry} if colon else None
