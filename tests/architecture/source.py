"""The program as syntax trees, for tests that read it."""

import ast
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TypeAlias

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "homeport"
SERVED = tomllib.loads((ROOT / "tools" / "served.toml").read_text())
GENERATED = {SOURCE / "shapes" / f"{service}.py" for service in SERVED}
FILES = sorted(path for path in SOURCE.rglob("*.py") if path not in GENERATED)
AROUND = sorted(
    path for folder in ("tests", "tools", "demo", "bench") for path in (ROOT / folder).rglob("*.py")
)

Function: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef


def name(path: Path) -> str:
    """`store/tx.py` for a file of the program, `tests/images.py` for one around it."""
    return str(path.relative_to(SOURCE if path.is_relative_to(SOURCE) else ROOT))


@cache
def tree(path: Path) -> ast.Module:
    """The file's syntax tree."""
    return ast.parse(path.read_text())


def functions() -> Iterator[tuple[str, Function]]:
    """Every function and method of the program, with its file's name."""
    for path in FILES:
        for node in ast.walk(tree(path)):
            if isinstance(node, Function):
                yield name(path), node


def classes() -> Iterator[tuple[str, ast.ClassDef]]:
    """Every class of the program, with its file's name."""
    for path in FILES:
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.ClassDef):
                yield name(path), node


def methods(node: ast.ClassDef) -> list[Function]:
    """The functions in a class's own body."""
    return [child for child in node.body if isinstance(child, Function)]


def imported(module: ast.Module) -> dict[str, str]:
    """What each imported name stands for: `{"now": "time.time"}` after `from time import time as now`."""
    found = {}
    for node in ast.walk(module):
        if isinstance(node, ast.Import):
            for alias in node.names:
                found[alias.asname or alias.name.partition(".")[0]] = alias.name
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                found[alias.asname or alias.name] = f"{node.module}.{alias.name}"
    return found
