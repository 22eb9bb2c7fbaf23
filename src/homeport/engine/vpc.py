"""Loads a VPC, and whether anything needs its network, for its planner."""

from homeport.engine.desk import Desk
from homeport.model.interface import Interface
from homeport.model.vpc import Vpc
from homeport.plan import vpc as planner
from homeport.plan.plan import NO_PLAN, Plan


def plan(desk: Desk, id: str) -> Plan:
    """The next step of one VPC."""
    vpc = desk.tx.get(Vpc, id)
    if vpc is None or (vpc.spec.deleted_at is None and vpc.seen.bridge is not None):
        return NO_PLAN
    is_used = any(each.spec.purpose in ("task", "balancer") for each in desk.tx.owned(Interface, id))
    return planner.plan_vpc(vpc, desk.now, desk.options, is_used=is_used)
