"""`homeport keys`: key pairs of accounts' administrators, and of users. A running server knows a new one at once."""

import time
from pathlib import Path

import click

from homeport.cli.options import account_option, data_option
from homeport.server.keys import KeyPair, Keys
from homeport.store.tx import Refused


@click.group("keys")
def command() -> None:
    """Make and list key pairs."""


@command.command("create")
@data_option()
@account_option()
@click.option("--user", help="A user's name; one that is known gets one more key pair.")
@click.option(
    "--policy",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A file with an IAM policy: all that the user may do.",
)
def create(data: Path, account: str | None, user: str | None, policy: Path | None) -> None:
    """Make a key pair, and print it: of a user, who may do what a policy says, or else of an account's administrator.

    A user is of the first account unless one is named. The secret is kept in keys.json, mode 0600.
    """
    if user is None and policy is None and account is None:
        raise click.UsageError("Say whose it is to be: --policy for a user, --account for an administrator.")
    data.mkdir(parents=True, exist_ok=True, mode=0o700)
    keys, now = Keys(data / "keys.json"), round(time.time(), 3)
    try:
        pair = _made(keys, account or keys.home, user, policy, now)
    except (Refused, UnicodeDecodeError) as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"export AWS_ACCESS_KEY_ID={pair.access_key_id}")
    click.echo(f"export AWS_SECRET_ACCESS_KEY={pair.secret}")


def _made(keys: Keys, account: str, user: str | None, policy: Path | None, now: float) -> KeyPair:
    if user is None and policy is None:
        return keys.add(account, now)
    return keys.add_user(account, user, None if policy is None else policy.read_text(), now)


@command.command("list")
@data_option()
def list_keys(data: Path) -> None:
    """List key pairs by account, without their secrets."""
    for pair in Keys(data / "keys.json").all():
        click.echo(f"{pair.account}  {pair.access_key_id}  {_holder(pair)}")


def _holder(pair: KeyPair) -> str:
    return "administrator" if pair.user is None else f"user {pair.user.name}"
