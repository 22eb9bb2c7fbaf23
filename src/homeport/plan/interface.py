"""A task's network interface, and a warm one: its pause container is brought up, replaced, and taken down with the row.

A pause that belongs to a task is never started anew: the task fails with it (`attachment.py`). One that waits for a task
is, and the interface keeps its address.
"""

from dataclasses import dataclass

from msgspec.structs import replace

from homeport.model.container import ContainerState
from homeport.model.dhcp_options import DhcpOptions
from homeport.model.interface import PAUSE, Interface
from homeport.model.record import Time, scope_of
from homeport.model.vpc import Vpc
from homeport.plan import addresses, names
from homeport.plan.containers import DOWN
from homeport.plan.effects import ContainerRef, RemoveContainer, Socket, StartPause, StopContainer
from homeport.plan.options import Options
from homeport.plan.plan import NO_PLAN, Plan
from homeport.plan.vpc import network

BACK_OFF_CAP_S = 60.0
"""The longest wait between the starts of a warm pause that keeps failing (ours)."""


@dataclass(frozen=True, slots=True)
class InterfaceView:
    """An interface and its VPC, and the DHCP options that it was made with. `is_orphan`: whom or what it was for (its task;
    its subnet, with these options) is there no more.
    """

    interface: Interface
    vpc: Vpc | None
    dhcp: DhcpOptions | None
    is_orphan: bool = False


def pause_ref(interface: Interface) -> ContainerRef:
    """The present pause container of an interface."""
    return ContainerRef(interface.id, PAUSE, interface.state.pause.attempt)


def socket(interface: Interface, vpc: Vpc, dhcp: DhcpOptions | None, options: Options) -> Socket:
    """What the pause container is made with: where it is, how it is called there (AWS's private DNS names), and what it is
    told about names.
    """
    told = names.told(vpc, dhcp)
    return Socket(
        network=network(vpc, options),
        address=interface.spec.address,
        mac=interface.spec.mac,
        hostname=addresses.private_name(interface.spec.address, scope_of(interface.id).region),
        servers=told.servers,
        search=told.search,
    )


def plan_interface(view: InterfaceView, now: Time, options: Options) -> Plan:
    """The next step of an interface with a pause container."""
    interface = view.interface
    if interface.state.released_at is None and view.is_orphan:
        return Plan(puts=(given_back(interface, now),), wake_at=now, why="nobody needs it: given back")
    if interface.state.released_at is not None:
        return _plan_end(interface)
    status = interface.pause.status
    if status in DOWN:
        return _plan_anew(view, now, options) if interface.state.task is None else NO_PLAN
    return NO_PLAN if status == "RUNNING" else _plan_start(view, interface, now, options)


def given_back(interface: Interface, now: Time) -> Interface:
    """An interface that nobody needs any more: its pause goes, then the row."""
    return replace(interface, state=replace(interface.state, released_at=now))


def _plan_start(view: InterfaceView, interface: Interface, now: Time, options: Options) -> Plan:
    """Once the network is there: two pauses that both made it would get in each other's way."""
    vpc = view.vpc
    if vpc is None or vpc.seen.bridge is None:
        return Plan(puts=(interface,)) if interface is not view.interface else NO_PLAN
    pause = interface.state.pause
    if pause.asked_at is None:
        interface = replace(interface, state=replace(interface.state, pause=replace(pause, asked_at=now)))
    effect = StartPause(pause_ref(interface), socket(interface, vpc, view.dhcp, options))
    puts = (interface,) if interface is not view.interface else ()
    return Plan(puts=puts, effects=(effect,), why=f"its pause starts at {interface.spec.address}")


def _plan_anew(view: InterfaceView, now: Time, options: Options) -> Plan:
    """A warm pause that is down is removed first: two containers cannot have one address."""
    interface = view.interface
    if interface.pause.status != "REMOVED":
        effect = RemoveContainer(pause_ref(interface), is_replaced=True)
        return Plan(effects=(effect,), why=f"its pause is down: {interface.pause.reason or 'it exited'}")
    date = _again_at(interface, options)
    if now < date:
        return Plan(wake_at=date)
    before = interface.state.pause
    pause = ContainerState(uuid=before.uuid, token=before.token, attempt=before.attempt + 1)
    return _plan_start(view, replace(interface, state=replace(interface.state, pause=pause)), now, options)


def _again_at(interface: Interface, options: Options) -> Time:
    """When a warm pause may be started again: later and later, unless it had run well."""
    pause = interface.pause
    ended_at = pause.at if pause.finished_at is None else pause.finished_at
    ran_s = 0.0 if pause.started_at is None else ended_at - pause.started_at
    doublings = 0 if ran_s >= options.short_run_s else min(interface.state.pause.attempt, 16)
    return round(ended_at + min(options.back_off_s * 2.0**doublings, BACK_OFF_CAP_S), 3)


def _plan_end(interface: Interface) -> Plan:
    """Its pause has nothing to finish, so it is killed at once; the row, and the address, last until it is gone."""
    status = interface.pause.status
    if interface.state.pause.asked_at is None or status == "REMOVED":
        return Plan(deletes=(interface,), why=f"its pause is gone: {interface.spec.address} is free")
    ref = pause_ref(interface)
    if status == "STOPPED":
        return Plan(effects=(RemoveContainer(ref),), why="given back: its pause is removed")
    return Plan(effects=(StopContainer(ref, 0.0),), why="given back: its pause stops")
