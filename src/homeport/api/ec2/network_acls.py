"""Network ACLs: the one that every VPC begins with, those of one's own, and which of them a subnet has.

They are kept and shown as on AWS, and filter nothing (decision 0025). Their entries are in `acl_entries.py`.
"""

from msgspec.structs import replace

from homeport.api.caller import Caller
from homeport.api.ec2 import find, furnishing, tagging, tokens
from homeport.api.ec2.errors import network_acls as errors
from homeport.api.ec2.errors import routes as route_errors
from homeport.api.ec2.listing import Catalogue
from homeport.api.ec2.view import network_acl as view
from homeport.api.operation import read, write
from homeport.model.network_acl import NetworkAcl, NetworkAclSpec
from homeport.model.vpc import Subnet, Vpc
from homeport.plan import home
from homeport.shapes import ec2
from homeport.store.tx import ReadTx, WriteTx

MOST_ACLS = 200
"""In a VPC (VPC User Guide, "Amazon VPC quotas")."""
TOKENS = tokens.of("CreateNetworkAcl")
ACLS = Catalogue[ec2.NetworkAcl](
    operation="DescribeNetworkAcls",
    fields={
        "association.association-id": lambda acl: [
            each.network_acl_association_id for each in acl.associations or ()
        ],
        "association.network-acl-id": lambda acl: [each.network_acl_id for each in acl.associations or ()],
        "association.subnet-id": lambda acl: [each.subnet_id for each in acl.associations or ()],
        "default": lambda acl: acl.is_default,
        "entry.cidr": lambda acl: [each.cidr_block for each in acl.entries or ()],
        "entry.egress": lambda acl: ["true" if each.egress else "false" for each in acl.entries or ()],
        "entry.icmp.code": lambda acl: [
            str(each.icmp_type_code.code) for each in acl.entries or () if each.icmp_type_code
        ],
        "entry.icmp.type": lambda acl: [
            str(each.icmp_type_code.type) for each in acl.entries or () if each.icmp_type_code
        ],
        "entry.ipv6-cidr": lambda acl: [each.ipv6_cidr_block for each in acl.entries or ()],
        "entry.port-range.from": lambda acl: [
            str(each.port_range.from_) for each in acl.entries or () if each.port_range
        ],
        "entry.port-range.to": lambda acl: [
            str(each.port_range.to) for each in acl.entries or () if each.port_range
        ],
        "entry.protocol": lambda acl: [each.protocol for each in acl.entries or ()],
        "entry.rule-action": lambda acl: [each.rule_action for each in acl.entries or ()],
        "entry.rule-number": lambda acl: [str(each.rule_number) for each in acl.entries or ()],
        "network-acl-id": lambda acl: acl.network_acl_id,
        "owner-id": lambda acl: acl.owner_id,
        "vpc-id": lambda acl: acl.vpc_id,
    },
)


@write
def create_network_acl(
    tx: WriteTx, caller: Caller, request: ec2.CreateNetworkAclRequest
) -> ec2.CreateNetworkAclResult:
    """Makes an ACL that lets nothing through, as it has the last word only."""
    before = TOKENS.remembered(tx, caller, "", request)
    if before is not None:
        found = view.shown(tx, find.one(tx, caller, NetworkAcl, before[0]))
        return ec2.CreateNetworkAclResult(network_acl=found, client_token=request.client_token)
    vpc = find.one(tx, caller, Vpc, request.vpc_id)
    tags = tagging.specified(request.tag_specifications, "network-acl")
    own = sum(not acl.spec.is_default for acl in tx.owned(NetworkAcl, vpc.id))
    if own + 1 >= MOST_ACLS:
        raise errors.too_many_acls()
    id = f"{caller.scope.id}/{furnishing.new_id(tx, 'acl')}"
    acl = NetworkAcl(id=id, owner=vpc.id, spec=NetworkAclSpec(created_at=tx.now, tags=tags))
    tx.put(acl)
    TOKENS.remember(tx, caller, "", request, [acl.name])
    return ec2.CreateNetworkAclResult(network_acl=view.shown(tx, acl), client_token=request.client_token)


@read
def describe_network_acls(
    tx: ReadTx, caller: Caller, request: ec2.DescribeNetworkAclsRequest
) -> ec2.DescribeNetworkAclsResult:
    """The ACLs that are named or fit the filters, default ones included."""
    records = find.several(tx, caller, NetworkAcl, request.network_acl_ids)
    page = ACLS.page(caller, request, records, lambda acl: view.shown(tx, acl))
    return ec2.DescribeNetworkAclsResult(network_acls=page.items, next_token=page.next_token)


@write
def delete_network_acl(
    tx: WriteTx, caller: Caller, request: ec2.DeleteNetworkAclRequest
) -> ec2.DeleteNetworkAclResponse:
    """Deletes an ACL that is not a default one and that no subnet has."""
    acl = find.one(tx, caller, NetworkAcl, request.network_acl_id)
    if acl.spec.is_default:
        raise errors.acl_default(acl.name)
    if view.subnets(tx, acl):
        raise errors.acl_in_use(acl.name)
    tx.delete(acl)
    return ec2.DeleteNetworkAclResponse()


@write
def replace_network_acl_association(
    tx: WriteTx, caller: Caller, request: ec2.ReplaceNetworkAclAssociationRequest
) -> ec2.ReplaceNetworkAclAssociationResult:
    """Gives a subnet another ACL; the association gets a new id."""
    subnet = _associated(tx, caller, request.association_id)
    if subnet is None:
        raise route_errors.association_not_found(request.association_id)
    acl = find.one(tx, caller, NetworkAcl, request.network_acl_id)
    if acl.owner != subnet.owner:
        raise errors.other_network(acl.name, subnet.name)
    id = furnishing.new_id(tx, "aclassoc")
    chosen = None if acl.spec.is_default else acl.id
    tx.put(replace(subnet, spec=replace(subnet.spec, acl=chosen, acl_association=id)))
    return ec2.ReplaceNetworkAclAssociationResult(new_association_id=id)


def acl_of(tx: ReadTx, caller: Caller, association: str) -> str | None:
    """The id of the ACL that an association is with; None if there is no such association."""
    subnet = _associated(tx, caller, association)
    if subnet is None:
        return None
    return (subnet.spec.acl or home.default_acl_id(subnet.owner)).rsplit("/", 1)[1]


def _associated(tx: ReadTx, caller: Caller, association: str) -> Subnet | None:
    """The subnet that an association is with."""
    subnets = find.several(tx, caller, Subnet, None)
    return next((subnet for subnet in subnets if view.association(subnet) == association), None)
