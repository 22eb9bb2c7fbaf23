"""Which container engine answers here: `python -m tools.engine` prints its URL, or says on stderr why none does.

It looks where Homeport looks, in the same order, but takes the first that answers instead of the first that exists:
a dead engine leaves its socket behind. It starts nothing; `engine.sh` does.
"""

import http.client
import os
import socket
import sys
from pathlib import Path
from urllib.parse import urlsplit

from homeport.drivers.docker import find

ANSWER_S = 5.0


class _UnixConnection(http.client.HTTPConnection):
    """HTTP over a socket file."""

    def __init__(self, path: str) -> None:
        super().__init__("localhost", timeout=ANSWER_S)
        self._path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(ANSWER_S)
        self.sock.connect(self._path)


def candidates() -> list[str]:
    """The URLs where an engine may be: DOCKER_HOST alone if it is set, else every socket that exists."""
    told = os.environ.get("DOCKER_HOST")
    if told:
        return [told]
    return [f"unix://{path}" for path in find.places(os.environ, str(Path.home())) if find.is_socket(path)]


def silence(url: str) -> str | None:
    """Why the engine at `url` is of no use; None when it answers `GET /_ping`."""
    parts = urlsplit(url)
    if parts.scheme == "unix":
        connection: http.client.HTTPConnection = _UnixConnection(parts.path)
    else:
        connection = http.client.HTTPConnection(
            parts.hostname or "localhost", parts.port or 2375, timeout=ANSWER_S
        )
    try:
        connection.request("GET", "/_ping")
        status = connection.getresponse().status
    except (OSError, http.client.HTTPException) as error:
        return str(error)
    finally:
        connection.close()
    return None if status == http.client.OK else f"it answers with {status}"


def main() -> int:
    """Print the URL of the first engine that answers; returns the exit status."""
    reasons = []
    for url in candidates():
        reason = silence(url)
        if reason is None:
            print(url)
            return 0
        reasons.append(f"{url}: {reason}")
    print("; ".join(reasons) or "there is no socket of an engine", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
