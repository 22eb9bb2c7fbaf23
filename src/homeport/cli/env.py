"""`homeport env`: what a client needs to find the server, for a shell, a program, or ~/.aws/config."""

import json
import shlex
from pathlib import Path

import click

from homeport.cli.options import data_option
from homeport.server.keys import Keys
from homeport.server.settings import PORT


@click.command("env")
@data_option()
@click.option(
    "--format", "form", default="sh", show_default=True, type=click.Choice(["sh", "json", "profile"])
)
def command(data: Path, form: str) -> None:
    """Print what a client needs: `eval "$(homeport env)"`, or a profile for ~/.aws/config."""
    found = variables(data)
    if form == "json":
        click.echo(json.dumps(found, indent=2))
    elif form == "profile":
        click.echo(profile(found))
    else:
        for name, value in found.items():
            click.echo(f"export {name}={shlex.quote(value)}")


def variables(data: Path) -> dict[str, str]:
    """The environment of a client of the server that has this data directory. Raises ClickException."""
    pairs = [pair for pair in Keys(data / "keys.json").all() if pair.user is None]
    if not pairs:
        raise click.ClickException(
            f"there are no keys in {data} yet: run `homeport up` once, or name its --data."
        )
    try:
        server = json.loads((data / "server.json").read_text())
    except FileNotFoundError:
        server = {"url": f"http://127.0.0.1:{PORT}", "region": "us-east-1", "account": pairs[0].account}
    pair = next((pair for pair in pairs if pair.account == server["account"]), pairs[0])
    return {
        "AWS_ENDPOINT_URL": server["url"],
        "AWS_ACCESS_KEY_ID": pair.access_key_id,
        "AWS_SECRET_ACCESS_KEY": pair.secret,
        "AWS_REGION": server["region"],
        "AWS_DEFAULT_REGION": server["region"],
        # Or SDKs send DiscoverInstances to `data-127.0.0.1`, which is no name at all.
        "AWS_DISABLE_HOST_PREFIX_INJECTION": "true",
    }


def profile(found: dict[str, str]) -> str:
    """The same as a block for ~/.aws/config, for `aws --profile homeport`."""
    return (
        "[profile homeport]\n"
        f"endpoint_url = {found['AWS_ENDPOINT_URL']}\n"
        f"region = {found['AWS_REGION']}\n"
        f"aws_access_key_id = {found['AWS_ACCESS_KEY_ID']}\n"
        f"aws_secret_access_key = {found['AWS_SECRET_ACCESS_KEY']}\n"
        f"disable_host_prefix_injection = {found['AWS_DISABLE_HOST_PREFIX_INJECTION']}"
    )
