"""What EC2 says about prefix lists. Captured from AWS unless `ours`."""

from homeport.api.ec2.errors.common import dependency_violation, invalid_combination, unsupported
from homeport.api.ec2.errors.common import invalid_value as invalid
from homeport.api.errors import ApiError


def id_malformed(id: str) -> ApiError:
    return ApiError("InvalidPrefixListId.Malformed", f'Invalid id: "{id[:300]}" (expecting "pl-...")')


def name_reserved() -> ApiError:
    """Ours; the rule is AWS's (API Reference, CreateManagedPrefixList)."""
    return invalid("The prefix list name cannot start with com.amazonaws.")


def name_too_long(most: int) -> ApiError:
    """Ours; the limit is AWS's."""
    return invalid(f"The prefix list name can have at most {most} characters.")


def description_too_long(most: int) -> ApiError:
    """Ours; the limit is AWS's."""
    return invalid(f"The description of an entry can have at most {most} characters.")


def family_invalid(family: str) -> ApiError:
    """Ours."""
    return invalid(
        f"Invalid value '{family[:300]}' for AddressFamily. It must be one of the following values 'IPv4,IPv6'."
    )


def size_invalid(most: int) -> ApiError:
    """The text is the console's."""
    return invalid(f"Must specify a max size between 1 and {most}")


def too_many_at_once(most: int) -> ApiError:
    """Quoted with its grammar in Terraform's issue 17191."""
    return invalid(f"The number of entries per request cannot exceeds limit ({most}).")


def full() -> ApiError:
    """The text is AWS's, the code ours."""
    return ApiError(
        "PrefixListMaxEntriesExceeded", "You've reached the maximum number of entries for the prefix list."
    )


def too_many(most: int) -> ApiError:
    """Ours; AWS's quota."""
    return ApiError(
        "PrefixListLimitExceeded",
        f"The maximum number of prefix lists in a region, {most}, has been reached.",
    )


def cidr_invalid(cidr: str, family: str) -> ApiError:
    """Ours."""
    return invalid(f"The CIDR '{cidr[:300]}' is not a valid {family} CIDR block.")


def cidr_repeated(cidr: str) -> ApiError:
    """Ours."""
    return invalid(f"The CIDR '{cidr}' is specified more than once.")


def added_and_removed(cidr: str) -> ApiError:
    """Quoted in the source of Terraform's provider, which takes care not to be told this."""
    return invalid(
        f"Request cannot contain Cidr {cidr} in both AddPrefixListEntries and RemovePrefixListEntries"
    )


def entry_not_found(cidr: str) -> ApiError:
    """Ours."""
    return invalid(f"The CIDR '{cidr}' does not exist in the prefix list.")


def version_missing() -> ApiError:
    """Ours; the rule is AWS's: entries change from one version to the next."""
    return ApiError("MissingParameter", "The request must contain the parameter CurrentVersion")


def version_wrong() -> ApiError:
    return ApiError("PrefixListVersionMismatch", "The prefix list has the incorrect version number.")


def version_not_kept(version: int) -> ApiError:
    """Ours: earlier versions are not kept."""
    return ApiError("InvalidPrefixListVersion", f"The version {version} of the prefix list does not exist.")


def size_with_entries() -> ApiError:
    """Ours; the rule is AWS's (API Reference, ModifyManagedPrefixList)."""
    return invalid_combination(
        "You cannot modify the entries and the size of a prefix list at the same time."
    )


def nothing_to_change() -> ApiError:
    """Ours."""
    return ApiError("MissingParameter", "The request must contain at least one change of the prefix list.")


def not_owned(id: str) -> ApiError:
    """Ours: a list of AWS's own."""
    return ApiError("UnauthorizedOperation", f"The prefix list '{id}' is managed by AWS.", status=403)


def in_use(id: str) -> ApiError:
    """Ours; the rule is AWS's."""
    return dependency_violation(f"The prefix list '{id}' is in use by a security group.")


def resolver_not_built() -> ApiError:
    """Ours."""
    return unsupported("Homeport does not serve IPAM's prefix list resolvers.")
