"""What each machine has left: derived from rows, kept up to date by changes, and rebuilt when in doubt.

A resync recounts it; a test compares the kept numbers with the recount. Which machine a task gets is decided in
`plan/placement`.
"""

from homeport.model.instance import Instance, Machine
from homeport.model.task import Task
from homeport.model.task_definition import TaskDefinition
from homeport.plan.placement import capacity
from homeport.plan.placement.capacity import Capacity, Demand
from homeport.store.tx import Change, ReadTx


class Room:
    """Free capacity by machine, and the demand of every definition that was asked for."""

    def __init__(self) -> None:
        self._free: dict[str, Capacity] = {}
        self._demands: dict[str, Demand] = {}

    def forget(self) -> None:
        """Recount everything when it is next asked for."""
        self._free.clear()
        self._demands.clear()

    def apply(self, tx: ReadTx, change: Change) -> bool:
        """Follow a change; True when there is more room than before."""
        record = change.record
        if isinstance(record, Machine):
            self._free.pop(record.id, None)
            return True
        if not isinstance(record, Task):
            return isinstance(record, Instance)
        before = _holds(change.before)
        after = _holds(change.after)
        if before == after:
            return False
        demand = self.demand(tx, record)
        for machine, is_taken in ((before, False), (after, True)):
            kept = self._free.get(machine or "")
            if machine is not None and kept is not None:
                self._free[machine] = kept.take(demand) if is_taken else kept.give(demand)
        return before is not None

    def free(self, tx: ReadTx, machine_id: str) -> Capacity:
        """What is free on a machine now; nothing on one that is not known."""
        kept = self._free.get(machine_id)
        if kept is None:
            machine = tx.get(Machine, machine_id) or Machine(id=machine_id, owner="")
            held = tx.owned(Task, f"machine:{machine_id}")
            kept = capacity.free(machine, [self.demand(tx, task) for task in held])
            self._free[machine_id] = kept
        return kept

    def demand(self, tx: ReadTx, task: Task) -> Demand:
        """What a task needs; reckoned once per definition for tasks that override nothing."""
        if task.spec.overrides is None:
            return capacity.of_task(task, self.demand_of(tx, task.spec.definition))
        definition = tx.get(TaskDefinition, task.spec.definition)
        if definition is None:
            return Demand()
        return capacity.of_task(task, capacity.demand(definition.spec.definition, task.spec.overrides))

    def demand_of(self, tx: ReadTx, definition_id: str) -> Demand:
        """What a task of this definition needs when it overrides nothing."""
        known = self._demands.get(definition_id)
        if known is None:
            definition = tx.get(TaskDefinition, definition_id)
            if definition is None:
                return Demand()
            known = self._demands[definition_id] = capacity.demand(definition.spec.definition)
        return known


def _holds(record: object) -> str | None:
    """The machine that a task takes room on: until it is STOPPED."""
    if not isinstance(record, Task) or record.state.last == "STOPPED":
        return None
    return record.state.machine
