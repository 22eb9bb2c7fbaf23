"""The variables that a container finds in its environment without being given them: where its endpoints are, where it runs.

The names are those of AWS's agents and SDKs. What the task definition or an override sets stands. Nothing is told of what
is not there.
"""

from collections.abc import Iterator

from msgspec.structs import replace

from homeport.model.record import scope_of
from homeport.model.task import Task
from homeport.plan import assuming
from homeport.plan.addresses import ENDPOINT
from homeport.plan.effects import TaskPayload
from homeport.plan.options import Options
from homeport.shapes import ecs

METADATA = f"http://{ENDPOINT}"
"""Where the endpoints are, in every network mode; credentials are named by their path, and this host is understood."""

SERVED = (
    "ACM",
    "CLOUDWATCH",
    "EC2",
    "ECS",
    "ELASTIC_LOAD_BALANCING_V2",
    "IAM",
    "SERVICEDISCOVERY",
    "STS",
)
"""The services of ours, as SDKs call them in the names of variables (SDKs and Tools Reference, "Service-specific
endpoints"). All others are reached where they always were."""


def furnished(
    payload: TaskPayload, task: Task, definition: ecs.TaskDefinition, options: Options
) -> TaskPayload:
    """The payload with what each of its containers finds in its environment."""
    if not options.metadata:
        return payload
    shared = dict(_of_task(task, definition, options))
    containers = {
        name: _with(container, {**_of_container(task, name), **shared})
        for name, container in payload.containers.items()
    }
    return replace(payload, containers=containers)


def _with(container: ecs.ContainerDefinition, found: dict[str, str]) -> ecs.ContainerDefinition:
    """The container with the variables that it does not set itself behind its own."""
    own = container.environment or []
    names = {pair.name for pair in own}
    added = [ecs.KeyValuePair(name=name, value=value) for name, value in found.items() if name not in names]
    return replace(container, environment=[*own, *added])


def _of_container(task: Task, container: str) -> dict[str, str]:
    state = task.state.containers.get(container)
    if state is None or not state.token:
        return {}
    return {
        "ECS_CONTAINER_METADATA_URI_V4": f"{METADATA}/v4/{state.token}",
        "ECS_CONTAINER_METADATA_URI": f"{METADATA}/v3/{state.token}",
    }


def _of_task(task: Task, definition: ecs.TaskDefinition, options: Options) -> Iterator[tuple[str, str]]:
    region = scope_of(task.id).region
    yield "AWS_EXECUTION_ENV", "AWS_ECS_FARGATE" if task.spec.launch_type == "FARGATE" else "AWS_ECS_EC2"
    yield "AWS_REGION", region
    yield "AWS_DEFAULT_REGION", region
    if task.state.token and assuming.named(definition, task.spec.overrides):
        yield "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", f"/v2/credentials/{task.state.token}"
    if options.endpoint is not None:
        for service in SERVED:
            yield f"AWS_ENDPOINT_URL_{service}", options.endpoint
        # DiscoverInstances would go to `data-169.254.170.2`, which is no name at all.
        yield "AWS_DISABLE_HOST_PREFIX_INJECTION", "true"
