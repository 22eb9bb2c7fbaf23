"""Where a container engine's socket is: what the environment says, then the places where engines put it."""

import os
import stat
from collections.abc import Callable, Mapping
from pathlib import Path


def find() -> str:
    """The URL of this machine's engine; it may still be deaf.

    Raises:
        LookupError: there is no socket; the text says what was tried and what to do.
    """
    return found(os.environ, str(Path.home()), is_socket)


def found(environ: Mapping[str, str], home: str, exists: Callable[[str], bool]) -> str:
    """DOCKER_HOST as it stands, else the first of `places` that exists.

    Not the first that answers: while Docker is restarted, its containers are not to be looked for in Podman.
    Raises LookupError, as `find`.
    """
    told = environ.get("DOCKER_HOST")
    if told:
        return told
    tried = places(environ, home)
    path = next(filter(exists, tried), None)
    if path is None:
        raise LookupError(
            f"no container engine was found: there is no socket at {', '.join(tried)}. "
            "Start Docker or Podman, or say where it is with DOCKER_HOST"
        )
    return f"unix://{path}"


def sockets() -> list[str]:
    """Paths of all engines' sockets on this machine: whoever may write to one of them is root."""
    told = os.environ.get("DOCKER_HOST", "")
    theirs = [told.removeprefix("unix://")] if told.startswith("unix://") else []
    return [path for path in [*theirs, *places(os.environ, str(Path.home()))] if is_socket(path)]


def places(environ: Mapping[str, str], home: str) -> list[str]:
    """Docker, rootless Docker, Podman, rootless Podman, Docker Desktop, Colima: in this order."""
    runtime = environ.get("XDG_RUNTIME_DIR")
    return [
        "/var/run/docker.sock",
        *([f"{runtime}/docker.sock"] if runtime else []),
        "/run/podman/podman.sock",
        *([f"{runtime}/podman/podman.sock"] if runtime else []),
        f"{home}/.docker/run/docker.sock",
        f"{home}/.colima/default/docker.sock",
    ]


def is_socket(path: str) -> bool:
    """Whether a socket can be seen there."""
    try:
        return stat.S_ISSOCK(Path(path).stat().st_mode)
    except OSError:
        return False
