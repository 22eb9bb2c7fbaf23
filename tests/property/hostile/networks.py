"""What somebody careful asks of EC2, and the codes of its errors, which are in no model. For the words see `specimens.py`."""

from collections.abc import Mapping, Sequence
from typing import Any

CODES = {
    *("AddressLimitExceeded", "AuthFailure", "DefaultSubnetAlreadyExistsInAvailabilityZone"),
    *("DefaultVpcAlreadyExists", "DefaultVpcDoesNotExist", "DependencyViolation", "DryRunOperation"),
    *("FilterLimitExceeded", "Gateway.NotAttached", "IdempotentParameterMismatch"),
    *("InsufficientFreeAddressesInSubnet", "InsufficientFreeAddressesInVpc"),
    *("InternetGatewayLimitExceeded", "InvalidAddress.NotFound", "InvalidAllocationID.NotFound"),
    *(
        "InvalidAssociationID.NotFound",
        "InvalidAttachmentID.NotFound",
        "InvalidClientToken",
        "InvalidDhcpOptionID.NotFound",
        "InvalidDhcpOptionsId.Malformed",
    ),
    *("InvalidGatewayID.NotFound", "InvalidGroup.Duplicate", "InvalidGroup.NotFound"),
    *("InvalidGroupId.Malformed", "InvalidID", "InvalidIPAddress.InUse", "InvalidInstanceID.Malformed"),
    *("InvalidInstanceID.NotFound", "InvalidInternetGatewayID.NotFound", "InvalidNatGatewayID.NotFound"),
    *(
        "InvalidNetworkAclEntry.NotFound",
        "InvalidNetworkAclID.NotFound",
        "InvalidNetworkInterfaceID.NotFound",
    ),
    *("NetworkAclEntryAlreadyExists", "NetworkAclEntryLimitExceeded", "NetworkAclLimitExceeded"),
    *("InvalidNetworkInterfaceId.Malformed", "InvalidPermission.Duplicate", "InvalidPermission.NotFound"),
    *("InvalidPrefixListID.NotFound", "InvalidPrefixListId.Malformed", "InvalidPrefixListVersion"),
    *("InvalidPublicIpv4PoolID.NotFound", "InvalidRoute.NotFound", "InvalidRouteTableID.NotFound"),
    *("InvalidSecurityGroupRuleId.Malformed", "InvalidSecurityGroupRuleId.NotFound"),
    *("InvalidSubnet.Conflict", "InvalidSubnet.Range", "InvalidSubnetID.NotFound", "InvalidVpc.Range"),
    *("InvalidVpcID.NotFound", "NatGatewayLimitExceeded", "NatGatewayNotFound", "OperationNotPermitted"),
    *("PrefixListLimitExceeded", "PrefixListMaxEntriesExceeded", "PrefixListVersionMismatch"),
    *("Resource.AlreadyAssociated", "RouteAlreadyExists", "RouteLimitExceeded", "RouteTableLimitExceeded"),
    *("RulesPerSecurityGroupLimitExceeded", "SecurityGroupLimitExceeded"),
    *("SecurityGroupsPerInterfaceLimitExceeded", "SubnetLimitExceeded", "TagLimitExceeded"),
    *("UnauthorizedOperation", "UnknownParameter", "VpcLimitExceeded"),
}
PERMISSIONS: Sequence[Any] = (
    {"ipProtocol": "tcp", "fromPort": "=port", "toPort": 65_535, "ipRanges": [{"cidrIp": "@block"}]},
    {"ipProtocol": "-1", "groups": [{"groupId": "@sg"}]},
    {"ipProtocol": "icmp", "fromPort": -1, "toPort": -1, "ipv6Ranges": [{"cidrIpv6": "@cidr"}]},
    {"ipProtocol": "udp", "fromPort": 53, "toPort": 53, "prefixListIds": [{"prefixListId": "@pl"}]},
)
FILTERS = {"Filter": [{"Name": "vpc-id", "Value": ["@vpc", "@evil"]}, {"Name": "tag:@evil", "Value": ["*"]}]}
TAGGED = {"Tag": [{"key": "@evil", "value": "@evil"}]}
ENTRY = {
    "networkAclId": "@acl",
    "ruleNumber": "=small",
    "protocol": "6",
    "ruleAction": "allow",
    "egress": True,
    "cidrBlock": "@block",
    "portRange": {"from": 1, "to": "=port"},
}
OPTIONS = {"Key": "domain-name-servers", "Value": ["@address", "AmazonProvidedDNS"]}
ROUTE = {"routeTableId": "@rtb", "destinationCidrBlock": "@block"}

EC2: Mapping[str, Sequence[Any]] = {
    "AllocateAddress": [{}],
    "AssociateAddress": [{"AllocationId": "@eipalloc", "networkInterfaceId": "@eni"}],
    "AssociateDhcpOptions": [{"DhcpOptionsId": "@dopt", "VpcId": "@vpc"}],
    "AssociateRouteTable": [{"routeTableId": "@rtb", "subnetId": "@subnet"}],
    "AttachInternetGateway": [{"internetGatewayId": "@igw", "vpcId": "@vpc"}],
    "AuthorizeSecurityGroupEgress": [{"groupId": "@sg", "ipPermissions": [each]} for each in PERMISSIONS],
    "AuthorizeSecurityGroupIngress": [{"GroupId": "@sg", "IpPermissions": [each]} for each in PERMISSIONS],
    "CreateDefaultSubnet": [{"AvailabilityZone": "us-east-1a"}],
    "CreateDhcpOptions": [
        {"dhcpConfiguration": [OPTIONS]},
        {"dhcpConfiguration": [{"Key": "domain-name", "Value": ["@name", "@evil"]}, OPTIONS]},
    ],
    "CreateInternetGateway": [{}],
    "CreateManagedPrefixList": [
        {
            "PrefixListName": "@name",
            "AddressFamily": "IPv4",
            "MaxEntries": "=small",
            "Entry": [{"Cidr": "@block"}],
        }
    ],
    "CreateNatGateway": [
        {"SubnetId": "@subnet", "AllocationId": "@eipalloc"},
        {"SubnetId": "@subnet", "ConnectivityType": "private", "PrivateIpAddress": "@address"},
    ],
    "CreateNetworkAcl": [{"vpcId": "@vpc"}],
    "CreateNetworkAclEntry": [ENTRY, {**ENTRY, "protocol": "1", "Icmp": {"type": "=small", "code": -1}}],
    "CreateNetworkInterface": [
        {"subnetId": "@subnet", "SecurityGroupId": ["@sg"]},
        {"subnetId": "@subnet", "privateIpAddress": "@address"},
    ],
    "CreateRoute": [
        {**ROUTE, "gatewayId": "@igw"},
        {**ROUTE, "natGatewayId": "@nat"},
        {**ROUTE, "networkInterfaceId": "@eni"},
        {"routeTableId": "@rtb", "DestinationPrefixListId": "@pl", "gatewayId": "@igw"},
        {"routeTableId": "@rtb", "destinationIpv6CidrBlock": "@cidr", "gatewayId": "@igw"},
    ],
    "CreateRouteTable": [{"vpcId": "@vpc"}],
    "CreateSecurityGroup": [{"GroupName": "@name", "GroupDescription": "@name", "VpcId": "@vpc"}],
    "CreateSubnet": [{"VpcId": "@vpc", "CidrBlock": "@block"}],
    "CreateTags": [{"ResourceId": ["@id", "@id"], **TAGGED}],
    "CreateVpc": [{"CidrBlock": "@block"}],
    "DeleteTags": [{"ResourceId": ["@id"], **TAGGED}],
    "DeleteNetworkAclEntry": [{"networkAclId": "@acl", "ruleNumber": "=small", "egress": True}],
    "DescribeNetworkAcls": [FILTERS],
    "DescribeNetworkInterfaces": [FILTERS],
    "DescribeRouteTables": [FILTERS],
    "DescribeSubnets": [FILTERS, {"maxResults": 5}],
    "DescribeVpcs": [FILTERS, {"VpcId": ["@vpc"]}],
    "DetachInternetGateway": [{"internetGatewayId": "@igw", "vpcId": "@vpc"}],
    "ModifySubnetAttribute": [{"subnetId": "@subnet", "MapPublicIpOnLaunch": {"value": True}}],
    "ModifyVpcAttribute": [{"vpcId": "@vpc", "EnableDnsHostnames": {"value": True}}],
    "ReplaceNetworkAclAssociation": [{"associationId": "@aclassoc", "networkAclId": "@acl"}],
    "ReplaceNetworkAclEntry": [ENTRY],
    "ReplaceRoute": [{**ROUTE, "gatewayId": "@igw"}],
    "ReplaceRouteTableAssociation": [{"associationId": "@rtbassoc", "routeTableId": "@rtb"}],
    "RevokeSecurityGroupIngress": [{"GroupId": "@sg", "SecurityGroupRuleId": ["@sgr"]}],
}
