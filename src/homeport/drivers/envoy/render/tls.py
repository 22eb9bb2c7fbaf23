"""TLS towards clients, by ELB's security policies, and towards targets, whose certificates ELB does not look at."""

from homeport.drivers.envoy.render.place import Fields, extension
from homeport.plan.traffic import ListenerTable

DEFAULT_POLICY = "ELBSecurityPolicy-2016-08"
VERSIONS = {"1-0": "TLSv1_0", "1-1": "TLSv1_1", "1-2": "TLSv1_2", "1-3": "TLSv1_3"}

FORWARD_SECRET = (
    "ECDHE-ECDSA-AES128-GCM-SHA256",
    "ECDHE-RSA-AES128-GCM-SHA256",
    "ECDHE-ECDSA-AES256-GCM-SHA384",
    "ECDHE-RSA-AES256-GCM-SHA384",
)
FORWARD_SECRET_OLD = (
    "ECDHE-ECDSA-AES128-SHA",
    "ECDHE-RSA-AES128-SHA",
    "ECDHE-ECDSA-AES256-SHA",
    "ECDHE-RSA-AES256-SHA",
)
STATIC = ("AES128-GCM-SHA256", "AES256-GCM-SHA384")
STATIC_OLD = ("AES128-SHA", "AES256-SHA")
"""By what policies have and leave out, as far as BoringSSL has them: it knows none of CBC with SHA-2."""


def downstream(table: ListenerTable) -> Fields:
    """A filter chain's transport socket: certificates by SNI, the first where none fits."""
    common: Fields = {
        "tls_params": _parameters(table.ssl_policy or DEFAULT_POLICY),
        "tls_certificates": [
            {"certificate_chain": {"inline_string": pair.chain}, "private_key": {"inline_string": pair.key}}
            for pair in table.key_pairs
        ],
    }
    if protocols := _protocols(table):
        common["alpn_protocols"] = protocols
    return extension(
        "envoy.transport_sockets.tls",
        "transport_sockets.tls.v3.DownstreamTlsContext",
        common_tls_context=common,
    )


def _protocols(table: ListenerTable) -> list[str]:
    if table.protocol == "HTTPS":
        return ["h2", "http/1.1"] if table.http.http2 else ["http/1.1"]
    return list(table.alpn)


def _parameters(policy: str) -> Fields:
    """The versions and ciphers of a policy, read off its name as AWS composes it."""
    least = "1-0"
    for version in VERSIONS:
        if f"TLS-{version}-" in policy or f"TLS13-{version}-" in policy or f"FS-{version}-" in policy:
            least = version
    newest = "TLSv1_3" if "TLS13" in policy else "TLSv1_2"
    parameters: Fields = {
        "tls_minimum_protocol_version": VERSIONS[least],
        "tls_maximum_protocol_version": newest,
    }
    if least != "1-3":
        parameters["cipher_suites"] = list(_ciphers(policy))
    return parameters


def _ciphers(policy: str) -> tuple[str, ...]:
    """From the strictest names to all."""
    if "-Res-" in policy or policy.startswith("ELBSecurityPolicy-TLS13-1-2-20"):
        return FORWARD_SECRET
    if "-FS-" in policy:
        return (*FORWARD_SECRET, *FORWARD_SECRET_OLD)
    if "-Ext1-" in policy or "TLS-1-2-2017" in policy:
        return (*FORWARD_SECRET, *STATIC)
    return (*FORWARD_SECRET, *FORWARD_SECRET_OLD, *STATIC, *STATIC_OLD)


def upstream(*, alpn: str | None = None) -> Fields:
    """A cluster's transport socket: encrypted, and whatever the certificate says."""
    common: Fields = {"tls_params": {"tls_maximum_protocol_version": "TLSv1_3"}}
    if alpn is not None:
        common["alpn_protocols"] = [alpn]
    return extension(
        "envoy.transport_sockets.tls",
        "transport_sockets.tls.v3.UpstreamTlsContext",
        common_tls_context=common,
    )
