"""The image of pause containers, made here, byte by byte: no registry is asked for a program that only waits.

A static ELF executable of one segment, whose code is a loop around the system call that waits for a signal. As an image
archive (`docker save`'s form, which Docker and Podman load) it is the same to the last byte wherever it is made, so its
tag names its content.
"""

import hashlib
import io
import json
import struct
import tarfile

from msgspec import Struct

from homeport.plan.naming import PAUSE_IMAGE

PROGRAM = "pause"
BASE = 0x400000
HEADERS = 120

X86_64 = (
    "b822000000"  # mov eax, 34: pause
    "0f05"  # syscall
    "ebf7"  # jmp to the first
)
ARM64 = (
    "000080d2010080d2020080d2030080d2040080d2"  # mov x0…x4, 0: no files, no limit, no mask
    "280980d2"  # mov x8, 73: ppoll, for there is no pause
    "010000d4"  # svc 0
    "f9ffff17"  # b to the first
)
CODES = {"x86_64": ("amd64", 62, X86_64), "arm64": ("arm64", 183, ARM64)}
"""By our name of an architecture: OCI's name, ELF's number, the code."""


class PauseImage(Struct, frozen=True, kw_only=True):
    """The image's name with its tag, and the archive to load when the engine does not have it."""

    name: str
    archive: bytes


def pause_image(architecture: str) -> PauseImage | None:
    """The image for machines of this architecture (`x86_64` or `arm64`); None for any other."""
    if architecture not in CODES:
        return None
    oci, machine, code = CODES[architecture]
    layer = _tar({PROGRAM: program(machine, bytes.fromhex(code))})
    config = json.dumps(
        {
            "architecture": oci,
            "os": "linux",
            "config": {"Entrypoint": [f"/{PROGRAM}"], "StopSignal": "SIGKILL"},
            "rootfs": {"type": "layers", "diff_ids": [f"sha256:{hashlib.sha256(layer).hexdigest()}"]},
        }
    ).encode()
    digest = hashlib.sha256(config).hexdigest()
    name = f"{PAUSE_IMAGE}:{digest[:12]}"
    manifest = [{"Config": f"{digest}.json", "RepoTags": [name], "Layers": ["layer.tar"]}]
    files = {f"{digest}.json": config, "layer.tar": layer, "manifest.json": json.dumps(manifest).encode()}
    return PauseImage(name=name, archive=_tar(files))


def program(machine: int, code: bytes) -> bytes:
    """An ELF file: its header, one segment that is the whole file, the code."""
    size = HEADERS + len(code)
    ident = b"\x7fELF\x02\x01\x01".ljust(16, b"\0")
    header = struct.pack(
        "<16sHHIQQQIHHHHHH", ident, 2, machine, 1, BASE + HEADERS, 64, 0, 0, 64, 56, 1, 64, 0, 0
    )
    segment = struct.pack("<IIQQQQQQ", 1, 5, 0, BASE, BASE, size, size, 0x1000)
    return header + segment + code


def _tar(files: dict[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as tar:
        for name, content in files.items():
            entry = tarfile.TarInfo(name)
            entry.size, entry.mode = len(content), 0o755
            tar.addfile(entry, io.BytesIO(content))
    return packed.getvalue()
