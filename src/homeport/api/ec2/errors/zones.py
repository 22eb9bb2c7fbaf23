"""What EC2 says about zones and regions."""

from collections.abc import Sequence

from homeport.api.ec2.errors.common import MAX_SHOWN, invalid_value
from homeport.api.errors import ApiError


def unknown(noun: str, names: Sequence[str]) -> ApiError:
    """Zones or regions by names that there are not; for regions the text is ours, after that of zones."""
    return invalid_value(f"Invalid {noun}{'s' if len(names) > 1 else ''}: [{', '.join(names)[:MAX_SHOWN]}]")
