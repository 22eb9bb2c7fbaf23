"""The pause image: a program of a few bytes, the same wherever it is made."""

import io
import json
import platform
import subprocess
import tarfile
from pathlib import Path

import pytest

from homeport.drivers.docker import facts
from homeport.drivers.docker.pause_image import CODES, pause_image, program


def files(archive: bytes) -> dict[str, bytes]:
    """What is in a tar, by name."""
    with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
        found = {entry.name: tar.extractfile(entry) for entry in tar}
        return {name: file.read() for name, file in found.items() if file is not None}


@pytest.mark.parametrize("architecture", CODES)
def test_an_image_is_the_same_each_time_and_named_by_its_content(architecture: str) -> None:
    image = pause_image(architecture)
    assert image is not None and image == pause_image(architecture)
    packed = files(image.archive)
    (manifest,) = json.loads(packed["manifest.json"])
    assert manifest["RepoTags"] == [image.name] and image.name.startswith("homeport/pause:")
    assert len(files(packed["layer.tar"])["pause"]) < 200


def test_images_of_two_architectures_are_two() -> None:
    first, second = (pause_image(each) for each in CODES)
    assert first is not None and second is not None and first.name != second.name


def test_there_is_none_for_other_machines() -> None:
    assert pause_image("riscv64") is None


def test_the_program_waits_until_it_is_killed(tmp_path: Path) -> None:
    path = tmp_path / "pause"
    _, machine, code = CODES[facts.ARCHITECTURES[platform.machine()]]
    path.write_bytes(program(machine, bytes.fromhex(code)))
    path.chmod(0o755)
    with subprocess.Popen([path]) as running:
        with pytest.raises(subprocess.TimeoutExpired):
            running.wait(0.3)
        running.kill()
    assert running.returncode == -9
