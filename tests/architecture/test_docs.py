"""What the documents point at is there, and what an operator can switch is described."""

import re

import pytest

from homeport.cli import up
from homeport.drivers import policy
from tests.architecture import source

DOCUMENTS = sorted([*source.ROOT.glob("*.md"), *(source.ROOT / "docs").rglob("*.md")])
LINK = re.compile(r"\]\((?!https?:|#)([^)#]+)")
LIVING = [path for path in DOCUMENTS if path.parent.name != "decisions" and path.name != "CHANGELOG.md"]
"""Documents that change with the program. A decision is of its day."""
FILE = re.compile(r"`([\w./]+\.(?:py|sh|toml|md))`")
OPERATIONS = (source.ROOT / "docs" / "operations.md").read_text()


@pytest.mark.parametrize("document", DOCUMENTS, ids=source.name)
def test_every_link_leads_somewhere(document):
    assert [
        link for link in LINK.findall(document.read_text()) if not (document.parent / link).exists()
    ] == []


def test_every_decision_that_the_program_refers_to_is_written_down():
    numbers = {path.name[:4] for path in (source.ROOT / "docs" / "decisions").glob("0*.md")}
    referred = {
        number for path in source.FILES for number in re.findall(r"docs/decisions/(\d{4})", path.read_text())
    }
    assert referred <= numbers


def test_every_decision_is_in_the_list():
    folder = source.ROOT / "docs" / "decisions"
    listed = set(LINK.findall((folder / "README.md").read_text()))
    assert listed == {path.name for path in folder.glob("0*.md")}


def test_every_switch_of_the_server_is_described():
    options = {name for parameter in up.command.params for name in parameter.opts if name.startswith("--")}
    assert {option for option in options if f"`{option}" not in OPERATIONS} == set()


def test_every_permission_is_described():
    words = policy.FLAGS | policy.NAMED
    assert {word for word in words if f"`{word}" not in OPERATIONS} == set()


@pytest.mark.parametrize("document", LIVING, ids=source.name)
def test_every_file_that_is_named_exists(document):
    there = [
        *source.FILES,
        *source.GENERATED,
        *source.AROUND,
        *DOCUMENTS,
        *source.ROOT.glob("*.toml"),
        *source.ROOT.glob("tools/*"),
    ]
    named = set(FILE.findall(document.read_text()))
    assert {path for path in named if not any(f"{known}".endswith(f"/{path}") for known in there)} == set()
