"""`homeport why`: what was decided lately about a task, a task set or a service, and why; and what it waits for.

The decisions are told by the running server over its private door, the dates are read from the database, so that they
can be had after a crash as well.
"""

import json
import socket
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from homeport.cli.options import data_option
from homeport.server.settings import DATABASE, DOOR

KINDS = {"Service": "service", "Task": "task", "TaskSet": "task_set"}
DATED = (
    "select kind, id, body from record where kind in ('Service', 'Task', 'TaskSet') "
    "and instr('/' || id || '/', '/' || ? || '/') order by born limit 20"
)


@click.command("why")
@click.argument("what")
@data_option()
def command(what: str, data: Path) -> None:
    """Tell what was decided about WHAT: an ARN, a task's id, `ecs-svc/N`, or a service's name."""
    key = what.split(":", 5)[-1].partition("/")[2] if what.startswith("arn:") else what
    lines = [*_dates(data / DATABASE, key), *_decisions(data / DOOR, key)]
    if not lines:
        raise click.ClickException(f"nothing is known of {what}: it may be long ago, or named differently.")
    for line in lines:
        click.echo(line)


def _decisions(path: Path, key: str) -> Iterator[str]:
    try:
        with socket.socket(socket.AF_UNIX) as door:
            door.settimeout(5)
            door.connect(str(path))
            door.sendall(key.encode() + b"\n")
            with door.makefile("r") as answer:
                for line in map(json.loads, answer):
                    yield f"{_time(line['at'])}  {line['kind']} {_short(line['id'])}: {line['why']}"
    except OSError:
        click.echo("(no server runs on this data directory: only what it wrote down is shown)", err=True)


def _dates(path: Path, key: str) -> Iterator[str]:
    """The dates in the records that are, or are in, what `key` names."""
    if not path.exists():
        return
    database = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)
    try:
        for kind, id, body in database.execute(DATED, (key,)):
            record: dict[str, Any] = json.loads(body)
            members = {**record.get("spec", {}), **record.get("state", {})}
            for name, value in members.items():
                if name.endswith("_at") and value:
                    yield f"{_time(value)}  {KINDS[kind]} {_short(id)}: {name.removesuffix('_at').replace('_', ' ')}"
    finally:
        database.close()


def _short(id: str) -> str:
    """A record's id without its account and region."""
    return id.split("/", 2)[-1]


def _time(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d %H:%M:%S.%f")[:-3]
