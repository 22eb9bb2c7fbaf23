"""The story with a load balancer in front: two target groups, task sets behind them, weights between them."""

from typing import Any

from tests.conformance.elbv2.words import alb, group
from tests.conformance.story import PORT_CONTAINER, Story
from tests.conformance.world import World

PORT = 8080


class Front(Story):
    """`groups` are the target groups `blue` and `green`; both revisions have a container `app` with a port."""

    def __init__(self, world: World, ecs: Any, elbv2: Any) -> None:
        super().__init__(world, ecs)
        self.elbv2 = elbv2
        self.blue = self.register("ported", containerDefinitions=[PORT_CONTAINER])
        self.green = self.register("ported", containerDefinitions=[PORT_CONTAINER])
        self.groups = {name: group(elbv2, name) for name in ("blue", "green")}
        balancer = alb(elbv2, "front")["LoadBalancerArn"]
        (made,) = elbv2.create_listener(
            LoadBalancerArn=balancer, Protocol="HTTP", Port=80, DefaultActions=self._weights(100, 0)
        )["Listeners"]
        self.listener = made["ListenerArn"]

    def behind(self, group: str, percent: float = 50.0, **members: Any) -> Any:
        """A new task set behind a target group, two tasks unless told otherwise."""
        definition = self.blue if group == "blue" else self.green
        return self.create(definition, percent, loadBalancers=self.attachment(group), **members)

    def attachment(self, group: str, **members: Any) -> list[dict[str, Any]]:
        """What CreateTaskSet is given to be behind a target group."""
        given = {"targetGroupArn": self.groups[group], "containerName": "app", "containerPort": PORT}
        return [{**given, **members}]

    def weigh(self, blue: int, green: int) -> None:
        """Shift traffic, as a user does."""
        self.elbv2.modify_listener(ListenerArn=self.listener, DefaultActions=self._weights(blue, green))

    def health(self, group: str) -> dict[int, str]:
        """The state of each target by its port."""
        found = self.elbv2.describe_target_health(TargetGroupArn=self.groups[group])[
            "TargetHealthDescriptions"
        ]
        return {each["Target"]["Port"]: each["TargetHealth"]["State"] for each in found}

    def ports(self, **filters: Any) -> dict[int, str]:
        """The tasks that ListTasks finds, by the port of the machine at which they are."""
        return {
            binding["hostPort"]: task["taskArn"]
            for task in self.tasks(**filters)
            for container in task["containers"]
            for binding in container["networkBindings"]
        }

    def delay(self, group: str, seconds: int) -> None:
        """The target group's deregistration delay."""
        self.elbv2.modify_target_group_attributes(
            TargetGroupArn=self.groups[group],
            Attributes=[{"Key": "deregistration_delay.timeout_seconds", "Value": str(seconds)}],
        )

    def _weights(self, blue: int, green: int) -> list[dict[str, Any]]:
        weights = {"blue": blue, "green": green}
        tuples = [{"TargetGroupArn": arn, "Weight": weights[name]} for name, arn in self.groups.items()]
        return [{"Type": "forward", "ForwardConfig": {"TargetGroups": tuples}}]
