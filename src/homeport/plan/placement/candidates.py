"""The instances among which a placement chooses, and the running account of one while it is being filled."""

from collections.abc import Iterable

from msgspec import Struct

from homeport.model.instance import Instance, Machine, ec2_id
from homeport.model.task import Task
from homeport.plan.placement.capacity import Capacity, Demand
from homeport.plan.placement.constraints import Facts


class Candidate(Struct, frozen=True, kw_only=True, gc=False):
    """An instance as a placement sees it: once per machine, since clusters share its capacity.

    `peers` counts the tasks of the same group on it, `running` all of this cluster's tasks there, `groups`
    are theirs; `connected` is false when the machine's agent does not answer.
    """

    instance: Instance
    capacity: Capacity
    peers: int = 0
    running: int = 0
    groups: frozenset[str] = frozenset()
    connected: bool = True


def candidate(
    instance: Instance, machine: Machine, capacity: Capacity, tasks: Iterable[Task], group: str
) -> Candidate:
    """The instance as tasks of `group` see it; `tasks` are those that the machine holds, of all clusters."""
    groups = [task.spec.group for task in tasks if task.state.instance == instance.id]
    return Candidate(
        instance=instance,
        capacity=capacity,
        peers=groups.count(group),
        running=len(groups),
        groups=frozenset(groups),
        connected=machine.seen.connected,
    )


class Seat:
    """A candidate while tasks are being put on it. Mutable, and seen only by the placement that made it."""

    __slots__ = ("candidate", "capacity", "taken")

    def __init__(self, candidate: Candidate) -> None:
        self.candidate = candidate
        self.capacity = candidate.capacity
        self.taken = 0

    @property
    def peers(self) -> int:
        """Tasks of the group: those that were there, and those put here."""
        return self.candidate.peers + self.taken

    @property
    def id(self) -> str:
        """The instance's id, by which ties are broken."""
        return self.candidate.instance.id

    def attribute(self, name: str) -> str:
        """The instance's attribute, blank when it has none of that name."""
        return self.candidate.instance.spec.attributes.get(name) or ""

    def take(self, demand: Demand) -> None:
        """Put one more task here."""
        self.capacity = self.capacity.take(demand)
        self.taken += 1

    def facts(self, group: str) -> Facts:
        """What a memberOf expression may ask, `group` being that of the tasks put here."""
        candidate = self.candidate
        return Facts(
            attributes=candidate.instance.spec.attributes,
            groups=candidate.groups | {group} if self.taken else candidate.groups,
            running=candidate.running + self.taken,
            agent_connected=candidate.connected,
            ec2_instance_id=ec2_id(candidate.instance.spec.machine),
            registered_at=candidate.instance.spec.registered_at,
        )
