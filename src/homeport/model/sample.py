"""A second of traffic: numbers for people and canaries, kept for an hour and never on disk."""

from msgspec import Struct

from homeport.model.record import Time


class Sample(Struct, frozen=True, kw_only=True, gc=False):
    """What happened in the second before `at` to `of`: a load balancer's record id, or a target group's.

    `values` are counts of that second (`requests`, `target_2xx`, `elb_5xx`, `new_connections`, `bytes`, …) and states at its end
    (`active_connections`, `healthy`, `unhealthy`); what is 0 is left out. `latency_ms`: (upper bound of a bucket in ms, how many
    requests fell into it), for percentiles.
    """

    at: Time
    of: str
    values: dict[str, float] = {}
    latency_ms: tuple[tuple[float, int], ...] = ()
