"""Nouns in files, verbs in functions, and a sentence for whoever reads."""

import ast
import re

from tests.architecture import source

SAYS_NOTHING = re.compile(r"(Manager|Helper|Helpers|Util|Utils|Impl|Base|Wrapper)$")
SAYS_LITTLE = ("handle_", "process_", "do_")
SPEAK_FOR_THEMSELVES = re.compile("api/[a-z0-9]+/errors/")
"""An error's name and AWS's text say what it is."""
SWALLOW_ALL = {
    "server/gateway.py": "an operation's mistake is a 500 with a request id, and a trace in the log",
    "server/guard.py": "one turn's mistake must not end all others; /health and the log show it",
}
PYTHONS_OWN = {"random", "uniform"}
"""Methods of random.Random, which Protocols name."""


def test_every_module_says_why_it_exists():
    silent = [source.name(path) for path in source.FILES if not ast.get_docstring(source.tree(path))]
    assert silent == []


def test_every_public_class_and_function_says_what_it_is():
    silent = [
        f"{source.name(path)}:{node.name}"
        for path in source.FILES
        if not SPEAK_FOR_THEMSELVES.match(source.name(path))
        for node in source.tree(path).body
        if isinstance(node, ast.ClassDef | source.Function)
        and not node.name.startswith("_")
        and not ast.get_docstring(node)
    ]
    assert silent == []


def test_every_public_method_is_described_where_it_is_declared():
    """An implementation of a port needs no words of its own; the port does."""
    found = [(file, node, method) for file, node in source.classes() for method in source.methods(node)]
    described = {method.name for _, _, method in found if ast.get_docstring(method)} | PYTHONS_OWN
    silent = [
        f"{file}:{node.name}.{method.name}"
        for file, node, method in found
        if not method.name.startswith("_")
        and not node.name.startswith("_")
        and not isinstance(node.bases and node.bases[0], ast.Attribute)  # a library's class names its methods
        and method.name not in described
    ]
    assert silent == []


def test_no_file_and_no_class_is_a_manager_a_helper_or_a_util():
    files = [source.name(path) for path in source.FILES if SAYS_NOTHING.search(path.stem.title())]
    found = [f"{file}:{node.name}" for file, node in source.classes() if SAYS_NOTHING.search(node.name)]
    assert files + found == []


def test_no_function_merely_handles_or_processes():
    found = [
        f"{file}:{function.name}"
        for file, function in source.functions()
        if function.name.lstrip("_").startswith(SAYS_LITTLE)
    ]
    assert found == []


def test_everything_is_caught_in_two_places_only():
    """`except Exception` without raising again: elsewhere it would hide our own mistakes."""
    found = {
        source.name(path)
        for path in source.FILES
        for node in ast.walk(source.tree(path))
        if isinstance(node, ast.ExceptHandler)
        and (node.type is None or ast.unparse(node.type) in ("Exception", "BaseException"))
        and not any(isinstance(child, ast.Raise) for child in ast.walk(node))
    }
    assert found == set(SWALLOW_ALL)
