"""What a store of any kind serves from its working set; how commits are kept is left to the stores."""

from collections.abc import Callable, Sequence

from homeport.model.record import Time
from homeport.model.sample import Sample
from homeport.store.transaction import ReadTransaction
from homeport.store.tx import Change
from homeport.store.working_set import WorkingSet


class Served:
    """The half of the port that never waits for a disk."""

    def __init__(self, working_set: WorkingSet, installation: str, ids: Callable[[], str]) -> None:
        self.installation = installation
        self._set = working_set
        self._ids = ids
        self._wakes: list[Callable[[], None]] = []

    @property
    def revision(self) -> int:
        """Of the last commit."""
        return self._set.revision

    def read(self, now: Time) -> ReadTransaction:
        """A view of the records."""
        return ReadTransaction(self._set, now)

    def note(self, samples: Sequence[Sample]) -> None:
        """Keep seconds of traffic."""
        self._set.note(samples)

    def changes_since(self, revision: int) -> Sequence[Change] | None:
        """The changes after `revision`, or None when they are forgotten."""
        return self._set.changes_since(revision)

    def on_commit(self, wake: Callable[[], None]) -> None:
        """Call `wake` after each commit, and after commits were undone."""
        self._wakes.append(wake)

    def _wake(self) -> None:
        for wake in self._wakes:
            wake()
