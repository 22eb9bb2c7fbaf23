"""Rules of an application load balancer, with real requests: which one is met, and what it does."""

from collections import Counter

import pytest

from homeport.plan.traffic import Condition, Delta, Fixed, HttpOptions, Redirect
from tests.integration.envoy.room import Room, a_backend, a_group, a_listener, in_a_room, rule, to

HERE = Fixed(status=200, body="here")
ELSEWHERE = Fixed(status=404, body="elsewhere", content_type="application/json")


@pytest.mark.parametrize(
    ("condition", "meant", "others"),
    [
        (Condition(kind="path", values=("/img/*",)), [{"path": "/img/a?b=c"}], [{"path": "/IMG/a"}, {}]),
        (
            Condition(kind="path", values=("/a?c", "/x")),
            [{"path": "/abc"}, {"path": "/x"}],
            [{"path": "/ac"}],
        ),
        (
            Condition(kind="path", values=("^/v[0-9]+/",), regex=True),
            [{"path": "/v12/x"}],
            [{"path": "/a/v1/x"}],
        ),
        (
            Condition(kind="host", values=("*.example.com",)),
            [{"host": "A.Example.com"}, {"host": "a.example.com:8080"}],
            [{"host": "example.com"}],
        ),
        (
            Condition(kind="header", name="X-Kind", values=("b*",)),
            [{"headers": {"x-kind": "Beta"}}],
            [{"headers": {"x-kind": "alpha"}}, {}],
        ),
        (Condition(kind="method", values=("PUT", "POST")), [{"method": "POST"}], [{"method": "GET"}]),
        (
            Condition(kind="query", pairs=(("version", "v*"), ("", "yes"))),
            [{"path": "/?a=b&Version=V2"}, {"path": "/x?any=yes"}],
            [{"path": "/?version=1"}, {"path": "/version=v1"}],
        ),
        (Condition(kind="source", values=("10.0.0.0/8", "127.0.0.0/8")), [{}], []),
        (Condition(kind="source", values=("10.0.0.0/8", "2001:db8::/32")), [], [{}]),
    ],
    ids=lambda each: f"{each.kind}-{each.values or each.pairs}" if isinstance(each, Condition) else "",
)
def test_a_rule_is_met_by_what_its_condition_says(tmp_path, condition, meant, others):
    async def test(room: Room) -> None:
        listener = a_listener(rule(1, HERE, condition), ELSEWHERE)
        await room.put(listener)
        for request in meant:
            assert (await room.get(listener, **request)).body == "here", request
        for request in others:
            assert (await room.get(listener, **request)).body == "elsewhere", request

    in_a_room(tmp_path, test)


def test_all_conditions_of_a_rule_have_to_hold(tmp_path):
    async def test(room: Room) -> None:
        both = (
            Condition(kind="path", values=("/a*",)),
            Condition(kind="header", name="x-kind", values=("b",)),
        )
        listener = a_listener(rule(1, HERE, *both), ELSEWHERE)
        await room.put(listener)
        assert (await room.get(listener, "/a1", headers={"x-kind": "b"})).body == "here"
        assert (await room.get(listener, "/a1")).body == "elsewhere"
        assert (await room.get(listener, "/b", headers={"x-kind": "b"})).body == "elsewhere"

    in_a_room(tmp_path, test)


def test_the_first_rule_that_is_met_decides_whatever_its_host(tmp_path):
    async def test(room: Room) -> None:
        listener = a_listener(
            rule(1, Fixed(status=200, body="path"), Condition(kind="path", values=("/a",))),
            rule(2, Fixed(status=200, body="host"), Condition(kind="host", values=("a.b",))),
            ELSEWHERE,
        )
        await room.put(listener)
        assert (await room.get(listener, "/a", host="a.b")).body == "path"
        assert (await room.get(listener, "/b", host="a.b")).body == "host"

    in_a_room(tmp_path, test)


def test_a_fixed_response_has_its_code_type_and_body_and_the_balancers_name(tmp_path):
    async def test(room: Room) -> None:
        listener = a_listener(ELSEWHERE)
        await room.put(listener)
        answer = await room.get(listener)
        assert (answer.status, answer.body) == (404, "elsewhere")
        assert answer.headers["Content-Type"] == "application/json"
        assert answer.headers.getall("Server") == ["awselb/2.0"]

    in_a_room(tmp_path, test)


@pytest.mark.parametrize(
    ("redirect", "path", "location"),
    [
        (Redirect(status=301, protocol="HTTPS", port="443"), "/a/b?c=d", "https://a.b:443/a/b?c=d"),
        (Redirect(status=302, host="www.#{host}"), "/a", "http://www.a.b:{port}/a"),
        (Redirect(status=302, path="/new/#{path}"), "/a?b=c", "http://a.b:{port}/new/a?b=c"),
        (Redirect(status=302, path="/new/#{path}"), "/a", "http://a.b:{port}/new/a"),
        (Redirect(status=302, path="/x", query="from=#{path}"), "/a?b=c", "http://a.b:{port}/x?from=a"),
        (Redirect(status=302, query="x=y&#{query}"), "/a?b=c", "http://a.b:{port}/a?x=y&b=c"),
        (Redirect(status=302, path="/100%", query=""), "/a?b=c", "http://a.b:{port}/100%"),
        (Redirect(status=302, path="/x#{path}"), "/a", "http://a.b:{port}/xa"),
    ],
    ids=lambda each: f"{each.host}{each.path}?{each.query}" if isinstance(each, Redirect) else "",
)
def test_a_redirect_leads_where_its_template_says(tmp_path, redirect, path, location):
    async def test(room: Room) -> None:
        listener = a_listener(redirect)
        await room.put(listener)
        answer = await room.get(listener, path, host=f"a.b:{listener.port}")
        assert answer.status == redirect.status
        assert answer.headers.getall("Location") == [location.format(port=listener.port)]
        assert answer.headers["Content-Type"] == "text/html"
        assert answer.headers.getall("Server") == ["awselb/2.0"]
        assert f"<h1>{redirect.status}" in answer.body

    in_a_room(tmp_path, test)


def test_weights_are_what_target_groups_get(tmp_path):
    async def test(room: Room) -> None:
        async with a_backend("blue") as blue, a_backend("green") as green:
            one, other = a_group(1, blue), a_group(2, green)
            listener = a_listener(to((one, 75), (other, 25)))
            await room.put(one, other, listener)
            counts = Counter([(await room.get(listener)).who for _ in range(400)])
            assert 250 <= counts["blue"] <= 350
            assert counts.total() == counts["blue"] + counts["green"]

    in_a_room(tmp_path, test)


def test_a_target_group_without_weight_gets_nothing_and_one_alone_gets_all(tmp_path):
    async def test(room: Room) -> None:
        async with a_backend("blue") as blue, a_backend("green") as green:
            one, other = a_group(1, blue), a_group(2, green)
            listener = a_listener(to((one, 0), (other, 1)))
            await room.put(one, other, listener)
            assert {(await room.get(listener)).who for _ in range(50)} == {"green"}

    in_a_room(tmp_path, test)


def test_no_weight_at_all_is_503(tmp_path):
    async def test(room: Room) -> None:
        async with a_backend("blue") as blue:
            group = a_group(1, blue)
            listener = a_listener(to((group, 0)))
            await room.put(group, listener)
            assert (await room.get(listener)).status == 503

    in_a_room(tmp_path, test)


def test_a_shift_of_weights_is_a_change_of_routes_alone(tmp_path):
    async def test(room: Room) -> None:
        async with a_backend("blue") as blue, a_backend("green") as green:
            one, other = a_group(1, blue), a_group(2, green)
            listener = a_listener(to((one, 100), (other, 0)))
            await room.put(one, other, listener)
            assert (await room.get(listener)).who == "blue"
            port = listener.port
            await room.put(a_listener(to((one, 0), (other, 100)), port=port))
            assert {(await room.get(listener)).who for _ in range(20)} == {"green"}

    in_a_room(tmp_path, test)


def test_a_port_that_is_shared_is_told_apart_by_host_and_the_oldest_gets_the_rest(tmp_path):
    async def test(room: Room) -> None:
        first = a_listener(Fixed(status=200, body="first"), number=1)
        second = a_listener(Fixed(status=200, body="second"), number=2, port=first.port)
        await room.put(first, second)
        shared = {"address": "127.0.0.1"}
        assert (await room.get(first, **shared)).body == "first"
        assert (await room.get(second, **shared)).body == "second"
        assert (await room.get(second, host=f"{second.dns_name.upper()}:{second.port}", **shared)).body == (
            "second"
        )
        assert (await room.get(first, host="unknown", **shared)).body == "first"
        assert (await room.get(second, host="unknown")).body == "second"

    in_a_room(tmp_path, test)


def test_with_the_host_preserved_a_target_sees_what_the_client_wrote(tmp_path):
    async def test(room: Room) -> None:
        async with a_backend("blue") as blue:
            group = a_group(1, blue)
            listener = a_listener(to((group, 1)))
            await room.put(group, listener)
            assert (await room.get(listener, host="a.b")).seen["host"] == f"a.b:{listener.port}"
            assert (await room.get(listener, host=f"a.b:{listener.port}")).seen["host"] == (
                f"a.b:{listener.port}"
            )
            kept = a_listener(to((group, 1)), number=2, http=HttpOptions(preserve_host=True))
            await room.put(kept)
            assert (await room.get(kept, host="a.b")).seen["host"] == "a.b"
            assert (await room.get(kept, host="a.b:1")).seen["host"] == "a.b:1"

    in_a_room(tmp_path, test)


def test_containers_reach_a_load_balancer_on_an_address_of_its_own_or_on_one_that_all_share(tmp_path):
    async def test(room: Room) -> None:
        first = a_listener(Fixed(status=200, body="first"), number=1, inside=("127.78.9.1", "127.78.9.2"))
        second = a_listener(Fixed(status=200, body="second"), number=2, port=first.port)
        await room.put(first, second)
        for own in first.inside:
            assert (await room.get(first, host="any", address=own)).body == "first"
        assert (await room.get(second, address="127.78.0.1")).body == "second"
        assert (await room.get(first, host="any", address="127.78.0.1")).body == "first"

    in_a_room(tmp_path, test, inside="127.78.0.1")


def test_a_load_balancer_that_goes_leaves_the_shared_port_to_the_next(tmp_path):
    async def test(room: Room) -> None:
        first = a_listener(Fixed(status=200, body="first"), number=1)
        second = a_listener(Fixed(status=200, body="second"), number=2, port=first.port)
        await room.put(first, second)
        assert (await room.get(first, host="any", address="127.0.0.1")).body == "first"
        room.renderer.apply(Delta(listeners={first.id: None}))
        await room.settle()
        assert (await room.get(second, host="any", address="127.0.0.1")).body == "second"

    in_a_room(tmp_path, test)
