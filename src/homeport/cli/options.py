"""Options that several commands share."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from homeport.server.settings import default_data


def data_option() -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """`--data DIR`."""
    return click.option(
        "--data",
        type=click.Path(file_okay=False, path_type=Path),
        default=default_data,
        show_default="the XDG state directory",
        help="Where state is kept.",
    )
