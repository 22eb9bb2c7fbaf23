"""DescribeInstances, DescribeInstanceStatus, DescribeInstanceAttribute: every machine is an instance of every account.

Nobody launches or terminates one: machines are there, as container instances of ECS are (docs/decisions/0008).
"""

import re
from collections.abc import Sequence

from homeport.api.caller import Caller
from homeport.api.ec2.errors import instances as errors
from homeport.api.ec2.listing import Catalogue, no_tags
from homeport.api.ec2.view import instance as view
from homeport.api.operation import read
from homeport.model.instance import Machine
from homeport.shapes import ec2
from homeport.store.tx import ReadTx

ID = re.compile(r"i-([0-9a-f]{8}|[0-9a-f]{17})")
NOTHING = (
    "hypervisor",
    "iam-instance-profile.arn",
    "image-id",
    "instance-lifecycle",
    "instance-type",
    "ip-address",
    "ipv6-address",
    "key-name",
    "network-interface.network-interface-id",
    "platform",
    "root-device-name",
    "root-device-type",
    "virtualization-type",
)
"""Filters that AWS has, of which a machine has nothing."""
INSTANCES = Catalogue[ec2.Instance](
    operation="DescribeInstances",
    fields={
        "architecture": lambda each: each.architecture,
        "availability-zone": lambda each: (
            None if each.placement is None else each.placement.availability_zone
        ),
        "dns-name": lambda each: each.public_dns_name,
        "instance-id": lambda each: each.instance_id,
        "instance-state-code": lambda each: None if each.state is None else each.state.code,
        "instance-state-name": lambda each: None if each.state is None else each.state.name,
        "instance.group-id": lambda each: [group.group_id for group in each.security_groups or ()],
        "instance.group-name": lambda each: [group.group_name for group in each.security_groups or ()],
        "private-dns-name": lambda each: each.private_dns_name,
        "private-ip-address": lambda each: each.private_ip_address,
        "subnet-id": lambda each: each.subnet_id,
        "vpc-id": lambda each: each.vpc_id,
        **dict.fromkeys(NOTHING, lambda _: None),
    },
)
STATUSES = Catalogue[ec2.InstanceStatus](
    operation="DescribeInstanceStatus",
    fields={
        "availability-zone": lambda each: each.availability_zone,
        "instance-state-code": lambda _: view.RUNNING.code,
        "instance-state-name": lambda _: view.RUNNING.name,
        "instance-status.status": lambda each: (
            None if each.instance_status is None else each.instance_status.status
        ),
        "system-status.status": lambda each: (
            None if each.system_status is None else each.system_status.status
        ),
    },
    tags=no_tags,
)


@read
def describe_instances(
    tx: ReadTx, caller: Caller, request: ec2.DescribeInstancesRequest
) -> ec2.DescribeInstancesResult:
    """Those that are named, or all; each is a reservation of its own."""
    _check_pages(request)
    machines = _machines(tx, request.instance_ids)
    views = {each.ec2_id: view.instance(tx, caller.scope, each) for each in machines}
    page = INSTANCES.page_of(caller, request, views)
    return ec2.DescribeInstancesResult(
        reservations=[_reservation(caller, each) for each in page.items], next_token=page.next_token
    )


def _check_pages(request: ec2.DescribeInstancesRequest | ec2.DescribeInstanceStatusRequest) -> None:
    if request.instance_ids and request.max_results is not None:
        raise errors.ids_with_pages()


def _reservation(caller: Caller, instance: ec2.Instance) -> ec2.Reservation:
    number = (instance.instance_id or "").removeprefix("i-")
    return ec2.Reservation(
        reservation_id=f"r-{number}", owner_id=caller.account, groups=[], instances=[instance]
    )


def _machines(tx: ReadTx, ids: Sequence[str] | None) -> list[Machine]:
    """Raises InvalidInstanceID.Malformed and InvalidInstanceID.NotFound."""
    known = {machine.ec2_id: machine for machine in tx.owned(Machine, "machines")}
    if not ids:
        return list(known.values())
    malformed = next((id for id in ids if not ID.fullmatch(id)), None)
    if malformed is not None:
        raise errors.id_malformed(malformed)
    missing = [id for id in dict.fromkeys(ids) if id not in known]
    if missing:
        raise errors.ids_not_found(missing)
    return [known[id] for id in dict.fromkeys(ids)]


@read
def describe_instance_status(
    tx: ReadTx, caller: Caller, request: ec2.DescribeInstanceStatusRequest
) -> ec2.DescribeInstanceStatusResult:
    """How those that are named are, or all; as all run, IncludeAllInstances adds none."""
    _check_pages(request)
    machines = _machines(tx, request.instance_ids)
    views = {each.ec2_id: view.status(tx, caller.scope, each) for each in machines}
    page = STATUSES.page_of(caller, request, views)
    return ec2.DescribeInstanceStatusResult(instance_statuses=page.items, next_token=page.next_token)


@read
def describe_instance_attribute(
    tx: ReadTx, caller: Caller, request: ec2.DescribeInstanceAttributeRequest
) -> ec2.InstanceAttribute:
    """One attribute of a machine; what AWS has and a machine has not is empty."""
    (machine,) = _machines(tx, [request.instance_id])
    no, yes, none = (
        ec2.AttributeBooleanValue(value=False),
        ec2.AttributeBooleanValue(value=True),
        ec2.AttributeValue(),
    )
    asked = request.attribute
    vpc, _ = view.place(tx, caller.scope)
    return ec2.InstanceAttribute(
        instance_id=machine.ec2_id,
        block_device_mappings=[] if asked == "blockDeviceMapping" else None,
        disable_api_stop=no if asked == "disableApiStop" else None,
        disable_api_termination=no if asked == "disableApiTermination" else None,
        ebs_optimized=no if asked == "ebsOptimized" else None,
        ena_support=no if asked == "enaSupport" else None,
        enclave_options=ec2.EnclaveOptions(enabled=False) if asked == "enclaveOptions" else None,
        groups=view.groups(tx, vpc) if asked == "groupSet" else None,
        instance_initiated_shutdown_behavior=ec2.AttributeValue(value="stop")
        if asked == "instanceInitiatedShutdownBehavior"
        else None,
        instance_type=none if asked == "instanceType" else None,
        kernel_id=none if asked == "kernel" else None,
        product_codes=[] if asked == "productCodes" else None,
        ramdisk_id=none if asked == "ramdisk" else None,
        root_device_name=none if asked == "rootDeviceName" else None,
        source_dest_check=yes if asked == "sourceDestCheck" else None,
        sriov_net_support=none if asked == "sriovNetSupport" else None,
        user_data=none if asked == "userData" else None,
    )
