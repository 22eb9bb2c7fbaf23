"""`homeport network`: the process behind VPCs. `homeport up` starts it when there is something to do; nobody else need."""

from pathlib import Path

import click

from homeport.cli.options import data_option
from homeport.server import network


@click.command("network", hidden=True)
@data_option()
def command(data: Path) -> None:
    """Care for the networks of a data directory until there are none; SIGTERM leaves rules as they are."""
    network.run(data)
