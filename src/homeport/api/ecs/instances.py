"""ListContainerInstances and DescribeContainerInstances: the machine, as each cluster sees it."""

from homeport.api.caller import Caller
from homeport.api.ecs import find
from homeport.api.ecs.errors import clusters as errors
from homeport.api.ecs.view import instance as view
from homeport.api.operation import read
from homeport.api.paging import Listing
from homeport.model import arn
from homeport.model.instance import Instance, Machine, ec2_id
from homeport.model.task import Task
from homeport.plan.placement import constraints
from homeport.shapes import ecs
from homeport.store.tx import ReadTx

MOST_DESCRIBED = 100
LISTING = Listing(operation="ListContainerInstances")


@read
def list_container_instances(
    tx: ReadTx, caller: Caller, request: ecs.ListContainerInstancesRequest
) -> ecs.ListContainerInstancesResponse:
    """The ARNs of the instances that pass the filter, an expression of the cluster query language."""
    cluster = find.cluster(tx, caller, request.cluster)
    expression = _parsed(request.filter) if request.filter else None
    arns = [
        arn.instance_arn(instance.id)
        for instance in tx.owned(Instance, cluster.id)
        if request.status in (None, "ACTIVE")
        and (expression is None or expression.match(_facts(tx, instance)))
    ]
    filters = f"{cluster.id} {request.filter} {request.status}"
    page = LISTING.page(caller, arns, request.next_token, request.max_results, filters)
    return ecs.ListContainerInstancesResponse(container_instance_arns=page.items, next_token=page.next_token)


@read
def describe_container_instances(
    tx: ReadTx, caller: Caller, request: ecs.DescribeContainerInstancesRequest
) -> ecs.DescribeContainerInstancesResponse:
    """The instances that are named, and a failure MISSING for each that is not there."""
    if not request.container_instances:
        raise errors.instances_empty()
    if len(request.container_instances) > MOST_DESCRIBED:
        raise errors.instances_too_many()
    cluster = find.cluster(tx, caller, request.cluster)

    found, failures = [], []
    for text in dict.fromkeys(request.container_instances):
        instance = find.instance(tx, cluster, text)
        if instance is None:
            id = text if text.startswith("arn:") else arn.instance_arn(f"{cluster.id}/{text}")
            failures.append(ecs.Failure(arn=id, reason="MISSING"))
        else:
            found.append(view.instance(tx, instance, request.include or ()))
    return ecs.DescribeContainerInstancesResponse(container_instances=found, failures=failures)


def _parsed(text: str) -> constraints.Expression:
    try:
        return constraints.parse(text)
    except ValueError as error:
        raise errors.filter_invalid(str(error)) from None


def _facts(tx: ReadTx, instance: Instance) -> constraints.Facts:
    machine = tx.get(Machine, instance.spec.machine)
    held = [t for t in tx.owned(Task, f"machine:{instance.spec.machine}") if t.state.instance == instance.id]
    return constraints.Facts(
        attributes=instance.spec.attributes,
        groups=frozenset(task.spec.group for task in held),
        running=sum(task.state.last == "RUNNING" for task in held),
        agent_connected=machine is not None and machine.seen.connected,
        ec2_instance_id=ec2_id(instance.spec.machine),
        registered_at=instance.spec.registered_at,
    )
