"""Targets of an application load balancer, with real requests: who is chosen, who stays, and what is said of none."""

import asyncio
import re
from collections import Counter

import pytest
from msgspec.structs import replace

from homeport.plan.traffic import HttpOptions, Stickiness
from tests.integration.envoy.room import (
    Answer,
    Room,
    a_backend,
    a_group,
    a_listener,
    a_server,
    in_a_room,
    to,
)
from tests.integration.server.process import free_port


def cookies(answer: Answer) -> dict[str, str]:
    """The cookies that an answer sets, with what comes after their values."""
    return dict(each.split("=", 1) for each in answer.headers.getall("Set-Cookie", []))


def sent_back(answer: Answer) -> dict[str, str]:
    """The headers with which a browser comes again."""
    pairs = (f"{name}={text.split(';')[0]}" for name, text in cookies(answer).items())
    return {"Cookie": "; ".join(pairs)}


@pytest.mark.parametrize("algorithm", ["round_robin", "least_outstanding_requests", "weighted_random"])
def test_every_algorithm_gives_all_targets_their_share(tmp_path, algorithm):
    async def test(room: Room) -> None:
        async with a_backend("one") as one, a_backend("two") as two:
            group = a_group(1, one, two, algorithm=algorithm)
            listener = a_listener(to((group, 1)))
            await room.put(group, listener)
            counts = Counter([(await room.get(listener)).who for _ in range(60)])
            assert counts.keys() == {"one", "two"}
            assert min(counts.values()) >= (30 if algorithm == "round_robin" else 8)

    in_a_room(tmp_path, test)


def test_slow_start_is_taken_by_envoy(tmp_path):
    async def test(room: Room) -> None:
        async with a_backend("one") as one:
            group = a_group(1, one, slow_start_s=30)
            listener = a_listener(to((group, 1)))
            await room.put(group, listener)
            assert (await room.get(listener)).who == "one"

    in_a_room(tmp_path, test)


def test_the_least_busy_target_is_chosen(tmp_path):
    async def test(room: Room) -> None:
        hold = asyncio.Event()

        async def busy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.readuntil(b"\r\n\r\n")
            await hold.wait()
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nbusy\n")

        async with a_server(busy) as slow, a_backend("idle") as idle:
            group = a_group(1, slow, idle, algorithm="least_outstanding_requests")
            listener = a_listener(to((group, 1)))
            await room.put(group, listener)
            held: list[asyncio.Task[Answer]] = []
            while not held or held[-1].done():
                held.append(asyncio.create_task(room.get(listener)))
                await asyncio.wait(held[-1:], timeout=0.3)
            assert {(await room.get(listener)).who for _ in range(20)} == {"idle"}
            hold.set()
            await asyncio.gather(*held)

    in_a_room(tmp_path, test)


def test_a_target_that_is_not_well_gets_nothing(tmp_path):
    async def test(room: Room) -> None:
        async with a_backend("one") as one, a_backend("two") as two, a_backend("three") as three:
            group = a_group(1, one, two, three, statuses=["healthy", "unhealthy", "initial"])
            listener = a_listener(to((group, 1)))
            await room.put(group, listener)
            assert {(await room.get(listener)).who for _ in range(20)} == {"one"}
            room.renderer.set_health(group.endpoints[1].id, "healthy")
            await room.settle()
            assert {(await room.get(listener)).who for _ in range(20)} == {"one", "two"}

    in_a_room(tmp_path, test)


def test_when_none_is_well_all_are_tried(tmp_path):
    async def test(room: Room) -> None:
        async with a_backend("one") as one, a_backend("two") as two:
            group = a_group(1, one, two, statuses=["unhealthy", "unhealthy"])
            listener = a_listener(to((group, 1)))
            await room.put(group, listener)
            assert {(await room.get(listener)).who for _ in range(20)} == {"one", "two"}

    in_a_room(tmp_path, test)


def test_a_draining_target_gets_nothing_new_even_when_it_is_the_last(tmp_path):
    async def test(room: Room) -> None:
        async with a_backend("one") as one, a_backend("two") as two:
            group = a_group(1, one, two, draining=[two])
            listener = a_listener(to((group, 1)))
            await room.put(group, listener)
            assert {(await room.get(listener)).who for _ in range(20)} == {"one"}
            await room.put(a_group(1, one, two, draining=[one, two]))
            assert (await room.get(listener)).status == 503

    in_a_room(tmp_path, test)


def test_what_a_draining_target_has_begun_it_may_finish(tmp_path):
    async def test(room: Room) -> None:
        begun, finish = asyncio.Event(), asyncio.Event()

        async def slow(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.readuntil(b"\r\n\r\n")
            begun.set()
            await finish.wait()
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\ndone\n")

        async with a_server(slow) as one:
            group = a_group(1, one)
            listener = a_listener(to((group, 1)))
            await room.put(group, listener)
            answering = asyncio.create_task(room.get(listener))
            await begun.wait()
            await room.put(a_group(1, one, draining=[one]))
            await room.put(a_group(1))
            finish.set()
            assert (await answering).who == "done"

    in_a_room(tmp_path, test)


async def hang_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.readuntil(b"\r\n\r\n")


async def nonsense(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.readuntil(b"\r\n\r\n")
    writer.write(b"this is no HTTP\r\n\r\n")
    await reader.read()


async def silence(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read()


PAGE = "<html>\r\n<head><title>{0}</title></head>\r\n<body>\r\n<center><h1>{0}</h1></center>\r\n</body>\r\n</html>\r\n"


@pytest.mark.parametrize(
    ("reply", "title"),
    [
        (hang_up, "502 Bad Gateway"),
        (nonsense, "502 Bad Gateway"),
        (silence, "504 Gateway Time-out"),
    ],
)
def test_a_target_that_does_not_answer_is_answered_for_as_elb_does(tmp_path, reply, title):
    async def test(room: Room) -> None:
        async with a_server(reply) as port:
            group = a_group(1, port)
            listener = a_listener(to((group, 1)), http=HttpOptions(idle_timeout_s=1))
            await room.put(group, listener)
            answer = await room.get(listener)
            assert (answer.status, answer.body) == (int(title[:3]), PAGE.format(title))
            assert answer.headers.getall("Server") == ["awselb/2.0"]
            assert answer.headers.getall("Content-Type") == ["text/html"]

    in_a_room(tmp_path, test)


def test_a_target_that_refuses_is_a_bad_gateway_and_none_at_all_is_503(tmp_path):
    async def test(room: Room) -> None:
        group, empty = a_group(1, free_port()), a_group(2)
        listener = a_listener(to((group, 1)))
        nowhere = a_listener(to((empty, 1)), number=2)
        await room.put(group, empty, listener, nowhere)
        refused, unavailable = await room.get(listener), await room.get(nowhere)
        assert (refused.status, refused.body) == (502, PAGE.format("502 Bad Gateway"))
        assert (unavailable.status, unavailable.body) == (
            503,
            PAGE.format("503 Service Temporarily Unavailable"),
        )
        assert unavailable.headers.getall("Server") == ["awselb/2.0"]

    in_a_room(tmp_path, test)


def test_an_error_of_a_target_is_passed_on_as_it_is(tmp_path):
    async def test(room: Room) -> None:
        async with a_backend("mine", status=503) as port:
            group = a_group(1, port)
            listener = a_listener(to((group, 1)))
            await room.put(group, listener)
            answer = await room.get(listener)
            assert (answer.status, answer.who, answer.headers["Server"]) == (503, "mine", "mine")

    in_a_room(tmp_path, test)


def test_a_client_stays_with_its_target_by_the_balancers_cookie(tmp_path):
    async def test(room: Room) -> None:
        async with a_backend("one") as one, a_backend("two") as two:
            group = a_group(1, one, two, stickiness=Stickiness(kind="lb_cookie", duration_s=60))
            listener = a_listener(to((group, 1)))
            await room.put(group, listener)
            first = await room.get(listener)
            given = cookies(first)
            assert given.keys() == {"AWSALB", "AWSALBCORS"}
            expires = r"[^;]+; Expires=\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT; Path=/"
            assert re.fullmatch(expires, given["AWSALB"])
            assert re.fullmatch(expires + "; SameSite=None", given["AWSALBCORS"])
            again = [await room.get(listener, headers=sent_back(first)) for _ in range(10)]
            assert {each.who for each in again} == {first.who}
            # The cookie is given anew with each answer, so that it ends after the last one.
            assert all(cookies(each).keys() == given.keys() for each in again)
            cross_site = {"Cookie": f"AWSALBCORS={given['AWSALBCORS'].split(';')[0]}"}
            assert {(await room.get(listener, headers=cross_site)).who for _ in range(6)} == {first.who}

    in_a_room(tmp_path, test)


def test_a_client_whose_target_drains_gets_another_and_its_cookie(tmp_path):
    async def test(room: Room) -> None:
        async with a_backend("one") as one, a_backend("two") as two:
            ports = {"one": one, "two": two}
            sticky = Stickiness(kind="lb_cookie", duration_s=60)
            group = a_group(1, one, two, stickiness=sticky)
            listener = a_listener(to((group, 1)))
            await room.put(group, listener)
            first = await room.get(listener)
            await room.put(a_group(1, one, two, draining=[ports[first.who]], stickiness=sticky))
            second = await room.get(listener, headers=sent_back(first))
            assert second.who not in ("", first.who)
            assert cookies(second)["AWSALB"].split(";")[0] != cookies(first)["AWSALB"].split(";")[0]

    in_a_room(tmp_path, test)


def test_a_client_stays_with_its_target_while_the_application_has_a_session(tmp_path):
    async def test(room: Room) -> None:
        session = "Set-Cookie: SESSION=abc; Path=/"
        async with a_backend("one", session) as one, a_backend("two", session) as two:
            group = a_group(1, one, two, stickiness=Stickiness(kind="app_cookie", cookie="SESSION"))
            listener = a_listener(to((group, 1)))
            await room.put(group, listener)
            first = await room.get(listener)
            assert cookies(first).keys() == {"SESSION", "AWSALBAPP-0"}
            back = sent_back(first)
            assert {(await room.get(listener, headers=back)).who for _ in range(10)} == {first.who}

    in_a_room(tmp_path, test)


def test_without_a_session_of_the_application_nobody_stays(tmp_path):
    async def test(room: Room) -> None:
        async with a_backend("one") as one, a_backend("two") as two:
            group = a_group(1, one, two, stickiness=Stickiness(kind="app_cookie", cookie="SESSION"))
            listener = a_listener(to((group, 1)))
            await room.put(group, listener)
            answers = [await room.get(listener) for _ in range(10)]
            assert {each.who for each in answers} == {"one", "two"}
            assert not any(cookies(each) for each in answers)

    in_a_room(tmp_path, test)


def test_a_client_stays_with_its_target_group(tmp_path):
    async def test(room: Room) -> None:
        async with a_backend("blue") as blue, a_backend("green") as green:
            one, other = a_group(1, blue), a_group(2, green)
            listener = a_listener(to((one, 50), (other, 50), sticky_s=60))
            await room.put(one, other, listener)
            for _ in range(6):
                first = await room.get(listener)
                assert cookies(first).keys() == {"AWSALBTG", "AWSALBTGCORS"}
                back = sent_back(first)
                assert {(await room.get(listener, headers=back)).who for _ in range(10)} == {first.who}

    in_a_room(tmp_path, test)


def test_clients_of_a_target_group_that_lost_its_weight_move_on(tmp_path):
    async def test(room: Room) -> None:
        async with a_backend("blue") as blue, a_backend("green") as green:
            one, other = a_group(1, blue), a_group(2, green)
            listener = a_listener(to((one, 1), (other, 0), sticky_s=60))
            await room.put(one, other, listener)
            first = await room.get(listener)
            await room.put(replace(listener, routes=a_listener(to((one, 0), (other, 1), sticky_s=60)).routes))
            assert (first.who, (await room.get(listener, headers=sent_back(first))).who) == ("blue", "green")

    in_a_room(tmp_path, test)


def test_a_client_stays_with_group_and_target_at_once(tmp_path):
    async def test(room: Room) -> None:
        async with (
            a_backend("1") as one,
            a_backend("2") as two,
            a_backend("3") as three,
            a_backend("4") as four,
        ):
            sticky = Stickiness(kind="lb_cookie", duration_s=60)
            first, second = (
                a_group(1, one, two, stickiness=sticky),
                a_group(2, three, four, stickiness=sticky),
            )
            listener = a_listener(to((first, 1), (second, 1), sticky_s=60))
            await room.put(first, second, listener)
            for _ in range(4):
                answer = await room.get(listener)
                back = sent_back(answer)
                assert {(await room.get(listener, headers=back)).who for _ in range(8)} == {answer.who}

    in_a_room(tmp_path, test)
