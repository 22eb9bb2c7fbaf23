"""What a listener speaks is what DescribeSSLPolicies says of its policy, as far as Envoy can."""

import pytest
from msgspec.structs import replace

from homeport.api.elbv2.policies import DEFAULT, POLICIES
from homeport.drivers.envoy.render import tls
from tests.integration.envoy.room import a_listener

UNKNOWN_TO_BORINGSSL = ("DES-CBC3-SHA",)
VERSIONS = {"TLSv1": "TLSv1_0", "TLSv1.1": "TLSv1_1", "TLSv1.2": "TLSv1_2", "TLSv1.3": "TLSv1_3"}


def parameters(policy: str | None):
    found = tls.downstream(replace(a_listener(), protocol="HTTPS", ssl_policy=policy))
    return found["typed_config"]["common_tls_context"]["tls_params"]


def is_spoken(cipher: str) -> bool:
    """Those of TLS 1.3 cannot be chosen, and CBC with SHA-2 is gone from BoringSSL."""
    if cipher.startswith("TLS_") or cipher in UNKNOWN_TO_BORINGSSL:
        return False
    return "GCM" in cipher or cipher.endswith("-SHA")


@pytest.mark.parametrize("policy", POLICIES)
def test_a_policy_has_the_versions_that_its_description_has(policy):
    found = parameters(policy)
    described = [VERSIONS[version] for version in POLICIES[policy].protocols]
    assert found["tls_minimum_protocol_version"] == min(described)
    assert found["tls_maximum_protocol_version"] == max(described)


@pytest.mark.parametrize("policy", POLICIES)
def test_a_policy_has_the_ciphers_that_its_description_has(policy):
    described = {cipher for cipher in POLICIES[policy].ciphers if is_spoken(cipher)}
    assert set(parameters(policy).get("cipher_suites", ())) == described


def test_without_a_policy_it_is_the_usual_one():
    assert parameters(None) == parameters(DEFAULT)
