"""A shop with its load balancer, its two colours and its customers, on a server of its own."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from demo.front import Front
from demo.load import Load
from demo.place import Place
from demo.server import Server, free_port
from demo.shop import Shop
from demo.tidy import tidy
from tests.images import ensure_images


class Machine(Front):
    """Its targets are ports of this machine."""

    TARGETS = "instance"


class Stall(Shop):
    """Its tasks share the engine's own network: the demo's stand in a VPC."""

    def definition(self, colour: str) -> dict[str, Any]:
        """In bridge mode."""
        (container,) = super().definition(colour)["containerDefinitions"]
        return {"containerDefinitions": [{**container, "memory": 32}]}

    def where(self) -> dict[str, Any]:
        """On the machine, found by nobody but the load balancer."""
        return {}


class Street:
    """`shop` is the service, `front` its load balancer, `load` the customers."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.place = Place(server.client("ec2"), server.client("servicediscovery"))
        self.shop = Stall(server.client("ecs"), self.place)
        self.front = Machine(server.client("elbv2"), self.place, free_port())
        self.load = Load("127.0.0.1", self.front.port, "")

    def open(self) -> None:
        """Blue at 100 % behind the load balancer, steady and PRIMARY; nobody asks yet."""
        self.place.build()
        self.front.build()
        self.shop.found()
        self.shop.create("blue", 100, self.front.groups["blue"])
        self.shop.until_steady("blue", 4)
        self.shop.promote("blue")
        self.load = Load("127.0.0.1", self.front.port, self.front.name)

    def both(self) -> None:
        """Green at 100 % beside blue, steady; it has no weight yet."""
        self.shop.create("green", 100, self.front.groups["green"])
        self.shop.until_steady("green", 4)


@contextmanager
def a_street(folder: Path) -> Iterator[Street]:
    """An open shop while the block lasts; nothing of it is left behind."""
    ensure_images()
    server = Server(folder)
    try:
        server.start()
        street = Street(server)
        street.open()
        try:
            yield street
        finally:
            street.load.stop()
    finally:
        tidy(server)
