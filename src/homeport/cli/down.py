"""`homeport down`: the end of what `homeport up` leaves behind for traffic. Tasks go on running."""

import asyncio
from pathlib import Path

import click

from homeport.cli.options import data_option
from homeport.server import down
from homeport.store.tx import Refused


@click.command("down")
@data_option()
def command(data: Path) -> None:
    """Stop the data plane of a data directory: Envoy, and who cares for it.

    Load balancers carry no traffic then, until `homeport up`. Tasks are left alone.
    """
    try:
        said = asyncio.run(down.stop(data))
    except Refused as error:
        raise click.ClickException(str(error)) from error
    for line in said or ["nothing of the data plane was running"]:
        click.echo(line)
