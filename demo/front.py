"""The load balancer of the story: an ALB with a listener that forwards to blue's and green's target groups by weight."""

from typing import Any

from demo.place import Place

DELAY_S = "20"
"""How long a target that goes may finish what it has begun; it goes as soon as it is idle."""


class Front:
    """`elb` is a boto3 client of elbv2; made once in a place, and looked at by name afterwards."""

    TARGETS = "ip"

    def __init__(self, elb: Any, place: Place, port: int) -> None:
        self.elb = elb
        self._place = place
        self.port = port
        self.groups: dict[str, str] = {}
        self.listener = ""
        self.name = ""
        self.balancer = ""

    def build(self) -> None:
        """A load balancer, two target groups with quick health checks, and a listener with everything on blue."""
        balancer = self.elb.create_load_balancer(
            Name="shop",
            Type="application",
            Subnets=self._place.subnets,
            SecurityGroups=[self._place.groups["front"]],
        )["LoadBalancers"][0]
        self.balancer, self.name = balancer["LoadBalancerArn"], balancer["DNSName"]
        for colour in ("blue", "green"):
            group = self.elb.create_target_group(
                Name=f"shop-{colour}",
                Protocol="HTTP",
                Port=80,
                VpcId=self._place.vpc,
                TargetType=self.TARGETS,
                HealthCheckIntervalSeconds=5,
                HealthCheckTimeoutSeconds=2,
                HealthyThresholdCount=2,
            )["TargetGroups"][0]
            self.groups[colour] = group["TargetGroupArn"]
            self.elb.modify_target_group_attributes(
                TargetGroupArn=group["TargetGroupArn"],
                Attributes=[{"Key": "deregistration_delay.timeout_seconds", "Value": DELAY_S}],
            )
        self.listener = self.elb.create_listener(
            LoadBalancerArn=self.balancer,
            Protocol="HTTP",
            Port=self.port,
            DefaultActions=self._actions(100, 0),
        )["Listeners"][0]["ListenerArn"]

    def shift(self, blue: int, green: int) -> None:
        """ModifyListener: so much of the traffic to blue, so much to green."""
        self.elb.modify_listener(ListenerArn=self.listener, DefaultActions=self._actions(blue, green))

    def states(self, colour: str) -> list[str]:
        """The states of a colour's targets."""
        found = self.elb.describe_target_health(TargetGroupArn=self.groups[colour])[
            "TargetHealthDescriptions"
        ]
        return sorted(target["TargetHealth"]["State"] for target in found)

    def inside(self) -> list[str]:
        """The addresses of the load balancer in its VPC, as its network interfaces show them."""
        described = [{"Name": "description", "Values": ["ELB app/shop/*"]}]
        found = self._place.ec2.describe_network_interfaces(Filters=described)["NetworkInterfaces"]
        return sorted(each["PrivateIpAddress"] for each in found)

    def tear_down(self) -> None:
        """Delete everything that `build` has made."""
        self.elb.delete_load_balancer(LoadBalancerArn=self.balancer)
        for arn in self.groups.values():
            self.elb.delete_target_group(TargetGroupArn=arn)

    def _actions(self, blue: int, green: int) -> list[dict[str, Any]]:
        weights = {"blue": blue, "green": green}
        groups = [{"TargetGroupArn": arn, "Weight": weights[colour]} for colour, arn in self.groups.items()]
        return [{"Type": "forward", "ForwardConfig": {"TargetGroups": groups}}]
