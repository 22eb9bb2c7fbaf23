"""ELB's conditions and templates, as what Envoy compares and fills in. RE2 reads these expressions as Python does."""

import re

import pytest

from homeport.drivers.envoy.render import matches, patterns, redirects, replies
from homeport.plan.traffic import Condition, Fixed, ListenerTable, Redirect, Route

LISTENER = ListenerTable(
    id="1/r/app/lb/1/2",
    balancer="1/r/app/lb/1",
    name="lb",
    number="1",
    dns_name="lb-1.elb.localhost",
    address="127.77.0.1",
    port=8080,
    protocol="HTTP",
    routes=(Route(rule="default", action=Fixed(status=200)),),
)


def fits(pattern: str, text: str) -> bool:
    return re.fullmatch(patterns.expression(pattern), text) is not None


def path_fits(condition: Condition, path: str) -> bool:
    found = matches.match([condition])
    if "path" in found:
        return bool(found["path"] == path)
    if "prefix" in found:
        return path.startswith(found["prefix"])
    return re.fullmatch(found["safe_regex"]["regex"], path) is not None


def header_fits(condition: Condition, text: str) -> bool:
    (header,) = matches.match([condition])["headers"]
    match = header["string_match"]
    if "exact" in match:
        return bool(match["exact"].lower() == text.lower())
    return re.fullmatch(match["safe_regex"]["regex"], text) is not None


def test_a_star_is_any_text_and_a_question_mark_one_character():
    assert fits("/img/*", "/img/") and fits("/img/*", "/img/a/b")
    assert fits("a?c", "abc") and not fits("a?c", "ac")


def test_after_a_backslash_they_are_themselves():
    assert fits(r"what\?", "what?") and not fits(r"what\?", "whatx")
    assert fits(r"2\*3", "2*3") and not fits(r"2\*3", "2xx3")


@pytest.mark.parametrize("text", ["a.b", "a+b", "(a)", "[a]", "a|b", "^a$", "{a}", "a b", "a#b", "a~b"])
def test_whatever_else_stands_for_itself(text):
    assert fits(text, text) and not fits(text, text.replace("a", "x"))


def test_a_path_is_told_apart_by_case():
    assert not path_fits(Condition(kind="path", values=("/Img/?",)), "/img/a")


def test_a_path_that_begins_a_certain_way_needs_no_regular_expression():
    assert matches.match([Condition(kind="path", values=("/img/*",))]) == {"prefix": "/img/"}
    assert matches.match([Condition(kind="path", values=("/img",))]) == {"path": "/img"}


def test_one_of_several_paths_is_enough():
    either = Condition(kind="path", values=("/a/*", "/b"))
    assert path_fits(either, "/a/1") and path_fits(either, "/b") and not path_fits(either, "/c")


def test_a_host_fits_whatever_its_case_and_its_port():
    host = Condition(kind="host", values=("*.Example.com",))
    assert header_fits(host, "a.example.COM:8080") and header_fits(host, "a.b.example.com")
    assert not header_fits(host, "example.com") and not header_fits(host, "a.example.com.evil")


def test_a_header_fits_whatever_its_case():
    header = Condition(kind="header", name="User-Agent", values=("*Chrome*", "Fire?ox"))
    assert header_fits(header, "my chrome 1") and header_fits(header, "FIREFOX")
    assert not header_fits(header, "safari")


def test_a_query_fits_by_one_of_its_pairs_anywhere_and_whatever_its_case():
    query = Condition(kind="query", pairs=(("version", "v1"), ("", "*example*")))
    for path in ("/?version=v1", "/a?x=1&Version=V1&y=2", "/?any=my-example-1", "/?example"):
        assert header_fits(query, path), path
    for path in ("/", "/version=v1", "/?version=v12", "/?xversion=v1", "/example?a=b"):
        assert not header_fits(query, path), path


def test_a_star_in_a_query_ends_where_the_pair_does():
    assert not header_fits(Condition(kind="query", pairs=(("a", "1*2"),)), "/?a=1&b=2")


def test_a_method_is_told_apart_by_case():
    method = Condition(kind="method", values=("GET", "HEAD"))
    assert header_fits(method, "HEAD") and not header_fits(method, "head")


def test_a_regular_expression_is_looked_for_anywhere():
    assert path_fits(Condition(kind="path", values=("[0-9]{3}",), regex=True), "/api/123/x")
    assert not path_fits(Condition(kind="path", values=("^/[0-9]+$",), regex=True), "/api/123")


def test_all_conditions_have_to_hold():
    found = matches.match(
        [
            Condition(kind="path", values=("/a",)),
            Condition(kind="header", name="x-a", values=("1",)),
            Condition(kind="header", name="x-b", values=("2",)),
            Condition(kind="source", values=("10.0.0.0/8", "127.0.0.1/32")),
        ]
    )
    assert found["path"] == "/a"
    assert [header["name"] for header in found["headers"]] == ["x-a", "x-b"]
    (source,) = found["filter_state"]
    assert [each["prefix_len"] for each in source["address_match"]["ranges"]] == [8, 32]


def test_a_redirect_keeps_what_its_template_does_not_replace():
    assert redirects.location(LISTENER, Redirect(status=301)) == "http://%REQ(:AUTHORITY)%:8080%REQ(:PATH)%"


def test_a_redirect_to_https_names_the_port():
    found = redirects.location(LISTENER, Redirect(status=301, protocol="HTTPS", port="443"))
    assert found == "https://%REQ(:AUTHORITY)%:443%REQ(:PATH)%"


def test_a_query_of_its_own_comes_after_a_question_mark():
    found = redirects.location(LISTENER, Redirect(status=302, host="a.b", path="/c", query="d=e"))
    assert found == "http://a.b:8080/c?d=e"


def test_an_empty_query_leaves_the_question_mark_out():
    assert redirects.location(LISTENER, Redirect(status=302, host="a.b", path="/c", query="")).endswith("/c")


def test_a_percent_sign_stays_one():
    assert redirects.location(LISTENER, Redirect(status=302, path="/100%", query="")).endswith("/100%%")


@pytest.mark.parametrize(("status", "length"), [(301, 134), (302, 110), (502, 122), (503, 162), (504, 132)])
def test_a_page_is_as_long_as_the_one_of_elb(status, length):
    """As seen in Content-Length: 134 of a redirect with 301, 110 with 302, and so on."""
    assert len(replies.page(status)) == length
