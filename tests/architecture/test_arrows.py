"""Imports point down, and time and dice come from outside: held by a linter, not by memory."""

import ast
import subprocess
import sys
from pathlib import Path

from tests.architecture.test_sizes import FILES, ROOT, _name

CLOCKS = {"time.time", "time.monotonic", "datetime.now", "uuid.uuid4", "random.random", "secrets.token_hex"}
ALLOWED = ("server/", "cli/")


def test_imports_point_down():
    found = subprocess.run(
        [Path(sys.executable).parent / "lint-imports", "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert found.returncode == 0, found.stdout


def test_the_clock_and_the_dice_are_read_in_the_shell_only():
    found = [
        f"{_name(path)}: {ast.unparse(node.func)}"
        for path in FILES
        if not _name(path).startswith(ALLOWED)
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call) and ast.unparse(node.func) in CLOCKS
    ]
    assert found == []
