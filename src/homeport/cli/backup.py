"""`homeport backup`: a consistent copy of the database, also while the server runs.

SQLite's write-ahead log lets a second process read while the server writes, so nobody has to be asked.
"""

from pathlib import Path

import click

from homeport.cli.options import data_option
from homeport.server.settings import DATABASE
from homeport.store import database
from homeport.store.tx import Unavailable


@click.command("backup")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@data_option()
def command(file: Path, data: Path) -> None:
    """Write a copy of all state to FILE, which must not exist.

    To restore it, stop the server and put it in place of homeport.db, with no -wal or -shm file beside it.
    """
    source = data / DATABASE
    if not source.exists():
        raise click.ClickException(f"there is no database in {data}: name the server's --data.")
    try:
        database.copy(source, file)
    except FileExistsError as error:
        raise click.ClickException(f"{file} is already there: name a new file.") from error
    except (OSError, Unavailable) as error:
        raise click.ClickException(f"{error}: name a place that can be written.") from error
    click.echo(f"{file}: {file.stat().st_size:,} bytes")
