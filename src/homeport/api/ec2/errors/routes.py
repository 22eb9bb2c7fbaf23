"""What EC2 says about route tables, routes and internet gateways."""

from homeport.api.ec2.errors.common import (
    MAX_SHOWN,
    dependency_violation,
    invalid_combination,
    invalid_value,
)
from homeport.api.errors import ApiError


def table_in_use(table: str) -> ApiError:
    """DeleteRouteTable of a main one, or one with subnets."""
    return dependency_violation(f"The routeTable '{table}' has dependencies and cannot be deleted.")


def too_many_tables() -> ApiError:
    """The limit of a VPC."""
    return ApiError("RouteTableLimitExceeded", "The maximum number of route tables has been reached.")


def too_many_routes() -> ApiError:
    """The limit of a table."""
    return ApiError("RouteLimitExceeded", "The maximum number of routes has been reached.")


def destinations_wrong() -> ApiError:
    """No destination, or more than one."""
    return invalid_combination(
        "The request must contain exactly one of destinationCidrBlock, destinationIpv6CidrBlock, "
        "destinationPrefixListId"
    )


def targets_wrong() -> ApiError:
    """No target, or more than one."""
    return invalid_combination(
        "The request must contain exactly one of gatewayId, natGatewayId, networkInterfaceId, "
        "vpcPeeringConnectionId, egressOnlyInternetGatewayId, transitGatewayId, localGatewayId, "
        "carrierGatewayId, vpcEndpointId, coreNetworkArn"
    )


def route_exists(destination: str) -> ApiError:
    """CreateRoute to where there is one."""
    return ApiError("RouteAlreadyExists", f"The route identified by {destination} already exists.")


def route_not_found(parameter: str, destination: str, table: str) -> ApiError:
    """ReplaceRoute or DeleteRoute of what the table does not have."""
    text = f"no route with {parameter} {destination[:MAX_SHOWN]} in route table {table}"
    return ApiError("InvalidRoute.NotFound", text)


def route_local(cidr: str, table: str) -> ApiError:
    """DeleteRoute of the one to the VPC itself."""
    return invalid_value(f"cannot remove local route {cidr} in route table {table}")


def route_too_specific(cidr: str) -> ApiError:
    """A route inside of the VPC, to a gateway."""
    return invalid_value(
        f"The destination CIDR block {cidr} is equal to or more specific than one of this VPC's CIDR blocks. "
        "This route can target only an interface or an instance."
    )


def other_network(table: str, kind: str, id: str) -> ApiError:
    """A table of one VPC and a `network gateway` or a `subnet` of another."""
    return invalid_value(f"route table {table} and {kind} {id} belong to different networks")


def gateway_not_found(id: str) -> ApiError:
    """A route to a gateway that is not there."""
    return ApiError("InvalidGatewayID.NotFound", f"The gateway ID '{id[:MAX_SHOWN]}' does not exist")


def nat_gateway_not_found(id: str) -> ApiError:
    """A route to a NAT gateway that is not there."""
    return ApiError("InvalidNatGatewayID.NotFound", f"The natGateway ID '{id[:MAX_SHOWN]}' does not exist")


def association_exists(table: str) -> ApiError:
    """A subnet that another table has."""
    text = f"the specified association for route table {table} conflicts with an existing association"
    return ApiError("Resource.AlreadyAssociated", text)


def association_not_found(id: str) -> ApiError:
    """An association that is not there."""
    text = f"The association ID '{id[:MAX_SHOWN]}' does not exist"
    return ApiError("InvalidAssociationID.NotFound", text)


def association_main(id: str) -> ApiError:
    """DisassociateRouteTable of the main one."""
    return invalid_value(f"cannot disassociate the main route table association {id}")


def too_many_gateways() -> ApiError:
    """The limit of a region."""
    text = "The maximum number of internet gateways has been reached."
    return ApiError("InternetGatewayLimitExceeded", text)


def gateway_attached(gateway: str, vpc: str) -> ApiError:
    """AttachInternetGateway of one that is attached."""
    return ApiError("Resource.AlreadyAssociated", f"resource {gateway} is already attached to network {vpc}")


def vpc_has_gateway(vpc: str, gateway: str) -> ApiError:
    """AttachInternetGateway to a VPC that has another."""
    return invalid_value(f"Network {vpc} already has an internet gateway attached: {gateway}")


def gateway_not_attached(gateway: str, vpc: str) -> ApiError:
    """DetachInternetGateway of one that is not."""
    return ApiError("Gateway.NotAttached", f"resource {gateway} is not attached to network {vpc}")


def gateway_in_use(gateway: str) -> ApiError:
    """DeleteInternetGateway of one that is attached."""
    return dependency_violation(f"The internetGateway '{gateway}' has dependencies and cannot be deleted.")


def addresses_in_use(vpc: str) -> ApiError:
    """DetachInternetGateway while there are addresses that lead through it."""
    return dependency_violation(
        f"Network {vpc} has some mapped public address(es). Please unmap those public address(es) before "
        "detaching the gateway."
    )
