"""Dimensions → whose numbers are asked for.

As in CloudWatch each combination of dimensions is a metric of its own, and one that does not exist has no data: that is
no error. Traffic enters a load balancer in its first zone, because there is one machine (docs/decisions/0018).
"""

from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct

from homeport.api.caller import Caller
from homeport.api.cloudwatch.metrics import ALONE, APPLICATION, NETWORK, Metric
from homeport.model import arn
from homeport.model.load_balancer import PATHS, Listener, LoadBalancer, Rule, balancers, group_key
from homeport.model.target_group import TargetGroup
from homeport.shapes import cloudwatch
from homeport.store.tx import ReadTx

BALANCER, GROUP, ZONE = "LoadBalancer", "TargetGroup", "AvailabilityZone"
HTTP = ("HTTP", "HTTPS")


class Source(Struct, frozen=True, kw_only=True):
    """A load balancer's or a target group's record id, and the dimensions by which it is asked for."""

    of: str
    namespace: str
    dimensions: tuple[tuple[str, str], ...]

    @property
    def is_group(self) -> bool:
        """Whether it is a target group."""
        return any(name == GROUP for name, _ in self.dimensions)

    def has(self, metric: Metric) -> bool:
        """Whether there is such a metric with these dimensions."""
        if metric.of not in {"both", "group" if self.is_group else "balancer"}:
            return False
        return metric.name in ALONE or any(name == BALANCER for name, _ in self.dimensions)


def find(
    tx: ReadTx, caller: Caller, namespace: str, dimensions: Sequence[cloudwatch.Dimension]
) -> Source | None:
    """Whose numbers these dimensions stand for; None when nobody's."""
    asked = {each.name: each.value for each in dimensions}
    if len(asked) != len(dimensions) or not asked.keys() <= {BALANCER, GROUP, ZONE}:
        return None
    return next(
        (source for source in _named(tx, caller, asked) if _is(source, namespace, asked)),
        None,
    )


def every(tx: ReadTx, caller: Caller) -> Iterator[Source]:
    """All combinations of dimensions that a caller's metrics have."""
    for balancer in tx.owned(LoadBalancer, caller.scope.id):
        yield from _of_balancer(balancer)
    for group in tx.owned(TargetGroup, caller.scope.id):
        yield from _of_group(tx, group)


def _is(source: Source, namespace: str, asked: Mapping[str, str]) -> bool:
    return source.namespace == namespace and dict(source.dimensions) == asked


def _named(tx: ReadTx, caller: Caller, asked: Mapping[str, str]) -> Iterator[Source]:
    """The combinations of the target group that is named, else of the load balancer."""
    if GROUP in asked:
        kind, _, rest = asked[GROUP].partition("/")
        group = tx.get(TargetGroup, f"{caller.scope.id}/{rest}")
        if group is not None and kind == "targetgroup":
            yield from _of_group(tx, group)
    elif BALANCER in asked:
        balancer = tx.get(LoadBalancer, f"{caller.scope.id}/{asked[BALANCER]}")
        if balancer is not None:
            yield from _of_balancer(balancer)


def _of_balancer(balancer: LoadBalancer) -> Iterator[Source]:
    whole = ((BALANCER, _short(balancer.id)),)
    namespace = _namespace(balancer)
    yield Source(of=balancer.id, namespace=namespace, dimensions=whole)
    for zone in _zones(balancer):
        yield Source(of=balancer.id, namespace=namespace, dimensions=(*zone, *whole))


def _of_group(tx: ReadTx, group: TargetGroup) -> Iterator[Source]:
    mine = (GROUP, f"targetgroup/{_short(group.id)}")
    namespace = APPLICATION if group.spec.protocol in HTTP else NETWORK
    yield Source(of=group.id, namespace=namespace, dimensions=(mine,))
    for balancer in _balancers(tx, group):
        both = (mine, (BALANCER, _short(balancer.id)))
        yield Source(of=group.id, namespace=_namespace(balancer), dimensions=both)
        for zone in _zones(balancer):
            yield Source(of=group.id, namespace=_namespace(balancer), dimensions=(*zone, *both))


def _balancers(tx: ReadTx, group: TargetGroup) -> list[LoadBalancer]:
    """Those that forward to a target group."""
    key = group_key(arn.target_group_arn(group.id))
    found = (tx.get(LoadBalancer, id) for id in balancers(tx.owned(Listener, key), tx.owned(Rule, key)))
    return [balancer for balancer in found if balancer is not None]


def _namespace(balancer: LoadBalancer) -> str:
    return APPLICATION if PATHS[balancer.spec.kind] == "app" else NETWORK


def _zones(balancer: LoadBalancer) -> list[tuple[tuple[str, str]]]:
    return [((ZONE, zone.name),) for zone in balancer.spec.zones[:1]]


def _short(record_id: str) -> str:
    """`app/NAME/16-HEX`, `NAME/16-HEX`: an id without its tenant."""
    return record_id.split("/", 2)[2]
