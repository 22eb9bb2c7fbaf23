"""`homeport why`: what was decided lately about a task, a task set or a service, and why; and what it waits for."""

import json
import socket
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from homeport.cli.options import data_option

DATES = {
    "retry_at": "the next start",
    "steady_told_at": "steady since",
    "deleted_at": "deleted",
    "stopped_at": "stopped",
}


@click.command()
@click.argument("what")
@data_option()
def why(what: str, data: Path) -> None:
    """Tell what was decided about WHAT: an ARN, a task's id, `ecs-svc/N`, or a service's name."""
    key = what.split(":", 5)[-1].split("/", 1)[-1] if what.startswith("arn:") else what
    lines = list(_decisions(data / "control.sock", key))
    for line in lines:
        click.echo(f"{_time(line['at'])}  {line['kind']} {line['id'].split('/', 2)[-1]}: {line['why']}")
    dates = list(_dates(data / "homeport.db", key))
    for date in dates:
        click.echo(date)
    if not lines and not dates:
        raise click.ClickException(f"nothing is known of {what!r}: it may be long ago, or named differently.")


def _decisions(path: Path, key: str) -> Iterator[dict[str, Any]]:
    try:
        with socket.socket(socket.AF_UNIX) as door:
            door.settimeout(5)
            door.connect(str(path))
            door.sendall(key.encode() + b"\n")
            with door.makefile("r") as answer:
                for line in answer:
                    yield json.loads(line)
    except OSError:
        click.echo("(no server runs on this data directory: only what it wrote down is shown)", err=True)


def _dates(path: Path, key: str) -> Iterator[str]:
    """The dates that wait in the records whose id holds `key`."""
    if not path.exists():
        return
    with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as database:
        rows = database.execute(
            "select kind, id, body from record where kind in ('Service', 'Task', 'TaskSet') and instr(id, ?) limit 20",
            (key,),
        )
        for kind, id, body in rows:
            record = json.loads(body)
            members = {**record.get("spec", {}), **record.get("state", {})}
            for name, meaning in DATES.items():
                if members.get(name):
                    yield f"{kind} {id.split('/', 2)[-1]}: {meaning} {_time(members[name])}"


def _time(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d %H:%M:%S.%f")[:-3]
