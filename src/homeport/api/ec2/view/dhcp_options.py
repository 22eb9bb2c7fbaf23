"""A set of DHCP options as EC2 shows it."""

from homeport.api.ec2 import tagging
from homeport.model.dhcp_options import DhcpOptions
from homeport.model.record import scope_of
from homeport.shapes import ec2


def shown(options: DhcpOptions) -> ec2.DhcpOptions:
    """All that there is of it."""
    return ec2.DhcpOptions(
        dhcp_options_id=options.name,
        owner_id=scope_of(options.id).account,
        dhcp_configurations=[
            ec2.DhcpConfiguration(key=key, values=[ec2.AttributeValue(value=value) for value in values])
            for key, values in options.spec.options.items()
        ],
        tags=tagging.shown(options.spec.tags),
    )
