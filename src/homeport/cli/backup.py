"""`homeport backup`: a consistent copy of the database, also while the server runs."""

import importlib
from pathlib import Path

import click

from homeport.cli.options import data_option


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@data_option()
def backup(file: Path, data: Path) -> None:
    """Write a copy of all state to FILE, which must not exist. To restore it, stop the server and put it in place of
    homeport.db, with no -wal or -shm file beside it.
    """
    source = data / "homeport.db"
    if not source.exists():
        raise click.ClickException(f"there is no database in {data}: name the server's --data.")
    database = importlib.import_module("homeport.store.database")
    try:
        database.copy(source, file)
    except FileExistsError as error:
        raise click.ClickException(f"{file} is already there: name a new file.") from error
    click.echo(f"{file}: {file.stat().st_size:,} bytes")
