"""CreateCluster, DescribeClusters, ListClusters, UpdateCluster, UpdateClusterSettings, DeleteCluster.

A cluster is a name. The machine joins it as a container instance when it is made, and leaves with it.
"""

from collections.abc import Sequence

from msgspec.structs import replace

from homeport.api.caller import Caller
from homeport.api.ecs import checks_capacity, find, settings, tagging
from homeport.api.ecs.errors import clusters as errors
from homeport.api.ecs.view import cluster as view
from homeport.api.operation import read, write
from homeport.api.paging import Listing
from homeport.model import arn
from homeport.model.cluster import Cluster, ClusterSpec
from homeport.model.instance import Instance, Machine
from homeport.model.lifecycle import TASK_STATUSES
from homeport.model.namespace import Namespace
from homeport.model.service import Service
from homeport.model.task import Task
from homeport.plan.instances import registrations
from homeport.shapes import ecs
from homeport.store.tx import ReadTx, WriteTx

MOST_DESCRIBED = 100
LISTING = Listing(operation="ListClusters")
INSIGHTS = ("enhanced", "enabled", "disabled")
SWITCHED = {"on": "enabled", "off": "disabled"}
"""What an account setting may say instead."""
WHOLE = ("SETTINGS", "TAGS", "CONFIGURATIONS")
"""What CreateCluster shows without being asked to."""


@write
def create_cluster(
    tx: WriteTx, caller: Caller, request: ecs.CreateClusterRequest
) -> ecs.CreateClusterResponse:
    """A new cluster, `default` when it has no name.

    One that is there already is answered as it is, if it has whatever the request asks for; else
    InvalidParameterException (both seen on AWS).
    """
    name = find.cluster_name(request.cluster_name)
    before = tx.get(Cluster, f"{caller.scope.id}/{name}")
    if before is not None and before.spec.deleted_at is None:
        if not _has(before.spec, request):
            raise errors.not_idempotent()
        return ecs.CreateClusterResponse(cluster=view.cluster(tx, before, WHOLE))

    spec = _spec(tx, caller, name, request)
    cluster = Cluster(id=f"{caller.scope.id}/{name}", owner=caller.scope.id, spec=spec)
    if cluster.spec.default_strategy:
        checks_capacity.check_strategy(cluster.spec.default_strategy, cluster)
    tx.put(cluster)
    for instance in registrations(cluster, tx.owned(Machine, "machines"), [], tx.now, tx.new_id):
        tx.put(instance)
    return ecs.CreateClusterResponse(cluster=view.cluster(tx, cluster, WHOLE))


@read
def describe_clusters(
    tx: ReadTx, caller: Caller, request: ecs.DescribeClustersRequest
) -> ecs.DescribeClustersResponse:
    """The clusters that are named, `default` when none is; INACTIVE ones too, for a while."""
    if len(request.clusters or []) > MOST_DESCRIBED:
        raise errors.clusters_too_many()
    if "" in (request.clusters or []):
        raise errors.clusters_blank()
    found, failures = [], []
    for text in dict.fromkeys(request.clusters or [find.DEFAULT_CLUSTER]):
        cluster = find.any_cluster(tx, caller, text)
        if cluster is None:
            id = text if text.startswith("arn:") else arn.cluster_arn(f"{caller.scope.id}/{text}")
            failures.append(ecs.Failure(arn=id, reason="MISSING"))
        else:
            found.append(view.cluster(tx, cluster, request.include or ()))
    return ecs.DescribeClustersResponse(clusters=found, failures=failures)


@read
def list_clusters(tx: ReadTx, caller: Caller, request: ecs.ListClustersRequest) -> ecs.ListClustersResponse:
    """The ARNs of the ACTIVE clusters."""
    clusters = tx.owned(Cluster, caller.scope.id)
    arns = [arn.cluster_arn(cluster.id) for cluster in clusters if cluster.spec.deleted_at is None]
    page = LISTING.page(caller, arns, request.next_token, request.max_results)
    return ecs.ListClustersResponse(cluster_arns=page.items, next_token=page.next_token)


@write
def update_cluster(
    tx: WriteTx, caller: Caller, request: ecs.UpdateClusterRequest
) -> ecs.UpdateClusterResponse:
    """Changes settings, configuration and Service Connect defaults; what the request leaves out stays."""
    cluster = find.cluster(tx, caller, request.cluster)
    spec = cluster.spec
    if request.settings:
        spec = replace(spec, settings=_merged(spec.settings, request.settings))
    if request.configuration is not None:
        spec = replace(spec, configuration=request.configuration)
    if request.service_connect_defaults is not None:
        namespace = _namespace(tx, caller, request.service_connect_defaults)
        spec = replace(spec, service_connect_namespace=namespace)
    cluster = replace(cluster, spec=spec)
    tx.put(cluster)
    return ecs.UpdateClusterResponse(cluster=view.cluster(tx, cluster, ("SETTINGS", "CONFIGURATIONS")))


@write
def update_cluster_settings(
    tx: WriteTx, caller: Caller, request: ecs.UpdateClusterSettingsRequest
) -> ecs.UpdateClusterSettingsResponse:
    """Changes a cluster's settings."""
    cluster = find.cluster(tx, caller, request.cluster)
    merged = _merged(cluster.spec.settings, request.settings)
    cluster = replace(cluster, spec=replace(cluster.spec, settings=merged))
    tx.put(cluster)
    return ecs.UpdateClusterSettingsResponse(cluster=view.cluster(tx, cluster, ("SETTINGS",)))


@write
def delete_cluster(
    tx: WriteTx, caller: Caller, request: ecs.DeleteClusterRequest
) -> ecs.DeleteClusterResponse:
    """INACTIVE at once, when nothing is in it but the machine, which leaves with it."""
    cluster = find.cluster(tx, caller, request.cluster)
    if tx.count(Service, f"{cluster.id}#ACTIVE") or tx.count(Service, f"{cluster.id}#DRAINING"):
        raise errors.contains_services()
    alive = (status for status in TASK_STATUSES if status != "STOPPED")
    if any(tx.count(Task, f"cluster:{cluster.id}#{status}") for status in alive):
        raise errors.contains_tasks()

    for instance in tx.owned(Instance, cluster.id):
        tx.delete(instance)
    cluster = replace(cluster, spec=replace(cluster.spec, deleted_at=tx.now))
    tx.put(cluster)
    return ecs.DeleteClusterResponse(cluster=view.cluster(tx, cluster))


def _spec(tx: WriteTx, caller: Caller, name: str, request: ecs.CreateClusterRequest) -> ClusterSpec:
    checks_capacity.check_providers(request.capacity_providers or [])
    namespace = _namespace(tx, caller, request.service_connect_defaults)
    return ClusterSpec(
        name=name,
        created_at=tx.now,
        settings=_merged(_default_settings(tx, caller), request.settings or []),
        configuration=request.configuration,
        service_connect_namespace=namespace,
        capacity_providers=request.capacity_providers or [],
        default_strategy=request.default_capacity_provider_strategy or [],
        tags=tagging.checked(request.tags),
    )


def _namespace(
    tx: ReadTx, caller: Caller, defaults: ecs.ClusterServiceConnectDefaultsRequest | None
) -> str | None:
    """Service Connect's default namespace. One that is named by an ARN must be there; AWS makes one for a new name."""
    text = (defaults and defaults.namespace) or None
    parsed = arn.parse(text) if text else None
    if text is None or parsed is None:
        return text
    is_callers = parsed.scope == caller.scope and (parsed.service, parsed.kind) == (
        "servicediscovery",
        "namespace",
    )
    if not is_callers or tx.get(Namespace, arn.record_id(text)) is None:
        raise errors.namespace_not_found()
    return text


def _has(spec: ClusterSpec, request: ecs.CreateClusterRequest) -> bool:
    """Whether the cluster has whatever the request asks for; what it leaves out or blank may be anything.

    Ours: AWS speaks of the arguments of earlier requests; we compare with the cluster as it is now. Tags that were
    added since do no harm, a setting that was changed since does.
    """
    namespace = request.service_connect_defaults.namespace if request.service_connect_defaults else None
    asked = (
        (request.configuration, spec.configuration),
        (namespace, spec.service_connect_namespace),
        (request.capacity_providers, spec.capacity_providers),
        (request.default_capacity_provider_strategy, spec.default_strategy),
    )
    return (
        all(not wanted or wanted == there for wanted, there in asked)
        and all(setting in spec.settings for setting in request.settings or [])
        and tagging.checked(request.tags).items() <= spec.tags.items()
    )


def _default_settings(tx: ReadTx, caller: Caller) -> list[ecs.ClusterSetting]:
    """What the account settings say about new clusters (API Reference, ClusterSetting)."""
    value = settings.effective(tx, caller, caller.principal, "containerInsights")
    return [ecs.ClusterSetting(name="containerInsights", value=SWITCHED.get(value, value))]


def _merged(
    before: Sequence[ecs.ClusterSetting], given: Sequence[ecs.ClusterSetting]
) -> list[ecs.ClusterSetting]:
    """The settings, each by name once: what is given wins over what was there."""
    if any(setting.value not in INSIGHTS for setting in given):
        raise errors.setting_value_invalid()
    return list({setting.name: setting for setting in (*before, *given)}.values())
