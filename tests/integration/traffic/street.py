"""A shop with its load balancer, its two colours and its customers, on a server of its own."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from demo.front import Front
from demo.load import Load
from demo.server import Server, free_port
from demo.shop import Shop, docker
from tests.images import ensure_images


class Street:
    """`shop` is the service, `front` its load balancer, `load` the customers."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.shop = Shop(server.client("ecs"))
        self.front = Front(server.client("elbv2"), server.client("ec2"), free_port())
        self.load = Load("127.0.0.1", self.front.port, "")

    def open(self) -> None:
        """Blue at 100 % behind the load balancer, steady and PRIMARY; nobody asks yet."""
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
        server.stop()
        server.down()
        installation = server.installation()
        label = f"label=homeport.installation={installation}"
        if installation and (ids := docker("ps", "-aq", "--filter", label).split()):
            docker("rm", "-f", "-v", *ids)
