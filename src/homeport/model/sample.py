"""A second of traffic: numbers for people and canaries, kept for an hour and never on disk.

The words here are what a data plane's meter writes, and what CloudWatch's and Prometheus's names are made of.
"""

from msgspec import Struct

from homeport.model.record import Time

KEPT_S = 3600.0
"""For how long samples are kept."""

BOUNDS_MS: tuple[float, ...] = (
    0.5,
    *(times * 10.0**power for power in range(5) for times in (1, 1.5, 2, 2.5, 3, 4, 5, 6, 8)),
    100_000.0,
    300_000.0,
    1_000_000.0,
    3_600_000.0,
)
"""The upper bounds of latency's buckets. Each begins above the one before; what is longer falls into the last."""

STATES = frozenset({"active_connections", "healthy", "unhealthy"})
"""What is so at the end of the second."""

COUNTS = frozenset(
    {
        "requests",
        *(f"target_{digit}xx" for digit in "2345"),
        "target_connection_errors",
        "bytes",
        "latency_sum_ms",
        *(f"elb_{digit}xx" for digit in "345"),
        *(f"elb_{status}" for status in (500, 502, 503, 504)),
        "fixed_responses",
        "redirects",
        "new_connections",
        "rejected_connections",
        "tls_errors",
        "client_resets",
        "target_resets",
        "elb_resets",
    }
)
"""What was counted in the second; of these a longer time has the sum."""


class Sample(Struct, frozen=True, kw_only=True, gc=False):
    """What happened in the second before `at` to `of`: a load balancer's record id, or a target group's.

    There is one for each second and each load balancer or target group that is in use, also when nothing happened. What
    is 0 is left out of `values`, whose names are:

    - of both: `requests` (for which a target was chosen: ELB counts no others), `target_2xx`, `target_3xx`, `target_4xx`,
      `target_5xx` (answers of targets, by class), `target_connection_errors` (a target that could not be reached), `bytes` (in and out), `latency_sum_ms`;
    - of load balancers: `elb_3xx`, `elb_4xx`, `elb_5xx`, `elb_500`, `elb_502`, `elb_503`, `elb_504` (answers of its own: the
      last four are also in `elb_5xx`), `fixed_responses`, `redirects`, `new_connections` (or flows of UDP),
      `active_connections`, `rejected_connections`, `tls_errors` (handshakes with clients that failed), `client_resets`,
      `target_resets`, `elb_resets` (TCP);
    - of target groups: `healthy`, `unhealthy` (targets; neither counts those that drain or are unused),
      `new_connections`, `active_connections` (to its targets).

    A request that was answered by a target is in both samples, its load balancer's and its target group's.

    `latency_ms` is how long targets took to begin their answers: (one of `BOUNDS_MS`, how many fell between it and the one
    below). Buckets that nothing fell into are left out.
    """

    at: Time
    of: str
    values: dict[str, float] = {}
    latency_ms: tuple[tuple[float, int], ...] = ()
