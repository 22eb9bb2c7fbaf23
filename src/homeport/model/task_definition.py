"""A task definition, kept in AWS's own words, and the family that numbers its revisions."""

from msgspec import Struct

from homeport.model.record import Record, Time
from homeport.shapes import ecs


class FamilySpec(Struct, frozen=True, kw_only=True, gc=False):
    """The number that was given out last; numbers are never given twice."""

    last_revision: int = 0


class Family(Record, frozen=True, kw_only=True, gc=False):
    """`ACCOUNT/REGION/FAMILY`, owned by its scope."""

    spec: FamilySpec


class TaskDefinitionSpec(Struct, frozen=True, kw_only=True, gc=False):
    """The definition as it is described to the user, less its status, which follows from the dates."""

    definition: ecs.TaskDefinition
    registered_at: Time
    registered_by: str
    tags: dict[str, str] = {}
    deregistered_at: Time | None = None
    deleted_at: Time | None = None


class TaskDefinition(Record, frozen=True, kw_only=True, gc=False):
    """`ACCOUNT/REGION/FAMILY:REVISION`, owned by its family."""

    spec: TaskDefinitionSpec

    def keys(self) -> tuple[str, ...]:
        """By family, and by scope and status: what ListTaskDefinitions asks for."""
        scope = self.owner.rsplit("/", 1)[0]
        return (self.owner, f"{self.owner}#{self.status}", f"{scope}#{self.status}")

    @property
    def status(self) -> str:
        """ACTIVE, INACTIVE once deregistered, DELETE_IN_PROGRESS once deleted."""
        if self.spec.deleted_at is not None:
            return "DELETE_IN_PROGRESS"
        return "ACTIVE" if self.spec.deregistered_at is None else "INACTIVE"

    @property
    def family(self) -> str:
        """The family's name."""
        return self.owner.rsplit("/", 1)[1]

    @property
    def number(self) -> int:
        """The revision's number."""
        return int(self.id.rsplit(":", 1)[1])
