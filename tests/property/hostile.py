"""Requests from plausible to absurd, drawn from botocore's models, at things that exist and at things that do not.

`python -m tests.property.hostile 1-500` runs many seeds and prints the first request that is answered with a 500.
"""

import random
import sys
from collections.abc import Sequence
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError
from botocore.model import Shape

from tests.conformance.elbv2.words import alb, group, listener, nlb, rule
from tests.conformance.story import PORT_CONTAINER, Story
from tests.conformance.world import World

SERVICES = ("elbv2", "acm", "cloudwatch", "ecs", "sts")
EVIL: Sequence[str] = (
    "",
    " ",
    "a",
    "*",
    "?" * 200,
    "*" * 300,
    "../../../../etc/passwd",
    "/tmp/x",
    "$(id)",
    "#{host}",
    "%REQ(:PATH)%",
    "%",
    "\\",
    "(a+)+$",
    "[",
    "(?P<x",
    "\r\nX-Evil: 1",
    "\x00",
    "\u202e",
    "\U0001f4a9" * 20,
    "ﬁ",
    "x" * 4000,
    "-1",
    "0",
    "1e999",
    "99999999999999999999",
    "2001:db8::/129",
    "10.0.0.0/33",
    "127.0.0.1",
    "traffic-port",
    "true",
    "arn:aws:iam::1:role/x",
    "arn:aws:elasticloadbalancing:eu-west-1:210987654321:targetgroup/x/0123456789abcdef",
    "None",
)
KEYS = (
    "stickiness.enabled",
    "stickiness.type",
    "access_logs.s3.bucket",
    "access_logs.s3.prefix",
    "access_logs.s3.enabled",
    "idle_timeout.timeout_seconds",
    "slow_start.duration_seconds",
    "deregistration_delay.timeout_seconds",
    "load_balancing.algorithm.type",
    "routing.http.xff_header_processing.mode",
    "stickiness.app_cookie.cookie_name",
    "tcp.idle_timeout.seconds",
)
INTEGERS = (-1, 0, 1, 2, 5, 80, 443, 8080, 65535, 65536, 2**31, 2**63, 10**30)
FLOATS = (-1.0, 0.0, 0.5, 50.0, 100.0, 100.1, 1e308)


class Attack:
    """A world with a little of everything, and dice."""

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)
        self.world = World()
        self.clients = {name: self.world.client(name) for name in SERVICES}
        self.names: list[str] = []
        self.asked: list[str] = []
        self._found()

    def _found(self) -> None:
        elbv2, acm, ecs = (self.clients[name] for name in ("elbv2", "acm", "ecs"))
        story = Story(self.world, ecs)
        one, two = alb(elbv2), nlb(elbv2)
        groups = [group(elbv2, name) for name in ("blue", "green")]
        tcp = group(elbv2, "tcp", Protocol="TCP")
        made = listener(elbv2, one["LoadBalancerArn"], {"Type": "forward", "TargetGroupArn": groups[0]})
        listener(elbv2, two["LoadBalancerArn"], {"Type": "forward", "TargetGroupArn": tcp}, Protocol="TCP")
        ruled = rule(elbv2, made["ListenerArn"], 1)
        definition = story.register("ported", containerDefinitions=[PORT_CONTAINER])
        attachment = {"targetGroupArn": groups[0], "containerName": "app", "containerPort": 8080}
        task_set = story.create(definition, 50.0, loadBalancers=[attachment])
        certificate = acm.request_certificate(DomainName="a.example")["CertificateArn"]
        self.world.settle()
        self.names += [
            one["LoadBalancerArn"],
            two["LoadBalancerArn"],
            *groups,
            tcp,
            made["ListenerArn"],
            ruled["RuleArn"],
            definition,
            task_set["taskSetArn"],
            certificate,
            "default",
            "web",
            "blue",
            "ported",
            "app",
            "forward",
            "instance",
            *ecs.list_tasks()["taskArns"],
        ]

    def strike(self) -> None:
        """One request. Raises AssertionError for an answer that is our own fault."""
        service = self.dice.choice(SERVICES)
        client = self.clients[service]
        name = self.dice.choice(sorted(client.meta.service_model.operation_names))
        shape = client.meta.service_model.operation_model(name).input_shape
        members = self._structure(shape, 0) if shape is not None else {}
        method = next(m for m, n in client.meta.method_to_api_mapping.items() if n == name)
        self.asked.append(f"{service}.{name} {members!r}")
        try:
            getattr(client, method)(**members)
        except ClientError as error:
            status = error.response["ResponseMetadata"]["HTTPStatusCode"]
            code = error.response["Error"]["Code"]
            assert status < 500, f"{status} {code} for {self.asked[-1]}"
        except (BotoCoreError, TypeError, ValueError, AttributeError, UnicodeError, KeyError):
            self.asked.pop()  # botocore itself cannot write it

    def _structure(self, shape: Shape, depth: int) -> dict[str, Any]:
        required = set(shape.required_members)
        return {
            name: self._value(inner, name, depth + 1)
            for name, inner in shape.members.items()
            if (name in required and self.dice.random() < 0.97)
            or self.dice.random() < (0.35 if depth < 2 else 0.6)
        }

    def _value(self, shape: Shape, name: str, depth: int) -> Any:
        kind = shape.type_name
        if kind == "structure":
            return self._structure(shape, depth) if depth < 8 else {}
        if kind == "list":
            return [
                self._value(shape.member, name, depth + 1)
                for _ in range(self.dice.choice((0, 1, 1, 1, 2, 3)))
            ]
        if kind == "map":
            return {self._text(shape.key, name): self._value(shape.value, name, depth + 1)}
        if kind == "boolean":
            return self.dice.random() < 0.5
        if kind in ("integer", "long"):
            return self.dice.choice(INTEGERS)
        if kind in ("double", "float"):
            return self.dice.choice(FLOATS)
        if kind == "timestamp":
            return self.world.now - self.dice.choice((0, 60, 3600, 10**9))
        if kind == "blob":
            return self.dice.choice(
                (b"", b"\xff", b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----")
            )
        return self._text(shape, name)

    def _text(self, shape: Shape, name: str) -> str:
        chance = self.dice.random()
        enum = getattr(shape, "enum", None) or []
        if enum and chance < 0.85:
            return self.dice.choice(enum)
        if name == "Key" and chance < 0.6:
            return self.dice.choice(KEYS)
        return self.dice.choice(self.names) if chance < 0.55 else self.dice.choice(EVIL)


def main() -> int:
    """Run a range of seeds."""
    first, _, last = sys.argv[1].partition("-")
    for seed in range(int(first), int(last or first) + 1):
        attack = Attack(seed)
        try:
            for _ in range(400):
                attack.strike()
        except AssertionError as error:
            print(f"seed {seed}: {error}")
            return 1
    print("nothing but AWS's errors")
    return 0


if __name__ == "__main__":
    sys.exit(main())
