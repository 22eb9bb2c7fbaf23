"""Service-linked roles: made for a service, with the policy that AWS wrote for it; deleted when nothing uses them."""

from msgspec import Struct

from homeport.api.authorization import managed
from homeport.api.caller import Caller
from homeport.api.iam import errors, find, ids, view
from homeport.api.operation import read, write
from homeport.model import arn
from homeport.model import role as names
from homeport.model.cluster import Cluster
from homeport.model.load_balancer import LoadBalancer
from homeport.model.role import DeletionSpec, Role, RoleDeletion, RoleSpec
from homeport.shapes import iam
from homeport.store.tx import ReadTx, WriteTx

KEPT_S = 7 * 86_400
"""How long it is told how a deletion went."""
IN_USE = "A service-linked role cannot be deleted while resources use it."


class Linked(Struct, frozen=True):
    """The role of a service: its name, AWS's policy for it, and what AWS says about it."""

    name: str
    policy: str
    description: str


SERVICES = {
    "ecs.amazonaws.com": Linked(
        "AWSServiceRoleForECS",
        "AmazonECSServiceRolePolicy",
        "Role to enable Amazon ECS to manage your cluster.",
    ),
    "elasticloadbalancing.amazonaws.com": Linked(
        "AWSServiceRoleForElasticLoadBalancing",
        "AWSElasticLoadBalancingServiceRolePolicy",
        "Allows ELB to call AWS services on your behalf.",
    ),
    "ecs.application-autoscaling.amazonaws.com": Linked(
        "AWSServiceRoleForApplicationAutoScaling_ECSService", "AWSApplicationAutoscalingECSServicePolicy", ""
    ),
}


@write
def create_service_linked_role(
    tx: WriteTx, caller: Caller, request: iam.CreateServiceLinkedRoleRequest
) -> iam.CreateServiceLinkedRoleResponse:
    """The role of a service, which trusts that service alone."""
    service = request.aws_service_name
    linked = SERVICES.get(service)
    if linked is None:
        raise errors.service_unknown(service)
    if request.custom_suffix is not None:
        raise errors.suffix_refused(service)
    id = names.role_id(caller.account, linked.name)
    if tx.get(Role, id) is not None:
        raise errors.service_role_exists(linked.name)

    spec = RoleSpec(
        name=linked.name,
        path=f"/aws-service-role/{service}/",
        unique_id=ids.unique(tx, "AROA"),
        created_at=float(int(tx.now)),
        trust=_trust(service),
        description=request.description or linked.description,
        attached=(managed.arn_of(linked.policy),),
        service=service,
    )
    role = Role(id=id, owner=names.owner(caller.account), spec=spec)
    tx.put(role)
    return iam.CreateServiceLinkedRoleResponse(role=view.role(role))


def _trust(service: str) -> str:
    return (
        '{"Version":"2012-10-17","Statement":[{"Effect":"Allow",'
        f'"Principal":{{"Service":"{service}"}},"Action":"sts:AssumeRole"}}]}}'
    )


@write
def delete_service_linked_role(
    tx: WriteTx, caller: Caller, request: iam.DeleteServiceLinkedRoleRequest
) -> iam.DeleteServiceLinkedRoleResponse:
    """Deletes it at once, or finds out that something uses it; how it went is asked for afterwards."""
    role = find.any_role(tx, caller, request.role_name)
    service = role.spec.service
    if service is None:
        raise errors.not_service_linked(role.spec.name)
    owner = names.owner(caller.account)
    for old in tx.owned(RoleDeletion, owner):
        if old.spec.asked_at < tx.now - KEPT_S:
            tx.delete(old)

    users = _users(tx, caller, service)
    number = tx.new_id()
    uuid = f"{number[:8]}-{number[8:12]}-{number[12:16]}-{number[16:20]}-{number[20:]}"
    task = f"task{role.spec.path}{role.spec.name}/{uuid}"
    spec = DeletionSpec(
        role=role.arn,
        asked_at=tx.now,
        status="FAILED" if users else "SUCCEEDED",
        reason=IN_USE if users else None,
        region=caller.region if users else None,
        resources=tuple(users),
    )
    tx.put(RoleDeletion(id=f"{owner}/{task}", owner=owner, spec=spec))
    if not users:
        tx.delete(role)
    return iam.DeleteServiceLinkedRoleResponse(deletion_task_id=task)


def _users(tx: ReadTx, caller: Caller, service: str) -> list[str]:
    """The ARNs of what the service needs its role for."""
    if service == "ecs.amazonaws.com":
        clusters = tx.owned(Cluster, caller.scope.id)
        return [arn.cluster_arn(each.id) for each in clusters if each.spec.deleted_at is None]
    if service == "elasticloadbalancing.amazonaws.com":
        return [arn.load_balancer_arn(each.id) for each in tx.owned(LoadBalancer, caller.scope.id)]
    return []


@read
def get_service_linked_role_deletion_status(
    tx: ReadTx, caller: Caller, request: iam.GetServiceLinkedRoleDeletionStatusRequest
) -> iam.GetServiceLinkedRoleDeletionStatusResponse:
    """How a deletion went."""
    found = tx.get(RoleDeletion, f"{names.owner(caller.account)}/{request.deletion_task_id}")
    if found is None:
        raise errors.deletion_not_found(request.deletion_task_id)
    if found.spec.status == "SUCCEEDED":
        return iam.GetServiceLinkedRoleDeletionStatusResponse(status="SUCCEEDED")
    usage = iam.RoleUsageType(region=found.spec.region, resources=list(found.spec.resources))
    return iam.GetServiceLinkedRoleDeletionStatusResponse(
        status="FAILED",
        reason=iam.DeletionTaskFailureReasonType(reason=found.spec.reason, role_usage_list=[usage]),
    )
