"""Which draining targets have nothing left to do: an application load balancer lets them go before their time.

Pure. AWS: "If a deregistering target has no in-flight requests …, Elastic Load Balancing immediately completes the
deregistration process" (User Guide, "Deregistration delay"). Targets of network load balancers wait till the end.
"""

from collections.abc import Iterable, Sequence

from homeport.drivers.envoy import names
from homeport.drivers.envoy.hosts import Host
from homeport.plan.traffic import Delta, Endpoint, GroupTable

HTTP = frozenset({"HTTP", "HTTPS"})


class Idleness:
    """A target is idle when Envoy, told that it drains, twice in a row had no request under way and had sent none in
    between: each of its threads learns of it in its own time.
    """

    def __init__(self) -> None:
        self._draining: dict[str, tuple[str, Endpoint]] = {}
        self._quiet: dict[str, int] = {}
        self._told: dict[str, float] = {}

    def follow(self, delta: Delta) -> None:
        """Watch these from now on."""
        for id, table in delta.groups.items():
            now = {} if table is None else dict(_draining(table))
            for target in [key for key in self._draining if key.startswith(f"{id}/") and key not in now]:
                del self._draining[target]
            self._draining |= now
        for known in (self._quiet, self._told):
            for target in [key for key in known if key not in self._draining]:
                known.pop(target, None)

    @property
    def clusters(self) -> frozenset[str]:
        """Those of which Envoy has to be asked."""
        return frozenset(
            cluster for id, (cluster, endpoint) in self._draining.items() if not self._is_told(id, endpoint)
        )

    def idle(self, hosts: Sequence[Host]) -> list[str]:
        """The targets (record ids) that have become idle, each once. `hosts` are all those of `clusters`."""
        found = {(host.cluster, host.address, host.port): host for host in hosts}
        idle = []
        for id, (cluster, endpoint) in self._draining.items():
            if self._is_told(id, endpoint):
                continue
            host = found.get((cluster, endpoint.host, endpoint.port))
            requests = _quiet(host)
            if requests is not None and self._quiet.get(id) == requests:
                self._told[id] = endpoint.registered_at
                idle.append(id)
            elif requests is None:
                self._quiet.pop(id, None)
            else:
                self._quiet[id] = requests
        return idle

    def _is_told(self, id: str, endpoint: Endpoint) -> bool:
        return self._told.get(id) == endpoint.registered_at


def _draining(table: GroupTable) -> Iterable[tuple[str, tuple[str, Endpoint]]]:
    if table.protocol not in HTTP:
        return []
    cluster = names.cluster(table)
    return [(each.id, (cluster, each)) for each in table.endpoints if each.draining]


def _quiet(host: Host | None) -> int | None:
    """How many requests it had, if it has none now; -1 for one that Envoy knows nothing of, or no more."""
    if host is None:
        return -1
    return host.requests if host.is_draining and not host.active else None
