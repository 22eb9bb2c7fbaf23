"""Tiny images for tests and the demo, made from Debian's static busybox: no registry is asked.

Only the standard library, so that the demo can use it too: a tar in memory goes to the engine's
`POST /images/create?fromSrc=-` over its unix socket, as `docker import` does. `python -m tests.images` makes
them.
"""

import http.client
import io
import socket
import tarfile
from pathlib import Path
from urllib.parse import urlencode

from homeport.drivers.docker.find import find

BUSYBOX = "homeport/busybox:test"
BLUE = "homeport/web:blue"
GREEN = "homeport/web:green"

APPLETS = """
sh ash cat cp date dd df echo env false free grep head hostname httpd id kill ln ls mkdir mount nc nslookup od
ping ps pwd rm sed seq sleep sort stat sync tail tee test touch tr true uname wc wget which whoami yes
"""
SERVE = """#!/bin/sh
# Answers with the image's colour and the container's name, until it is told to stop.
mkdir -p /tmp/www && echo "$COLOUR $(hostname)" > /tmp/www/index.html
trap 'exit 0' TERM INT
httpd -f -p "${PORT:-80}" -h /tmp/www &
wait $!
"""
ANSWER_S = 60.0


class _UnixConnection(http.client.HTTPConnection):
    """HTTP over the engine's socket."""

    def __init__(self, path: str) -> None:
        super().__init__("localhost", timeout=ANSWER_S)
        self._path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(ANSWER_S)
        self.sock.connect(self._path)


def engine_socket() -> str:
    """The path of the engine's socket, which is found as the driver finds it.

    Raises:
        RuntimeError: there is none.
    """
    try:
        url = find()
    except LookupError as error:
        raise RuntimeError(str(error)) from error
    if not url.startswith("unix://"):
        raise RuntimeError(f"DOCKER_HOST is {url}, and images are made through a unix socket only")
    return url.removeprefix("unix://")


def ensure_images(engine: str | None = None, busybox: str = "/bin/busybox") -> None:
    """Make those of the three images that are missing.

    Raises:
        RuntimeError: no engine answers at `engine`, it refuses, or there is no static busybox.
    """
    path = engine or engine_socket()
    if not Path(busybox).is_file():
        raise RuntimeError(f"{busybox} is missing: install Debian's package busybox-static")
    _ensure(path, BUSYBOX, _root(busybox), ["ENV PATH=/bin", 'CMD ["/bin/sh"]'])
    for image in (BLUE, GREEN):
        changes = [
            "ENV PATH=/bin",
            f"ENV COLOUR={image.partition(':')[2]}",
            'ENTRYPOINT ["/bin/serve"]',
            "EXPOSE 80",
        ]
        _ensure(path, image, _root(busybox, {"bin/serve": SERVE}), changes)


def _ensure(path: str, image: str, root: bytes, changes: list[str]) -> None:
    status, _ = _ask(path, "GET", f"/images/{image}/json")
    if status == 200:
        return
    repository, _, tag = image.partition(":")
    query = urlencode({"fromSrc": "-", "repo": repository, "tag": tag, "changes": changes}, doseq=True)
    status, answer = _ask(path, "POST", f"/images/create?{query}", root)
    if status != 200 or b'"error"' in answer:
        raise RuntimeError(f"the container engine did not take {image}: {answer.decode(errors='replace')}")


def _ask(path: str, method: str, target: str, body: bytes | None = None) -> tuple[int, bytes]:
    connection = _UnixConnection(path)
    try:
        connection.request(method, target, body, {"Content-Type": "application/x-tar"})
        answer = connection.getresponse()
        return answer.status, answer.read()
    except OSError as error:
        raise RuntimeError(f"no container engine answers at {path}: {error}. Is Docker running?") from error
    finally:
        connection.close()


def _root(busybox: str, scripts: dict[str, str] | None = None) -> bytes:
    """A root file system as a tar: busybox, a link for every applet, and scripts."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as tar:
        for directory in ("bin", "etc", "proc", "root", "sys", "tmp", "var"):
            entry = tarfile.TarInfo(directory)
            entry.type, entry.mode = tarfile.DIRTYPE, 0o1777 if directory == "tmp" else 0o755
            tar.addfile(entry)
        files = {"bin/busybox": Path(busybox).read_bytes()}
        files |= {name: text.encode() for name, text in (scripts or {}).items()}
        for name, content in files.items():
            entry = tarfile.TarInfo(name)
            entry.size, entry.mode = len(content), 0o755
            tar.addfile(entry, io.BytesIO(content))
        for applet in APPLETS.split():
            entry = tarfile.TarInfo(f"bin/{applet}")
            entry.type, entry.linkname = tarfile.SYMTYPE, "busybox"
            tar.addfile(entry)
    return packed.getvalue()


if __name__ == "__main__":
    ensure_images()
    print("images are there:", BUSYBOX, BLUE, GREEN)
