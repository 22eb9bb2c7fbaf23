"""`homeport version`: which one this is."""

import platform

import click

from homeport import __version__


@click.command("version")
def command() -> None:
    """Print the version."""
    click.echo(f"homeport {__version__} (Python {platform.python_version()})")
