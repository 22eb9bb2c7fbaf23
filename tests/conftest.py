"""What holds for every test: a clean environment, no surprises from dice in CI, one real network process at a time."""

import fcntl
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

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


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests of the Docker driver need a container engine. (`--dist loadfile` keeps a file on one worker: the groups of
    pytest-xdist 3.8 have no effect with pytest 9.2; `_alone` keeps apart what must be.)
    """
    for item in items:
        if "tests/integration/docker/" in item.nodeid:
            item.add_marker("docker")


LOCK = Path(tempfile.gettempdir()) / "homeport-tests.lock"
WHERE = ("tests/contract/test_fabric.py", "tests/integration/network/", "tests/integration/traffic/")
"""The machine has one endpoint at 169.254.170.2, one address for names, one route to each network."""


@pytest.fixture(scope="module", autouse=True)
def _alone(request: pytest.FixtureRequest) -> Iterator[None]:
    """Modules that start a real network process wait for one another, whichever worker they are given to."""
    if not request.node.nodeid.startswith(WHERE):
        yield
        return
    with LOCK.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
