"""Nouns in files, verbs in functions, and words for whoever reads."""

import ast
import re

from tests.architecture.test_sizes import FILES, _name

FORBIDDEN = re.compile(r"(Manager|Helper|Util|Utils|Impl|Base)$")
FORBIDDEN_VERBS = ("handle_", "process_", "do_")


def test_every_module_says_what_it_is_for():
    silent = [_name(path) for path in FILES if not ast.get_docstring(ast.parse(path.read_text()))]
    assert silent == []


def test_no_class_is_a_manager_a_helper_or_a_util():
    found = [
        f"{_name(path)}:{node.name}"
        for path in FILES
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ClassDef) and FORBIDDEN.search(node.name)
    ]
    assert found == []


def test_no_function_merely_handles_or_processes():
    found = [
        f"{_name(path)}:{node.name}"
        for path in FILES
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith(FORBIDDEN_VERBS)
    ]
    assert found == []


def test_every_exception_that_is_swallowed_whole_is_known():
    """`except Exception` without raising again is written where a reader of the log is told; see architecture.md §11."""
    found = {
        _name(path)
        for path in FILES
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ExceptHandler)
        and isinstance(node.type, ast.Name)
        and node.type.id in ("Exception", "BaseException")
        and not any(isinstance(child, ast.Raise) for child in ast.walk(node))
    }
    assert found == {"server/gateway.py", "server/pump.py"}
