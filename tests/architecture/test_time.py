"""Time, ids and dice are arguments: only the shell reads a clock or throws dice."""

import ast
from collections.abc import Iterator

import pytest

from tests.architecture import source

SHELL = ("server/", "cli/")
CLOCKS = (
    "time.",
    "datetime.datetime.now",
    "datetime.datetime.utcnow",
    "datetime.datetime.today",
    "datetime.date.today",
)
DICE = ("random.", "secrets.", "uuid.", "os.urandom", "os.getrandom")
HARMLESS = {"random.Random", "secrets.compare_digest"}
"""Dice that somebody else threw, and a comparison that takes as long for a wrong secret as for a right one."""


def readings(module: ast.Module) -> Iterator[str]:
    """Every use of a clock or of dice in a module, by its full name, called or passed on."""
    known = source.imported(module)
    for node in ast.walk(module):
        if not isinstance(node, ast.Name | ast.Attribute):
            continue
        first, _, rest = ast.unparse(node).partition(
            "."
        )  # of `uuid4().hex`, only `uuid4` is a chain of names
        full = ".".join(filter(None, (known.get(first), rest))) if first in known else ""
        if "(" not in full and full.startswith((*CLOCKS, *DICE)) and full not in HARMLESS:
            yield full


def test_only_the_shell_reads_a_clock_or_throws_dice():
    found = {
        source.name(path): names
        for path in source.FILES
        if not source.name(path).startswith(SHELL) and (names := sorted(set(readings(source.tree(path)))))
    }
    assert found == {}


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("import time\nx = time.time()", ["time.time"]),
        ("import time as t\ndef f(clock=t.monotonic): ...", ["time.monotonic"]),
        ("from time import time as now\nnow()", ["time.time"]),
        ("import datetime\ndatetime.datetime.now()", ["datetime.datetime.now"]),
        ("from datetime import datetime\ndatetime.now()", ["datetime.datetime.now"]),
        ("from datetime import datetime\ndatetime.fromtimestamp(0)", []),
        ("from random import Random\ndef f(dice: Random): ...", []),
        ("import uuid\nuuid.uuid4().hex", ["uuid.uuid4"]),
    ],
)
def test_a_clock_is_recognised_whatever_it_is_called(text, names):
    assert list(readings(ast.parse(text))) == names


def test_the_files_that_are_looked_at_are_there():
    assert source.SOURCE / "plan" / "replicas.py" in source.FILES
