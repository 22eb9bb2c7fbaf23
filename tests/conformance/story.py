"""The beginning that most tests share: a cluster, blue and green revisions, an EXTERNAL service."""

from typing import Any

from tests.conformance.world import World

CONTAINER = {"name": "app", "image": "busybox:local", "cpu": 10, "memory": 16}
PORT_CONTAINER = {**CONTAINER, "portMappings": [{"containerPort": 8080, "hostPort": 0}]}
STEADY = "STEADY_STATE"


class Story:
    """`blue` and `green` are the ARNs of two revisions; the service `web` of cluster `default` wants four tasks."""

    def __init__(self, world: World, ecs: Any) -> None:
        self.world = world
        self.ecs = ecs
        ecs.create_cluster()
        self.blue = self.register()
        self.green = self.register()
        self.service = ecs.create_service(
            serviceName="web", desiredCount=4, deploymentController={"type": "EXTERNAL"}
        )["service"]

    def register(self, family: str = "web", **members: Any) -> str:
        """The ARN of a new revision with one container."""
        given = {"containerDefinitions": [CONTAINER], **members}
        answer = self.ecs.register_task_definition(family=family, **given)
        return str(answer["taskDefinition"]["taskDefinitionArn"])

    def create(self, definition: str | None = None, percent: float | None = 100.0, **members: Any) -> Any:
        """A new task set of `web`, as the call answers it; without a scale when `percent` is None."""
        scale = {} if percent is None else {"scale": {"value": percent, "unit": "PERCENT"}}
        given = {"cluster": "default", "service": "web", "taskDefinition": definition or self.blue}
        return self.ecs.create_task_set(**{**given, **scale, **members})["taskSet"]

    def scale(self, task_set: str, percent: float) -> Any:
        """The task set as UpdateTaskSet answers it."""
        scale = {"value": percent, "unit": "PERCENT"}
        return self.ecs.update_task_set(cluster="default", service="web", taskSet=task_set, scale=scale)[
            "taskSet"
        ]

    def promote(self, task_set: str) -> Any:
        """The task set as UpdateServicePrimaryTaskSet answers it."""
        return self.ecs.update_service_primary_task_set(
            cluster="default", service="web", primaryTaskSet=task_set
        )["taskSet"]

    def delete(self, task_set: str, **members: Any) -> Any:
        """The task set as DeleteTaskSet answers it."""
        return self.ecs.delete_task_set(cluster="default", service="web", taskSet=task_set, **members)[
            "taskSet"
        ]

    def task_sets(self, *ids: str, **members: Any) -> Any:
        """The task sets as DescribeTaskSets answers them."""
        return self.ecs.describe_task_sets(cluster="default", service="web", taskSets=list(ids), **members)[
            "taskSets"
        ]

    def task_set(self, id: str) -> Any:
        """One task set."""
        (found,) = self.task_sets(id)
        return found

    def described(self, name: str = "web", **members: Any) -> Any:
        """The service as DescribeServices answers it."""
        (found,) = self.ecs.describe_services(services=[name], **members)["services"]
        return found

    def tasks(self, **filters: Any) -> Any:
        """The tasks that ListTasks finds, as DescribeTasks answers them."""
        arns = self.ecs.list_tasks(**filters)["taskArns"]
        return self.ecs.describe_tasks(tasks=arns)["tasks"] if arns else []
