"""What EC2 says about instances. Captured from AWS unless `ours`."""

from collections.abc import Sequence

from homeport.api.ec2.errors.common import invalid_combination, not_found
from homeport.api.errors import ApiError


def id_malformed(id: str) -> ApiError:
    """As users of the command line quote it; an empty id is said to be expected as "i-..." there, here as any other."""
    return ApiError("InvalidInstanceID.Malformed", f'Invalid id: "{id[:300]}"')


def ids_not_found(ids: Sequence[str]) -> ApiError:
    return not_found("InvalidInstanceID.NotFound", "instance", ids)


def ids_with_pages() -> ApiError:
    return invalid_combination("The parameter instancesSet cannot be used with the parameter maxResults")
