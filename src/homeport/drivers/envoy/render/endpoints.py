"""Targets as endpoints of clusters, each with what is known of its health."""

from collections.abc import Mapping, Sequence

from homeport.drivers.envoy import names
from homeport.drivers.envoy.render import clusters
from homeport.drivers.envoy.render.place import Fields, address
from homeport.model.target_group import TargetStatus
from homeport.plan.traffic import GroupTable, ListenerTable

Health = Mapping[str, TargetStatus]
"""What was seen of targets since their tables were made."""

FULL = 1_000_000
"""Percent: a target group with one target that is well gets all of its weight, as ELB's does; Envoy would scale it."""


def group(table: GroupTable, health: Health) -> Fields:
    """The endpoints of a target group's cluster."""
    return {
        "cluster_name": names.cluster(table),
        "endpoints": [{"lb_endpoints": _endpoints(table, health)}] if table.endpoints else [],
    }


def forward(table: ListenerTable, groups: Mapping[str, GroupTable], health: Health) -> Fields:
    """The endpoints of a listener's `forward` cluster: a locality for each target group, with its weight."""
    found = [(groups[id], weight) for id, weight in clusters.forwarded(table) if id in groups]
    return {
        "cluster_name": names.forward(table),
        "endpoints": [_locality(group, weight, health) for group, weight in found],
        "policy": {"overprovisioning_factor": FULL},
    }


def _locality(table: GroupTable, weight: int, health: Health) -> Fields:
    fields: Fields = {"locality": {"zone": table.number}, "lb_endpoints": _endpoints(table, health)}
    if weight:  # Without a weight it gets nothing; 0 is none that Envoy takes.
        fields["load_balancing_weight"] = weight
    return fields


def _endpoints(table: GroupTable, health: Health) -> list[Fields]:
    kind = clusters.kind(table)
    fields: Fields = {}
    if kind:
        fields["metadata"] = {"filter_metadata": {"envoy.transport_socket_match": {clusters.KIND: kind}}}
    return [
        {
            "endpoint": {"address": address(endpoint.host, endpoint.port)},
            "health_status": status,
            **fields,
        }
        for endpoint, status in zip(table.endpoints, statuses(table, health), strict=True)
    ]


def statuses(table: GroupTable, health: Health) -> Sequence[str]:
    """As Envoy calls them. Without one target that is well, all that are registered are tried (ELB fails open)."""
    is_open = not any(
        health.get(endpoint.id, endpoint.status) == "healthy"
        for endpoint in table.endpoints
        if not endpoint.draining
    )
    return [
        "DRAINING"
        if endpoint.draining
        else "HEALTHY"
        if is_open or health.get(endpoint.id, endpoint.status) == "healthy"
        else "UNHEALTHY"
        for endpoint in table.endpoints
    ]
