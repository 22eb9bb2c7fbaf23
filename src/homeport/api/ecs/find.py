"""A name or an ARN → record, or the right error.

An ARN must be of the caller's account and region, and of the cluster and the service that it is given with: whatever
is not is not there. Names are looked up whole, never by prefix.
"""

import re

from homeport.api import errors
from homeport.api.caller import Caller
from homeport.model import arn
from homeport.model.arn import Arn
from homeport.model.cluster import Cluster
from homeport.model.instance import Instance
from homeport.model.service import Service
from homeport.model.task import Task
from homeport.model.task_definition import Family, TaskDefinition
from homeport.model.task_set import TaskSet
from homeport.store.tx import ReadTx

TASK_SET_ID = re.compile(r"ecs-svc/[0-9]{1,19}")
DEFAULT_CLUSTER = "default"


def cluster(tx: ReadTx, caller: Caller, text: str | None) -> Cluster:
    """The ACTIVE cluster; `default` when none is named. Raises ClusterNotFoundException."""
    found = any_cluster(tx, caller, text)
    if found is None or found.spec.deleted_at is not None:
        raise errors.cluster_not_found()
    return found


def any_cluster(tx: ReadTx, caller: Caller, text: str | None) -> Cluster | None:
    """The cluster, also one that was deleted; None when there is none."""
    name = text or DEFAULT_CLUSTER
    parsed = arn.parse(name)
    if parsed is not None:
        if not _is_callers(parsed, caller, "cluster") or len(parsed.path) != 1:
            return None
        name = parsed.path[0]
    return tx.get(Cluster, f"{caller.scope.id}/{name}")


def service(tx: ReadTx, cluster: Cluster, text: str) -> Service:
    """The service, in whatever status. Raises ServiceNotFoundException."""
    found = any_service(tx, cluster, text)
    if found is None:
        raise errors.service_not_found()
    return found


def any_service(tx: ReadTx, cluster: Cluster, text: str) -> Service | None:
    """The service by name, by its ARN, or by the short ARN of old (`service/NAME`); None when there is none."""
    parsed = arn.parse(text)
    if parsed is None:
        return tx.get(Service, f"{cluster.id}/{text}")
    if parsed.kind != "service" or parsed.scope.id != cluster.owner:
        return None
    if len(parsed.path) == 1:
        return tx.get(Service, f"{cluster.id}/{parsed.path[0]}")
    return (
        tx.get(Service, f"{cluster.id}/{parsed.path[1]}")
        if parsed.path == (cluster.name, parsed.path[1])
        else None
    )


def task_set(tx: ReadTx, service: Service, text: str) -> TaskSet:
    """The task set by `ecs-svc/N` or ARN.

    Raises InvalidParameterException for anything else, TaskSetNotFoundException when there is none.
    """
    found = any_task_set(tx, service, text)
    if found is None:
        raise errors.task_set_not_found()
    return found


def any_task_set(tx: ReadTx, service: Service, text: str) -> TaskSet | None:
    """The same; None when there is none."""
    parsed = arn.parse(text)
    if parsed is None:
        if not TASK_SET_ID.fullmatch(text):
            raise errors.task_set_identifier_invalid()
        return tx.get(TaskSet, f"{service.id}/{text}")
    if parsed.kind != "task-set" or len(parsed.path) != 4:
        raise errors.task_set_identifier_invalid()
    id = f"{parsed.scope.id}/{'/'.join(parsed.path)}"
    return tx.get(TaskSet, id) if id.startswith(f"{service.id}/ecs-svc/") else None


def task_definition(tx: ReadTx, caller: Caller, text: str) -> TaskDefinition:
    """The revision that `family`, `family:revision` or an ARN names; of a family its newest ACTIVE one.

    Raises ClientException `Unable to describe task definition.`
    """
    found = any_task_definition(tx, caller, text)
    if found is None:
        raise errors.task_definition_not_described()
    return found


def runnable_definition(tx: ReadTx, caller: Caller, text: str) -> TaskDefinition:
    """The same for what is to be run. Raises ClientException `TaskDefinition not found.`"""
    found = any_task_definition(tx, caller, text)
    if found is None:
        raise errors.task_definition_not_found()
    return found


def any_task_definition(tx: ReadTx, caller: Caller, text: str) -> TaskDefinition | None:
    """The same; None when there is none."""
    parsed = arn.parse(text)
    if parsed is not None:
        if not _is_callers(parsed, caller, "task-definition") or len(parsed.path) != 1:
            return None
        text = parsed.path[0]
    if not text:
        raise errors.family_blank()
    if ":" in text:
        return tx.get(TaskDefinition, f"{caller.scope.id}/{text}")
    family = tx.get(Family, f"{caller.scope.id}/{text}")
    active = [] if family is None else tx.owned(TaskDefinition, f"{family.id}#ACTIVE")
    return max(active, key=lambda record: record.number) if active else None


def task(tx: ReadTx, cluster: Cluster, text: str) -> Task | None:
    """The task by its id or ARN, within the cluster; None when there is none."""
    return tx.get(Task, f"{cluster.id}/{_hex(cluster, text, 'task')}")


def instance(tx: ReadTx, cluster: Cluster, text: str) -> Instance | None:
    """The container instance by its id or ARN, within the cluster; None when there is none."""
    return tx.get(Instance, f"{cluster.id}/{_hex(cluster, text, 'container-instance')}")


def _hex(cluster: Cluster, text: str, kind: str) -> str:
    """The last part of an ARN that is the cluster's; blank, which names nothing, for one that is not."""
    parsed = arn.parse(text)
    if parsed is None:
        return text
    is_ours = (
        parsed.kind == kind and parsed.scope.id == cluster.owner and parsed.path[:-1] in ((), (cluster.name,))
    )
    return parsed.path[-1] if is_ours and parsed.path else ""


def _is_callers(parsed: Arn, caller: Caller, kind: str) -> bool:
    return parsed.service == "ecs" and parsed.kind == kind and parsed.scope == caller.scope
