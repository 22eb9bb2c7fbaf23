"""`homeport`: the commands, and how their errors are shown."""

import click

from homeport import __version__
from homeport.cli.backup import backup
from homeport.cli.env import env
from homeport.cli.keys import keys
from homeport.cli.up import up
from homeport.cli.why import why


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="homeport")
def main() -> None:
    """Amazon ECS on machines of your own."""


for command in (up, env, keys, backup, why):
    main.add_command(command)
