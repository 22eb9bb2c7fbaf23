"""What Envoy says of single targets: the rows of its `/clusters`. Pure."""

from urllib.parse import quote

import msgspec
from msgspec import Struct


class Socket(Struct, frozen=True):
    """An address and a port."""

    address: str = ""
    port_value: int = 0


class Address(Struct, frozen=True):
    """Targets have sockets."""

    socket_address: Socket = Socket()


class Stat(Struct, frozen=True):
    """A number, written as text; 0 is left out."""

    name: str
    value: str = "0"


class Health(Struct, frozen=True):
    """What Envoy was told."""

    eds_health_status: str = ""


class Locality(Struct, frozen=True):
    """`zone` is a target group's number in clusters of network load balancers."""

    zone: str = ""


class Row(Struct, frozen=True):
    """A target in a cluster."""

    address: Address = Address()
    stats: list[Stat] = []
    health_status: Health = Health()
    locality: Locality = Locality()


class Cluster(Struct, frozen=True):
    """Its targets."""

    name: str
    host_statuses: list[Row] = []


class Clusters(Struct, frozen=True):
    """The whole answer."""

    cluster_statuses: list[Cluster] = []


class Host(Struct, frozen=True, gc=False):
    """A target in one of Envoy's clusters. `active` are requests, or connections of TCP, that are under way."""

    cluster: str = ""
    zone: str = ""
    address: str = ""
    port: int = 0
    is_draining: bool = False
    requests: int = 0
    active: int = 0
    connections: int = 0
    open: int = 0
    failed: int = 0

    @property
    def key(self) -> tuple[str, str, str, int]:
        """What tells it apart."""
        return self.cluster, self.zone, self.address, self.port


def path(clusters: str) -> str:
    """What to ask for; `clusters` is a regular expression of names."""
    return f"/clusters?format=json&filter={quote(f'^({clusters})$', safe='')}"


def hosts(body: bytes) -> list[Host] | None:
    """All targets in an answer; None when it cannot be read."""
    try:
        found = msgspec.json.decode(body, type=Clusters)
    except msgspec.MsgspecError:
        return None
    return [_host(cluster.name, row) for cluster in found.cluster_statuses for row in cluster.host_statuses]


def _host(cluster: str, row: Row) -> Host:
    stats = {stat.name: int(stat.value) for stat in row.stats}
    return Host(
        cluster=cluster,
        zone=row.locality.zone,
        address=row.address.socket_address.address,
        port=row.address.socket_address.port_value,
        is_draining=row.health_status.eds_health_status == "DRAINING",
        requests=stats.get("rq_total", 0),
        active=stats.get("rq_active", 0),
        connections=stats.get("cx_total", 0),
        open=stats.get("cx_active", 0),
        failed=stats.get("cx_connect_fail", 0),
    )
