"""PutClusterCapacityProviders and DescribeCapacityProviders: which of Fargate's two a cluster may use.

Providers of one's own (Auto Scaling groups, managed instances) do not exist here.
"""

from msgspec.structs import replace

from homeport.api.caller import Caller
from homeport.api.ecs import checks_capacity, find
from homeport.api.ecs.errors import capacity as errors
from homeport.api.ecs.view import cluster as view
from homeport.api.operation import read, write
from homeport.api.paging import Listing
from homeport.model import arn
from homeport.model.cluster import Cluster
from homeport.model.service import Service
from homeport.model.task_set import TaskSet
from homeport.shapes import ecs
from homeport.store.tx import ReadTx, WriteTx

LISTING = Listing(operation="DescribeCapacityProviders", usual=10, largest=10)


@write
def put_cluster_capacity_providers(
    tx: WriteTx, caller: Caller, request: ecs.PutClusterCapacityProvidersRequest
) -> ecs.PutClusterCapacityProvidersResponse:
    """The providers of a cluster and its default strategy, instead of those that it had."""
    cluster = find.cluster(tx, caller, request.cluster)
    wanted = list(dict.fromkeys(_name(text, caller) for text in request.capacity_providers))
    spec = replace(cluster.spec, capacity_providers=wanted)
    checks_capacity.check_providers(wanted)
    if request.default_capacity_provider_strategy:
        checks_capacity.check_strategy(
            request.default_capacity_provider_strategy, replace(cluster, spec=spec)
        )
    if _in_use(tx, cluster) - set(wanted):
        raise errors.provider_in_use()

    cluster = replace(
        cluster, spec=replace(spec, default_strategy=request.default_capacity_provider_strategy)
    )
    tx.put(cluster)
    return ecs.PutClusterCapacityProvidersResponse(
        cluster=view.cluster(tx, cluster, ("SETTINGS", "ATTACHMENTS"))
    )


@read
def describe_capacity_providers(
    tx: ReadTx, caller: Caller, request: ecs.DescribeCapacityProvidersRequest
) -> ecs.DescribeCapacityProvidersResponse:
    """Fargate's providers, all or those that are named, and a failure MISSING for each other name."""
    associated: tuple[str, ...] = checks_capacity.FARGATE_PROVIDERS
    if request.cluster:
        associated = tuple(find.cluster(tx, caller, request.cluster).spec.capacity_providers)
    named = dict.fromkeys(request.capacity_providers or associated)
    found = {_name(text, caller): text for text in named}
    page = LISTING.page(
        caller,
        [name for name in found if name in associated],
        request.next_token,
        request.max_results,
        " ".join((request.cluster or "", *named)),
    )
    return ecs.DescribeCapacityProvidersResponse(
        capacity_providers=[_shown(name, caller) for name in page.items],
        failures=[
            ecs.Failure(arn=_arn(text, caller), reason="MISSING")
            for name, text in found.items()
            if name not in associated
        ],
        next_token=page.next_token,
    )


def _shown(name: str, caller: Caller) -> ecs.CapacityProvider:
    return ecs.CapacityProvider(capacity_provider_arn=_arn(name, caller), name=name, status="ACTIVE", tags=[])


def _arn(text: str, caller: Caller) -> str:
    if text.startswith("arn:"):
        return text
    return f"arn:aws:ecs:{caller.region}:{caller.account}:capacity-provider/{text}"


def _name(text: str, caller: Caller) -> str:
    """The name in an ARN of the caller's; whatever is none is returned as it is."""
    parsed = arn.parse(text)
    if parsed is None or text != _arn(parsed.resource.rpartition("/")[2], caller):
        return text
    return parsed.path[-1]


def _in_use(tx: ReadTx, cluster: Cluster) -> set[str]:
    """The providers by which task sets of the cluster run their tasks."""
    return {
        item.capacity_provider
        for service in tx.owned(Service, cluster.id)
        for task_set in tx.owned(TaskSet, service.id)
        for item in task_set.spec.capacity_provider_strategy
    }
