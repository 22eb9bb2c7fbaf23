"""Tables of traffic in one line, with numbers as Envoy's names need them."""

from msgspec.structs import replace

from homeport.model.target_group import HealthCheck
from homeport.plan.traffic import Delta, Endpoint, Forward, GroupTable, ListenerTable, Route

SCOPE = "123456789012/us-east-1"


def balancer(number: int) -> str:
    """A load balancer's record id."""
    return f"{SCOPE}/app/front{number}/{number:016x}"


def a_group(number: int = 1, *targets: Endpoint, **members: object) -> GroupTable:
    """A target group of HTTP that the first load balancer uses."""
    first = GroupTable(
        id=f"{SCOPE}/web{number}/{number:016x}",
        arn=f"arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/web{number}/{number:016x}",
        name=f"web{number}",
        number=f"{number:016x}",
        balancer=balancer(1),
        protocol="HTTP",
        protocol_version="HTTP1",
        check=HealthCheck(),
        endpoints=targets,
    )
    return replace(first, **members)


def a_target(port: int, group: int = 1, **members: object) -> Endpoint:
    """A target on loopback."""
    id = f"{SCOPE}/web{group}/{group:016x}/127.0.0.1:{port}"
    return replace(Endpoint(id=id, host="127.0.0.1", port=port, registered_at=1.0), **members)


def a_listener(number: int = 1, of: int = 1, **members: object) -> ListenerTable:
    """A listener of a load balancer on port 80, that forwards to the target group of its own number."""
    forward = Forward(groups=((a_group(number).id, 1),))
    first = ListenerTable(
        id=f"{balancer(of)}/{number:016x}",
        balancer=balancer(of),
        name=f"front{of}",
        number=f"{of:016x}",
        dns_name=f"front{of}-{of:016x}.elb.localhost",
        address=f"127.77.0.{of}",
        port=80,
        protocol="HTTP",
        created_at=float(of),
        routes=(Route(rule=f"rule{number}", action=forward),),
    )
    return replace(first, **members)


def news(*tables: ListenerTable | GroupTable) -> Delta:
    """Nothing else has changed."""
    return Delta(
        listeners={table.id: table for table in tables if isinstance(table, ListenerTable)},
        groups={table.id: table for table in tables if isinstance(table, GroupTable)},
    )
