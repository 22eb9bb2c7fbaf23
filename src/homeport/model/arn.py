"""Amazon Resource Names: printed and parsed here, and nowhere else.

Only the long forms are printed; the short forms that old clients still send are parsed (`service/NAME`).
"""

from functools import lru_cache

from msgspec import Struct

from homeport.model.record import Scope

PARTITION = "aws"


class Arn(Struct, frozen=True, gc=False):
    """`arn:aws:{service}:{region}:{account}:{resource}`; `resource` keeps its slashes."""

    service: str
    region: str
    account: str
    resource: str

    def __str__(self) -> str:
        """The ARN as AWS prints it."""
        return f"arn:{PARTITION}:{self.service}:{self.region}:{self.account}:{self.resource}"

    @property
    def kind(self) -> str:
        """What comes before the first slash of the resource: `cluster`, `service`, `task-set`, …"""
        return self.resource.split("/", 1)[0]

    @property
    def path(self) -> tuple[str, ...]:
        """What comes after the first slash, split at the slashes."""
        return tuple(self.resource.split("/")[1:])

    @property
    def scope(self) -> Scope:
        """The tenant that the ARN names."""
        return Scope(self.account, self.region)


def parse(text: str) -> Arn | None:
    """`text` as an ARN, or None when it is not one.

    Of another partition there is nothing here, and nothing has two names: what a policy denies by the one would be had
    by the other.
    """
    parts = text.split(":", 5)
    if len(parts) != 6 or parts[:2] != ["arn", PARTITION] or not parts[5]:
        return None
    _, _, service, region, account, resource = parts
    return Arn(service=service, region=region, account=account, resource=resource)


@lru_cache(maxsize=4096)
def _ecs(record_id: str, kind: str) -> str:
    """Remembered: a poll asks for the same few again and again."""
    account, region, rest = record_id.split("/", 2)
    return f"arn:aws:ecs:{region}:{account}:{kind}/{rest}"


def cluster_arn(cluster_id: str) -> str:
    """`arn:aws:ecs:REGION:ACCOUNT:cluster/NAME`."""
    return _ecs(cluster_id, "cluster")


def service_arn(service_id: str) -> str:
    """`…:service/CLUSTER/NAME`."""
    return _ecs(service_id, "service")


def task_set_arn(task_set_id: str) -> str:
    """`…:task-set/CLUSTER/SERVICE/ecs-svc/N`."""
    return _ecs(task_set_id, "task-set")


def task_arn(task_id: str) -> str:
    """`…:task/CLUSTER/32-HEX`."""
    return _ecs(task_id, "task")


def container_arn(task_id: str, container: str) -> str:
    """`…:container/CLUSTER/TASK/CONTAINER-UUID`; `container` is the container's own id."""
    return f"{_ecs(task_id, 'container')}/{container}"


def instance_arn(instance_id: str) -> str:
    """`…:container-instance/CLUSTER/32-HEX`."""
    return _ecs(instance_id, "container-instance")


def task_definition_arn(definition_id: str) -> str:
    """`…:task-definition/FAMILY:REVISION`."""
    return _ecs(definition_id, "task-definition")


@lru_cache(maxsize=4096)
def _elb(record_id: str, kind: str) -> str:
    account, region, rest = record_id.split("/", 2)
    return f"arn:aws:elasticloadbalancing:{region}:{account}:{kind}/{rest}"


def load_balancer_arn(load_balancer_id: str) -> str:
    """`arn:aws:elasticloadbalancing:REGION:ACCOUNT:loadbalancer/app/NAME/16-HEX`."""
    return _elb(load_balancer_id, "loadbalancer")


def listener_arn(listener_id: str) -> str:
    """`…:listener/app/NAME/16-HEX/16-HEX`."""
    return _elb(listener_id, "listener")


def rule_arn(rule_id: str) -> str:
    """`…:listener-rule/app/NAME/16-HEX/16-HEX/16-HEX`."""
    return _elb(rule_id, "listener-rule")


def target_group_arn(target_group_id: str) -> str:
    """`…:targetgroup/NAME/16-HEX`."""
    return _elb(target_group_id, "targetgroup")


def certificate_arn(certificate_id: str) -> str:
    """`arn:aws:acm:REGION:ACCOUNT:certificate/UUID`."""
    account, region, uuid = certificate_id.split("/", 2)
    return f"arn:aws:acm:{region}:{account}:certificate/{uuid}"


def _cloud_map(record_id: str, kind: str) -> str:
    account, region, id = record_id.split("/", 2)
    return f"arn:aws:servicediscovery:{region}:{account}:{kind}/{id}"


def namespace_arn(namespace_id: str) -> str:
    """`arn:aws:servicediscovery:REGION:ACCOUNT:namespace/ns-…`."""
    return _cloud_map(namespace_id, "namespace")


def discovery_service_arn(service_id: str) -> str:
    """`arn:aws:servicediscovery:REGION:ACCOUNT:service/srv-…`: what a service registry of ECS is named by."""
    return _cloud_map(service_id, "service")


def ec2_arn(record_id: str, kind: str) -> str:
    """`arn:aws:ec2:REGION:ACCOUNT:subnet/subnet-17HEX`; `kind` is the type of resource, such as `subnet`."""
    account, region, id = record_id.split("/", 2)
    return f"arn:aws:ec2:{region}:{account}:{kind}/{id}"


def record_id(arn: str) -> str:
    """The id of the record that an ARN of ours names: `ACCOUNT/REGION/REST`; "" for a text that is no ARN."""
    found = parse(arn)
    return "" if found is None else f"{found.account}/{found.region}/{'/'.join(found.path)}"
