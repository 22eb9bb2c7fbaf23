"""Loads a subnet and its warm interfaces for the planner of the pool."""

from homeport.engine import interface
from homeport.engine.desk import Desk
from homeport.model.interface import Interface
from homeport.model.vpc import Subnet
from homeport.plan import subnet as planner
from homeport.plan.plan import NO_PLAN, Plan

LEFT_FREE = 8
"""So many addresses of a subnet are never taken for the pool: load balancers and users need some (AWS's own number)."""


def plan(desk: Desk, id: str) -> Plan:
    """The next step of one subnet."""
    subnet = desk.tx.get(Subnet, id)
    if subnet is None:
        return NO_PLAN

    def births(wanted: int) -> tuple[Interface, ...]:
        room = desk.addresses.left(desk.tx, subnet) - LEFT_FREE
        made = (interface.new(desk, subnet) for _ in range(min(wanted, room)))
        return tuple(each for each in made if each is not None)

    return planner.plan_subnet(subnet, desk.tx.owned(Interface, f"{id}#warm"), births, desk.now, desk.options)
