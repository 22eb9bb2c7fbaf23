"""Target groups as the health checker gets them, in one line."""

from msgspec.structs import replace

from homeport.model.target_group import HealthCheck
from homeport.plan.traffic import Delta, Endpoint, GroupTable

GROUP = "123456789012/us-east-1/web/0123456789abcdef"
QUICK = HealthCheck(interval_s=1, timeout_s=1, healthy_threshold=2, unhealthy_threshold=2)


def a_target(port: int, number: int = 0, **members: object) -> Endpoint:
    """A target on loopback; those of one port are told apart by `number`."""
    first = Endpoint(id=f"{GROUP}/127.0.0.1:{port}#{number}", host="127.0.0.1", port=port, registered_at=1.0)
    return replace(first, **members)


def a_group(*targets: Endpoint, check: HealthCheck = QUICK, **members: object) -> GroupTable:
    """A target group for HTTP/1.1 that a load balancer uses."""
    group = GroupTable(
        id=GROUP,
        arn="arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/web/0123456789abcdef",
        name="web",
        number="0123456789abcdef",
        balancer="123456789012/us-east-1/app/front/1",
        protocol="HTTP",
        protocol_version="HTTP1",
        check=check,
        endpoints=targets,
    )
    return replace(group, **members)


def news(group: GroupTable) -> Delta:
    """Nothing but this target group has changed."""
    return Delta(groups={group.id: group})
