"""A name or an ARN → record, or the right error.

An ARN must be of the caller's account and region, and of the service that it is given with: whatever is not is not
there. One of another cluster of the caller's is told so. Names are looked up whole, never by prefix.
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

CLUSTER_NAME = re.compile(r"[A-Za-z0-9_-]{1,255}")
TASK_SET_ID = re.compile(r"ecs-svc/[0-9]{1,19}")
DEFAULT_CLUSTER = "default"


def cluster(tx: ReadTx, caller: Caller, text: str | None) -> Cluster:
    """The ACTIVE cluster; `default` when none is named.

    Raises ClusterNotFoundException, and InvalidParameterException for what can be no name.
    """
    found = any_cluster(tx, caller, text)
    if found is None or found.spec.deleted_at is not None:
        raise errors.cluster_not_found()
    return found


def any_cluster(tx: ReadTx, caller: Caller, text: str | None) -> Cluster | None:
    """The cluster, also one that was deleted; None when there is none. Raises InvalidParameterException as above."""
    parsed = arn.parse(text) if text else None
    if parsed is None:
        return tx.get(Cluster, f"{caller.scope.id}/{cluster_name(text)}")
    if not _is_of(parsed, "cluster", caller.scope.id) or len(parsed.path) != 1:
        return None
    return tx.get(Cluster, f"{caller.scope.id}/{parsed.path[0]}")


def cluster_name(text: str | None) -> str:
    """The name that is meant, `default` by none. Raises InvalidParameterException for what can be no name."""
    name = text or DEFAULT_CLUSTER
    if not CLUSTER_NAME.fullmatch(name):
        raise errors.cluster_name_invalid(name)
    return name


def service(tx: ReadTx, cluster: Cluster, text: str) -> Service:
    """The service, in whatever status.

    Raises ServiceNotFoundException, and InvalidParameterException for an ARN of another cluster.
    """
    found = any_service(tx, cluster, text)
    if found is None:
        raise errors.service_not_found()
    return found


def any_service(tx: ReadTx, cluster: Cluster, text: str) -> Service | None:
    """The service by name, by its ARN, or by the short ARN of old (`service/NAME`); None when there is none.

    Raises InvalidParameterException for an ARN of another cluster.
    """
    return tx.get(Service, f"{cluster.id}/{_last(cluster, text, 'service')}")


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
    if parsed.service != "ecs" or parsed.kind != "task-set" or len(parsed.path) != 4:
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
        if not _is_of(parsed, "task-definition", caller.scope.id) or len(parsed.path) != 1:
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
    """The task by its id or ARN, within the cluster; None when there is none.

    Raises InvalidParameterException for an ARN of another cluster.
    """
    return tx.get(Task, f"{cluster.id}/{_last(cluster, text, 'task')}")


def instance(tx: ReadTx, cluster: Cluster, text: str) -> Instance | None:
    """The container instance by its id or ARN, within the cluster; None when there is none.

    Raises InvalidParameterException for an ARN of another cluster.
    """
    return tx.get(Instance, f"{cluster.id}/{_last(cluster, text, 'container-instance')}")


def _last(cluster: Cluster, text: str, kind: str) -> str:
    """The last part of an ARN of the cluster's account and region, which is long or, as of old, without the cluster.

    Blank, which names nothing, for any other ARN; whatever is no ARN is returned as it is.
    """
    parsed = arn.parse(text)
    if parsed is None:
        return text
    if not _is_of(parsed, kind, cluster.owner) or len(parsed.path) not in (1, 2):
        return ""
    if len(parsed.path) == 2 and parsed.path[0] != cluster.name:
        raise errors.identifier_of_another_cluster(parsed.path[0], cluster.name)
    return parsed.path[-1]


def _is_of(parsed: Arn, kind: str, scope_id: str) -> bool:
    return parsed.service == "ecs" and parsed.kind == kind and parsed.scope.id == scope_id
