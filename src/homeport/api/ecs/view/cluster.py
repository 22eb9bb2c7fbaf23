"""A cluster as AWS shows it; its counts are counted here."""

from collections.abc import Collection

from homeport.api.ecs import tagging
from homeport.model import arn
from homeport.model.cluster import Cluster
from homeport.model.instance import Instance
from homeport.model.lifecycle import BEFORE_RUNNING
from homeport.model.service import Service
from homeport.model.task import Task
from homeport.shapes import ecs
from homeport.store.tx import ReadTx


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
    """Counts by launch type, in AWS's names. All that runs here runs on the machine, so on EC2's side of them."""
    tasks = [
        task
        for status in ("RUNNING", *BEFORE_RUNNING)
        for task in tx.owned(Task, f"cluster:{record.id}#{status}")
    ]
    launched = [task for task in tasks if task.spec.launch_type != "EXTERNAL"]
    counts = {
        "runningEC2TasksCount": sum(task.state.last == "RUNNING" for task in launched),
        "runningFargateTasksCount": 0,
        "pendingEC2TasksCount": sum(task.state.last != "RUNNING" for task in launched),
        "pendingFargateTasksCount": 0,
        "activeEC2ServiceCount": tx.count(Service, f"{record.id}#ACTIVE"),
        "activeFargateServiceCount": 0,
        "drainingEC2ServiceCount": tx.count(Service, f"{record.id}#DRAINING"),
        "drainingFargateServiceCount": 0,
        "runningExternalTasksCount": sum(
            t.state.last == "RUNNING" for t in tasks if t.spec.launch_type == "EXTERNAL"
        ),
        "pendingExternalTasksCount": sum(
            t.state.last != "RUNNING" for t in tasks if t.spec.launch_type == "EXTERNAL"
        ),
        "activeExternalServiceCount": 0,
        "drainingExternalServiceCount": 0,
    }
    return [ecs.KeyValuePair(name=name, value=str(count)) for name, count in counts.items()]
