"""`homeport up`: the server, in the foreground."""

from typing import Any

import click

from homeport.cli.options import account_option, data_option
from homeport.server import main
from homeport.server.settings import DNS_PORT, PORT, Settings
from homeport.store.tx import Refused


@click.command("up")
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", default=PORT, show_default=True, type=click.IntRange(1, 65535))
@data_option()
@click.option("--engine", default="docker", show_default=True, type=click.Choice(["docker", "simulated"]))
@click.option(
    "--balancer",
    type=click.Choice(["envoy", "simulated"]),
    help="What carries traffic.  [default: envoy; simulated where the engine is]",
)
@click.option(
    "--network",
    type=click.Choice(["real", "simulated"]),
    help="What enforces security groups and answers names.  [default: real; simulated where the engine is]",
)
@click.option(
    "--dns-port",
    default=DNS_PORT,
    show_default=True,
    type=click.IntRange(1, 65535),
    help="Where this machine asks for names, on 127.0.0.1.",
)
@click.option(
    "--warm-pauses",
    default=3,
    show_default=True,
    type=click.IntRange(0, 1000),
    help="Network interfaces that wait for tasks, in each subnet in use.",
)
@click.option("--region", default="us-east-1", show_default=True)
@account_option(default="123456789012", show_default=True)
@click.option("--no-auth", is_flag=True, help="Do not verify signatures. Loopback only.")
@click.option(
    "--allow", multiple=True, metavar="WORD", help="Allow what can harm this machine; may be given often."
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
    "--keep-stopped",
    default=600.0,
    show_default=True,
    type=click.FloatRange(0),
    help="Seconds for which stopped containers are kept.",
)
def command(
    *,
    engine: str,
    balancer: str | None,
    network: str | None,
    no_auth: bool,
    allowed_host: tuple[str, ...],
    keep_stopped: float,
    **options: Any,
) -> None:
    """Serve AWS's APIs until you press Ctrl-C. Tasks go on running afterwards."""
    try:
        main.run(
            Settings(
                engine=engine,
                balancer=balancer or ("simulated" if engine == "simulated" else "envoy"),
                network=network or ("simulated" if engine == "simulated" else "real"),
                verifies=not no_auth,
                allowed_hosts=allowed_host,
                keep_stopped_s=keep_stopped,
                **options,
            )
        )
    except Refused as error:
        raise click.ClickException(str(error)) from error
