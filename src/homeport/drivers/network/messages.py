"""What the server and the network process say to one another over the door."""

import asyncio
from collections.abc import Sequence
from typing import TypeAlias

from msgspec import Struct

from homeport.drivers.fabric import Limits
from homeport.plan.network import Delta, Tables
from homeport.plan.observations import InterfaceObserved


class Site(Struct, frozen=True, kw_only=True):
    """What the process has to know of the server that it works for.

    `api`: the address and port that the API's door in namespaces leads to; None when there is none (`--no-auth`: whoever
    reaches it is believed). `seal` is what credentials of tasks are sealed with, in hexadecimal digits.
    """

    region: str = "us-east-1"
    account: str = "123456789012"
    api: tuple[str, int] | None = None
    dns_port: int = 4653
    seal: str = ""


class Begin(Struct, frozen=True, tag="begin"):
    """The server: all there is."""

    tables: Tables
    site: Site


class Publish(Struct, frozen=True, tag="publish"):
    """The server: what has changed."""

    delta: Delta


class Told(Struct, frozen=True, tag="told"):
    """The network process: what was prepared, and what it cannot do here."""

    interfaces: Sequence[InterfaceObserved] = ()
    limits: Limits = Limits()
    trouble: str | None = None


Asked: TypeAlias = Begin | Publish


class Mail:
    """What waits to be told, the latest of each."""

    def __init__(self) -> None:
        self.news = asyncio.Event()
        self._interfaces: dict[str, InterfaceObserved] = {}
        self._last = Told()

    def add(self, told: Told) -> None:
        """Have these told as well."""
        self._interfaces |= {each.interface: each for each in told.interfaces}
        self._last = told
        self.news.set()

    def take(self) -> Told:
        """The next message."""
        told = Told(tuple(self._interfaces.values()), self._last.limits, self._last.trouble)
        self._interfaces = {}
        self.news.clear()
        return told
