"""What EC2 says about DHCP options; the texts about values are ours."""

from homeport.api.ec2.errors.common import MAX_SHOWN, dependency_violation, invalid_value
from homeport.api.errors import ApiError


def id_malformed(id: str) -> ApiError:
    """DeleteDhcpOptions of what is no set's id."""
    text = f"The dhcp-options ID '{id[:MAX_SHOWN]}' is malformed"
    return ApiError("InvalidDhcpOptionsId.Malformed", text)


def options_in_use(options: str) -> ApiError:
    """DeleteDhcpOptions of a set that a VPC has."""
    return dependency_violation(f"The dhcpOptions '{options}' has dependencies and cannot be deleted.")


def option_invalid(key: str, value: str) -> ApiError:
    """An option that there is not, or a value that it cannot have; ours."""
    return invalid_value(f"Value ({value[:MAX_SHOWN]}) for DHCP option {key[:MAX_SHOWN]} is invalid.")


def option_repeated(key: str) -> ApiError:
    """An option twice; ours."""
    return invalid_value(f"The DHCP option {key[:MAX_SHOWN]} is specified more than once.")


def too_many_addresses(key: str, most: int) -> ApiError:
    """More servers than an option may have; ours."""
    return invalid_value(f"The DHCP option {key} can have at most {most} addresses.")
