"""What holds for every test: a clean environment, no surprises from dice in CI, one container engine and one network process at a time."""

import os

import pytest
from hypothesis import settings

FOREIGN = ("AWS_", "HOMEPORT_", "XDG_STATE_HOME")
"""Variables of whoever runs the tests, which would lead clients and servers elsewhere."""

for name in [name for name in os.environ if name.startswith(FOREIGN)]:
    del os.environ[name]
os.environ |= {
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    "AWS_EC2_METADATA_DISABLED": "true",  # no client looks for credentials beyond this machine
    "NO_PROXY": "127.0.0.1,localhost,::1",
}

settings.register_profile("here", deadline=None)
# One commit, one result: new examples are found by developers, not by a submission that fails for another's reason.
settings.register_profile("ci", deadline=None, derandomize=True, database=None, print_blob=True)
settings.load_profile("ci" if os.environ.get("CI") else "here")


@pytest.hookimpl(
    tryfirst=True
)  # xdist reads the groups in the same hook: what is added after it counts for nothing
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests on the one container engine, or of the machine's one endpoint, run one after the other, beside all others."""
    for item in items:
        if "tests/integration/docker/" in item.nodeid:
            item.add_marker("docker")
        if item.get_closest_marker("docker") or "tests/integration/network/" in item.nodeid:
            item.add_marker(pytest.mark.xdist_group("docker"))
