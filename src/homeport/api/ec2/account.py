"""DescribeAccountAttributes: the limits that hold, and the default VPC."""

from collections.abc import Sequence

from homeport.api.caller import Caller
from homeport.api.ec2 import elastic_ips, find
from homeport.api.operation import read
from homeport.shapes import ec2
from homeport.store.tx import ReadTx

NONE = "none"
MOST_GROUPS = "5"
"""Of an interface."""


@read
def describe_account_attributes(
    tx: ReadTx, caller: Caller, request: ec2.DescribeAccountAttributesRequest
) -> ec2.DescribeAccountAttributesResult:
    """All of them, or those that are named. Networks are all there is since EC2-Classic has gone."""
    default = find.default_vpc(tx, caller)
    most = str(elastic_ips.MOST_ADDRESSES)
    values = {
        "supported-platforms": "VPC",
        "vpc-max-security-groups-per-interface": MOST_GROUPS,
        "max-elastic-ips": most,
        "default-vpc": NONE if default is None else default.name,
        "vpc-max-elastic-ips": most,
    }
    asked: Sequence[str] = request.attribute_names or list(values)
    return ec2.DescribeAccountAttributesResult(
        account_attributes=[
            ec2.AccountAttribute(
                attribute_name=name, attribute_values=[ec2.AccountAttributeValue(attribute_value=value)]
            )
            for name, value in values.items()
            if name in asked
        ]
    )
