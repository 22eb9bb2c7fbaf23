"""A world with a little of everything in it, asked for whatever the dice say, and looked at afterwards."""

import signal
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from random import Random
from typing import Any

from botocore.session import get_session

from homeport.engine.routes import Routes
from homeport.model.load_balancer import LoadBalancer
from homeport.model.target_group import TargetGroup
from homeport.server import catalogue
from homeport.shapes.operation import Operation
from homeport.wire.service import ServiceModel
from tests.builders import a_sample
from tests.conformance.acm.signer import Signer
from tests.conformance.elbv2.words import alb, group, listener, nlb, rule
from tests.conformance.story import CONTAINER, PORT_CONTAINER, Story
from tests.conformance.world import World
from tests.property.hostile import discovering, identities, writing
from tests.property.hostile.draws import Draws
from tests.property.hostile.networks import CODES
from tests.property.hostile.specimens import FAR, SPECIMENS
from tests.property.hostile.things import Things

PATIENCE_S = 5.0
"""More than any request may take on a busy machine, and far less than one that hangs."""
COMMON = {
    *("InvalidAction", "MissingAction", "MissingParameter", "MissingRequiredParameterException"),
    *("InvalidParameterValue", "MalformedInput", "MalformedQueryString"),
    *("SerializationException", "UnsupportedFeatureException", "ValidationError", "ValidationException"),
    *("InvalidParameterCombination", "UnsupportedOperation"),
}
"""Codes that any operation may answer with; they are in no model."""
ALSO = {
    "ecs": {"ResourceNotFoundException", "ServiceNotFoundException"},
    "ec2": CODES,
    "iam": {"NoSuchEntity"},
}
"""Of tagging, whose operations declare the one or none of them; EC2 declares nothing; of a boundary that is not there."""
SPOILT = 0.04
"""How many bodies are changed after they were written."""
SPARED, CAREFUL = 0.8, 0.5
AS_USER = 0.3
"""How many requests are a user's, so that policies are asked."""
DENIED = {"AccessDenied", "AccessDeniedException", "UnauthorizedOperation"}
NOTHING: Mapping[str, str] = {}
WEIGHTS = {
    "elbv2": 10,
    "ec2": 8,
    "ecs": 5,
    "servicediscovery": 4,
    "acm": 2,
    "cloudwatch": 2,
    "iam": 4,
    "sts": 1,
}


class Hanging(BaseException):
    """Somebody takes too long. Nothing catches it on the way."""


class Attack:
    """`world`, and `asked`: all requests so far."""

    def __init__(self, seed: int) -> None:
        self.world = World()
        self.asked: list[str] = []
        self.codes: Counter[str] = Counter()
        self._things = Things()
        dice = Random(seed)
        self._dice = dice
        self._draws = Draws(dice, self._things, lambda: self.world.now)
        self._models = {served.model.SERVICE: served.model for served in catalogue.services()}
        self._declared = declared()
        self.clients = {name: self.world.client(name) for name in self._models}
        self._user = self.world.user(*identities.USER)
        self._furnish()
        self.routes = Routes(self.world.store, "127.0.0.1")
        self.routes.whole(self.world.now)

    def _furnish(self) -> None:
        elbv2, acm, ecs = (self.clients[name] for name in ("elbv2", "acm", "ecs"))
        story = Story(self.world, ecs)
        one, two = alb(elbv2), nlb(elbv2)
        alb(elbv2, "other")
        groups = [group(elbv2, name) for name in ("blue", "green")]
        tcp = group(elbv2, "tcp", Protocol="TCP", TargetType="ip")
        group(elbv2, "addresses", TargetType="ip")
        made = listener(elbv2, one["LoadBalancerArn"], {"Type": "forward", "TargetGroupArn": groups[0]})
        listener(elbv2, two["LoadBalancerArn"], {"Type": "forward", "TargetGroupArn": tcp}, Protocol="TCP")
        rule(elbv2, made["ListenerArn"], 1)
        definition = story.register("ported", containerDefinitions=[PORT_CONTAINER])
        story.register(
            "far", **{**FAR, "containerDefinitions": [CONTAINER], "ephemeralStorage": {"sizeInGiB": 21}}
        )
        ecs.put_cluster_capacity_providers(
            cluster="default",
            capacityProviders=["FARGATE", "FARGATE_SPOT"],
            defaultCapacityProviderStrategy=[],
        )
        attachment = {"targetGroupArn": groups[0], "containerName": "app", "containerPort": 8080}
        story.create(definition, 50.0, loadBalancers=[attachment])
        shown = [
            acm.request_certificate(DomainName=name)["CertificateArn"]
            for name in ("a.example", "*.b.example")
        ]
        secure = {"Protocol": "HTTPS", "Port": 443, "Certificates": [{"CertificateArn": shown[0]}]}
        listener(elbv2, one["LoadBalancerArn"], **secure)
        acm.import_certificate(**Signer(self.world.now).own("c.example"))
        vpc = self.clients["ec2"].describe_vpcs()["Vpcs"][0]["VpcId"]
        discovering.furnish(self.clients["servicediscovery"], vpc)
        self._look("servicediscovery", "ListNamespaces", "ListServices")
        self.world.settle()
        self._flow()
        self._look("elbv2", "DescribeLoadBalancers", "DescribeTargetGroups")
        self._look("acm", "ListCertificates")
        self._look("ec2", "DescribeVpcs", "DescribeSubnets", "DescribeRouteTables", "DescribeSecurityGroups")
        self._look("ec2", "DescribeInternetGateways", "DescribeSecurityGroupRules", "DescribeInstances")
        self._look("ecs", "ListTasks", "ListTaskDefinitions", "ListClusters", "ListServices")
        self._look("ecs", "DescribeTaskSets", members={"cluster": "default", "service": "web"})
        for arn in (one["LoadBalancerArn"], two["LoadBalancerArn"]):
            self._look("elbv2", "DescribeListeners", members={"LoadBalancerArn": arn})
        self._look("elbv2", "DescribeRules", members={"ListenerArn": made["ListenerArn"]})
        self._look("elbv2", "DescribeTargetHealth", members={"TargetGroupArn": groups[0]})

    def _flow(self) -> None:
        """Some traffic, for CloudWatch to tell of."""
        world = self.world
        with world.store.read(world.now) as tx:
            ids = [record.id for kind in (LoadBalancer, TargetGroup) for record in tx.all(kind)]
        for second in range(1, 100, 7):
            world.store.note(
                [
                    a_sample(
                        id, world.now - second, ((10.0, second),), requests=second, bytes=1e18, elb_503=1
                    )
                    for id in ids
                ]
            )

    def _look(self, service: str, *operations: str, members: Mapping[str, str] = NOTHING) -> None:
        model = self._models[service]
        for name in operations:
            self.send(model, model.PROTOCOL, model.OPERATIONS[name], members)

    def strike(self) -> None:
        """One request. Raises AssertionError for an answer that is our own fault, and Hanging for none."""
        service = self._dice.choices(list(WEIGHTS), list(WEIGHTS.values()))[0]
        model = self._models[service]
        operation = model.OPERATIONS[self._operation(model)]
        protocols = [each for each in model.PROTOCOLS if each in writing.PROTOCOLS]
        self.send(model, self._dice.choice(protocols), operation, self._draws.request(service, operation))
        if self._dice.random() < 0.2:
            self.routes.follow(self.world.now)
        if self._dice.random() < 0.05:
            self.world.pass_time(self._dice.choice((0.1, 1.0, 30.0)))

    def _operation(self, model: ServiceModel) -> str:
        """Deletions are rare, or there would be nothing left to ask about."""
        specimens = SPECIMENS.get(model.SERVICE)
        names = sorted(specimens if specimens and self._dice.random() < CAREFUL else model.OPERATIONS)
        name = self._dice.choice(names)
        return (
            self._dice.choice(names) if name.startswith("Delete") and self._dice.random() < SPARED else name
        )

    def send(self, model: ServiceModel, protocol: str, operation: Operation, body: Any) -> None:
        """Ask, and look at the answer."""
        self.asked.append(f"{model.SERVICE}.{operation.name} in {protocol}: {body!r}")
        try:
            request = writing.request(model, protocol, operation, body)
        except (RecursionError, ValueError, TypeError, OverflowError):
            return  # It cannot be written down.
        if self._dice.random() < SPOILT:
            request.data = writing.spoilt(request.data, self._dice)
            self.asked[-1] += f" as {request.data[:3000]!r}"
        with no_longer_than(PATIENCE_S):
            key = self._user if self._dice.random() < AS_USER else None
            answer = self.world.send(request, model.SIGNING_NAME, key=key)
        code = writing.code(protocol, answer.body)
        told = f"{answer.status} {code} for {self.asked[-1][:2000]}"
        assert answer.status < 500, told
        assert (answer.status == 200) == (code == ""), told
        known = self._declared[(model.SERVICE, operation.name)]
        assert not code or code in known | COMMON | DENIED | ALSO.get(model.SERVICE, set()), told
        self.codes[code] += 1
        if not code:  # Errors repeat what was asked.
            self._things.hear(answer.body.decode("utf-8", "replace"))


def declared() -> dict[tuple[str, str], set[str]]:
    """The codes that the models know, by service and operation: a shape's name, and the code it has in Query."""
    session = get_session()
    found: dict[tuple[str, str], set[str]] = {}
    for served in catalogue.services():
        model = session.get_service_model(served.model.SERVICE)
        for name in served.model.OPERATIONS:
            shapes = model.operation_model(name).error_shapes
            codes = {shape.name for shape in shapes}
            codes |= {shape.metadata.get("error", {}).get("code", shape.name) for shape in shapes}
            found[(served.model.SERVICE, name)] = codes
    return found


@contextmanager
def no_longer_than(seconds: float) -> Iterator[None]:
    """Raises Hanging when the block does not come to an end."""

    def ring(*_: object) -> None:
        raise Hanging

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
