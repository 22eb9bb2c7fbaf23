"""CreateService, UpdateService, DeleteService, DescribeServices, ListServices, for services that are EXTERNAL.

A service here is a name, a number and its task sets. Whatever says what runs belongs to the sets (`task_sets.py`).
"""

from msgspec.structs import replace

from homeport.api import errors as common
from homeport.api.caller import Caller
from homeport.api.ecs import checks_service, find, tagging
from homeport.api.ecs.errors import services as errors
from homeport.api.ecs.view import service as view
from homeport.api.idempotency import Tokens
from homeport.api.operation import read, write
from homeport.api.paging import Listing
from homeport.model import arn
from homeport.model.cluster import Cluster
from homeport.model.service import Service, ServiceSpec
from homeport.shapes import ecs
from homeport.store.tx import ReadTx, WriteTx

MOST_DESCRIBED = 10
LISTING = Listing(operation="ListServices", usual=10)
TOKENS = Tokens(operation="CreateService", mismatch=lambda _: errors.not_idempotent())
DEFAULT_PERCENT = ecs.DeploymentConfiguration(maximum_percent=200, minimum_healthy_percent=100)
"""AWS's defaults; task sets are not affected by them."""


@write
def create_service(
    tx: WriteTx, caller: Caller, request: ecs.CreateServiceRequest
) -> ecs.CreateServiceResponse:
    """A new EXTERNAL service, without task sets. A name may be used again once its service is INACTIVE."""
    cluster = find.cluster(tx, caller, request.cluster)
    made = TOKENS.remembered(tx, caller, cluster.id, request)
    before = tx.get(Service, f"{cluster.id}/{request.service_name}")
    if before is not None and before.status != "INACTIVE":
        if not made:
            raise errors.not_idempotent()
        return ecs.CreateServiceResponse(service=view.service(tx, before, tags=True))
    checks_service.check_new(request)

    service = Service(
        id=f"{cluster.id}/{request.service_name}", owner=cluster.id, spec=_spec(tx, caller, cluster, request)
    )
    if before is not None:
        tx.forget_events(before.spec.incarnation)
        tx.delete(before)
    tx.put(service)
    TOKENS.remember(tx, caller, cluster.id, request, [service.id])
    return ecs.CreateServiceResponse(service=view.service(tx, service, tags=True))


@write
def update_service(
    tx: WriteTx, caller: Caller, request: ecs.UpdateServiceRequest
) -> ecs.UpdateServiceResponse:
    """Changes what is the service's own. Its task sets' computed counts follow a new desired count in their time."""
    cluster = find.cluster(tx, caller, request.cluster)
    service = find.service(tx, cluster, request.service)
    if service.status != "ACTIVE":
        raise common.service_not_active()
    primary = view.primary_of(tx, service)
    checks_service.check_changes(request, has_balancer=bool(primary and primary.spec.load_balancers))

    service = replace(service, spec=_changed(service.spec, request))
    tx.put(service)
    return ecs.UpdateServiceResponse(service=view.service(tx, service))


@write
def delete_service(
    tx: WriteTx, caller: Caller, request: ecs.DeleteServiceRequest
) -> ecs.DeleteServiceResponse:
    """DRAINING at once, INACTIVE when nothing of it runs. One that wants tasks goes only with force."""
    cluster = find.cluster(tx, caller, request.cluster)
    service = find.service(tx, cluster, request.service)
    if service.status == "INACTIVE":
        raise common.service_not_active()
    if service.spec.desired_count > 0 and not request.force and service.status == "ACTIVE":
        raise errors.scaled_above_zero()

    if service.status == "ACTIVE":
        service = replace(service, spec=replace(service.spec, deleted_at=tx.now, desired_count=0))
        tx.put(service)
    return ecs.DeleteServiceResponse(service=view.service(tx, service))


@read
def describe_services(
    tx: ReadTx, caller: Caller, request: ecs.DescribeServicesRequest
) -> ecs.DescribeServicesResponse:
    """Up to ten services with their task sets; INACTIVE ones too, for a while."""
    if not request.services:
        raise errors.services_empty()
    if len(request.services) > MOST_DESCRIBED:
        raise errors.services_too_many()
    cluster = find.cluster(tx, caller, request.cluster)

    tags = "TAGS" in (request.include or [])
    found, failures = [], []
    for text in dict.fromkeys(request.services):
        service = find.any_service(tx, cluster, text)
        if service is None:
            id = text if text.startswith("arn:") else arn.service_arn(f"{cluster.id}/{text}")
            failures.append(ecs.Failure(arn=id, reason="MISSING"))
        else:
            found.append(view.service(tx, service, tags=tags))
    return ecs.DescribeServicesResponse(services=found, failures=failures)


@read
def list_services(tx: ReadTx, caller: Caller, request: ecs.ListServicesRequest) -> ecs.ListServicesResponse:
    """The ARNs of a cluster's ACTIVE services."""
    cluster = find.cluster(tx, caller, request.cluster)
    arns = [
        arn.service_arn(service.id)
        for service in tx.owned(Service, f"{cluster.id}#ACTIVE")
        if request.scheduling_strategy in (None, service.spec.scheduling_strategy)
        and request.launch_type in (None, view.launch_type(tx, service))
    ]
    filters = f"{cluster.id} {request.launch_type} {request.scheduling_strategy}"
    page = LISTING.page(caller, arns, request.next_token, request.max_results, filters)
    return ecs.ListServicesResponse(service_arns=page.items, next_token=page.next_token)


def _spec(tx: WriteTx, caller: Caller, cluster: Cluster, request: ecs.CreateServiceRequest) -> ServiceSpec:
    return ServiceSpec(
        cluster=cluster.id,
        name=request.service_name,
        incarnation=f"{cluster.id}/{request.service_name}/{tx.new_id()}",
        created_at=tx.now,
        created_by=caller.principal,
        desired_count=request.desired_count or 0,
        client_token=request.client_token or None,
        deployment_configuration=_percentages(DEFAULT_PERCENT, request.deployment_configuration),
        placement_constraints=request.placement_constraints or [],
        placement_strategy=request.placement_strategy or [],
        role=request.role or None,
        enable_ecs_managed_tags=bool(request.enable_ecs_managed_tags),
        enable_execute_command=bool(request.enable_execute_command),
        propagate_tags=request.propagate_tags or "NONE",
        tags=tagging.checked(request.tags),
    )


def _changed(spec: ServiceSpec, request: ecs.UpdateServiceRequest) -> ServiceSpec:
    """The spec with what the request names; what it leaves out stays."""
    given = {
        "desired_count": request.desired_count,
        "placement_constraints": request.placement_constraints,
        "placement_strategy": request.placement_strategy,
        "health_check_grace_period_s": request.health_check_grace_period_seconds,
        "enable_ecs_managed_tags": request.enable_ecs_managed_tags,
        "enable_execute_command": request.enable_execute_command,
        "propagate_tags": request.propagate_tags,
        "deployment_configuration": _percentages(
            spec.deployment_configuration, request.deployment_configuration
        ),
    }
    return replace(spec, **{name: value for name, value in given.items() if value is not None})


def _percentages(
    before: ecs.DeploymentConfiguration, given: ecs.DeploymentConfiguration | None
) -> ecs.DeploymentConfiguration:
    if given is None:
        return before
    maximum, minimum = given.maximum_percent, given.minimum_healthy_percent
    return ecs.DeploymentConfiguration(
        maximum_percent=before.maximum_percent if maximum is None else maximum,
        minimum_healthy_percent=before.minimum_healthy_percent if minimum is None else minimum,
    )
