"""What must be true of a world whatever it was asked for: everything can be described, kept, routed and rendered."""

import logging
from collections.abc import Hashable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import msgspec

from homeport.api.ec2 import find, permissions
from homeport.api.ec2.lists import of_aws as lists_of_aws
from homeport.api.elbv2 import associations
from homeport.drivers.envoy.render.place import Place
from homeport.drivers.envoy.render.renderer import Renderer
from homeport.engine.routes import Routes
from homeport.model import arn
from homeport.model.certificate import Certificate
from homeport.model.cluster import Cluster
from homeport.model.elastic_ip import ElasticIp
from homeport.model.interface import Interface
from homeport.model.kinds import KINDS
from homeport.model.load_balancer import Listener, LoadBalancer, Rule, target_groups
from homeport.model.namespace import DiscoveryService, Namespace
from homeport.model.network_acl import NetworkAcl
from homeport.model.record import scope_of
from homeport.model.route_table import RouteTable
from homeport.model.security_group import GroupRule, PrefixList, SecurityGroup
from homeport.model.target_group import Target, TargetGroup
from homeport.model.vpc import Subnet, Vpc
from homeport.plan.traffic import Tables, difference
from homeport.store import codec
from tests.conformance.world import ACCOUNT, REGION
from tests.property.hostile import discovering
from tests.property.hostile.attack import Attack

HERE = f"{ACCOUNT}/{REGION}/"
PLACE = Place(logs="/nowhere", inside="172.17.0.1")


NETWORKS = (
    *("addresses", "dhcp_options", "instances", "internet_gateways", "managed_prefix_lists", "nat_gateways"),
    *("network_acls", "network_interfaces", "route_tables", "security_group_rules", "security_groups"),
    *("subnets", "tags", "vpcs"),
)


def check(attack: Attack) -> None:
    """Raises whatever is wrong."""
    attack.world.settle()
    for service, operation, members in _questions(attack):
        answer = getattr(attack.clients[service], operation)(**members)
        assert answer["ResponseMetadata"]["HTTPStatusCode"] == 200
    _check_records(attack)
    _check_references(attack)
    tables = Routes(attack.world.store, "127.0.0.1").whole(attack.world.now)
    attack.routes.follow(attack.world.now)
    assert attack.routes.tables == tables
    assert msgspec.json.decode(msgspec.json.encode(tables), type=Tables) == tables
    renderer = Renderer(PLACE)
    renderer.apply(difference(Tables(), tables))
    with no_complaints("homeport.envoy"):
        renderer.resources()


@contextmanager
def no_complaints(name: str) -> Iterator[None]:
    """Nothing is logged in the block: the renderer goes on without what it cannot render, and says so."""
    heard: list[str] = []
    handler = logging.Handler(logging.WARNING)
    handler.emit = lambda record: heard.append(record.getMessage())  # type: ignore[method-assign]
    logger = logging.getLogger(name)
    logger.addHandler(handler)
    try:
        yield
    finally:
        logger.removeHandler(handler)
    assert heard == []


def _questions(attack: Attack) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Every description and every list, of everything that there is."""
    for name in ("load_balancers", "target_groups", "account_limits", "ssl_policies"):
        yield "elbv2", f"describe_{name}", {}
    for record in _all(attack, LoadBalancer):
        here = {"LoadBalancerArn": arn.load_balancer_arn(record.id)}
        yield "elbv2", "describe_load_balancer_attributes", here
        yield "elbv2", "describe_listeners", here
        yield "elbv2", "describe_tags", {"ResourceArns": list(here.values())}
    for record in _all(attack, Listener):
        here = {"ListenerArn": arn.listener_arn(record.id)}
        for name in ("listener_attributes", "listener_certificates", "rules"):
            yield "elbv2", f"describe_{name}", here
    for record in _all(attack, Rule):
        yield "elbv2", "describe_rules", {"RuleArns": [arn.rule_arn(record.id)]}
    for record in _all(attack, TargetGroup):
        here = {"TargetGroupArn": arn.target_group_arn(record.id)}
        yield "elbv2", "describe_target_health", here
        yield "elbv2", "describe_target_group_attributes", here
    yield "acm", "list_certificates", {}
    for record in _all(attack, Certificate):
        here = {"CertificateArn": arn.certificate_arn(record.id)}
        for name in ("describe_certificate", "get_certificate", "list_tags_for_certificate"):
            yield "acm", name, here
    yield "cloudwatch", "list_metrics", {}
    for name in NETWORKS:
        yield "ec2", f"describe_{name}", {}
    yield from discovering.questions([*_all(attack, Namespace), *_all(attack, DiscoveryService)])
    yield from _questions_about_clusters(attack)


def _questions_about_clusters(attack: Attack) -> Iterator[tuple[str, str, dict[str, Any]]]:
    ecs = attack.clients["ecs"]
    for name in (
        "list_clusters",
        "list_task_definitions",
        "list_task_definition_families",
        "list_account_settings",
    ):
        yield "ecs", name, {}
    for record in _all(attack, Cluster):
        if record.status != "ACTIVE":
            continue
        here = {"cluster": arn.cluster_arn(record.id)}
        yield "ecs", "describe_clusters", {"clusters": list(here.values()), "include": ["TAGS", "STATISTICS"]}
        for kind, lister, member in (
            ("services", ecs.list_services, "serviceArns"),
            ("tasks", ecs.list_tasks, "taskArns"),
            ("container_instances", ecs.list_container_instances, "containerInstanceArns"),
        ):
            found = lister(**here)[member]
            if found:
                name = "containerInstances" if kind == "container_instances" else kind
                yield "ecs", f"describe_{kind}", {**here, name: found[:10]}


def _all(attack: Attack, kind: type[Any]) -> list[Any]:
    with attack.world.store.read(attack.world.now) as tx:
        return [record for record in tx.all(kind) if record.id.startswith(HERE)]


def _check_references(attack: Attack) -> None:
    """Whatever is referred to is there, by the only name that it is known by; and what may be there once is there once."""
    with attack.world.store.read(attack.world.now) as tx:
        balancers, listeners, rules = tx.all(LoadBalancer), tx.all(Listener), tx.all(Rule)
        groups = {arn.target_group_arn(each.id) for each in tx.all(TargetGroup)}
        certificates = {arn.certificate_arn(each.id) for each in tx.all(Certificate)}
        for listener in listeners:
            assert groups.issuperset(target_groups(listener.spec.default_actions)), listener
            assert certificates.issuperset(listener.spec.certificates), listener
            ruled = [rule.spec.priority for rule in tx.owned(Rule, listener.id)]
            assert None in ruled, listener
            assert len(set(ruled)) == len(ruled), listener
        for rule in rules:
            assert groups.issuperset(target_groups(rule.spec.actions)), rule
            assert tx.get(Listener, rule.owner) is not None, rule
        for group in groups:
            assert len(associations.balancers_of(tx, group)) <= 1, group
        assert all(tx.get(TargetGroup, target.owner) for target in tx.all(Target))
        discovering.check(tx)
    _check_networks(attack)
    _check_groups(attack)
    _check_once([record.spec.address for record in balancers])
    _check_once([(record.owner, record.spec.name) for record in balancers])
    _check_once([(record.owner, record.spec.port) for record in listeners])


def _check_networks(attack: Attack) -> None:
    """What is in a VPC is in one that there is, which has one main route table and one default security group."""
    with attack.world.store.read(attack.world.now) as tx:
        vpcs, subnets = tx.all(Vpc), {subnet.id: subnet for subnet in tx.all(Subnet)}
        tables, interfaces = tx.all(RouteTable), {each.id: each for each in tx.all(Interface)}
        groups, acls = tx.all(SecurityGroup), {acl.id: acl for acl in tx.all(NetworkAcl)}
        addresses = tx.all(ElasticIp)
    there = {vpc.id for vpc in vpcs if vpc.spec.deleted_at is None}
    assert there.issuperset(each.owner for each in (*subnets.values(), *tables, *groups, *acls.values()))
    assert {table.owner for table in tables if table.spec.main} == there
    _check_once([table.owner for table in tables if table.spec.main])
    _check_once([(group.owner, group.spec.name) for group in groups])
    _check_once([id for table in tables for id in table.spec.associations.values()])
    assert subnets.keys() >= {id for table in tables for id in table.spec.associations.values()}
    assert subnets.keys() >= {each.owner for each in interfaces.values() if find.is_shown(each)}
    assert interfaces.keys() >= {each.spec.interface for each in addresses} - {None}
    for acl in acls.values():
        _check_once([(acl.id, entry.place) for entry in acl.spec.entries])
    own = {(id, acl.owner) for id, acl in acls.items() if not acl.spec.is_default}
    assert own >= {(each.spec.acl, each.owner) for each in subnets.values() if each.spec.acl is not None}
    _check_once([(each.owner, each.spec.address) for each in interfaces.values()])
    _check_once([each.spec.interface for each in addresses if each.spec.interface is not None])


def _check_groups(attack: Attack) -> None:
    """Rules and interfaces name groups of their own VPC, and a load balancer has one interface in each of its subnets."""
    with attack.world.store.read(attack.world.now) as tx:
        vpcs = {group.id: group.spec.vpc for group in tx.all(SecurityGroup)}
        rules, lists = tx.all(GroupRule), {each.id for each in tx.all(PrefixList)}
        interfaces = [each for each in tx.all(Interface) if find.is_shown(each)]
        standing = {each.id: tx.owned(Interface, f"balancer:{each.id}") for each in tx.all(LoadBalancer)}
        balancers = tx.all(LoadBalancer)
        own = {each.id for vpc in tx.all(Vpc) for each in lists_of_aws(scope_of(vpc.id))}
    for rule in rules:
        assert rule.spec.group is None or vpcs[rule.spec.group] == vpcs[rule.owner], rule
        assert rule.spec.prefix_list in {None, *lists, *own}, rule
    _check_once([(rule.owner, permissions.key(rule.spec)) for rule in rules])
    for each in interfaces:
        assert {vpcs[group] for group in each.groups} <= {each.spec.vpc}, each
        assert each.spec.balancer is None or each.spec.balancer in standing, each
    for balancer in balancers:
        subnets = [each.owner.rsplit("/", 1)[1] for each in standing[balancer.id]]
        assert sorted(subnets) == sorted(zone.subnet for zone in balancer.spec.zones), balancer


def _check_once(found: Sequence[Hashable]) -> None:
    assert len(set(found)) == len(found), found


def _check_records(attack: Attack) -> None:
    """What is kept is read back as it was."""
    with attack.world.store.read(attack.world.now) as tx:
        for name, kind in KINDS.items():
            for record in tx.all(kind):
                body = codec.encode(record)
                assert codec.decode(name, codec.VERSIONS[name], body) == record
