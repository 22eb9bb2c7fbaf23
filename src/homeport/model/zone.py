"""Availability zones: three in every region. All of them are this machine."""

LETTERS = "abc"
DIRECTIONS = {
    "central": "c",
    "east": "e",
    "north": "n",
    "northeast": "ne",
    "northwest": "nw",
    "south": "s",
    "southeast": "se",
    "southwest": "sw",
    "west": "w",
}
"""How the ids of zones abbreviate the middle of a region's name."""


def names(region: str) -> list[str]:
    """The zones of a region: `us-east-1a` and so on."""
    return [f"{region}{letter}" for letter in LETTERS]


def zone_id(zone: str) -> str:
    """`use1-az1` for `us-east-1a`: what a zone is called under every account's name of it."""
    parts = zone[:-1].split("-")
    short = "".join(DIRECTIONS.get(part, part) for part in parts)
    return f"{short}-az{LETTERS.find(zone[-1]) + 1}"
