"""A machine as EC2 shows an instance: what is known of it, and its place in the account's default VPC.

It has no image, no type and no disks of AWS's, so none are shown.
"""

from homeport.api.ec2.view.security_group import last_part
from homeport.model import zone
from homeport.model.instance import Machine
from homeport.model.record import Scope
from homeport.model.security_group import SecurityGroup
from homeport.model.vpc import Subnet, Vpc
from homeport.plan import addresses
from homeport.shapes import ec2
from homeport.store.tx import ReadTx

RUNNING = ec2.InstanceState(code=16, name="running")


def instance(tx: ReadTx, scope: Scope, machine: Machine) -> ec2.Instance:
    """The machine in the first subnet of the default VPC, if there is one. Its address is that of the VPC's router."""
    vpc, subnet = place(tx, scope)
    address = None if vpc is None else addresses.gateway(vpc.spec.cidr)
    return ec2.Instance(
        instance_id=machine.ec2_id,
        state=RUNNING,
        architecture="arm64" if machine.seen.architecture in {"arm64", "aarch64"} else "x86_64",
        ami_launch_index=0,
        launch_time=None if vpc is None else vpc.spec.created_at,
        monitoring=ec2.Monitoring(state="disabled"),
        placement=ec2.Placement(availability_zone=zone_of(scope, subnet), group_name="", tenancy="default"),
        platform_details="Linux/UNIX",
        private_dns_name="" if address is None else addresses.private_name(address, scope.region),
        private_ip_address=address,
        public_dns_name="",
        state_transition_reason="",
        subnet_id=None if subnet is None else subnet.name,
        vpc_id=None if vpc is None else vpc.name,
        source_dest_check=True,
        security_groups=groups(tx, vpc),
        network_interfaces=[],
        block_device_mappings=[],
        product_codes=[],
        tags=[],
    )


def place(tx: ReadTx, scope: Scope) -> tuple[Vpc | None, Subnet | None]:
    """The default VPC of a tenant and its first default subnet."""
    found = (vpc for vpc in tx.owned(Vpc, scope.id) if vpc.spec.is_default and vpc.spec.deleted_at is None)
    vpc = next(found, None)
    if vpc is None:
        return None, None
    subnets = [each for each in tx.owned(Subnet, vpc.id) if each.spec.is_default]
    return vpc, min(subnets, key=lambda each: each.spec.zone, default=None)


def zone_of(scope: Scope, subnet: Subnet | None) -> str:
    """The zone of an instance."""
    return zone.names(scope.region)[0] if subnet is None else subnet.spec.zone


def groups(tx: ReadTx, vpc: Vpc | None) -> list[ec2.GroupIdentifier]:
    """The VPC's group `default`."""
    found = () if vpc is None else tx.owned(SecurityGroup, vpc.id)
    return [
        ec2.GroupIdentifier(group_id=last_part(each.id), group_name=each.spec.name)
        for each in found
        if each.is_default
    ]


def status(tx: ReadTx, scope: Scope, machine: Machine) -> ec2.InstanceStatus:
    """Whether the machine's container engine answers."""
    _, subnet = place(tx, scope)
    where = zone_of(scope, subnet)
    return ec2.InstanceStatus(
        availability_zone=where,
        availability_zone_id=zone.zone_id(where),
        events=[],
        instance_id=machine.ec2_id,
        instance_state=RUNNING,
        instance_status=_reachability(is_well=machine.seen.connected),
        system_status=_reachability(is_well=True),
    )


def _reachability(*, is_well: bool) -> ec2.InstanceStatusSummary:
    detail = ec2.InstanceStatusDetails(name="reachability", status="passed" if is_well else "failed")
    return ec2.InstanceStatusSummary(details=[detail], status="ok" if is_well else "impaired")
