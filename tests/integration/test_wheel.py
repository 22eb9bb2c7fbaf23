"""The wheel holds all that the program needs, and installs where there is nothing of ours."""

import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

from homeport import __version__

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """The wheel that `make wheel` builds."""
    folder = tmp_path_factory.mktemp("dist")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder], cwd=ROOT, check=True
    )
    (made,) = folder.glob("*.whl")
    return made


def test_every_file_of_the_package_is_in_the_wheel(wheel):
    source = ROOT / "src"
    wanted = {
        str(path.relative_to(source))
        for path in (source / "homeport").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert {"homeport/py.typed", "homeport/store/migrations/0001_records.sql"} <= wanted
    assert wanted <= set(zipfile.ZipFile(wheel).namelist())


@pytest.mark.slow
def test_it_gives_a_working_command_in_an_empty_environment(wheel, tmp_path):
    venv.create(tmp_path, with_pip=True)
    pip = [tmp_path / "bin" / "pip", "--quiet", "--disable-pip-version-check", "install"]
    subprocess.run([*pip, "--require-hashes", "-r", ROOT / "requirements" / "run.lock"], check=True)
    subprocess.run([*pip, "--no-index", wheel], check=True)
    said = subprocess.run(
        [tmp_path / "bin" / "homeport", "--version"], capture_output=True, text=True, check=True
    )
    assert said.stdout == f"homeport, version {__version__}\n"
    needed = "import homeport.server.main, homeport.drivers.docker.driver, homeport.store.sqlite"
    subprocess.run([tmp_path / "bin" / "python", "-c", needed], check=True, cwd=tmp_path)
