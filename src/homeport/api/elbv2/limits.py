"""DescribeAccountLimits: AWS's quotas, which hold here as well."""

from homeport.api.caller import Caller
from homeport.api.elbv2.errors import common as errors
from homeport.api.operation import read
from homeport.api.paging import Listing
from homeport.shapes import elbv2
from homeport.store.tx import ReadTx

BALANCERS = 50
LISTENERS = 50
RULES = 100
CERTIFICATES = 25
GROUPS_PER_ACTION = 5
CONDITION_VALUES = 5
CONDITION_WILDCARDS = 6
TARGET_GROUPS = 3000
TARGETS = 1000
NETWORK_TARGETS = 3000

LIMITS = {
    "target-groups": TARGET_GROUPS,
    "targets-per-application-load-balancer": TARGETS,
    "listeners-per-application-load-balancer": LISTENERS,
    "rules-per-application-load-balancer": RULES,
    "network-load-balancers": BALANCERS,
    "targets-per-network-load-balancer": NETWORK_TARGETS,
    "listeners-per-network-load-balancer": LISTENERS,
    "condition-values-per-alb-rule": CONDITION_VALUES,
    "condition-wildcards-per-alb-rule": CONDITION_WILDCARDS,
    "target-groups-per-action-on-application-load-balancer": GROUPS_PER_ACTION,
    "target-groups-per-action-on-network-load-balancer": GROUPS_PER_ACTION,
    "certificates-per-application-load-balancer": CERTIFICATES,
    "certificates-per-network-load-balancer": CERTIFICATES,
    "application-load-balancers": BALANCERS,
}
"""In AWS's order."""
LISTING = Listing(
    operation="DescribeAccountLimits",
    usual=400,
    largest=400,
    order=list(LIMITS).index,
    token_invalid=errors.invalid_marker,
)


@read
def describe_account_limits(
    _: ReadTx, caller: Caller, request: elbv2.DescribeAccountLimitsInput
) -> elbv2.DescribeAccountLimitsOutput:
    """The quotas of an account."""
    page = LISTING.page(caller, LIMITS, request.marker, request.page_size)
    return elbv2.DescribeAccountLimitsOutput(
        limits=[elbv2.Limit(name=name, max=str(LIMITS[name])) for name in page.items],
        next_marker=page.next_token,
    )
