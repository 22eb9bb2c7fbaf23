"""`homeport up`: the server, in the foreground."""

import importlib
from pathlib import Path
from typing import Any

import click

from homeport.cli.options import data_option
from homeport.server.settings import PORT, Settings
from homeport.store.tx import Refused


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", default=PORT, show_default=True, type=click.IntRange(1, 65535))
@data_option()
@click.option("--engine", default="docker", show_default=True, type=click.Choice(["docker", "simulated"]))
@click.option("--region", default="us-east-1", show_default=True)
@click.option(
    "--account", default="123456789012", show_default=True, help="The account of the first key pair."
)
@click.option("--no-auth", is_flag=True, help="Do not verify signatures. Loopback only.")
@click.option(
    "--allow",
    multiple=True,
    metavar="WORD",
    help="Allow a dangerous container option; see docs/operations.md.",
)
@click.option(
    "--pull", default="missing", show_default=True, type=click.Choice(["always", "missing", "never"])
)
@click.option(
    "--publish-address", default="127.0.0.1", show_default=True, help="Where containers' ports are published."
)
@click.option(
    "--allowed-host", multiple=True, metavar="NAME", help="A Host header to accept besides localhost's."
)
@click.option("--log-format", default="human", show_default=True, type=click.Choice(["human", "json"]))
@click.option(
    "--keep-stopped", default=600.0, show_default=True, help="Seconds for which stopped containers are kept."
)
def up(data: Path, **options: Any) -> None:
    """Serve AWS's APIs until you press Ctrl-C. Tasks go on running afterwards."""
    account = options["account"]
    if not (account.isdecimal() and len(account) == 12):
        raise click.BadParameter("an account is twelve digits", param_hint="--account")
    settings = Settings(
        data=data,
        host=options["host"],
        port=options["port"],
        engine=options["engine"],
        region=options["region"],
        account=account,
        verifies=not options["no_auth"],
        allow=options["allow"],
        pull=options["pull"],
        publish_address=options["publish_address"],
        allowed_hosts=options["allowed_host"],
        log_format=options["log_format"],
        keep_stopped_s=options["keep_stopped"],
    )
    # Loaded here and not above: the other commands do not need a server.
    server = importlib.import_module("homeport.server.main")
    try:
        server.run(settings)
    except Refused as error:
        raise click.ClickException(str(error)) from error
