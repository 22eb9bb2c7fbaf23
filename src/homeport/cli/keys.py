"""`homeport keys`: key pairs, each for an account. A running server knows a new one at once."""

import time
from pathlib import Path

import click

from homeport.cli.options import account_option, data_option
from homeport.server.keys import Keys


@click.group("keys")
def command() -> None:
    """Make and list key pairs."""


@command.command("create")
@data_option()
@account_option(required=True)
def create(data: Path, account: str) -> None:
    """Make a key pair for an account, and print it. The secret is kept in keys.json, mode 0600."""
    data.mkdir(parents=True, exist_ok=True, mode=0o700)
    pair = Keys(data / "keys.json").add(account, round(time.time(), 3))
    click.echo(f"export AWS_ACCESS_KEY_ID={pair.access_key_id}")
    click.echo(f"export AWS_SECRET_ACCESS_KEY={pair.secret}")


@command.command("list")
@data_option()
def list_keys(data: Path) -> None:
    """List key pairs by account, without their secrets."""
    for pair in Keys(data / "keys.json").all():
        click.echo(f"{pair.account}  {pair.access_key_id}")
