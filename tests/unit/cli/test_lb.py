"""What `homeport lb` shows of load balancers, in words and numbers."""

from pathlib import Path

import msgspec
from click.testing import CliRunner

from homeport.cli.lb import Shown, lines
from homeport.cli.main import main
from homeport.model.load_balancer import (
    Listener,
    ListenerSeen,
    ListenerSpec,
    LoadBalancer,
    LoadBalancerSeen,
    LoadBalancerSpec,
    Rule,
    RuleSpec,
)
from homeport.model.target_group import (
    HealthCheck,
    Target,
    TargetGroup,
    TargetGroupSpec,
    TargetSeen,
    TargetSpec,
)
from homeport.shapes import elbv2
from homeport.store.sqlite import SqliteStore
from tests.builders import SCOPE, T0, ids

BALANCER = f"{SCOPE}/app/shop/{1:016x}"
LISTENER = f"{BALANCER}/{2:016x}"
PREFIX = "arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup"


def a_group(name: str, number: int) -> TargetGroup:
    spec = TargetGroupSpec(
        name=name,
        number=f"{number:016x}",
        target_type="instance",
        created_at=T0,
        protocol="HTTP",
        protocol_version="HTTP1",
        port=80,
        vpc="vpc-1",
        health_check=HealthCheck(),
    )
    return TargetGroup(id=f"{SCOPE}/{name}/{number:016x}", owner=SCOPE, spec=spec)


def a_target(group: TargetGroup, port: int, **members: object) -> Target:
    spec = TargetSpec(target="i-1", port=port, registered_at=T0, deregistered_at=members.get("left"))  # type: ignore[arg-type]
    status = members.get("status", "healthy")
    return Target(
        id=f"{group.id}/i-1:{port}",
        owner=group.id,
        spec=spec,
        seen=TargetSeen(status=status, at=T0 + 1),  # type: ignore[arg-type]
    )


def forward(*weights: tuple[TargetGroup, int]) -> list[elbv2.Action]:
    tuples = [
        elbv2.TargetGroupTuple(
            target_group_arn=f"{PREFIX}/{group.spec.name}/{group.spec.number}", weight=weight
        )
        for group, weight in weights
    ]
    return [
        elbv2.Action(type="forward", forward_config=elbv2.ForwardActionConfig(target_groups=tuples), order=1)
    ]


BLUE, GREEN, IDLE = a_group("blue", 3), a_group("green", 4), a_group("idle", 5)


def a_balancer(trouble: str | None = None) -> LoadBalancer:
    spec = LoadBalancerSpec(
        name="shop",
        number=f"{1:016x}",
        kind="application",
        created_at=T0,
        address="127.77.0.1",
        vpc="vpc-1",
    )
    return LoadBalancer(id=BALANCER, owner=SCOPE, spec=spec, seen=LoadBalancerSeen(trouble=trouble))


def a_listener(port: int = 80, trouble: str | None = None) -> Listener:
    spec = ListenerSpec(
        number=f"{2:016x}",
        port=port,
        protocol="HTTP",
        default_actions=forward((BLUE, 90), (GREEN, 10)),
        created_at=T0,
    )
    return Listener(id=LISTENER, owner=BALANCER, spec=spec, seen=ListenerSeen(trouble=trouble))


def a_rule() -> Rule:
    spec = RuleSpec(
        number=f"{6:016x}",
        created_at=T0,
        priority=10,
        conditions=[elbv2.RuleCondition(field="path-pattern", values=["/old/*"])],
        actions=[
            elbv2.Action(
                type="redirect",
                redirect_config=elbv2.RedirectActionConfig(status_code="HTTP_301", path="/new"),
            )
        ],
    )
    return Rule(id=f"{LISTENER}/{6:016x}", owner=LISTENER, spec=spec)


def shown(balancer: LoadBalancer, listener: Listener, *targets: Target) -> str:
    everything = Shown([balancer], [listener], [a_rule()], [BLUE, GREEN, IDLE], targets)
    return "\n".join(lines(everything))


def test_a_listener_is_shown_as_one_would_type_it_with_its_own_address():
    told = shown(a_balancer(), a_listener())
    assert f"http://shop-{1:016x}.elb.localhost/  (also 127.77.0.1:80)" in told
    assert f"http://shop-{1:016x}.elb.localhost:8080/" in shown(a_balancer(), a_listener(8080))


def test_the_address_that_containers_use_is_shown():
    listener = a_listener()
    reached = Listener(
        id=LISTENER, owner=BALANCER, spec=listener.spec, seen=ListenerSeen(inside="172.17.255.254")
    )
    assert "(also 127.77.0.1:80, from containers 172.17.255.254:80)" in shown(a_balancer(), reached)


def test_weights_and_healthy_targets_are_shown_by_target_group():
    targets = (
        a_target(BLUE, 1),
        a_target(BLUE, 2),
        a_target(GREEN, 3, status="unhealthy"),
        a_target(GREEN, 4, left=T0 + 1),
    )
    told = shown(a_balancer(), a_listener(), *targets)
    assert "blue                             weight  90 ( 90 %)  2 of 2 healthy" in told
    assert "green                            weight  10 ( 10 %)  0 of 1 healthy, 1 draining" in told


def test_rules_are_shown_with_their_conditions_before_the_default_one():
    told = shown(a_balancer(), a_listener())
    assert told.index("10: path /old/*  → 301") < told.index("    default")


def test_a_port_that_an_older_load_balancer_has_is_said_to_be_elsewhere():
    younger = msgspec.structs.replace(
        a_balancer(),
        id=f"{SCOPE}/net/wire/{9:016x}",
        spec=msgspec.structs.replace(
            a_balancer().spec, name="wire", kind="network", created_at=T0 + 1, address="127.77.0.2"
        ),
    )
    listener = a_listener()
    tcp = Listener(
        id=f"{younger.id}/{8:016x}",
        owner=younger.id,
        spec=msgspec.structs.replace(listener.spec, protocol="TCP"),
    )
    told = "\n".join(lines(Shown([a_balancer(), younger], [listener, tcp], [], [BLUE, GREEN], [])))
    assert "tcp://127.77.0.2:80" in told
    assert "! not at its name: 127.0.0.1:80 is shop's, which is older" in told
    assert told.count("not at its name") == 1


def test_a_target_group_that_nobody_uses_is_named():
    assert "target group idle: used by no load balancer" in shown(a_balancer(), a_listener())


def test_what_keeps_a_listener_from_listening_is_said():
    told = shown(a_balancer("taken"), a_listener(trouble="port 80 is taken"))
    assert "IMPAIRED" in told
    assert "! port 80 is taken" in told


def test_the_command_reads_a_database_that_no_server_holds(tmp_path: Path):
    store = SqliteStore.open(tmp_path / "homeport.db", ids())
    with store.write("spec", T0) as tx:
        for record in (a_balancer(), a_listener(), a_rule(), BLUE, GREEN):
            tx.put(record)
    store.close()
    told = CliRunner().invoke(main, ["lb", "--data", str(tmp_path)])
    assert told.exit_code == 0
    assert "shop  application, internet-facing, active" in told.output
    assert CliRunner().invoke(main, ["lb", "shop", "--data", str(tmp_path)]).output == told.output


def test_a_load_balancer_that_is_not_there_is_refused(tmp_path: Path):
    SqliteStore.open(tmp_path / "homeport.db", ids()).close()
    told = CliRunner().invoke(main, ["lb", "nope", "--data", str(tmp_path)])
    assert told.exit_code == 1
    assert "there is no load balancer nope" in told.output
    assert "No load balancers" in CliRunner().invoke(main, ["lb", "--data", str(tmp_path)]).output


def test_without_a_database_it_says_what_to_do(tmp_path: Path):
    told = CliRunner().invoke(main, ["lb", "--data", str(tmp_path)])
    assert told.exit_code == 1
    assert "name the server's --data" in told.output
