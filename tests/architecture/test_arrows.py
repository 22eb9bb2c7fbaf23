"""Imports point down: held by a linter, not by memory. The contracts are in .importlinter."""

import subprocess
import sys
from pathlib import Path

from tests.architecture import source


def test_every_contract_is_kept():
    lint = Path(sys.executable).with_name("lint-imports")
    told = subprocess.run([lint, "--no-cache"], cwd=source.ROOT, capture_output=True, text=True, check=False)
    assert told.returncode == 0, told.stdout + told.stderr
