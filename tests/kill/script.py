"""What a user does while the control plane is killed, and what must be true after each of the user's calls.

Every call may be sent again after a crash, as an SDK would: it has a clientToken, or saying it twice is saying it once.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import msgspec

from homeport.api.caller import Caller
from homeport.api.ecs import clusters, services, task_definitions, task_sets
from homeport.api.errors import ApiError
from homeport.model import arn
from homeport.model.service import Service
from homeport.model.task_set import TaskSet
from homeport.shapes import ecs
from homeport.store.tx import ReadTx, WriteTx
from tests.sim import network, traffic
from tests.sim.world import Act, World

CALLER = Caller("123456789012", "us-east-1", "arn:aws:iam::123456789012:root", "123456789012", b"seal" * 8)
CLUSTER, SERVICE = "c", "s"
GROUPS = {"blue": traffic.group(1, delay_s=2), "green": traffic.group(2, "TCP", delay_s=2, target_type="ip")}
NETWORK = {"awsvpcConfiguration": {"subnets": [each.name for each in network.SUBNETS]}}
SERVICE_ID = f"{CALLER.scope.id}/{CLUSTER}/{SERVICE}"


@dataclass(frozen=True)
class Expected:
    """The user's view: what is wanted, and the scale of each task set that was not deleted."""

    desired: int | None = None
    scales: dict[str, float] = field(default_factory=dict)
    primary: str | None = None


def found(tx: ReadTx) -> Expected:
    """The same as the rows have it."""
    service = tx.get(Service, SERVICE_ID)
    if service is None:
        return Expected()
    sets = {s.id: s for s in tx.owned(TaskSet, service.id) if s.spec.deleted_at is None}
    primary = sets.get(service.spec.primary or "")
    scales = {s.spec.external_id or "": s.spec.scale_percent for s in sets.values()}
    return Expected(service.spec.desired_count, scales, None if primary is None else primary.spec.external_id)


def call(tx: WriteTx, operation: Callable[..., Any], **members: Any) -> Any:
    """An operation, as the gateway runs it."""
    name = "".join(part.capitalize() for part in operation.__name__.split("_"))
    return operation(tx, CALLER, msgspec.convert(members, getattr(ecs, f"{name}Request")))


def prepared(tx: WriteTx) -> None:
    """A cluster, two revisions, the second with addresses of its own, and a load balancer with a target group for each,
    before anything is killed.
    """
    call(tx, clusters.create_cluster, clusterName=CLUSTER)
    for image in ("blue", "green"):
        ports = [{"containerPort": traffic.PORT}]
        web = {"name": "web", "image": image, "memory": 16, "stopTimeout": 3, "portMappings": ports}
        side = {
            "name": "side",
            "image": image,
            "memory": 16,
            "dependsOn": [{"containerName": "web", "condition": "START"}],
        }
        mode = {"networkMode": "awsvpc"} if image == "green" else {}
        call(
            tx,
            task_definitions.register_task_definition,
            family="f",
            containerDefinitions=[web, side],
            **mode,
        )
    balancer = traffic.balancer()
    for record in (
        *network.RECORDS,
        balancer,
        *GROUPS.values(),
        traffic.listener(balancer, list(GROUPS.values())),
    ):
        tx.put(record)


def _named(tx: ReadTx, external_id: str) -> str:
    """The id of a task set; one that names none when it is gone."""
    for task_set in tx.owned(TaskSet, SERVICE_ID):
        if task_set.spec.external_id == external_id:
            return task_set.name
    return "ecs-svc/1"


def _create_service(_: World, tx: WriteTx) -> None:
    call(
        tx,
        services.create_service,
        cluster=CLUSTER,
        serviceName=SERVICE,
        desiredCount=2,
        clientToken="service",
        deploymentController={"type": "EXTERNAL"},
    )


def _create(external_id: str, revision: int, percent: float) -> Callable[[World, WriteTx], None]:
    def run(_: World, tx: WriteTx) -> None:
        call(
            tx,
            task_sets.create_task_set,
            cluster=CLUSTER,
            service=SERVICE,
            externalId=external_id,
            taskDefinition=f"f:{revision}",
            clientToken=external_id,
            scale={"value": percent, "unit": "PERCENT"},
            **({"networkConfiguration": NETWORK} if external_id == "green" else {}),
            loadBalancers=[
                {
                    "targetGroupArn": arn.target_group_arn(GROUPS[external_id].id),
                    "containerName": "web",
                    "containerPort": traffic.PORT,
                }
            ],
        )

    return run


def _update(external_id: str, percent: float) -> Callable[[World, WriteTx], None]:
    def run(_: World, tx: WriteTx) -> None:
        scale = {"value": percent, "unit": "PERCENT"}
        names = {"cluster": CLUSTER, "service": SERVICE, "taskSet": _named(tx, external_id)}
        call(tx, task_sets.update_task_set, **names, scale=scale)

    return run


def _promote(external_id: str) -> Callable[[World, WriteTx], None]:
    def run(_: World, tx: WriteTx) -> None:
        names = {"cluster": CLUSTER, "service": SERVICE, "primaryTaskSet": _named(tx, external_id)}
        call(tx, task_sets.update_service_primary_task_set, **names)

    return run


def _delete(external_id: str) -> Callable[[World, WriteTx], None]:
    def run(_: World, tx: WriteTx) -> None:
        try:
            names = {"cluster": CLUSTER, "service": SERVICE, "taskSet": _named(tx, external_id)}
            call(tx, task_sets.delete_task_set, **names)
        except ApiError as error:
            # Sent again after a crash, it may find that the first time was enough.
            if error.code != "TaskSetNotFoundException":
                raise

    return run


def _resize(count: int) -> Callable[[World, WriteTx], None]:
    def run(_: World, tx: WriteTx) -> None:
        call(tx, services.update_service, cluster=CLUSTER, service=SERVICE, desiredCount=count)

    return run


STEPS: tuple[tuple[Act, Expected], ...] = (
    (Act(1.0, "create service", _create_service), Expected(2)),
    (Act(2.0, "blue 100", _create("blue", 1, 100.0)), Expected(2, {"blue": 100.0})),
    (Act(6.0, "promote blue", _promote("blue")), Expected(2, {"blue": 100.0}, "blue")),
    (Act(7.0, "green 50", _create("green", 2, 50.0)), Expected(2, {"blue": 100.0, "green": 50.0}, "blue")),
    (Act(9.0, "green 100", _update("green", 100.0)), Expected(2, {"blue": 100.0, "green": 100.0}, "blue")),
    (Act(12.0, "resize", _resize(3)), Expected(3, {"blue": 100.0, "green": 100.0}, "blue")),
    (Act(14.0, "promote green", _promote("green")), Expected(3, {"blue": 100.0, "green": 100.0}, "green")),
    (Act(15.0, "delete blue", _delete("blue")), Expected(3, {"green": 100.0}, "green")),
    (Act(18.0, "resize again", _resize(1)), Expected(1, {"green": 100.0}, "green")),
)
END_S = 22.0
REST_S = 120.0
"""Longer than orphans are left alone."""


def expected_after(acknowledged: int) -> Expected:
    """What holds after so many calls were answered."""
    return STEPS[acknowledged - 1][1] if acknowledged else Expected()
