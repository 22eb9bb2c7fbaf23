"""The ARNs that ECS's requests mean, made of whatever names a thing in them: an ARN, a name, or nothing at all.

They are made without looking whether the thing is there; texts that can be no name make ARNs of nothing.
"""

from collections.abc import Mapping
from typing import Any

from homeport.api.caller import Caller
from homeport.model import arn
from homeport.model.cluster import Cluster
from homeport.model.instance import Instance
from homeport.model.record import Record
from homeport.model.service import Service
from homeport.model.task import Task
from homeport.model.task_definition import Family, TaskDefinition
from homeport.model.task_set import TaskSet
from homeport.store.tx import ReadTx

KINDS: dict[str, type[Record]] = {
    "cluster": Cluster,
    "container-instance": Instance,
    "service": Service,
    "task": Task,
    "task-definition": TaskDefinition,
    "task-set": TaskSet,
}
DEFAULT = "default"


def prefix(caller: Caller) -> str:
    """What the ARNs of all that is the caller's begin with."""
    return f"arn:aws:ecs:{caller.region}:{caller.account}"


def cluster(caller: Caller, text: str | None) -> str:
    """A cluster's ARN; `default` is meant by none."""
    if text and text.startswith("arn:"):
        return text
    return f"{prefix(caller)}:cluster/{text or DEFAULT}"


def under(cluster_arn: str, kind: str, name: str) -> str:
    """The ARN of what is called `name` in a cluster."""
    before, _, own = cluster_arn.partition(":cluster/")
    return f"{before}:{kind}/{own}/{name}"


def in_cluster(cluster_arn: str, kind: str, text: str) -> str:
    """The ARN of what is named in a cluster by name or ARN, long or short."""
    parsed = arn.parse(text)
    if parsed is None:
        return under(cluster_arn, kind, text)
    return under(cluster_arn, kind, parsed.path[0]) if len(parsed.path) == 1 else text


def service(caller: Caller, cluster_text: str | None, text: str) -> str:
    """A service's ARN."""
    return in_cluster(cluster(caller, cluster_text), "service", text)


def task_set(caller: Caller, request: Any, text: str) -> str:
    """The ARN of a task set of a request's service; `*` for whichever."""
    if text.startswith("arn:"):
        return text
    own = service(caller, request.cluster, request.service).replace(":service/", ":task-set/", 1)
    return f"{own}/{text}"


def definition(tx: ReadTx, caller: Caller, text: str) -> str:
    """A task definition's ARN; of a family that of its newest ACTIVE revision, as its tasks would be of it."""
    named = definition_as_named(caller, text)
    before, _, name = named.partition(":task-definition/")
    if not name.endswith(":*"):
        return named
    name = name.removesuffix(":*")
    family = tx.get(Family, f"{caller.scope.id}/{name}")
    active = [] if family is None else tx.owned(TaskDefinition, f"{family.id}#ACTIVE")
    newest = str(max(record.number for record in active)) if active else "*"
    return f"{before}:task-definition/{name}:{newest}"


def definition_as_named(caller: Caller, text: str) -> str:
    """The same without a look: of a family, any revision."""
    parsed = arn.parse(text)
    name = text if parsed is None else "/".join(parsed.path)
    before = prefix(caller) if parsed is None else f"arn:aws:ecs:{parsed.region}:{parsed.account}"
    return f"{before}:task-definition/{name}{'' if ':' in name else ':*'}"


def record_id(caller: Caller, text: str) -> str:
    """The id of the record that an ARN means, if it is the caller's; "" for another's."""
    parsed = arn.parse(text)
    return arn.record_id(text) if parsed is not None and parsed.scope == caller.scope else ""


def tags(tx: ReadTx, caller: Caller, text: str) -> Mapping[str, str]:
    """The tags of what an ARN means; none of what is not there."""
    parsed = arn.parse(text)
    kind = KINDS.get(parsed.kind) if parsed is not None else None
    record: Any = tx.get(kind, record_id(caller, text)) if kind is not None else None
    found: Mapping[str, str] = {} if record is None else record.spec.tags
    return found
