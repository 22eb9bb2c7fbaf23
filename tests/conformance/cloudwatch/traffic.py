"""Rows and samples as the data plane would have left them, and the questions that tests ask about them."""

from typing import Any

from homeport.model import arn
from homeport.model.load_balancer import Listener, ListenerSpec
from homeport.shapes import elbv2
from tests.builders import T0, a_load_balancer, a_sample, a_target_group
from tests.conformance.world import World

FRONT, WIRE = a_load_balancer(), a_load_balancer("wire", "net")
BLUE, GREEN = a_target_group(), a_target_group("green")
ALB = {"Name": "LoadBalancer", "Value": "app/front/0000000000000001"}
NLB = {"Name": "LoadBalancer", "Value": "net/wire/0000000000000001"}
GROUP = {"Name": "TargetGroup", "Value": "targetgroup/blue/0000000000000002"}
ZONE = {"Name": "AvailabilityZone", "Value": "us-east-1a"}
APPLICATION, NETWORK = "AWS/ApplicationELB", "AWS/NetworkELB"


class Traffic:
    """`noon` is a full minute ten minutes ago; samples are noted by seconds after it."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.noon = world.now // 60 * 60 - 600
        forward = elbv2.Action(type="forward", target_group_arn=arn.target_group_arn(BLUE.id))
        spec = ListenerSpec(
            number=f"{3:016x}", port=80, protocol="HTTP", default_actions=[forward], created_at=T0
        )
        with world.store.write("spec", world.now) as tx:
            for record in (FRONT, WIRE, BLUE, GREEN):
                tx.put(record)
            tx.put(Listener(id=f"{FRONT.id}/{3:016x}", owner=FRONT.id, spec=spec))

    def note(
        self, of: str, second: int, latency_ms: tuple[tuple[float, int], ...] = (), **values: float
    ) -> None:
        """What happened in the second that ended so long after noon."""
        self.world.store.note([a_sample(of, self.noon + second, latency_ms, **values)])

    def times(self, first_s: int = 0, last_s: int = 600) -> dict[str, float]:
        """From so long after noon to so long after it."""
        return {"StartTime": self.noon + first_s, "EndTime": self.noon + last_s}

    def seconds(self, times: list[Any]) -> list[float]:
        """How long after noon some times are."""
        return [time.timestamp() - self.noon for time in times]


def metric(name: str, *dimensions: dict[str, str], namespace: str = APPLICATION) -> dict[str, Any]:
    """A metric as requests name it."""
    return {"Namespace": namespace, "MetricName": name, "Dimensions": list(dimensions)}


def query(
    id: str, name: str, *dimensions: dict[str, str], stat: str = "Sum", period: int = 60
) -> dict[str, Any]:
    """A query of GetMetricData for a metric."""
    return {
        "Id": id,
        "MetricStat": {"Metric": metric(name, *(dimensions or (ALB,))), "Period": period, "Stat": stat},
    }
