"""What a load balancer has in its VPC: a network interface in each of its subnets, in its security groups.

The engine follows these rows: it has the VPC's network made, and the balancer listen at their addresses. It stands outside of
the service's package because every start looks here (`heal`), and none may wait for the service's shapes.
"""

from msgspec.structs import replace

from homeport.api import interfaces
from homeport.model.interface import Interface
from homeport.model.load_balancer import LoadBalancer, Zone
from homeport.model.record import Scope, scope_of
from homeport.model.security_group import SecurityGroup
from homeport.model.target_group import TargetGroup
from homeport.model.vpc import Subnet, Vpc
from homeport.store.tx import ReadTx, WriteTx


def of(tx: ReadTx, balancer: LoadBalancer) -> list[Interface]:
    """Those of a load balancer, the oldest first."""
    return tx.owned(Interface, f"balancer:{balancer.id}")


def settle(tx: WriteTx, balancer: LoadBalancer) -> None:
    """Have one in each subnet, and none elsewhere, in the groups that it has now."""
    scope = scope_of(balancer.id)
    groups = tuple(f"{scope.id}/{group}" for group in balancer.spec.security_groups)
    zones = {f"{scope.id}/{zone.subnet}": zone for zone in balancer.spec.zones}
    present: set[str] = set()
    for each in of(tx, balancer):
        zone = zones.get(each.owner)
        if zone is None or zone.private_address not in {None, each.spec.address}:
            tx.delete(each)
            continue
        present.add(each.owner)
        if each.spec.groups != groups:
            tx.put(replace(each, spec=replace(each.spec, groups=groups)))
    for id, zone in zones.items():
        subnet = tx.get(Subnet, id)
        if subnet is not None and id not in present:
            _put(tx, balancer, subnet, zone, groups)


def _put(tx: WriteTx, balancer: LoadBalancer, subnet: Subnet, zone: Zone, groups: tuple[str, ...]) -> None:
    address = zone.private_address or interfaces.free_address(tx, subnet)
    if address is None:  # Room was checked, but for those of old databases, which do without.
        return
    last = "/".join(balancer.id.split("/")[2:])
    spec = replace(
        interfaces.spec(tx, subnet, address),
        purpose="balancer",
        groups=groups,
        description=f"ELB {last}",
        balancer=balancer.id,
    )
    interfaces.put(tx, spec)


def default_groups(tx: ReadTx, vpc: str) -> list[str]:
    """What an application load balancer gets when no security group is named: the default one of its VPC."""
    return [group.name for group in tx.owned(SecurityGroup, vpc) if group.is_default]


def leave(tx: WriteTx, balancer: LoadBalancer) -> None:
    """Take all of them away."""
    for each in of(tx, balancer):
        tx.delete(each)


def heal(tx: WriteTx, scope: Scope) -> None:
    """Move what was made before there was a VPC into the default one, when that is new.

    Load balancers come to stand in the default subnets of their zones, in those of their groups that there are, or in the
    default group; target groups get the default VPC.
    """
    vpc = next((each for each in tx.owned(Vpc, scope.id) if each.spec.is_default), None)
    if vpc is None:
        return
    subnets = {each.spec.zone: each.name for each in tx.owned(Subnet, vpc.id) if each.spec.is_default}
    for balancer in tx.owned(LoadBalancer, scope.id):
        if not of(tx, balancer):
            moved = _moved(tx, balancer, vpc, subnets)
            tx.put(moved)
            settle(tx, moved)
    for group in tx.owned(TargetGroup, scope.id):
        if tx.get(Vpc, f"{scope.id}/{group.spec.vpc}") is None:
            tx.put(replace(group, spec=replace(group.spec, vpc=vpc.name)))


def _moved(tx: ReadTx, balancer: LoadBalancer, vpc: Vpc, subnets: dict[str, str]) -> LoadBalancer:
    spec = balancer.spec
    zones = [Zone(subnet=subnets[zone.name], name=zone.name) for zone in spec.zones if zone.name in subnets]
    default = default_groups(tx, vpc.id)
    groups = default if spec.security_groups else []
    return replace(balancer, spec=replace(spec, vpc=vpc.name, zones=zones, security_groups=groups))
