"""A service as AWS shows it: its own fields, those of its PRIMARY task set, and the sums over all its task sets.

What a promotion "copies to the service" (Developer Guide, "External deployment") is read off the set while it is
PRIMARY, so that the two cannot differ.
"""

from typing import cast

from homeport.api.ecs import tagging
from homeport.api.ecs.view import task_set as view
from homeport.model import arn
from homeport.model.record import scope_of
from homeport.model.service import Service
from homeport.model.task_set import TaskSet, TaskSetSpec
from homeport.shapes import ecs
from homeport.store.tx import ReadTx

ROLE = "aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS"
DEFAULT_LAUNCH_TYPE = "EC2"
"""What a service without a PRIMARY shows (seen on AWS)."""
RANKS = {"PRIMARY": 0, "ACTIVE": 1, "DRAINING": 2}


def service(tx: ReadTx, record: Service, *, tags: bool = False) -> ecs.Service:
    """The shape of `record`, its task sets with it: the PRIMARY first, then by age."""
    spec = record.spec
    sets = sorted(tx.owned(TaskSet, record.id), key=lambda each: RANKS[view.status(record, each)])
    shown = [view.task_set(tx, record, each, tags=tags) for each in sets]
    found = primary_of(tx, record)
    primary = None if found is None else found.spec
    return ecs.Service(
        service_arn=arn.service_arn(record.id),
        service_name=spec.name,
        cluster_arn=arn.cluster_arn(spec.cluster),
        load_balancers=primary.load_balancers if primary else [],
        service_registries=primary.service_registries if primary else [],
        status=record.status,
        desired_count=spec.desired_count,
        running_count=sum(each.running_count or 0 for each in shown),
        pending_count=sum(each.pending_count or 0 for each in shown),
        launch_type=cast("ecs.LaunchType | None", launch_type(tx, record)),
        capacity_provider_strategy=(primary.capacity_provider_strategy or None) if primary else None,
        platform_version=primary.platform_version if primary else None,
        platform_family=primary.platform_family if primary else None,
        task_definition=arn.task_definition_arn(primary.definition) if primary else None,
        network_configuration=primary.network_configuration if primary else None,
        deployment_configuration=spec.deployment_configuration,
        task_sets=shown,
        deployments=[],
        role_arn=f"arn:aws:iam::{scope_of(record.id).account}:role/{ROLE}",
        events=[
            ecs.ServiceEvent(id=event.id, created_at=event.at, message=event.message)
            for event in tx.events(spec.incarnation)
        ],
        created_at=spec.created_at,
        placement_constraints=spec.placement_constraints,
        placement_strategy=spec.placement_strategy,
        health_check_grace_period_seconds=_grace_s(record, primary),
        scheduling_strategy="REPLICA",
        deployment_controller=ecs.DeploymentController(
            type=cast("ecs.DeploymentControllerType", spec.controller)
        ),
        tags=tagging.shown(spec.tags) if tags else None,
        created_by=spec.created_by,
        enable_ecs_managed_tags=spec.enable_ecs_managed_tags,
        propagate_tags=cast("ecs.PropagateTags", spec.propagate_tags),
        enable_execute_command=spec.enable_execute_command,
    )


def _grace_s(record: Service, primary: TaskSetSpec | None) -> int | None:
    """0 for one that has load balancers and was not told otherwise, nothing for one that has none (seen on AWS)."""
    given = record.spec.health_check_grace_period_s
    return 0 if given is None and primary is not None and primary.load_balancers else given


def primary_of(tx: ReadTx, record: Service) -> TaskSet | None:
    """The PRIMARY task set; None before the first promotion, and once it is deleted."""
    found = tx.get(TaskSet, record.spec.primary) if record.spec.primary else None
    return found if found is not None and view.status(record, found) == "PRIMARY" else None


def launch_type(tx: ReadTx, record: Service) -> str | None:
    """The PRIMARY's launch type; None where a capacity provider strategy rules."""
    primary = primary_of(tx, record)
    return DEFAULT_LAUNCH_TYPE if primary is None else primary.spec.launch_type
