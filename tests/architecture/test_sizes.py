"""Small on purpose: the numbers that hold the line. EXCEPTIONS may only shrink."""

import ast
import graphlib

import grimp
import pytest

from tests.architecture import source

LINES_OF_A_FILE = 400
LINES_OF_A_FUNCTION = 60
PARAMETERS = 6
METHODS_OF_A_CLASS = 12

EXCEPTIONS = {
    "drivers/fake/runtime.py:FakeRuntime": "a machine: whatever can happen on it",
    "server/connection.py:Connection": "asyncio's Protocol names half of the methods",
}
"""Classes of more than twelve methods, and why."""
MOST_EXCEPTIONS = 2


def lines(function: source.Function) -> int:
    """The lines of a function's body, its docstring not counted."""
    body = function.body[1:] if ast.get_docstring(function) and len(function.body) > 1 else function.body
    return (body[-1].end_lineno or 0) - body[0].lineno + 1


def parameters(function: source.Function) -> int:
    """How many parameters a caller sees."""
    given = function.args
    names = [argument.arg for argument in (*given.posonlyargs, *given.args, *given.kwonlyargs)]
    return len([name for name in names if name not in ("self", "cls")])


@pytest.mark.parametrize("path", [*source.FILES, *source.AROUND], ids=source.name)
def test_a_file_has_400_lines_at_most(path):
    assert len(path.read_text().splitlines()) <= LINES_OF_A_FILE


def test_a_function_fits_on_a_screen():
    found = {f"{file}:{function.name}": lines(function) for file, function in source.functions()}
    assert {name: count for name, count in found.items() if count > LINES_OF_A_FUNCTION} == {}


def test_a_function_takes_six_parameters_at_most():
    found = {f"{file}:{function.name}": parameters(function) for file, function in source.functions()}
    assert {name: count for name, count in found.items() if count > PARAMETERS} == {}


def test_a_class_has_twelve_methods_at_most_but_for_the_exceptions():
    found = {
        f"{file}:{node.name}"
        for file, node in source.classes()
        if len(source.methods(node)) > METHODS_OF_A_CLASS
    }
    assert found == set(EXCEPTIONS)


def test_the_exceptions_only_shrink():
    assert len(EXCEPTIONS) <= MOST_EXCEPTIONS


def test_nothing_is_imported_inside_a_function():
    found = [
        f"{file}:{function.name}"
        for file, function in source.functions()
        if any(isinstance(node, ast.Import | ast.ImportFrom) for node in ast.walk(function))
    ]
    assert found == []


def test_no_private_name_is_imported_elsewhere():
    found = [
        f"{source.name(path)}: {alias.name}"
        for path in [*source.FILES, *source.AROUND]
        for node in ast.walk(source.tree(path))
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
        if alias.name.startswith("_") and not alias.name.startswith("__")
    ]
    assert found == []


def test_no_module_imports_itself_by_a_detour():
    graph = grimp.build_graph("homeport", cache_dir=None)
    arrows = {module: graph.find_modules_directly_imported_by(module) for module in graph.modules}
    # A package and its modules are one thing to a reader, but not to an importer: only true cycles are refused.
    assert list(graphlib.TopologicalSorter(arrows).static_order())
