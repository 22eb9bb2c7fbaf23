"""What EC2 says about network interfaces. Captured from AWS unless `ours`."""

from collections.abc import Sequence

from homeport.api.ec2.errors.common import invalid_combination, unsupported
from homeport.api.ec2.errors.common import invalid_value as invalid
from homeport.api.errors import ApiError


def id_malformed(id: str) -> ApiError:
    return ApiError("InvalidNetworkInterfaceId.Malformed", f'Invalid id: "{id[:300]}" (expecting "eni-...")')


def not_built(member: str) -> ApiError:
    """Ours."""
    return unsupported(f"Homeport does not serve {member} of a network interface.")


def address_malformed(address: str) -> ApiError:
    return invalid(f"Invalid IPv4 address: {address[:300]}")


def address_outside(address: str) -> ApiError:
    return invalid(f"Address {address} does not fall within the subnet's address range")


def address_reserved(address: str) -> ApiError:
    """Quoted by users of RunInstances, who may choose an address as well."""
    return invalid(f"Address {address} is in subnet's reserved address range")


def address_in_use(address: str) -> ApiError:
    return ApiError("InvalidIPAddress.InUse", f"Address {address} is in use.")


def address_twice() -> ApiError:
    """Ours; the rule is AWS's (API Reference, CreateNetworkInterface)."""
    return invalid_combination("Only one primary private IP address can be specified.")


def no_address_left(subnet: str) -> ApiError:
    return ApiError(
        "InsufficientFreeAddressesInSubnet",
        f"The specified subnet does not have enough free addresses to satisfy the request: {subnet}",
    )


def description_too_long(most: int) -> ApiError:
    """Ours; the limit is AWS's."""
    return invalid(f"The description of a network interface can have at most {most} characters.")


def in_use(id: str) -> ApiError:
    return invalid(f"Network interface '{id}' is currently in use.")


def managed() -> ApiError:
    """An interface of a service of AWS's: a load balancer's, a task's."""
    return ApiError("AuthFailure", "You do not have permission to access the specified resource.")


def attributes_missing() -> ApiError:
    return invalid_combination("No attributes specified.")


def attributes_several(names: Sequence[str]) -> ApiError:
    """Ours."""
    return invalid_combination(f"Only one attribute can be modified at a time: {', '.join(names)}")


def attachment_not_found(id: str) -> ApiError:
    """A user's interface is attached to nothing here; the text is ours."""
    return ApiError("InvalidAttachmentID.NotFound", f"The attachment ID '{id[:300]}' does not exist")
