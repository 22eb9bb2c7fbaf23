"""The steps of a request: who may ask, what is understood, and what goes wrong is an answer too."""

import json
import logging
from collections.abc import Iterator
from typing import Never

import pytest

from homeport.model.cluster import Cluster
from homeport.model.record import Time, Writer
from homeport.server.gateway import Gateway
from homeport.store.memory import MemoryStore
from homeport.store.tx import Unavailable
from homeport.wire.http import HttpRequest, HttpResponse
from tests import signing
from tests.unit.server.worlds import ID, a_call, a_gateway, a_store, told, unsigned


class DeafStore(MemoryStore):
    """A store whose disk refuses."""

    def write(self, writer: Writer, now: Time) -> Never:
        raise Unavailable("the disk is full")


class BrokenStore(MemoryStore):
    """A store with a mistake in it."""

    def write(self, writer: Writer, now: Time) -> Never:
        raise ZeroDivisionError("secret detail")


@pytest.fixture(name="store")
def _store() -> Iterator[MemoryStore]:
    store = a_store()
    yield store
    store.close()


def ask(gateway: Gateway, request: HttpRequest) -> HttpResponse:
    return gateway.answer(request, ID).response


def test_a_signed_call_is_answered_with_the_operations_response(store):
    answer = ask(a_gateway(store), a_call("CreateCluster", {"clusterName": "blue"}))
    assert answer.status == 200
    assert (
        json.loads(answer.body)["cluster"]["clusterArn"] == "arn:aws:ecs:us-east-1:123456789012:cluster/blue"
    )


def test_what_a_call_has_written_belongs_to_the_signers_account_and_region(store):
    ask(a_gateway(store), a_call("CreateCluster", {"clusterName": "blue"}))
    with store.read(signing.NOW) as tx:
        assert [cluster.id for cluster in tx.all(Cluster)] == ["123456789012/us-east-1/blue"]


def test_an_answer_waits_for_the_revision_that_it_was_made_of(store):
    gateway = a_gateway(store)
    before = store.revision
    assert gateway.answer(a_call("CreateCluster"), ID).revision > before
    assert gateway.answer(a_call("ListClusters"), ID).revision == store.revision


@pytest.mark.parametrize("operation", ["ListClusters", "CreateCluster", "NoSuchOperation"])
def test_every_answer_carries_the_requests_id(store, operation):
    assert (b"x-amzn-requestid", ID.encode()) in ask(a_gateway(store), a_call(operation)).headers


def test_a_call_without_a_signature_is_refused(store):
    assert told(ask(a_gateway(store), unsigned(a_call("ListClusters")))) == (
        400,
        "MissingAuthenticationTokenException",
    )


def test_the_signature_is_looked_at_before_the_operation_is(store):
    request = unsigned(a_call("NoSuchOperation", b"no json"))
    assert told(ask(a_gateway(store), request)) == (400, "MissingAuthenticationTokenException")


def test_the_hosts_name_is_looked_at_before_the_signature_is(store):
    request = signing.with_header(unsigned(a_call("ListClusters")), b"host", b"evil.test")
    assert told(ask(a_gateway(store), request))[0] == 421


def test_without_verification_an_unsigned_call_is_served(store):
    gateway = a_gateway(store, verifies=False)
    assert told(ask(gateway, unsigned(a_call("ListClusters")))) == (200, "")


@pytest.mark.parametrize(
    ("name", "value", "status"),
    [(b"origin", b"null", 403), (b"host", b"evil.test", 421), (b"content-type", b"text/plain", 415)],
)
def test_without_verification_the_rules_for_browsers_still_hold(store, name, value, status):
    request = signing.with_header(unsigned(a_call("ListClusters")), name, value)
    assert told(ask(a_gateway(store, verifies=False), request))[0] == status


def test_an_operation_that_nobody_knows_is_unknown(store):
    assert told(ask(a_gateway(store), a_call("MakeCoffee"))) == (400, "UnknownOperationException")


def test_an_operation_that_is_awss_and_not_built_yet_says_so(store):
    answer = ask(a_gateway(store), a_call("CreateCapacityProvider", {"name": "x"}))
    assert told(answer) == (400, "UnsupportedFeatureException")
    assert json.loads(answer.body)["message"] == "Homeport does not serve CreateCapacityProvider yet."


def test_a_call_without_a_target_is_unknown(store):
    request = signing.aws_request(b"{}")
    del request.headers["X-Amz-Target"]
    answer = ask(a_gateway(store), signing.sign(request, signing.signer()))
    assert told(answer) == (400, "UnknownOperationException")


def test_a_signature_for_another_service_opens_nothing(store):
    request = signing.sign(signing.aws_request(b"{}"), signing.signer("sts"))
    assert told(ask(a_gateway(store), request))[0] in (400, 403)


def test_a_body_that_is_no_json_is_refused(store):
    assert told(ask(a_gateway(store), a_call("ListClusters", b"[1"))) == (400, "SerializationException")


def test_what_an_operation_refuses_is_answered_with_its_code_and_writes_nothing(store):
    gateway = a_gateway(store)
    ask(gateway, a_call("ListClusters"))  # An account's first call makes its default VPC.
    before = store.revision
    answer = ask(gateway, a_call("DeleteCluster", {"cluster": "nowhere"}))
    assert told(answer) == (400, "ClusterNotFoundException")
    assert store.revision == before


def test_a_disk_that_refuses_is_an_answer_that_clients_try_again(store):
    deaf = DeafStore(lambda: "0" * 32)
    answer = ask(a_gateway(deaf), a_call("CreateCluster"))
    assert told(answer) == (503, "ServerException")
    assert b"the disk is full" in answer.body


def test_a_mistake_of_ours_is_logged_with_the_requests_id_and_tells_nothing_outside(caplog):
    broken = BrokenStore(lambda: "0" * 32)
    with caplog.at_level(logging.ERROR, "homeport"):
        answer = ask(a_gateway(broken), a_call("CreateCluster"))
    assert told(answer) == (500, "ServerException")
    assert b"secret detail" not in answer.body
    assert ID in caplog.text
    assert "ZeroDivisionError" in caplog.text


def test_the_query_protocol_is_answered_in_xml(store):
    request = signing.aws_request(
        b"Action=GetCallerIdentity&Version=2011-06-15", Content_Type="application/x-www-form-urlencoded"
    )
    del request.headers["X-Amz-Target"]
    answer = ask(a_gateway(store), signing.sign(request, signing.signer("sts")))
    assert answer.status == 200
    assert b"<Account>123456789012</Account>" in answer.body
