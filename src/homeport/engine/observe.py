"""What the world said becomes rows: only the `seen` parts are written here, and nothing is concluded.

Facts that would go back (late, repeated, out of order) are dropped. Absence counts only when a complete list says so
that was asked for after the container was last seen.
"""

from collections.abc import Iterator

from msgspec.structs import replace

from homeport.engine.strays import Strays
from homeport.model.container import ContainerSeen
from homeport.model.instance import Machine
from homeport.model.interface import PAUSE, Interface, is_interface
from homeport.model.lifecycle import CONTAINER_RANK
from homeport.model.load_balancer import Listener, ListenerSeen, LoadBalancer
from homeport.model.record import Time
from homeport.model.target_group import Target, TargetSeen
from homeport.model.task import Task, TaskSeen
from homeport.model.vpc import Vpc, VpcSeen
from homeport.plan.effects import ContainerRef
from homeport.plan.observations import (
    ContainerObserved,
    ContainersListed,
    InterfaceObserved,
    ListenerObserved,
    MachineObserved,
    NetworkObserved,
    TargetObserved,
)
from homeport.plan.options import Options
from homeport.store.tx import WriteTx


def container_observed(tx: WriteTx, observed: ContainerObserved) -> None:
    """Take over facts about a container's present attempt."""
    ref, seen = observed.ref, observed.seen
    if is_interface(ref.task):
        _pause_observed(tx, observed)
        return
    task = tx.get(Task, ref.task)
    if task is None or _attempt(task, ref.container) != ref.attempt:
        return
    before = task.seen.containers.get(ref.container)
    after = seen if before is None or before.attempt != seen.attempt else merged(before, seen)
    if after is not before:
        containers = {**task.seen.containers, ref.container: after}
        tx.put(replace(task, seen=TaskSeen(containers=containers)))


def _pause_observed(tx: WriteTx, observed: ContainerObserved) -> None:
    interface = tx.get(Interface, observed.ref.task)
    if interface is None or interface.state.pause.attempt != observed.ref.attempt:
        return
    before, seen = interface.seen.pause, observed.seen
    after = seen if before.attempt != seen.attempt else merged(before, seen)
    if after is not before:
        tx.put(replace(interface, seen=replace(interface.seen, pause=after)))


def merged(before: ContainerSeen, new: ContainerSeen) -> ContainerSeen:
    """`before` with what `new` adds; `before` itself when it adds nothing or would go back."""
    if CONTAINER_RANK[new.status] < CONTAINER_RANK[before.status]:
        return before
    after = ContainerSeen(
        attempt=new.attempt,
        status=new.status,
        runtime_id=new.runtime_id or before.runtime_id,
        exit_code=before.exit_code if new.exit_code is None else new.exit_code,
        reason=before.reason if new.reason is None else new.reason,
        health=before.health if new.health == "UNKNOWN" else new.health,
        image_digest=new.image_digest or before.image_digest,
        bindings=new.bindings or before.bindings,
        address=new.address or before.address,
        namespace=new.namespace or before.namespace,
        pull_started_at=_first(before.pull_started_at, new.pull_started_at),
        pull_stopped_at=_first(before.pull_stopped_at, new.pull_stopped_at),
        started_at=_first(before.started_at, new.started_at),
        finished_at=_first(before.finished_at, new.finished_at),
        at=before.at,
    )
    return before if after == before else replace(after, at=new.at)


def containers_listed(
    tx: WriteTx, listed: ContainersListed, strays: Strays, options: Options
) -> list[ContainerRef]:
    """Conclude absence from a complete list, and note containers that no task asks for; returns the new ones."""
    for task in tx.owned(Task, f"machine:{listed.machine}"):
        gone = dict(_gone(task, listed))
        if gone:
            tx.put(replace(task, seen=TaskSeen(containers={**task.seen.containers, **gone})))
    for interface in tx.all(Interface):
        seen = interface.pause
        if _is_gone(ContainerRef(interface.id, PAUSE, seen.attempt), seen, listed):
            tx.put(replace(interface, seen=replace(interface.seen, pause=_removed(seen, listed))))
    if listed.networks is not None:
        for vpc in tx.all(Vpc):
            if vpc.seen.bridge is not None and vpc.seen.at < listed.at and vpc.id not in listed.networks:
                tx.put(replace(vpc, seen=VpcSeen(at=listed.at)))
    found = [(ref, grace) for ref in listed.refs if (grace := _stray_grace(tx, ref, options)) is not None]
    return strays.listed(sorted(found, key=lambda pair: (pair[0].task, pair[0].container)), tx.now)


def machine_observed(tx: WriteTx, observed: MachineObserved) -> None:
    """Take over how a machine is; an answer that is missing keeps the capacity that was known."""
    before = tx.get(Machine, observed.machine)
    seen = observed.seen
    if before is None:
        tx.put(Machine(id=observed.machine, owner="machines", seen=seen))
        return
    if not seen.connected:
        seen = replace(before.seen, connected=False, reason=seen.reason, at=seen.at)
    if replace(seen, at=before.seen.at) != before.seen:
        tx.put(replace(before, seen=seen))


def target_observed(tx: WriteTx, observed: TargetObserved) -> None:
    """Take over what the health checker concluded; one who speaks of a target that was registered anew is late."""
    target = tx.get(Target, observed.target)
    if target is None or observed.seen.at <= target.registered_at:
        return
    seen = replace(observed.seen, healthy_at=_healthy_at(target, observed.seen))
    if seen != target.seen:
        tx.put(replace(target, seen=seen))


def _healthy_at(target: Target, new: TargetSeen) -> Time | None:
    """When it first was healthy since it was registered."""
    before = target.seen.healthy_at
    if before is not None and before > target.registered_at:
        return before
    return new.at if new.status == "healthy" else None


def listener_observed(tx: WriteTx, observed: ListenerObserved) -> None:
    """Take over whether a listener listens; its load balancer has what keeps the first of its listeners from it."""
    listener = tx.get(Listener, observed.listener)
    balancer = None if listener is None else tx.get(LoadBalancer, listener.owner)
    if listener is None or balancer is None:
        return
    told = ListenerSeen(trouble=observed.trouble, inside=observed.inside)
    if listener.seen != told:
        tx.put(replace(listener, seen=told))
    troubles = [each.seen.trouble for each in tx.owned(Listener, balancer.id) if each.seen.trouble]
    seen = replace(balancer.seen, trouble=troubles[0] if troubles else None)
    if seen != balancer.seen:
        tx.put(replace(balancer, seen=seen))


def network_observed(tx: WriteTx, observed: NetworkObserved) -> None:
    """Take over whether a VPC has its network. Of one that was deleted, when that was told counts as well."""
    vpc = tx.get(Vpc, observed.vpc)
    if vpc is None or observed.at < vpc.seen.at:
        return
    seen = VpcSeen(bridge=observed.bridge, trouble=observed.trouble, at=observed.at)
    is_awaited = vpc.spec.deleted_at is not None and seen.at > vpc.seen.at
    if is_awaited or replace(seen, at=vpc.seen.at) != vpc.seen:
        tx.put(replace(vpc, seen=seen))


def interface_observed(tx: WriteTx, observed: InterfaceObserved) -> None:
    """Take over what an interface's namespace was prepared for."""
    interface = tx.get(Interface, observed.interface)
    if interface is None:
        return
    seen = replace(interface.seen, prepared_for=observed.prepared_for, trouble=observed.trouble)
    if seen != interface.seen:
        tx.put(replace(interface, seen=seen))


def _attempt(task: Task, container: str) -> int:
    state = task.state.containers.get(container)
    return -1 if state is None else state.attempt


def _gone(task: Task, listed: ContainersListed) -> Iterator[tuple[str, ContainerSeen]]:
    for name, seen in task.seen.containers.items():
        if _is_gone(ContainerRef(task.id, name, seen.attempt), seen, listed):
            yield name, _removed(seen, listed)


def _is_gone(ref: ContainerRef, seen: ContainerSeen, listed: ContainersListed) -> bool:
    return seen.status in ("CREATED", "RUNNING") and seen.at < listed.at and ref not in listed.refs


def _removed(seen: ContainerSeen, listed: ContainersListed) -> ContainerSeen:
    reason = seen.reason or "the container is gone: it was removed from outside"
    return replace(seen, status="REMOVED", reason=reason, finished_at=listed.at, at=listed.at)


def _stray_grace(tx: WriteTx, ref: ContainerRef, options: Options) -> float | None:
    """How long to leave a listed container alone; None when a task wants it, or will remove it itself."""
    wanted = _wanted(tx, ref)
    if wanted is None:
        return options.orphan_grace_s
    attempt, seen = wanted
    if ref.attempt < attempt:
        return 0.0
    is_believed_gone = seen is not None and seen.attempt == ref.attempt and seen.status == "REMOVED"
    return options.orphan_grace_s if is_believed_gone or ref.attempt > attempt else None


def _wanted(tx: WriteTx, ref: ContainerRef) -> tuple[int, ContainerSeen | None] | None:
    """The attempt of a container that is asked for, and what was seen last; None when nobody knows of it."""
    if is_interface(ref.task):
        interface = tx.get(Interface, ref.task)
        return None if interface is None else (interface.state.pause.attempt, interface.seen.pause)
    task = tx.get(Task, ref.task)
    return None if task is None else (_attempt(task, ref.container), task.seen.containers.get(ref.container))


def _first(before: Time | None, new: Time | None) -> Time | None:
    return new if before is None else before
