"""What may be forgotten: deleted clusters and definitions that nothing refers to; tokens and operations a day old."""

from homeport.engine.desk import Desk
from homeport.model.cluster import Cluster
from homeport.model.namespace import DiscoveryOperation
from homeport.model.task import Task
from homeport.model.task_definition import TaskDefinition
from homeport.model.task_set import TaskSet
from homeport.model.token import Token
from homeport.plan.plan import NO_PLAN, Plan

SWEEP_EVERY_S = 600.0
SWEPT_AT_ONCE = 1000


def plan_cluster(desk: Desk, id: str) -> Plan:
    """A deleted cluster is described as INACTIVE for a while, then forgotten."""
    cluster = desk.tx.get(Cluster, id)
    if cluster is None or cluster.spec.deleted_at is None:
        return NO_PLAN
    forget_at = cluster.spec.deleted_at + desk.options.keep_inactive_s
    return (
        Plan(deletes=(cluster,), why="deleted long ago") if desk.now >= forget_at else Plan(wake_at=forget_at)
    )


def plan_task_definition(desk: Desk, id: str) -> Plan:
    """A definition in deletion is forgotten when no task and no task set refers to it any more."""
    definition = desk.tx.get(TaskDefinition, id)
    if definition is None or definition.spec.deleted_at is None:
        return NO_PLAN
    key = f"definition:{id}"
    if desk.tx.count(Task, key) or desk.tx.count(TaskSet, key):
        return NO_PLAN
    return Plan(deletes=(definition,), why="nothing refers to it")


def plan_tokens(desk: Desk, _: str) -> Plan:
    """clientTokens are good for a day (as documented for RunTask), and operations of Cloud Map are shown as long."""
    since = desk.now - desk.options.keep_token_s
    tokens = desk.tx.owned(Token, "tokens")[:SWEPT_AT_ONCE]
    operations = desk.tx.owned(DiscoveryOperation, "operations")[:SWEPT_AT_ONCE]
    used = [token for token in tokens if token.spec.used_at <= since]
    shown = [operation for operation in operations if operation.spec.at <= since]
    wake_at = desk.now if SWEPT_AT_ONCE in (len(used), len(shown)) else desk.now + SWEEP_EVERY_S
    old = (*used, *shown)
    return Plan(
        deletes=old, wake_at=wake_at, why=f"{len(old)} tokens and operations are a day old" if old else ""
    )
