"""Whatever is asked of any API is answered with AWS's errors, and leaves behind what everybody else can live with."""

import msgspec
import pytest

from homeport.drivers.envoy.render.place import Place
from homeport.drivers.envoy.render.renderer import Renderer
from homeport.engine.routes import Routes
from homeport.plan.traffic import Tables, difference
from tests.property.hostile import Attack

STRIKES = 250
SEEDS = range(6)


@pytest.mark.parametrize("seed", SEEDS)
def test_no_request_is_answered_with_a_fault_of_ours(seed: int):
    attack = Attack(seed)
    for _ in range(STRIKES):
        attack.strike()
    attack.world.pass_time(60)
    _still_answers(attack)
    tables = Routes(attack.world.store, "127.0.0.1").whole(attack.world.now)
    assert msgspec.json.decode(msgspec.json.encode(tables), type=Tables) == tables
    renderer = Renderer(Place(logs="/nowhere"))
    renderer.apply(difference(Tables(), tables))
    assert renderer.resources().by_type


def _still_answers(attack: Attack) -> None:
    """Every list and every description that needs no name."""
    elbv2, acm, ecs = (attack.clients[name] for name in ("elbv2", "acm", "ecs"))
    elbv2.describe_load_balancers()
    for found in elbv2.describe_target_groups()["TargetGroups"]:
        elbv2.describe_target_health(TargetGroupArn=found["TargetGroupArn"])
        elbv2.describe_target_group_attributes(TargetGroupArn=found["TargetGroupArn"])
    for found in elbv2.describe_load_balancers()["LoadBalancers"]:
        elbv2.describe_load_balancer_attributes(LoadBalancerArn=found["LoadBalancerArn"])
        for each in elbv2.describe_listeners(LoadBalancerArn=found["LoadBalancerArn"])["Listeners"]:
            elbv2.describe_rules(ListenerArn=each["ListenerArn"])
    acm.list_certificates()
    attack.clients["cloudwatch"].list_metrics()
    ecs.list_clusters()
    ecs.list_services()
    ecs.list_tasks()
