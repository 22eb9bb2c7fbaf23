"""Which of several records are shown: at most eight that are well, or one by chance.

All that can be shown is laid out as variants, each as likely as any other, so that answers can be kept ready.
"""

from collections.abc import Callable, Sequence

from homeport.drivers.network.dns.records import Records

MOST = 8
"""Records of a multivalue answer (Cloud Map API reference, RoutingPolicy)."""


def variants(
    records: Records, shuffled: Callable[[Sequence[str]], Sequence[str]], kept: int
) -> tuple[list[tuple[str, ...]], bool]:
    """Every answer that may be given, as the texts of its records in their order, and True; of more than `kept` of them
    one, by chance, and False.

    When none is well all are taken to be, as Route 53 does.
    """
    well = [value.text for value in records.values if value.healthy]
    order = list(shuffled(well or [value.text for value in records.values]))
    count = 1 if len(order) > kept else len(order)
    if records.routing == "WEIGHTED":
        return [(text,) for text in order[:count]], count == len(order)
    round_ = order + order[:MOST]
    most = min(MOST, len(order))
    return [tuple(round_[at : at + most]) for at in range(count)], count == len(order)
