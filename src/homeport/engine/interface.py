"""Loads interfaces: one for its planner, a task's own for the task's planner, and makes the rows of new ones."""

from functools import partial

from homeport.engine import names
from homeport.engine.desk import Desk
from homeport.model.interface import Interface, InterfaceSpec
from homeport.model.record import scope_of
from homeport.model.security_group import SecurityGroup
from homeport.model.task import Task
from homeport.model.vpc import Subnet, Vpc
from homeport.plan import attachment, subnet
from homeport.plan import interface as planner
from homeport.plan.addresses import mac_of
from homeport.plan.attachment import UNLINKED, Offer, TaskLink
from homeport.plan.plan import NO_PLAN, Plan


def plan(desk: Desk, id: str) -> Plan:
    """The next step of one interface. Those of users and load balancers have no pause, and nothing to plan."""
    interface = desk.tx.get(Interface, id)
    if interface is None or interface.spec.purpose != "task":
        return NO_PLAN
    vpc = desk.tx.get(Vpc, interface.spec.vpc)
    view = planner.InterfaceView(
        interface,
        vpc=vpc,
        dhcp=names.options_of(desk.tx, interface),
        is_orphan=_is_orphan(desk, interface, vpc),
    )
    return planner.plan_interface(view, desk.now, desk.options)


def _is_orphan(desk: Desk, interface: Interface, vpc: Vpc | None) -> bool:
    if interface.state.task is None:
        is_told_of_others = vpc is not None and interface.spec.dhcp_options != vpc.spec.dhcp_options
        return is_told_of_others or desk.tx.get(Subnet, interface.owner) is None
    task = desk.tx.get(Task, interface.state.task)
    return task is None or task.state.last == "STOPPED"


def of_task(desk: Desk, task: Task) -> TaskLink:
    """What a task has to do with an interface: nothing, in other modes than awsvpc."""
    if task.spec.network is None:
        return UNLINKED
    if task.state.interface is None:
        return TaskLink(offer=partial(_offer, desk, task))
    interface = desk.tx.get(Interface, task.state.interface)
    vpc = None if interface is None else desk.tx.get(Vpc, interface.spec.vpc)
    return TaskLink(interface, trouble=None if vpc is None else vpc.seen.trouble)


def _offer(desk: Desk, task: Task) -> Offer:
    """A warm interface, or a new one, in the subnet of the task's that has the fewest tasks of its owner."""
    network = task.spec.network
    assert network is not None, "only asked of tasks with a network"
    subnets = [desk.tx.get(Subnet, id) for id in network.subnets]
    found = sorted(
        (each for each in subnets if each is not None),
        key=lambda each: desk.tx.count(Task, f"{task.owner}@{each.id}"),
    )
    for each in found:
        told = _dhcp_options(desk, each)
        warm = desk.tx.owned(Interface, f"{each.id}#warm")
        fitting = [spare for spare in warm if spare.spec.dhcp_options == told]
        interface = subnet.best(fitting) or new(desk, each)
        if interface is not None:
            return Offer(
                interface,
                subnet=each,
                groups=network.groups or _default_groups(desk, each.owner),
                public_address=desk.addresses.public(desk.tx) if network.public else None,
            )
    name = network.subnets[0].rsplit("/", 1)[1] if network.subnets else ""
    code = attachment.FULL if found else attachment.MISSING
    return Offer(refusal=attachment.refused(found[0].name if found else name, code))


def _default_groups(desk: Desk, vpc: str) -> tuple[str, ...]:
    groups = desk.tx.owned(SecurityGroup, vpc)
    return tuple(group.id for group in groups if group.is_default)


def _dhcp_options(desk: Desk, subnet: Subnet) -> str | None:
    vpc = desk.tx.get(Vpc, subnet.owner)
    return None if vpc is None else vpc.spec.dhcp_options


def new(desk: Desk, subnet: Subnet) -> Interface | None:
    """A new interface that nobody has yet; None when the subnet is full."""
    address = desk.addresses.private(desk.tx, subnet)
    if address is None:
        return None
    return Interface(
        id=f"{scope_of(subnet.id).id}/eni-{desk.tx.new_id()[-17:]}",
        owner=subnet.id,
        spec=InterfaceSpec(
            vpc=subnet.owner,
            subnet=subnet.id,
            address=address,
            mac=mac_of(address),
            created_at=desk.now,
            purpose="task",
            dhcp_options=_dhcp_options(desk, subnet),
        ),
    )
