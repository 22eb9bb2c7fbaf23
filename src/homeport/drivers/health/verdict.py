"""What is concluded about a target from one check after the other. Pure; who asks, and when, is the checker's.

ELB's rules (User Guide, "Health checks for your target groups"): a target that was just registered is healthy after
its first success; from then on it takes `healthy_threshold` successes, or `unhealthy_threshold` failures, in a row.
"""

from typing import Final, TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from homeport.model.target_group import HealthCheck, TargetStatus
from homeport.plan.health import CHECKING


class Passed(Struct, frozen=True, gc=False):
    """The target answered as it should."""


class Failed(Struct, frozen=True, gc=False):
    """It did not; in ELB's words."""

    reason: str
    description: str


class Unknown(Struct, frozen=True, gc=False):
    """It could not be asked, and that was no fault of its own: the checker has no sockets left, say.

    Ours: ELB counts its own faults as failures (`Elb.InternalError`), which would have ECS replace healthy tasks.
    """


Outcome: TypeAlias = Passed | Failed | Unknown

PASSED: Final = Passed()
TIMED_OUT: Final = Failed("Target.Timeout", "Request timed out")
FAILED: Final = Failed("Target.FailedHealthChecks", "Health checks failed")
UNKNOWN: Final = Unknown()


def mismatch(code: int) -> Failed:
    """The answer's code is not one of the matcher's."""
    return Failed("Target.ResponseCodeMismatch", f"Health checks failed with these codes: [{code}]")


class Verdict(Struct, frozen=True, gc=False):
    """What is concluded, and how many checks in a row have passed or failed."""

    status: TargetStatus = "initial"
    reason: str | None = CHECKING.reason
    description: str | None = CHECKING.description
    passed: int = 0
    failed: int = 0

    def is_as(self, other: "Verdict") -> bool:
        """Whether both say the same of the target."""
        return (self.status, self.reason, self.description) == (other.status, other.reason, other.description)


INITIAL: Final = Verdict()
HEALTHY: Final = Verdict("healthy", None, None)


def remembered(status: TargetStatus) -> Verdict:
    """What a checker before this one concluded; its reasons are not known any more."""
    return INITIAL if status == "initial" else Verdict(status, None, None)


def judged(before: Verdict, outcome: Outcome, check: HealthCheck) -> Verdict:
    """The verdict after one more check."""
    match outcome:
        case Unknown():
            return before
        case Passed():
            row = replace(before, passed=before.passed + 1, failed=0)
            needed = 1 if row.status == "initial" else check.healthy_threshold
            is_better = row.status != "healthy" and row.passed >= needed
            return replace(HEALTHY, passed=row.passed) if is_better else row
        case Failed(reason, description):
            row = replace(before, passed=0, failed=before.failed + 1)
            is_down = row.status == "unhealthy" or row.failed >= check.unhealthy_threshold
            return Verdict("unhealthy", reason, description, 0, row.failed) if is_down else row
