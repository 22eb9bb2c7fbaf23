"""Route tables, put together of virtual hosts that are made once: a port may be shared by hundreds of load balancers, and
a shift of one's weights is none of the others' business.
"""

from collections.abc import Iterable, Mapping, Sequence

from envoy.config.route.v3.route_components_pb2 import VirtualHost
from envoy.config.route.v3.route_pb2 import RouteConfiguration

from homeport.drivers.envoy import names
from homeport.drivers.envoy.render import connections, routes, shared
from homeport.drivers.envoy.resources import filled
from homeport.plan.traffic import GroupTable, ListenerTable

Groups = Mapping[str, GroupTable]


class Hosts:
    """Remembers what it has made of a listener, until it is told to forget."""

    def __init__(self) -> None:
        self._made: dict[tuple[str, bool], VirtualHost] = {}

    def forget(self, listener: str) -> None:
        """A listener (a record id) has changed, or what it leads to."""
        for is_stripped in (True, False):
            self._made.pop((listener, is_stripped), None)

    def own(self, table: ListenerTable, groups: Groups) -> bytes:
        """The route table of a listener by itself."""
        is_stripped = connections.is_stripped([table])
        return _packed(names.listener(table), [self._host(table, groups, is_stripped=is_stripped)])

    def shared(self, tables: Sequence[ListenerTable], groups: Groups) -> bytes:
        """The route table of a port that `tables` share, the oldest first."""
        is_stripped = connections.is_stripped(tables)
        hosts = []
        for table, domains in zip(tables, shared.domains(tables), strict=True):
            host = VirtualHost()
            host.CopyFrom(self._host(table, groups, is_stripped=is_stripped))
            host.domains[:] = domains
            hosts.append(host)
        return _packed(shared.routes_name(tables[0]), hosts)

    def _host(self, table: ListenerTable, groups: Groups, *, is_stripped: bool) -> VirtualHost:
        key = (table.id, is_stripped)
        if key not in self._made:
            fields = routes.virtual_host(table, groups, is_stripped=is_stripped)
            self._made[key] = filled(fields, VirtualHost())
        return self._made[key]


def _packed(name: str, hosts: Iterable[VirtualHost]) -> bytes:
    """Hosts are told apart whatever their case, and their port is not part of them."""
    table = RouteConfiguration(name=name, virtual_hosts=hosts, ignore_port_in_host_matching=True)
    body: bytes = table.SerializeToString(deterministic=True)
    return body
