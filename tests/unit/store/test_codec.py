"""Records as JSON: what went in comes back, also from an older file, and nothing that is not understood."""

import pytest

from homeport.model.kinds import KINDS
from homeport.model.record import Record
from homeport.store import codec
from tests.builders import (
    T0,
    a_cluster,
    a_machine,
    a_service,
    a_task,
    a_task_definition,
    a_task_set,
    an_instance,
)

RECORDS = (a_cluster(), a_machine(), a_service(), a_task(), a_task_definition(), a_task_set(), an_instance())


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: type(record).__name__)
def test_a_record_comes_back_as_it_went(record: Record) -> None:
    kind = type(record).__name__
    assert codec.decode(kind, codec.VERSIONS[kind], codec.encode(record)) == record


def test_every_kind_has_a_version() -> None:
    assert codec.VERSIONS.keys() == KINDS.keys()


def test_a_member_that_came_later_has_its_default() -> None:
    spec = b'{"name":"c","created_at":1.7e9}'
    body = b'{"id":"123456789012/us-east-1/c","owner":"123456789012/us-east-1","spec":%b}' % spec
    assert codec.decode("Cluster", 1, body) == a_cluster("c", settings=[], tags={})


def test_an_old_body_is_upgraded_step_by_step() -> None:
    upgrades: codec.Upgrades = {
        ("Cluster", 1): lambda body: {**body, "spec": {**body["spec"], "name": body["spec"]["title"]}},
        ("Cluster", 2): lambda body: {**body, "spec": {**body["spec"], "created_at": T0}},
    }
    old = b'{"id":"123456789012/us-east-1/prod","owner":"123456789012/us-east-1","spec":{"title":"prod"}}'
    assert codec.upgraded("Cluster", 1, 3, old, upgrades) == a_cluster("prod")


@pytest.mark.parametrize(
    ("kind", "version", "body", "message"),
    [
        ("Balloon", 1, b"{}", "kind Balloon, version 1, was written by a newer Homeport"),
        ("Task", 2, b"{}", "kind Task, version 2, was written by a newer Homeport"),
        ("Task", 0, b"{}", "kind Task, version 0, cannot be read"),
        ("Task", 1, b'{"id":7}', "kind Task, version 1, cannot be read"),
        ("Task", 1, b"{", "kind Task, version 1, cannot be read"),
    ],
)
def test_what_is_not_understood_is_refused(kind: str, version: int, body: bytes, message: str) -> None:
    with pytest.raises(codec.Unreadable, match=message):
        codec.decode(kind, version, body)
