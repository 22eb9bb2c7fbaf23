"""`homeport interrupt`: take the Spot capacity of a task back, to see how what runs there takes it."""

import json
import socket
from pathlib import Path

import click

from homeport.cli.options import data_option
from homeport.server.settings import DOOR


@click.command("interrupt")
@click.argument("task")
@data_option()
def command(task: str, data: Path) -> None:
    """Interrupt TASK (an id or an ARN), which a task set or RunTask has placed on FARGATE_SPOT."""
    answer = _asked(data / DOOR, " ".join(task.split()))
    if "refused" in answer:
        raise click.ClickException(answer["refused"])
    click.echo(answer["done"])


def _asked(path: Path, task: str) -> dict[str, str]:
    try:
        with socket.socket(socket.AF_UNIX) as door:
            door.settimeout(10)
            door.connect(str(path))
            door.sendall(f"interrupt {task}\n".encode())
            with door.makefile("r") as told:
                line = told.readline()
    except OSError as error:
        raise click.ClickException(
            f"no server answers on this data directory ({error}): start one with `homeport up`, or name another "
            "with --data."
        ) from error
    if not line:
        raise click.ClickException("the server did not answer: `homeport why` and its log may tell why.")
    found: dict[str, str] = json.loads(line)
    return found
