"""Loads a service and its task sets for the planner of its deployment type."""

from homeport.engine.desk import Desk
from homeport.model.service import Service
from homeport.model.task_set import TaskSet
from homeport.plan.plan import NO_PLAN, Plan
from homeport.plan.rollout import external


def plan(desk: Desk, id: str) -> Plan:
    """The next step of one service."""
    service = desk.tx.get(Service, id)
    if service is None:
        return NO_PLAN
    view = external.ServiceView(service, desk.tx.owned(TaskSet, id))
    return external.plan_rollout(view, desk.now, desk.options)
