"""Access logs: one line for each request, its fields where AWS documents them."""

import asyncio
import re
import shlex
from pathlib import Path

from homeport.plan.traffic import Condition, Fixed, HttpOptions, Redirect
from tests.integration.envoy.keys import a_key_pair, ask
from tests.integration.envoy.room import Room, a_backend, a_group, a_listener, in_a_room, rule, to
from tests.integration.envoy.test_mapping_headers import TRACE

PATIENCE_S = 10.0

FIELDS = [
    *("type", "time", "elb", "client", "target", "request_s", "target_s", "response_s", "elb_status"),
    *("target_status", "received", "sent", "request", "agent", "cipher", "protocol", "group", "trace"),
    *("domain", "certificate", "priority", "created", "actions", "redirect", "error", "targets"),
    *("statuses", "classification", "reason", "connection"),
]
"""AWS, "Access logs for your Application Load Balancer"."""

SECONDS = re.compile(r"-1|\d+(\.\d+)?")


def written(path: Path) -> list[str]:
    """What is in a log so far."""
    return path.read_text().splitlines() if path.exists() else []


async def lines(path: Path, count: int) -> list[dict[str, str]]:
    """The lines of a log, once there are so many."""
    async with asyncio.timeout(PATIENCE_S):
        while len(written(path)) < count:  # noqa: ASYNC110  # a file rings no bell
            await asyncio.sleep(0.05)
    return [dict(zip(FIELDS, shlex.split(line), strict=True)) for line in written(path)]


def test_every_request_is_a_line_in_its_load_balancers_file(tmp_path):
    async def test(room: Room) -> None:
        async with a_backend("blue") as blue:
            group = a_group(1, blue)
            nobody = a_group(2)
            listener = a_listener(
                rule(7, Redirect(status=301, path="/new"), Condition(kind="path", values=("/old",))),
                rule(9, to((nobody, 1)), Condition(kind="path", values=("/none",))),
                to((group, 1)),
                http=HttpOptions(access_log="first.log"),
            )
            other = a_listener(
                Fixed(status=404),
                number=2,
                port=listener.port,
                http=HttpOptions(access_log="second.log"),
            )
            secure = a_listener(
                Fixed(status=200),
                number=3,
                protocol="HTTPS",
                key_pairs=(a_key_pair("a.example.com"),),
                http=HttpOptions(access_log="third.log"),
            )
            await room.put(group, nobody, listener, other, secure)
            await room.get(listener, "/a?b=c", headers={"User-Agent": "me/1"})
            await room.get(listener, "/old")
            await room.get(listener, "/none")
            await room.get(other, "/x", address="127.0.0.1")
            await room.get(listener, "/y", address="127.0.0.1")
            await ask(secure.address, secure.port, "a.example.com")

            forwarded, redirected, unavailable, _ = await lines(room.logs / "first.log", 4)
            assert forwarded["type"] == "http"
            assert forwarded["elb"] == f"app/lb1/{1:016x}"
            assert forwarded["client"].startswith("127.0.0.1:")
            assert forwarded["target"] == forwarded["targets"] == f"127.0.0.1:{blue}"
            assert (forwarded["elb_status"], forwarded["target_status"]) == ("200", "200")
            assert forwarded["request"] == (f"GET http://{listener.dns_name}:{listener.port}/a?b=c HTTP/1.1")
            assert (forwarded["agent"], forwarded["group"]) == ("me/1", group.arn)
            assert TRACE.fullmatch(forwarded["trace"])
            assert (forwarded["priority"], forwarded["actions"], forwarded["redirect"]) == (
                "0",
                "forward",
                "-",
            )
            for field in ("request_s", "target_s", "response_s"):
                assert SECONDS.fullmatch(forwarded[field]), field
            assert float(forwarded["target_s"]) < 1
            assert int(forwarded["received"]) > 50 and int(forwarded["sent"]) > 50

            assert (redirected["priority"], redirected["actions"]) == ("7", "redirect")
            assert redirected["redirect"].endswith("/new")
            assert (redirected["elb_status"], redirected["target_status"]) == ("301", "-")
            assert (redirected["target"], redirected["target_s"]) == ("-", "-1")
            assert (unavailable["elb_status"], unavailable["target_status"]) == ("503", "-")

            (second,) = await lines(room.logs / "second.log", 1)
            assert (second["elb"], second["elb_status"]) == (f"app/lb2/{2:016x}", "404")
            (third,) = await lines(room.logs / "third.log", 1)
            assert (third["type"], third["domain"]) == ("https", "a.example.com")
            assert third["protocol"] == "TLSv1.2"
            assert third["cipher"] == "ECDHE-ECDSA-AES128-GCM-SHA256"

    in_a_room(tmp_path, test)
