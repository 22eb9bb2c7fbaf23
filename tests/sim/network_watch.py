"""What must be true of network interfaces at every commit and every request to the machine, watched as the world goes on."""

import itertools
from collections.abc import Iterator, Sequence

from homeport.model.interface import Interface, is_interface
from homeport.model.record import Record, Time
from homeport.model.task import Task
from homeport.plan.effects import Effect, RemoveContainer, StartContainer, StopContainer
from homeport.store.tx import Change, ReadTx, Store


class NetworkWatch:
    """What must be true of interfaces at every commit and every request to the machine. `wrongs` are sentences.

    `patience_s`: how long a task may wait for its interface.
    """

    def __init__(self, patience_s: float) -> None:
        self._patience_s = patience_s
        self.wrongs: list[str] = []
        self._holders: dict[str, str] = {}

    def committed(self, changes: Sequence[Change], now: Time) -> None:
        """The changes that the latest commits have made: an address has one holder, a task one interface."""
        for revision, group in itertools.groupby(changes, key=lambda change: change.revision):
            commit = list(group)
            for change in commit:
                if isinstance(change.record, Interface) and change.after is None:
                    self._holders.pop(change.record.spec.address, None)
                    self._holders.pop(f"public {change.record.state.public_address}", None)
            for change in commit:
                if isinstance(change.after, Task):
                    self.wrongs += self._of_task(change.before, change.after, now)
                if isinstance(change.after, Interface):
                    self.wrongs += self._of_interface(change.before, change.after, revision)

    def _of_task(self, before: Record | None, after: Task, now: Time) -> Iterator[str]:
        was_waiting = isinstance(before, Task) and before.state.last == "PROVISIONING"
        if was_waiting and after.state.last == "PENDING" and after.spec.network is not None:
            waited_s = now - after.spec.created_at
            if waited_s >= self._patience_s:
                yield f"{after.id} has waited {waited_s} s for its interface, and starts"

    def _of_interface(self, before: Record | None, after: Interface, revision: int) -> Iterator[str]:
        held = [after.spec.address]
        if after.state.public_address is not None:
            held.append(f"public {after.state.public_address}")
        for address in held:
            if self._holders.setdefault(address, after.id) != after.id:
                yield f"{address} was given to {after.id} at {revision}, and {self._holders[address]} has it"
        task = before.state.task if isinstance(before, Interface) else None
        if task is not None and after.state.task != task:
            yield f"{after.id} went from {task} to {after.state.task}"

    def asked(self, store: Store, effect: Effect, now: Time) -> None:
        """Something is about to be asked of the machine."""
        ref = effect.ref
        with store.read(now) as tx:
            if isinstance(effect, StartContainer):
                self.wrongs += _of_start(tx, effect)
            elif isinstance(effect, StopContainer | RemoveContainer) and is_interface(ref.task):
                self.wrongs += _of_end(tx, effect)


def _of_start(tx: ReadTx, effect: StartContainer) -> Iterator[str]:
    """A container starts in a namespace that was prepared for its task, or needs none."""
    task = tx.get(Task, effect.ref.task)
    if task is None or task.spec.network is None:
        return
    interface = tx.get(Interface, task.state.interface or "")
    if interface is None or effect.payload.pause is None:
        yield f"{effect.ref} starts without an interface"
    elif interface.seen.prepared_for != task.id:
        yield f"{effect.ref} starts in {interface.id}, which is prepared for {interface.seen.prepared_for}"


def _of_end(tx: ReadTx, effect: StopContainer | RemoveContainer) -> Iterator[str]:
    """A pause outlives the containers that share its namespace."""
    interface = tx.get(Interface, effect.ref.task)
    if interface is None or interface.state.pause.attempt != effect.ref.attempt:
        return
    task = tx.get(Task, interface.state.task or "")
    for name, seen in task.seen.containers.items() if task is not None else ():
        if seen.status == "RUNNING":
            yield f"{effect.ref} is asked to go while {name} of {interface.state.task} runs"
