"""Writes the list of operations that are not served into docs/gaps.md; `--check` only compares."""

import sys
from pathlib import Path

from homeport.server.catalogue import services

GAPS = Path(__file__).parents[1] / "docs" / "gaps.md"
BEGIN, END = "<!-- operations: written by tools/gaps.py -->", "<!-- end of operations -->"


def listing() -> str:
    """What is served of each service, and the names of the operations that answer UnsupportedFeatureException."""
    return "\n\n".join(
        f"**{served.model.SERVICE}**: {len(served.operations)} of {len(served.model.ALL_OPERATIONS)} operations are "
        f"served.{_named(missing)}"
        for served in services()
        for missing in [sorted(served.model.ALL_OPERATIONS - set(served.operations))]
    )


def _named(missing: list[str]) -> str:
    return f" Not yet:\n\n{', '.join(f'`{name}`' for name in missing)}." if missing else ""


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
