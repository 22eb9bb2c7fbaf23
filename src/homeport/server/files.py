"""Small files that only we may read, written so that a crash leaves the old one or the new one."""

import os
from pathlib import Path


def write_private(path: Path, content: bytes) -> None:
    """Replace the file at `path`, with mode 0600, and have it on disk."""
    beside = path.with_name(f"{path.name}.{os.getpid()}.new")
    with os.fdopen(os.open(beside, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
