"""A network interface as EC2 shows it: whose it is, where it is attached, and from where it is reached.

What a service of AWS's made is managed by its requester, as there; a task's has the ARN of the task's attachment for a
description, a load balancer's the last part of the load balancer's ARN.
"""

from hashlib import sha256

from homeport.api.ec2 import tagging
from homeport.api.ec2.view.security_group import last_part
from homeport.model.elastic_ip import ElasticIp
from homeport.model.instance import ec2_id
from homeport.model.interface import Interface
from homeport.model.record import scope_of
from homeport.model.security_group import SecurityGroup
from homeport.model.task import Task
from homeport.model.vpc import Subnet
from homeport.model.zone import zone_id
from homeport.plan import addresses
from homeport.shapes import ec2
from homeport.store.tx import ReadTx

REQUESTERS = {"task": "amazon-ecs", "balancer": "amazon-elb", "nat": "amazon-aws"}
"""Who made it; a user's own has none. `amazon-elb` is AWS's as public dumps of interfaces have it, the others are ours."""
OWNER_OF_PUBLIC = "amazon"
"""Of a public address that is nobody's elastic one."""


def shown(tx: ReadTx, record: Interface) -> ec2.NetworkInterface:
    """An interface with everything."""
    spec = record.spec
    scope = scope_of(record.id)
    subnet = tx.get(Subnet, spec.subnet)
    zone = None if subnet is None else subnet.spec.zone
    name = addresses.private_name(spec.address, scope.region)
    public = association(tx, record)
    return ec2.NetworkInterface(
        association=public,
        attachment=attachment(tx, record),
        availability_zone=zone,
        availability_zone_id=None if zone is None else zone_id(zone),
        description=description(tx, record),
        groups=groups(tx, record),
        interface_type=_type(record),
        ipv6_addresses=[],
        mac_address=spec.mac,
        network_interface_id=record.name,
        owner_id=scope.account,
        private_dns_name=name,
        private_ip_address=spec.address,
        private_ip_addresses=[
            ec2.NetworkInterfacePrivateIpAddress(
                association=public, primary=True, private_dns_name=name, private_ip_address=spec.address
            )
        ],
        requester_id=REQUESTERS.get(spec.purpose),
        requester_managed=is_managed(record),
        source_dest_check=spec.source_dest_check,
        status="in-use" if is_managed(record) else "available",
        subnet_id=last_part(spec.subnet),
        tag_set=tagging.shown(spec.tags),
        vpc_id=last_part(spec.vpc),
    )


def is_managed(record: Interface) -> bool:
    """Whether a service of AWS's made it: users cannot change or delete such a one."""
    return record.spec.purpose != "user"


def description(tx: ReadTx, record: Interface) -> str:
    """Its description; a task's is the ARN of the task's attachment."""
    task = _task(tx, record)
    if task is None or task.state.attachment is None:
        return record.spec.description
    scope = scope_of(record.id)
    return f"arn:aws:ecs:{scope.region}:{scope.account}:attachment/{task.state.attachment}"


def _task(tx: ReadTx, record: Interface) -> Task | None:
    return None if record.state.task is None else tx.get(Task, record.state.task)


def groups(tx: ReadTx, record: Interface) -> list[ec2.GroupIdentifier]:
    """Its security groups with their names."""
    found = (tx.get(SecurityGroup, id) for id in record.groups)
    return [
        ec2.GroupIdentifier(group_id=group.name, group_name=group.spec.name)
        for group in found
        if group is not None
    ]


def attachment(tx: ReadTx, record: Interface) -> ec2.NetworkInterfaceAttachment | None:
    """What it is attached to: a task's to the machine if the task has a container instance, a service's to no instance."""
    spec = record.spec
    if not is_managed(record):
        return None
    task = _task(tx, record)
    on_instance = task is not None and task.state.instance is not None and task.state.machine is not None
    account = scope_of(record.id).account
    return ec2.NetworkInterfaceAttachment(
        attach_time=record.state.attached_at or spec.created_at,
        attachment_id=_attachment_id(record),
        delete_on_termination=False,
        device_index=1,
        network_card_index=0,
        instance_id=ec2_id(task.state.machine) if on_instance and task and task.state.machine else None,
        instance_owner_id=account if on_instance else REQUESTERS[spec.purpose],
        status="attached",
    )


def _attachment_id(record: Interface) -> str:
    """It follows from the interface's; those of load balancers have a prefix of their own, as on AWS."""
    prefix = "ela-attach" if record.spec.purpose == "balancer" else "eni-attach"
    return f"{prefix}-{sha256(record.id.encode()).hexdigest()[:17]}"


def association(tx: ReadTx, record: Interface) -> ec2.NetworkInterfaceAssociation | None:
    """Its public address: an elastic one, or the one that a task was given."""
    elastic = next(iter(tx.owned(ElasticIp, record.id)), None)
    if elastic is not None:
        return ec2.NetworkInterfaceAssociation(
            allocation_id=elastic.name,
            association_id=elastic.spec.association,
            ip_owner_id=scope_of(record.id).account,
            public_dns_name="",
            public_ip=elastic.spec.address,
        )
    if record.state.public_address is None:
        return None
    return ec2.NetworkInterfaceAssociation(
        ip_owner_id=OWNER_OF_PUBLIC, public_dns_name="", public_ip=record.state.public_address
    )


def _type(record: Interface) -> ec2.NetworkInterfaceType:
    spec = record.spec
    if spec.purpose == "nat":
        return "natGateway"
    is_network = spec.balancer is not None and spec.balancer.split("/")[2] == "net"
    return "network_load_balancer" if is_network else "interface"
