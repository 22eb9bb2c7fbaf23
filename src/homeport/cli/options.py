"""Options that several commands share."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from homeport.server.settings import default_data

Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]


def data_option() -> Decorator:
    """`--data DIR`."""
    return click.option(
        "--data",
        type=click.Path(file_okay=False, path_type=Path),
        default=default_data,
        show_default="the XDG state directory",
        help="Where state is kept.",
    )


def account_option(**attributes: Any) -> Decorator:
    """`--account`, twelve digits."""
    return click.option("--account", callback=_account, help="Twelve digits.", **attributes)


def _account(_context: click.Context, _parameter: click.Parameter, value: str | None) -> str | None:
    if value is not None and not (value.isascii() and value.isdecimal() and len(value) == 12):
        raise click.BadParameter("an account is twelve digits, as in 123456789012.")
    return value
