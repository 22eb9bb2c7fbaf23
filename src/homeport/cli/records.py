"""Records as they are on disk, for commands that show what there is, whether a server runs or not.

Read only; what a running server has committed a moment ago may be missing for some milliseconds.
"""

import sqlite3
from pathlib import Path
from typing import TypeAlias

import click

from homeport.model.record import R, Record
from homeport.server.settings import DATABASE
from homeport.store import codec
from homeport.store.tx import Refused

Found: TypeAlias = dict[type[Record], list[Record]]


def read(data: Path, *kinds: type[Record]) -> Found:
    """The records of some kinds, oldest first. Raises ClickException when there is no database, or a newer one."""
    path = data / DATABASE
    if not path.exists():
        raise click.ClickException(f"there is no {path}: name the server's --data.")
    database = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)
    found: Found = {kind: [] for kind in kinds}
    try:
        for kind in kinds:
            select = "select version, body from record where kind = ? order by born"
            for version, body in database.execute(select, (kind.__name__,)):
                found[kind].append(codec.decode(kind.__name__, version, body))
    except (sqlite3.Error, Refused) as error:
        raise click.ClickException(str(error)) from error
    finally:
        database.close()
    return found


def of(found: Found, kind: type[R]) -> list[R]:
    """Those of one kind."""
    return [record for record in found[kind] if isinstance(record, kind)]
