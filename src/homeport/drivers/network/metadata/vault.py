"""Temporary credentials of tasks: made when they are first asked for, and made anew long before they expire.

Nothing is kept: who has the installation's seal can make and check them (`model/session.py`), so they go on being given out
while the control plane is down, and those of a process that has ended are as good as before.
"""

from collections.abc import Callable

from homeport.model.record import Time
from homeport.model.session import Credentials, Session, credentials
from homeport.plan.network import RoleTable, TaskTable

LIFETIME_S = 6 * 3600.0
"""As ECS gives them to tasks, as far as we know: its documentation names no number."""

RENEWED_S = 3600.0
"""Made anew when less than this is left. SDKs ask again with a quarter of an hour to go."""

MOST = 4096
"""Tasks on a machine have no such number; what was given to those that are gone is forgotten with it."""


class Vault:
    """`seal` is the installation's; `ids` gives 32 random hexadecimal digits."""

    def __init__(self, seal: bytes, clock: Callable[[], Time], ids: Callable[[], str]) -> None:
        self._seal = seal
        self._clock = clock
        self._ids = ids
        self._given: dict[tuple[str, RoleTable], Credentials] = {}

    def credentials(self, task: TaskTable, role: RoleTable) -> Credentials:
        """Those of a task, good for at least another hour."""
        now = self._clock()
        key = (task.id, role)
        found = self._given.get(key)
        if found is None or found.expires_at - now < RENEWED_S:
            if len(self._given) >= MOST:
                self._given.clear()
            found = self._given[key] = self._made(task, role, now)
        return found

    def _made(self, task: TaskTable, role: RoleTable, now: Time) -> Credentials:
        account, _, rest = task.id.partition("/")
        session = Session(
            account=account,
            role=role.arn,
            role_id=role.unique_id,
            name=rest.rsplit("/", 1)[-1],
            # Whole seconds, as it is shown.
            expires_at=float(int(now + LIFETIME_S)),
            issued_at=now,
            task=task.id,
        )
        return credentials(self._seal, session, self._ids())
