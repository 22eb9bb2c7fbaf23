"""What EC2 says about NAT gateways and addresses, elastic and private ones."""

from homeport.api.ec2.errors.common import MAX_SHOWN, invalid_combination
from homeport.api.errors import ApiError


def too_many_nat_gateways(most: int) -> ApiError:
    """The limit of a zone."""
    text = f"Performing this operation would exceed the limit of {most} NAT gateways"
    return ApiError("NatGatewayLimitExceeded", text)


def allocation_missing() -> ApiError:
    """CreateNatGateway of a public one without an address."""
    text = "The request must include the AllocationId parameter. Add the required parameter and retry the request."
    return ApiError("MissingParameter", text)


def allocation_of_private() -> ApiError:
    """CreateNatGateway of a private one with an address; the text is ours."""
    return invalid_combination("An AllocationId cannot be given for a private NAT gateway.")


def no_gateway(vpc: str) -> ApiError:
    """CreateNatGateway of a public one in a VPC that leads nowhere."""
    return ApiError("Gateway.NotAttached", f"Network {vpc} has no Internet gateway attached")


def address_in_use(address: str) -> ApiError:
    """An address that something has."""
    return ApiError("InvalidIPAddress.InUse", f"Address {address[:MAX_SHOWN]} is in use.")


def too_many_addresses() -> ApiError:
    """The limit of a region."""
    return ApiError("AddressLimitExceeded", "The maximum number of addresses has been reached.")


def address_not_found(address: str) -> ApiError:
    """An elastic address that is not there."""
    return ApiError("InvalidAddress.NotFound", f"Address '{address[:MAX_SHOWN]}' not found.")


def pool_not_found(id: str) -> ApiError:
    """A pool of addresses that is not there."""
    text = f"The pool ID '{id[:MAX_SHOWN]}' does not exist"
    return ApiError("InvalidPublicIpv4PoolID.NotFound", text)


def association_not_found(id: str) -> ApiError:
    """An association that is not there."""
    text = f"The association ID '{id[:MAX_SHOWN]}' does not exist"
    return ApiError("InvalidAssociationID.NotFound", text)


def address_associated(resource: str, association: str) -> ApiError:
    """AssociateAddress of an address or an interface that has an association."""
    text = f"resource {resource} is already associated with associate-id {association}"
    return ApiError("Resource.AlreadyAssociated", text)


def interface_managed() -> ApiError:
    """An interface that belongs to a task, a load balancer or a NAT gateway."""
    return ApiError("OperationNotPermitted", "You are not allowed to manage 'ela-attach' attachments.")


def association_managed() -> ApiError:
    """DisassociateAddress of what belongs to a NAT gateway."""
    return ApiError("AuthFailure", "You do not have permission to access the specified resource.")


def ways_wrong(*names: str) -> ApiError:
    """Neither of two ways to name something, or both."""
    return invalid_combination(f"You must specify exactly one of {' and '.join(names)}")
