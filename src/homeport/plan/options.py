"""The numbers that planners go by; the server may set some, the rest are AWS's own or ours and say so."""

from msgspec import Struct


class Options(Struct, frozen=True, kw_only=True, gc=False):
    """Dates and times in seconds.

    `stop_grace_s` is the ECS agent's default (ECS_CONTAINER_STOP_TIMEOUT). STOPPED tasks stay describable for an
    hour, as on AWS. `short_run_s`: a container that ends sooner counts as a start that failed (docs/decisions/0012).
    `back_off_cap_s`: AWS's longest wait between starts that fail. `orphan_grace_s`: how long a container that nobody
    asked for is left alone. `provision_s`: how long a task waits for its network interface.

    `installation` tells what is ours on the machine from what others made. `warm_pauses` spare interfaces are kept for
    each subnet that a task has used within `keep_warm_s`; of them none is made within `warm_after_s` of a start, which
    it would slow down. `metadata` says that containers can reach their metadata endpoint; then `endpoint` is where
    they reach this API, and they are told so in their environment.
    """

    stop_grace_s: float = 30.0
    keep_stopped_s: float = 600.0
    keep_task_s: float = 3600.0
    short_run_s: float = 10.0
    back_off_s: float = 1.0
    back_off_cap_s: float = 1620.0
    repeat_event_s: float = 21_600.0
    retry_placement_s: float = 15.0
    orphan_grace_s: float = 60.0
    keep_inactive_s: float = 3600.0
    keep_token_s: float = 86_400.0
    provision_s: float = 180.0
    installation: str = ""
    warm_pauses: int = 3
    keep_warm_s: float = 3600.0
    warm_after_s: float = 2.0
    metadata: bool = False
    endpoint: str | None = None


DEFAULTS = Options()
