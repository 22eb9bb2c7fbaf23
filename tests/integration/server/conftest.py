"""One server for all tests that leave nothing behind."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.server.process import Server, running


@pytest.fixture(scope="module", name="server")
def _server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    data: Path = tmp_path_factory.mktemp("shared") / "data"
    with running(data) as server:
        yield server
