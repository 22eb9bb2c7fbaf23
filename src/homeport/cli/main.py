"""`homeport`: the commands. Each is a file of its name, loaded when it is asked for: `up` must start fast."""

import importlib

import click

from homeport import __version__

COMMANDS = ("up", "down", "env", "keys", "backup", "why", "lb", "net", "interrupt", "version")
HIDDEN = ("balancer", "network")
"""What the program calls itself."""


class Commands(click.Group):
    """A group that finds `command` in the module of the same name."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  # click's signature
        """In the order in which they are met."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """The command, or None when there is none of this name."""
        if cmd_name not in COMMANDS + HIDDEN:
            return None
        command: click.Command = importlib.import_module(f"homeport.cli.{cmd_name}").command
        return command


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="homeport")
def main() -> None:
    """Amazon ECS on machines of your own."""
