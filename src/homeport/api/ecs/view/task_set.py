"""A task set as AWS shows it: counts are counted here, and its status follows from its dates and its service."""

from typing import cast

from homeport.api.ecs import tagging
from homeport.model import arn
from homeport.model.lifecycle import BEFORE_RUNNING
from homeport.model.service import Service
from homeport.model.task import Task
from homeport.model.task_set import TaskSet
from homeport.shapes import ecs
from homeport.store.tx import ReadTx


def task_set(tx: ReadTx, service: Service, record: TaskSet, *, tags: bool = False) -> ecs.TaskSet:
    """The shape of `record`; its tags are an empty list unless they are asked for (seen on AWS)."""
    spec = record.spec
    return ecs.TaskSet(
        id=record.name,
        task_set_arn=arn.task_set_arn(record.id),
        service_arn=arn.service_arn(service.id),
        cluster_arn=arn.cluster_arn(spec.cluster),
        external_id=spec.external_id,
        status=status(service, record),
        task_definition=arn.task_definition_arn(spec.definition),
        computed_desired_count=record.state.computed,
        pending_count=pending_count(tx, record),
        running_count=running_count(tx, record),
        created_at=spec.created_at,
        updated_at=record.updated_at,
        launch_type=cast("ecs.LaunchType | None", spec.launch_type),
        capacity_provider_strategy=spec.capacity_provider_strategy or None,
        platform_version=spec.platform_version,
        platform_family=spec.platform_family,
        network_configuration=spec.network_configuration,
        load_balancers=spec.load_balancers,
        service_registries=spec.service_registries,
        scale=ecs.Scale(value=spec.scale_percent, unit="PERCENT"),
        stability_status="STEADY_STATE" if record.is_steady else "STABILIZING",
        stability_status_at=record.stability_at,
        tags=tagging.shown(spec.tags) if tags else [],
    )


def status(service: Service, record: TaskSet) -> str:
    """DRAINING once deleted, PRIMARY when promoted, ACTIVE else."""
    if record.spec.deleted_at is not None:
        return "DRAINING"
    return "PRIMARY" if service.spec.primary == record.id else "ACTIVE"


def running_count(tx: ReadTx, record: TaskSet) -> int:
    """Its tasks that are RUNNING."""
    return tx.count(Task, f"{record.id}#RUNNING")


def pending_count(tx: ReadTx, record: TaskSet) -> int:
    """Its tasks that are on their way to RUNNING; none of a set that drains is, and PipeCD waits for that."""
    if record.spec.deleted_at is not None or tx.count(Task, record.id) == 0:
        return 0
    return sum(tx.count(Task, f"{record.id}#{status}") for status in BEFORE_RUNNING)
