"""What a target is told of a request, and a client of an answer."""

import re

import pytest
from msgspec.structs import replace

from homeport.plan.traffic import Fixed, HttpOptions
from tests.integration.envoy.room import Room, a_backend, a_group, a_listener, in_a_room, to

TRACE = re.compile(r"Root=1-[0-9a-f]{8}-[0-9a-f]{24}")


@pytest.mark.parametrize(
    ("options", "given", "expected"),
    [
        (HttpOptions(), None, r"127\.0\.0\.1"),
        (HttpOptions(), "1.2.3.4", r"1\.2\.3\.4, ?127\.0\.0\.1"),
        (HttpOptions(forwarded_for_port=True), None, r"127\.0\.0\.1:\d+"),
        (HttpOptions(forwarded_for="preserve"), "1.2.3.4", r"1\.2\.3\.4"),
        (HttpOptions(forwarded_for="preserve"), None, ""),
        (HttpOptions(forwarded_for="remove"), "1.2.3.4", ""),
    ],
)
def test_x_forwarded_for_is_appended_preserved_or_removed(tmp_path, options, given, expected):
    async def test(room: Room) -> None:
        async with a_backend("blue") as blue:
            group = a_group(1, blue)
            listener = a_listener(to((group, 1)), http=options)
            await room.put(group, listener)
            headers = {"X-Forwarded-For": given} if given else {}
            seen = (await room.get(listener, headers=headers)).seen
            assert re.fullmatch(expected, seen.get("x-forwarded-for", "")), seen

    in_a_room(tmp_path, test)


def test_a_target_is_told_the_protocol_and_the_port_that_the_client_used(tmp_path):
    async def test(room: Room) -> None:
        async with a_backend("blue") as blue:
            group = a_group(1, blue)
            listener = a_listener(to((group, 1)))
            await room.put(group, listener)
            forged = {"X-Forwarded-Proto": "https", "X-Forwarded-Port": "1"}
            seen = (await room.get(listener, headers=forged)).seen
            assert (seen["x-forwarded-proto"], seen["x-forwarded-port"]) == ("http", str(listener.port))

    in_a_room(tmp_path, test)


def test_envoy_adds_nothing_of_its_own(tmp_path):
    async def test(room: Room) -> None:
        async with a_backend("blue") as blue:
            group = a_group(1, blue)
            listener = a_listener(to((group, 1)))
            await room.put(group, listener)
            answer = await room.get(listener)
            names = {*answer.seen, *(name.lower() for name in answer.headers)}
            assert not [name for name in names if "envoy" in name or name == "x-request-id"]
            assert answer.seen.keys() == {
                "host", "accept", "accept-encoding", "user-agent",
                "x-forwarded-for", "x-forwarded-port", "x-forwarded-proto", "x-amzn-trace-id",
            }  # fmt: skip

    in_a_room(tmp_path, test)


def test_every_request_has_a_trace_id_of_its_own(tmp_path):
    async def test(room: Room) -> None:
        async with a_backend("blue") as blue:
            group = a_group(1, blue)
            listener = a_listener(to((group, 1)))
            await room.put(group, listener)
            ids = [(await room.get(listener)).seen["x-amzn-trace-id"] for _ in range(20)]
            assert all(TRACE.fullmatch(id) for id in ids)
            assert len(set(ids)) == len(ids)

    in_a_room(tmp_path, test)


ROOT = "Root=1-67891233-abcdef012345678912345678"


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (ROOT, rf"Self=1-[0-9a-f]{{8}}-[0-9a-f]{{24}};{ROOT}"),
        (f"Self=1-67891234-12456789abcdef012345678;{ROOT}", rf"Self=1-[0-9a-f]{{8}}-[0-9a-f]{{24}};{ROOT}"),
        (f"{ROOT};CalledFrom=app", rf"Self=1-[0-9a-f]{{8}}-[0-9a-f]{{24}};{ROOT};CalledFrom=app"),
        ("CalledFrom=app", r"Root=1-[0-9a-f]{8}-[0-9a-f]{24};CalledFrom=app"),
    ],
)
def test_a_trace_that_has_begun_goes_on(tmp_path, given, expected):
    async def test(room: Room) -> None:
        async with a_backend("blue") as blue:
            group = a_group(1, blue)
            listener = a_listener(to((group, 1)))
            await room.put(group, listener)
            seen = (await room.get(listener, headers={"X-Amzn-Trace-Id": given})).seen
            assert re.fullmatch(expected, seen["x-amzn-trace-id"]), seen

    in_a_room(tmp_path, test)


def test_headers_that_are_no_words_are_dropped_where_that_is_asked_for(tmp_path):
    async def test(room: Room) -> None:
        async with a_backend("blue") as blue:
            group = a_group(1, blue)
            listener = a_listener(to((group, 1)))
            await room.put(group, listener)
            odd = {"under_score": "1", "x!y": "2", "fine-1": "3"}
            assert odd.items() <= (await room.get(listener, headers=odd)).seen.items()
            await room.put(replace(listener, http=HttpOptions(drop_invalid_headers=True)))
            seen = (await room.get(listener, headers=odd)).seen
            assert "fine-1" in seen and "under_score" not in seen and "x!y" not in seen
            assert TRACE.fullmatch(seen["x-amzn-trace-id"])

    in_a_room(tmp_path, test)


def test_a_targets_server_header_is_passed_on_or_left_out(tmp_path):
    async def test(room: Room) -> None:
        async with a_backend("blue") as blue:
            group = a_group(1, blue)
            listener = a_listener(to((group, 1)))
            await room.put(group, listener)
            assert (await room.get(listener)).headers.getall("Server") == ["mine"]
            await room.put(replace(listener, http=HttpOptions(server_header=False)))
            assert "Server" not in (await room.get(listener)).headers

    in_a_room(tmp_path, test)


def test_the_balancers_own_name_is_left_out_as_well(tmp_path):
    async def test(room: Room) -> None:
        listener = a_listener(Fixed(status=200), http=HttpOptions(server_header=False))
        await room.put(listener)
        assert "Server" not in (await room.get(listener)).headers

    in_a_room(tmp_path, test)
