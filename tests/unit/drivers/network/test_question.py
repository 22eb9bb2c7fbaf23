"""Paths of the endpoint."""

import pytest

from homeport.drivers.network.metadata.question import AskedCredentials, AskedMetadata, Question, question


@pytest.mark.parametrize(
    ("target", "asked"),
    [
        ("/v4/abc", AskedMetadata(4, "abc", "container")),
        ("/v4/abc/", AskedMetadata(4, "abc", "container")),
        ("/v3/abc", AskedMetadata(3, "abc", "container")),
        ("/v4/abc/task", AskedMetadata(4, "abc", "task")),
        ("/v4/abc/taskWithTags", AskedMetadata(4, "abc", "taskWithTags")),
        ("/v4/abc/stats", AskedMetadata(4, "abc", "stats")),
        ("/v3/abc/task/stats?x=1", AskedMetadata(3, "abc", "task/stats")),
        ("/v4/", AskedMetadata(4, "", "container")),
        ("/v2/credentials/abc", AskedCredentials(2, "abc")),
        ("/v2/credentials", AskedCredentials(2, "")),
        ("/v1/credentials?id=abc", AskedCredentials(1, "abc")),
        ("/v1/credentials", AskedCredentials(1, "")),
        ("/", None),
        ("/v5/abc", None),
        ("/v4/abc/other", None),
        ("/v2/credentialsabc", None),
        ("/latest/meta-data", None),
    ],
)
def test_a_path_asks_for_one_thing(target: str, asked: Question | None) -> None:
    assert question(target) == asked
