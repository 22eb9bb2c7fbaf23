"""Amazon ECS: what each operation touches (Service Authorization Reference, "Amazon Elastic Container Service").

A name that is given is the resource, whether it is there or not: nobody learns from a refusal what there is. What is
there adds its tags.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from msgspec import structs

from homeport.api.authorization.access import (
    EVERYTHING,
    Access,
    Rule,
    Table,
    keys,
    one,
    plain,
    request_tags,
    resource_tags,
)
from homeport.api.authorization.tables import ecs_names as names
from homeport.api.authorization.tables import passing
from homeport.api.caller import Caller
from homeport.api.ecs import settings
from homeport.model.task_definition import TaskDefinition
from homeport.plan.policy.patterns import Values
from homeport.store.tx import ReadTx

TASKS = "ecs-tasks.amazonaws.com"
SERVICE = "ecs.amazonaws.com"


def access(
    tx: ReadTx, caller: Caller, action: str, resource: str, said: Mapping[str, Iterable[str]] | None = None
) -> Access:
    """An action of ECS's on a resource, with the tags that the resource has."""
    given = keys({name: tuple(values) for name, values in (said or {}).items()})
    tags = resource_tags(names.tags(tx, caller, resource), "ecs")
    return Access(action=f"ecs:{action}", resource=resource, said={**given, **tags})


def tagging(tx: ReadTx, caller: Caller, create: str, resource: str, request: Any) -> Iterator[Access]:
    """What is made with tags needs the permission to tag, unless the account has it switched off."""
    if not request.tags:
        return
    if settings.effective(tx, caller, caller.principal, "tagResourceAuthorization") == "on":
        said = {**_tags(request), "ecs:createaction": (create,)}
        yield Access(action="ecs:TagResource", resource=resource, said=keys(said))


def _tags(request: Any) -> dict[str, tuple[str, ...]]:
    return request_tags({tag.key or "": tag.value or "" for tag in request.tags or ()})


def on_cluster(action: str) -> Rule:
    """An operation on one cluster."""

    def rule(tx: ReadTx, caller: Caller, request: Any) -> Iterator[Access]:
        yield access(tx, caller, action, names.cluster(caller, request.cluster))

    return rule


def in_cluster(action: str) -> Rule:
    """An operation that knows no resource, but the cluster as a condition."""

    def rule(tx: ReadTx, caller: Caller, request: Any) -> Iterator[Access]:
        said = {"ecs:cluster": (names.cluster(caller, request.cluster),)}
        yield access(tx, caller, action, EVERYTHING, said)

    return rule


def create_cluster(tx: ReadTx, caller: Caller, request: Any) -> Iterator[Access]:
    """The cluster that is to be, with the capacity providers that it is to have."""
    resource = names.cluster(caller, request.cluster_name)
    said = {**_tags(request), "ecs:capacity-provider": tuple(request.capacity_providers or ())}
    yield access(tx, caller, "CreateCluster", resource, said)
    yield from tagging(tx, caller, "CreateCluster", resource, request)


def describe_clusters(tx: ReadTx, caller: Caller, request: Any) -> Iterator[Access]:
    """Each cluster that is named, or `default`."""
    for text in request.clusters or (None,):
        yield access(tx, caller, "DescribeClusters", names.cluster(caller, text))


def put_capacity_providers(tx: ReadTx, caller: Caller, request: Any) -> Iterator[Access]:
    """The cluster, and the capacity providers that it is to have."""
    said = {"ecs:capacity-provider": tuple(request.capacity_providers)}
    cluster = names.cluster(caller, request.cluster)
    yield access(tx, caller, "PutClusterCapacityProviders", cluster, said)


def describe_capacity_providers(tx: ReadTx, caller: Caller, request: Any) -> Iterator[Access]:
    """Each capacity provider that is named, or whichever there are."""
    for text in request.capacity_providers or ("*",):
        resource = text if text.startswith("arn:") else f"{names.prefix(caller)}:capacity-provider/{text}"
        yield access(tx, caller, "DescribeCapacityProviders", resource)


def register_task_definition(tx: ReadTx, caller: Caller, request: Any) -> Iterator[Access]:
    """It knows no resource. The roles that tasks are to have are handed to ECS, which needs a permission for each."""
    privileged = any(each.privileged for each in request.container_definitions or ())
    said = {
        **_tags(request),
        "ecs:compute-compatibility": tuple(request.requires_compatibilities or ()),
        "ecs:privileged": one(privileged),
        "ecs:task-cpu": one(request.cpu),
        "ecs:task-memory": one(request.memory),
    }
    yield access(tx, caller, "RegisterTaskDefinition", EVERYTHING, said)
    yield from passing.roles(tx, caller, (request.task_role_arn, request.execution_role_arn), TASKS)
    family = f"{names.prefix(caller)}:task-definition/{request.family}:*"
    yield from tagging(tx, caller, "RegisterTaskDefinition", family, request)


def delete_task_definitions(tx: ReadTx, caller: Caller, request: Any) -> Iterator[Access]:
    """Each definition that is named."""
    for text in request.task_definitions:
        yield access(tx, caller, "DeleteTaskDefinitions", names.definition(tx, caller, text))


def run_task(tx: ReadTx, caller: Caller, request: Any) -> Iterator[Access]:
    """The task definition, in a cluster; and its roles, or those that override them."""
    resource = names.definition(tx, caller, request.task_definition)
    said = {
        **_tags(request),
        **_launch(caller, request),
        "ecs:enable-execute-command": one(bool(request.enable_execute_command)),
    }
    # Which revision is the newest is not told by a refusal.
    shown = names.definition_as_named(caller, request.task_definition)
    yield structs.replace(access(tx, caller, "RunTask", resource, said), shown=shown)
    yield from passing.roles(tx, caller, _run_roles(tx, caller, resource, request), TASKS)
    cluster = names.cluster(caller, request.cluster)
    tasks = names.under(cluster, "task", "*")
    yield from tagging(tx, caller, "RunTask", tasks, request)


def _run_roles(tx: ReadTx, caller: Caller, resource: str, request: Any) -> tuple[str | None, ...]:
    record = tx.get(TaskDefinition, names.record_id(caller, resource))
    own = None if record is None else record.spec.definition
    override = request.overrides
    task = (override and override.task_role_arn) or (own and own.task_role_arn)
    execution = (override and override.execution_role_arn) or (own and own.execution_role_arn)
    return task or None, execution or None


def _launch(caller: Caller, request: Any) -> dict[str, tuple[str, ...]]:
    """The keys of whatever starts tasks."""
    network = request.network_configuration and request.network_configuration.awsvpc_configuration
    arn = f"arn:aws:ec2:{caller.region}:{caller.account}:subnet/"
    public = (network.assign_public_ip == "ENABLED") if network else None
    providers = request.capacity_provider_strategy or ()
    return {
        "ecs:cluster": (names.cluster(caller, request.cluster),),
        "ecs:capacity-provider": tuple(item.capacity_provider for item in providers),
        "ecs:auto-assign-public-ip": one(public),
        "ecs:subnet": tuple(f"{arn}{subnet}" for subnet in (network.subnets if network else ())),
    }


def create_service(tx: ReadTx, caller: Caller, request: Any) -> Iterator[Access]:
    """The service that is to be; a role for its load balancer is handed to ECS."""
    resource = names.service(caller, request.cluster, request.service_name)
    said = {**_tags(request), **_service(tx, caller, request)}
    yield access(tx, caller, "CreateService", resource, said)
    yield from passing.roles(tx, caller, (request.role,), SERVICE)
    yield from tagging(tx, caller, "CreateService", resource, request)


def update_service(tx: ReadTx, caller: Caller, request: Any) -> Iterator[Access]:
    """The service, and what it is to run."""
    resource = names.service(caller, request.cluster, request.service)
    yield access(tx, caller, "UpdateService", resource, _service(tx, caller, request))


def _service(tx: ReadTx, caller: Caller, request: Any) -> dict[str, tuple[str, ...]]:
    connect = request.service_connect_configuration
    definition = request.task_definition and names.definition(tx, caller, request.task_definition)
    return {
        **_launch(caller, request),
        "ecs:enable-ebs-volumes": one(bool(request.volume_configurations)),
        "ecs:enable-execute-command": one(request.enable_execute_command),
        "ecs:enable-service-connect": one(connect.enabled if connect else None),
        "ecs:enable-vpc-lattice": one(bool(request.vpc_lattice_configurations)),
        "ecs:namespace": one(connect.namespace if connect else None),
        "ecs:task-definition": one(definition),
    }


def on_service(action: str) -> Rule:
    """An operation on one service."""

    def rule(tx: ReadTx, caller: Caller, request: Any) -> Iterator[Access]:
        cluster = names.cluster(caller, request.cluster)
        resource = names.service(caller, request.cluster, request.service)
        yield access(tx, caller, action, resource, {"ecs:cluster": (cluster,)})

    return rule


def describe_services(tx: ReadTx, caller: Caller, request: Any) -> Iterator[Access]:
    """Each service that is named."""
    said = {"ecs:cluster": (names.cluster(caller, request.cluster),)}
    for text in request.services:
        yield access(tx, caller, "DescribeServices", names.service(caller, request.cluster, text), said)


def create_task_set(tx: ReadTx, caller: Caller, request: Any) -> Iterator[Access]:
    """A task set of the service: its number is not known yet."""
    resource = names.task_set(caller, request, "*")
    said = {
        **_tags(request),
        **_launch(caller, request),
        **_of_service(caller, request),
        "ecs:task-definition": (names.definition(tx, caller, request.task_definition),),
    }
    yield access(tx, caller, "CreateTaskSet", resource, said)
    yield from tagging(tx, caller, "CreateTaskSet", resource, request)


def on_task_set(action: str) -> Rule:
    """An operation on one task set."""

    def rule(tx: ReadTx, caller: Caller, request: Any) -> Iterator[Access]:
        resource = names.task_set(caller, request, request.task_set)
        yield access(tx, caller, action, resource, _of_service(caller, request))

    return rule


def describe_task_sets(tx: ReadTx, caller: Caller, request: Any) -> Iterator[Access]:
    """Each task set that is named, or all of the service."""
    for text in request.task_sets or ("*",):
        resource = names.task_set(caller, request, text)
        yield access(tx, caller, "DescribeTaskSets", resource, _of_service(caller, request))


def _of_service(caller: Caller, request: Any) -> dict[str, tuple[str, ...]]:
    return {
        "ecs:cluster": (names.cluster(caller, request.cluster),),
        "ecs:service": (names.service(caller, request.cluster, request.service),),
    }


def each_in_cluster(action: str, kind: str, member: str) -> Rule:
    """An operation on what is named in a list: tasks, container instances."""

    def rule(tx: ReadTx, caller: Caller, request: Any) -> Iterator[Access]:
        cluster = names.cluster(caller, request.cluster)
        for text in getattr(request, member):
            resource = names.in_cluster(cluster, kind, text)
            yield access(tx, caller, action, resource, {"ecs:cluster": (cluster,)})

    return rule


def stop_task(tx: ReadTx, caller: Caller, request: Any) -> Iterator[Access]:
    """The task."""
    cluster = names.cluster(caller, request.cluster)
    resource = names.in_cluster(cluster, "task", request.task)
    yield access(tx, caller, "StopTask", resource, {"ecs:cluster": (cluster,)})


def list_tasks(tx: ReadTx, caller: Caller, request: Any) -> Iterator[Access]:
    """The container instance when one is named; else there is only the cluster, as a condition."""
    cluster = names.cluster(caller, request.cluster)
    named = request.container_instance
    resource = names.in_cluster(cluster, "container-instance", named) if named else EVERYTHING
    yield access(tx, caller, "ListTasks", resource, {"ecs:cluster": (cluster,)})


def tag_resource(tx: ReadTx, caller: Caller, request: Any) -> Iterator[Access]:
    """What is tagged, and with what."""
    yield access(tx, caller, "TagResource", request.resource_arn, _tags(request))


def untag_resource(tx: ReadTx, caller: Caller, request: Any) -> Iterator[Access]:
    """What loses tags, and which."""
    said: Values = {"aws:tagkeys": tuple(request.tag_keys)}
    yield access(tx, caller, "UntagResource", request.resource_arn, said)


def list_tags(tx: ReadTx, caller: Caller, request: Any) -> Iterator[Access]:
    """Whose tags."""
    yield access(tx, caller, "ListTagsForResource", request.resource_arn)


def setting(action: str) -> Rule:
    """An operation on an account's setting."""

    def rule(tx: ReadTx, caller: Caller, request: Any) -> Iterator[Access]:
        yield access(tx, caller, action, EVERYTHING, {"ecs:account-setting": one(request.name)})

    return rule


TABLE: Table = {
    "CreateCluster": create_cluster,
    "CreateService": create_service,
    "CreateTaskSet": create_task_set,
    "DeleteAccountSetting": setting("DeleteAccountSetting"),
    "DeleteCluster": on_cluster("DeleteCluster"),
    "DeleteService": on_service("DeleteService"),
    "DeleteTaskDefinitions": delete_task_definitions,
    "DeleteTaskSet": on_task_set("DeleteTaskSet"),
    "DeregisterTaskDefinition": plain("ecs:DeregisterTaskDefinition"),
    "DescribeCapacityProviders": describe_capacity_providers,
    "DescribeClusters": describe_clusters,
    "DescribeContainerInstances": each_in_cluster(
        "DescribeContainerInstances", "container-instance", "container_instances"
    ),
    "DescribeServices": describe_services,
    "DescribeTaskDefinition": plain("ecs:DescribeTaskDefinition"),
    "DescribeTaskSets": describe_task_sets,
    "DescribeTasks": each_in_cluster("DescribeTasks", "task", "tasks"),
    "ListAccountSettings": plain("ecs:ListAccountSettings"),
    "ListClusters": plain("ecs:ListClusters"),
    "ListContainerInstances": on_cluster("ListContainerInstances"),
    "ListServices": in_cluster("ListServices"),
    "ListTagsForResource": list_tags,
    "ListTaskDefinitionFamilies": plain("ecs:ListTaskDefinitionFamilies"),
    "ListTaskDefinitions": plain("ecs:ListTaskDefinitions"),
    "ListTasks": list_tasks,
    "PutAccountSetting": setting("PutAccountSetting"),
    "PutAccountSettingDefault": setting("PutAccountSettingDefault"),
    "PutClusterCapacityProviders": put_capacity_providers,
    "RegisterTaskDefinition": register_task_definition,
    "RunTask": run_task,
    "StopTask": stop_task,
    "TagResource": tag_resource,
    "UntagResource": untag_resource,
    "UpdateCluster": on_cluster("UpdateCluster"),
    "UpdateClusterSettings": on_cluster("UpdateClusterSettings"),
    "UpdateService": update_service,
    "UpdateServicePrimaryTaskSet": on_service("UpdateServicePrimaryTaskSet"),
    "UpdateTaskSet": on_task_set("UpdateTaskSet"),
}
