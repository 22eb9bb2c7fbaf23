"""DescribeSSLPolicies: AWS's predefined policies for the TLS that clients may speak.

From AWS's documentation (Security policies for your Application Load Balancer, and for your Network Load Balancer).
FIPS and post-quantum policies are not served (docs/gaps.md).
"""

from msgspec import Struct

from homeport.api.caller import Caller
from homeport.api.elbv2.errors import common as errors
from homeport.api.elbv2.errors import listeners as listener_errors
from homeport.api.operation import read
from homeport.api.paging import Listing
from homeport.shapes import elbv2
from homeport.store.tx import ReadTx

DEFAULT = "ELBSecurityPolicy-2016-08"

TLS13 = ("TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256")
ECDHE_GCM_128 = ("ECDHE-ECDSA-AES128-GCM-SHA256", "ECDHE-RSA-AES128-GCM-SHA256")
ECDHE_SHA256 = ("ECDHE-ECDSA-AES128-SHA256", "ECDHE-RSA-AES128-SHA256")
ECDHE_SHA_128 = ("ECDHE-ECDSA-AES128-SHA", "ECDHE-RSA-AES128-SHA")
ECDHE_GCM_256 = ("ECDHE-ECDSA-AES256-GCM-SHA384", "ECDHE-RSA-AES256-GCM-SHA384")
ECDHE_SHA384 = ("ECDHE-ECDSA-AES256-SHA384", "ECDHE-RSA-AES256-SHA384")
ECDHE_SHA_256 = ("ECDHE-RSA-AES256-SHA", "ECDHE-ECDSA-AES256-SHA")
RSA_128, RSA_SHA_128 = ("AES128-GCM-SHA256", "AES128-SHA256"), ("AES128-SHA",)
RSA_256, RSA_SHA_256 = ("AES256-GCM-SHA384", "AES256-SHA256"), ("AES256-SHA",)
DES = ("DES-CBC3-SHA",)

RESTRICTED = (*ECDHE_GCM_128, *ECDHE_GCM_256)
FORWARD = (*ECDHE_GCM_128, *ECDHE_SHA256, *ECDHE_GCM_256, *ECDHE_SHA384)
FORWARD_OLD = (
    *ECDHE_GCM_128,
    *ECDHE_SHA256,
    *ECDHE_SHA_128,
    *ECDHE_GCM_256,
    *ECDHE_SHA384,
    *ECDHE_SHA_256,
)
WIDE = (*FORWARD, *RSA_128, *RSA_256)
ALL = (*FORWARD_OLD, *RSA_128, *RSA_SHA_128, *RSA_256, *RSA_SHA_256)


class Policy(Struct, frozen=True):
    """Versions of TLS, and ciphers in the order in which they are preferred."""

    protocols: tuple[str, ...]
    ciphers: tuple[str, ...]


ONE_0, ONE_1, ONE_2 = ("TLSv1", "TLSv1.1", "TLSv1.2"), ("TLSv1.1", "TLSv1.2"), ("TLSv1.2",)
POLICIES = {
    "ELBSecurityPolicy-TLS13-1-3-2021-06": Policy(("TLSv1.3",), TLS13),
    "ELBSecurityPolicy-TLS13-1-2-Res-2021-06": Policy((*ONE_2, "TLSv1.3"), (*TLS13, *RESTRICTED)),
    "ELBSecurityPolicy-TLS13-1-2-2021-06": Policy((*ONE_2, "TLSv1.3"), (*TLS13, *FORWARD)),
    "ELBSecurityPolicy-TLS13-1-2-Ext1-2021-06": Policy((*ONE_2, "TLSv1.3"), (*TLS13, *WIDE)),
    "ELBSecurityPolicy-TLS13-1-2-Ext2-2021-06": Policy((*ONE_2, "TLSv1.3"), (*TLS13, *ALL)),
    "ELBSecurityPolicy-TLS13-1-1-2021-06": Policy((*ONE_1, "TLSv1.3"), (*TLS13, *ALL)),
    "ELBSecurityPolicy-TLS13-1-0-2021-06": Policy((*ONE_0, "TLSv1.3"), (*TLS13, *ALL)),
    "ELBSecurityPolicy-2016-08": Policy(ONE_0, ALL),
    "ELBSecurityPolicy-TLS-1-2-2017-01": Policy(ONE_2, WIDE),
    "ELBSecurityPolicy-TLS-1-1-2017-01": Policy(ONE_1, ALL),
    "ELBSecurityPolicy-TLS-1-2-Ext-2018-06": Policy(ONE_2, ALL),
    "ELBSecurityPolicy-FS-2018-06": Policy(ONE_0, FORWARD_OLD),
    "ELBSecurityPolicy-FS-1-1-2019-08": Policy(ONE_1, FORWARD_OLD),
    "ELBSecurityPolicy-FS-1-2-2019-08": Policy(ONE_2, FORWARD_OLD),
    "ELBSecurityPolicy-FS-1-2-Res-2019-08": Policy(ONE_2, FORWARD),
    "ELBSecurityPolicy-FS-1-2-Res-2020-10": Policy(ONE_2, RESTRICTED),
    "ELBSecurityPolicy-2015-05": Policy(ONE_0, ALL),
    "ELBSecurityPolicy-TLS-1-0-2015-04": Policy(ONE_0, (*ALL, *DES)),
}
LISTING = Listing(
    operation="DescribeSSLPolicies",
    usual=400,
    largest=400,
    order=list(POLICIES).index,
    token_invalid=errors.invalid_marker,
)


@read
def describe_ssl_policies(
    _: ReadTx, caller: Caller, request: elbv2.DescribeSSLPoliciesInput
) -> elbv2.DescribeSSLPoliciesOutput:
    """The policies, or those that are named. There are none for gateway load balancers."""
    named = [checked(name) for name in request.names or ()] or list(POLICIES)
    wanted = [] if request.load_balancer_type == "gateway" else named
    page = LISTING.page(caller, set(wanted), request.marker, request.page_size)
    return elbv2.DescribeSSLPoliciesOutput(
        ssl_policies=[_shape(name, POLICIES[name]) for name in page.items], next_marker=page.next_token
    )


def checked(name: str) -> str:
    """The name of a policy that there is. Raises SSLPolicyNotFound."""
    if name not in POLICIES:
        raise listener_errors.ssl_policy_not_found(name)
    return name


def _shape(name: str, policy: Policy) -> elbv2.SslPolicy:
    return elbv2.SslPolicy(
        name=name,
        ssl_protocols=list(policy.protocols),
        ciphers=[
            elbv2.Cipher(name=cipher, priority=priority)
            for priority, cipher in enumerate(policy.ciphers, start=1)
        ],
        supported_load_balancer_types=["application", "network"],
    )
