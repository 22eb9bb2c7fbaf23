"""Writes the list of operations that are not served into docs/gaps.md; `--check` only compares."""

import sys
from pathlib import Path

from homeport.server.catalogue import services
from homeport.server.services import Served

GAPS = Path(__file__).parents[1] / "docs" / "gaps.md"
BEGIN, END = "<!-- operations: written by tools/gaps.py -->", "<!-- end of operations -->"


MOST_NAMED = 200
"""Of a service with more gaps than anybody reads, what is there is named instead."""


def listing() -> str:
    """What is served of each service, and the names of the operations that answer UnsupportedFeatureException."""
    return "\n\n".join(_of(served) for served in services())


def _of(served: Served) -> str:
    found, every = sorted(served.operations), served.model.ALL_OPERATIONS
    missing = sorted(every - set(found))
    head = f"**{served.model.SERVICE}**: {len(found)} of {len(every)} operations are served."
    if not missing:
        return head
    if len(missing) > MOST_NAMED:
        return f"{head} These, and no others:\n\n{_names(found)}."
    return f"{head} Not yet:\n\n{_names(missing)}."


def _names(operations: list[str]) -> str:
    return ", ".join(f"`{name}`" for name in operations)


def renewed(text: str) -> str:
    """`text` with the list brought up to date."""
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n\n{listing()}\n\n{END}{after}"


def main() -> int:
    """Write or compare; returns the exit status."""
    text = GAPS.read_text()
    if "--check" in sys.argv:
        return 0 if renewed(text) == text else 1
    GAPS.write_text(renewed(text))
    return 0


if __name__ == "__main__":
    sys.exit(main())
