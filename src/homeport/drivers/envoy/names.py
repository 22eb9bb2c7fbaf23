"""What things are called inside Envoy: rendering gives these names, statistics come back under them.

Numbers (16 hexadecimal digits, unique) instead of record ids, because Envoy splits names of statistics at dots.
"""

from homeport.plan.traffic import GroupTable, ListenerTable


def cluster(group: GroupTable) -> str:
    """A target group as a listener of an application load balancer reaches it."""
    return f"group_{group.number}"


def forward(listener: ListenerTable) -> str:
    """All target groups of a TCP, TLS or UDP listener in one cluster, a locality each, so that weights can move without
    the listener being changed; a locality's `zone` is its target group's number.
    """
    return f"forward_{listener.id.rsplit('/', 1)[1]}"


def listener(table: ListenerTable) -> str:
    """A listener, its route table, and the prefix of its statistics (`http.…`, `tcp.…`); a load balancer's own."""
    return f"listener_{table.number}_{table.id.rsplit('/', 1)[1]}"


def shared(port: int, protocol: str) -> str:
    """What several load balancers share on 127.0.0.1: told apart by host name (HTTP, HTTPS)."""
    return f"shared_{port}_{protocol.lower()}"


def inside(table: ListenerTable, place: int = 0) -> str:
    """The same listener on an address that containers reach: the first of them, or a later one."""
    name = f"inside_{table.number}_{table.id.rsplit('/', 1)[1]}"
    return f"{name}_{place}" if place else name


def shared_inside(port: int, protocol: str) -> str:
    """What several load balancers share on the address that containers reach, where each has none of its own."""
    return f"inside_shared_{port}_{protocol.lower()}"


def udp(name: str) -> str:
    """The half of a TCP_UDP listener that speaks UDP."""
    return f"{name}_udp"
