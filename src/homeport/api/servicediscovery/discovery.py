"""DiscoverInstances and DiscoverInstancesRevision: what the data plane of Cloud Map answers, by names."""

from collections.abc import Mapping, Sequence

from homeport.api.caller import Caller
from homeport.api.operation import read
from homeport.api.servicediscovery import errors, find, view
from homeport.model.namespace import DiscoveryInstance, DiscoveryService
from homeport.shapes import servicediscovery as shapes
from homeport.store.tx import ReadTx

USUAL_PAGE = 100


@read
def discover_instances(
    tx: ReadTx, caller: Caller, request: shapes.DiscoverInstancesRequest
) -> shapes.DiscoverInstancesResponse:
    """The instances of a service that match, oldest first; healthy ones unless others are asked for."""
    service = _find(tx, caller, request)
    matching = _matching(tx.owned(DiscoveryInstance, service.id), request.query_parameters)
    found = _well(service, matching, request.health_status or "HEALTHY")
    found = _matching(found, request.optional_parameters) or found

    namespace = find.namespace_of(tx, service)
    answers = [
        shapes.HttpInstanceSummary(
            instance_id=record.name,
            namespace_name=namespace.spec.http_name,
            service_name=service.spec.name,
            health_status=view.health(service, record),
            attributes=record.attributes,
        )
        for record in found[: request.max_results or USUAL_PAGE]
    ]
    return shapes.DiscoverInstancesResponse(
        instances=answers, instances_revision=service.revision_of_instances
    )


@read
def discover_instances_revision(
    tx: ReadTx, caller: Caller, request: shapes.DiscoverInstancesRevisionRequest
) -> shapes.DiscoverInstancesRevisionResponse:
    """A number that grows with each instance of a service that comes or goes."""
    service = _find(tx, caller, request)
    return shapes.DiscoverInstancesRevisionResponse(instances_revision=service.revision_of_instances)


def _find(
    tx: ReadTx,
    caller: Caller,
    request: shapes.DiscoverInstancesRequest | shapes.DiscoverInstancesRevisionRequest,
) -> DiscoveryService:
    """Nobody shares a namespace with another account. Raises NamespaceNotFound and ServiceNotFound."""
    if request.owner_account not in (None, caller.account):
        raise errors.namespace_not_found(request.namespace_name)
    return find.by_names(tx, caller, request.namespace_name, request.service_name)


def _matching(
    records: Sequence[DiscoveryInstance], wanted: Mapping[str, str] | None
) -> list[DiscoveryInstance]:
    """Those that have all of some attributes."""
    asked = (wanted or {}).items()
    return [record for record in records if asked <= record.attributes.items()]


def _well(
    service: DiscoveryService, records: list[DiscoveryInstance], wanted: shapes.HealthStatusFilter
) -> list[DiscoveryInstance]:
    """Those of a health; all of them where nobody is asked to tell."""
    if not service.has_custom_health or wanted == "ALL":
        return records
    if wanted == "UNHEALTHY":
        return [record for record in records if record.health == "UNHEALTHY"]
    healthy = [record for record in records if record.health == "HEALTHY"]
    return healthy or (records if wanted == "HEALTHY_OR_ELSE_ALL" else [])
