"""A cluster as AWS shows it; its counts are counted here."""

from collections import Counter
from collections.abc import Collection

from homeport.api.ecs import tagging
from homeport.api.ecs.view import service as services
from homeport.model import arn
from homeport.model.cluster import Cluster
from homeport.model.instance import Instance
from homeport.model.lifecycle import BEFORE_RUNNING
from homeport.model.service import Service
from homeport.model.task import Task
from homeport.shapes import ecs
from homeport.store.tx import ReadTx

WORDS = {"EC2": "EC2", "FARGATE": "Fargate", "EXTERNAL": "External"}
"""Launch types as the names of statistics spell them."""
STATISTICS = (
    "runningEC2TasksCount",
    "runningFargateTasksCount",
    "pendingEC2TasksCount",
    "pendingFargateTasksCount",
    "runningExternalTasksCount",
    "pendingExternalTasksCount",
    "activeEC2ServiceCount",
    "activeFargateServiceCount",
    "drainingEC2ServiceCount",
    "drainingFargateServiceCount",
    "activeExternalServiceCount",
    "drainingExternalServiceCount",
)
"""In AWS's order (seen there)."""


def cluster(tx: ReadTx, record: Cluster, include: Collection[str] = ()) -> ecs.Cluster:
    """The shape of `record`; `include` says which of the larger members are wanted, as in DescribeClusters."""
    spec = record.spec
    return ecs.Cluster(
        cluster_arn=arn.cluster_arn(record.id),
        cluster_name=spec.name,
        status=record.status,
        registered_container_instances_count=tx.count(Instance, record.id),
        running_tasks_count=tx.count(Task, f"cluster:{record.id}#RUNNING"),
        pending_tasks_count=sum(tx.count(Task, f"cluster:{record.id}#{status}") for status in BEFORE_RUNNING),
        active_services_count=tx.count(Service, f"{record.id}#ACTIVE"),
        statistics=_statistics(tx, record) if "STATISTICS" in include else [],
        tags=tagging.shown(spec.tags) if "TAGS" in include else [],
        settings=spec.settings if "SETTINGS" in include else [],
        configuration=spec.configuration if "CONFIGURATIONS" in include else None,
        capacity_providers=spec.capacity_providers,
        default_capacity_provider_strategy=spec.default_strategy,
        attachments=[] if "ATTACHMENTS" in include else None,
        service_connect_defaults=ecs.ClusterServiceConnectDefaults(namespace=spec.service_connect_namespace)
        if spec.service_connect_namespace
        else None,
    )


def _statistics(tx: ReadTx, record: Cluster) -> list[ecs.KeyValuePair]:
    """Counts by launch type, in AWS's names. What a capacity provider runs would be Fargate's: there are no others."""
    found: Counter[str] = Counter()
    for phase, statuses in (("running", ("RUNNING",)), ("pending", BEFORE_RUNNING)):
        for status in statuses:
            for task in tx.owned(Task, f"cluster:{record.id}#{status}"):
                found[f"{phase}{WORDS[task.spec.launch_type]}TasksCount"] += 1
    for status in ("ACTIVE", "DRAINING"):
        for service in tx.owned(Service, f"{record.id}#{status}"):
            launch_type = services.launch_type(tx, service) or "FARGATE"
            found[f"{status.lower()}{WORDS[launch_type]}ServiceCount"] += 1
    return [ecs.KeyValuePair(name=name, value=str(found[name])) for name in STATISTICS]
