"""`homeport balancer`: the data plane's own process. `homeport up` starts it when there is a load balancer; nobody else need."""

from pathlib import Path

import click

from homeport.cli.options import data_option
from homeport.server import balancer


@click.command("balancer", hidden=True)
@data_option()
def command(data: Path) -> None:
    """Carry traffic for a data directory until there is none to carry; SIGTERM leaves Envoy serving."""
    balancer.run(data)
