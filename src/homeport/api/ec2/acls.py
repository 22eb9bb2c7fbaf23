"""Network ACLs and DHCP options: those that every VPC begins with, which nobody can change here, so they are only shown."""

from msgspec.structs import replace

from homeport.api.caller import Caller
from homeport.api.ec2 import find
from homeport.api.ec2.errors import common as errors
from homeport.api.ec2.listing import Catalogue
from homeport.api.ec2.view import vpc as vpc_view
from homeport.api.operation import read
from homeport.model.record import scope_of
from homeport.model.vpc import Subnet, Vpc, companion_id
from homeport.plan import home
from homeport.shapes import ec2
from homeport.store.tx import ReadTx

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
        "entry.icmp.code": lambda _: None,
        "entry.icmp.type": lambda _: None,
        "entry.ipv6-cidr": lambda _: None,
        "entry.port-range.from": lambda _: None,
        "entry.port-range.to": lambda _: None,
        "entry.protocol": lambda acl: [each.protocol for each in acl.entries or ()],
        "entry.rule-action": lambda acl: [each.rule_action for each in acl.entries or ()],
        "entry.rule-number": lambda acl: [str(each.rule_number) for each in acl.entries or ()],
        "network-acl-id": lambda acl: acl.network_acl_id,
        "owner-id": lambda acl: acl.owner_id,
        "vpc-id": lambda acl: acl.vpc_id,
    },
)
OPTIONS = Catalogue[ec2.DhcpOptions](
    operation="DescribeDhcpOptions",
    fields={
        "dhcp-options-id": lambda options: options.dhcp_options_id,
        "key": lambda options: [each.key for each in options.dhcp_configurations or ()],
        "owner-id": lambda options: options.owner_id,
        "value": lambda options: [
            value.value for each in options.dhcp_configurations or () for value in each.values or ()
        ],
    },
)
ALLOWED, REFUSED = 100, 32767
"""The numbers of a network ACL's entries: what it was made with, and the last word."""


@read
def describe_network_acls(
    tx: ReadTx, caller: Caller, request: ec2.DescribeNetworkAclsRequest
) -> ec2.DescribeNetworkAclsResult:
    """The network ACL of each VPC; it lets everything through."""
    views = {find.birth(vpc): _acl(tx, vpc) for vpc in find.several(tx, caller, Vpc, None)}
    if request.network_acl_ids:
        known = {view.network_acl_id for view in views.values()}
        absent = [id for id in dict.fromkeys(request.network_acl_ids) if id not in known]
        if absent:
            raise errors.not_found("InvalidNetworkAclID.NotFound", "networkAcl", absent)
        views = {
            place: view for place, view in views.items() if view.network_acl_id in request.network_acl_ids
        }
    page = ACLS.page_of(caller, request, views)
    return ec2.DescribeNetworkAclsResult(network_acls=page.items, next_token=page.next_token)


def _acl(tx: ReadTx, vpc: Vpc) -> ec2.NetworkAcl:
    id = companion_id("acl", vpc.id)
    allowed = ec2.NetworkAclEntry(
        cidr_block=home.EVERYWHERE, egress=True, protocol="-1", rule_action="allow", rule_number=ALLOWED
    )
    refused = replace(allowed, rule_action="deny", rule_number=REFUSED)
    return ec2.NetworkAcl(
        network_acl_id=id,
        vpc_id=vpc.name,
        owner_id=scope_of(vpc.id).account,
        is_default=True,
        entries=[allowed, refused, replace(allowed, egress=False), replace(refused, egress=False)],
        associations=[
            ec2.NetworkAclAssociation(
                network_acl_association_id=companion_id("aclassoc", subnet.id),
                network_acl_id=id,
                subnet_id=subnet.name,
            )
            for subnet in tx.owned(Subnet, vpc.id)
        ],
        tags=[],
    )


@read
def describe_dhcp_options(
    tx: ReadTx, caller: Caller, request: ec2.DescribeDhcpOptionsRequest
) -> ec2.DescribeDhcpOptionsResult:
    """The one set of options that all VPCs of an account have in a region."""
    del tx
    id = vpc_view.dhcp_options(caller.scope)
    absent = [each for each in dict.fromkeys(request.dhcp_options_ids or ()) if each != id]
    if absent:
        raise errors.not_found("InvalidDhcpOptionID.NotFound", "dhcpOption", absent)
    suffix = "ec2.internal" if caller.region == "us-east-1" else f"{caller.region}.compute.internal"
    values = {"domain-name": suffix, "domain-name-servers": "AmazonProvidedDNS"}
    options = ec2.DhcpOptions(
        dhcp_options_id=id,
        owner_id=caller.account,
        dhcp_configurations=[
            ec2.DhcpConfiguration(key=key, values=[ec2.AttributeValue(value=value)])
            for key, value in values.items()
        ],
        tags=[],
    )
    page = OPTIONS.page_of(caller, request, {id: options})
    return ec2.DescribeDhcpOptionsResult(dhcp_options=page.items, next_token=page.next_token)
