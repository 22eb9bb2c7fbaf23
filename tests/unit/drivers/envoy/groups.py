"""Target groups for tests that look at values."""

from homeport.model.target_group import HealthCheck
from homeport.plan.traffic import Endpoint, GroupTable

SCOPE = "123456789012/us-east-1"


def a_group(name: str, *ports: int, number: str = "00000000000000aa") -> GroupTable:
    """A target group of ports on loopback."""
    id = f"{SCOPE}/{name}/{number}"
    return GroupTable(
        id=id,
        arn=f"arn:{id}",
        name=name,
        number=number,
        balancer=f"{SCOPE}/app/lb/{number}",
        protocol="HTTP",
        check=HealthCheck(),
        endpoints=tuple(Endpoint(id=f"{id}/127.0.0.1:{port}", host="127.0.0.1", port=port) for port in ports),
    )
