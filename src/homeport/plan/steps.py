"""What load balancers and registries have to say about a task's next status, as values that can be joined.

Whoever must know of a task before it counts as RUNNING, and be rid of it before it is stopped, makes a Step: target
groups (`targets.py`), service discovery (`discovery.py`).
"""

from dataclasses import dataclass

from homeport.model.lifecycle import TaskStatus
from homeport.model.record import Record, Time
from homeport.plan.plan import earliest


@dataclass(frozen=True, slots=True)
class Step:
    """What is to be written, and what it means for the task's status.

    `rise` is what follows PENDING once all containers run (nothing: not yet), `fall` what comes before STOPPING; with
    `holds` the task goes no further than that for now.
    """

    puts: tuple[Record, ...] = ()
    deletes: tuple[Record, ...] = ()
    rise: tuple[TaskStatus, ...] = ("RUNNING",)
    fall: tuple[TaskStatus, ...] = ()
    holds: bool = False
    wake_at: Time | None = None


NO_STEP = Step()


def joined(first: Step, second: Step) -> Step:
    """Both: a task is ACTIVATING when one of them has something to do, and waits for the slower one.

    While one of them cannot say yet where the task is, the other does not begin either.
    """
    if first is NO_STEP or second is NO_STEP:
        return second if first is NO_STEP else first
    if not first.rise or not second.rise:
        return Step(rise=())
    activating = "ACTIVATING" in first.rise or "ACTIVATING" in second.rise
    return Step(
        puts=first.puts + second.puts,
        deletes=first.deletes + second.deletes,
        rise=("ACTIVATING",) if activating else ("RUNNING",),
        fall=first.fall or second.fall,
        holds=first.holds or second.holds,
        wake_at=earliest(first.wake_at, second.wake_at),
    )
