"""Rows of load balancers become tables of traffic: what a listener does with a request, and where its targets are.

Pure, and whole: whatever the rows say is worked out anew. How it is made true is the balancer driver's, and whether a
target is well is the health checker's.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, cast

from homeport.model import arn
from homeport.model.certificate import Certificate
from homeport.model.load_balancer import Listener, LoadBalancer, Rule
from homeport.model.record import scope_of
from homeport.model.target_group import Target, TargetGroup, TargetGroupSpec
from homeport.plan import conditions
from homeport.plan.traffic import (
    Action,
    Algorithm,
    Endpoint,
    Fixed,
    Forward,
    ForwardedFor,
    GroupTable,
    HttpOptions,
    KeyPair,
    ListenerTable,
    Redirect,
    Route,
    Stickiness,
)
from homeport.shapes import elbv2

UNAVAILABLE = Fixed(status=503)
HTTP = ("HTTP", "HTTPS")
DATAGRAMS = ("UDP", "TCP_UDP")
BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
OWN_FOLDER = "AWSLogs"
"""No part of a prefix (AWS, "Access logs for your Application Load Balancer"): it is where ELB's own names begin."""
FOLDER = r"[A-Za-z0-9!_*'()-][A-Za-z0-9!_.*'()-]{0,254}"
"""As long as a file system takes."""
PREFIX = re.compile(rf"(?!.*{OWN_FOLDER}){FOLDER}(/{FOLDER})*/?")
"""Names that are no way out of the log directory, and into no log: no part of a prefix begins with a dot."""


@dataclass(frozen=True, slots=True)
class ListenerView:
    """A listener with its load balancer, its rules (the default one among them) and its certificates by ARN.

    `inside` are the load balancer's addresses in its VPC, once `bridge` leads there.
    """

    listener: Listener
    balancer: LoadBalancer
    rules: Sequence[Rule]
    certificates: Mapping[str, Certificate]
    inside: Sequence[str] = ()
    bridge: str = ""


@dataclass(frozen=True, slots=True)
class GroupView:
    """A target group, its targets, and the id of the load balancer that uses it, if one does; its addresses, as above."""

    group: TargetGroup
    targets: Sequence[Target]
    balancer: str | None
    inside: Sequence[str] = ()


def listener_table(view: ListenerView) -> ListenerTable:
    """What a listener does."""
    listener, balancer = view.listener.spec, view.balancer.spec
    ordered = sorted(
        (rule for rule in view.rules if rule.spec.priority is not None), key=lambda r: r.spec.priority or 0
    )
    default = next((rule.id for rule in view.rules if rule.spec.priority is None), view.listener.id)
    routes = [
        Route(
            rule=rule.id,
            priority=rule.spec.priority or 0,
            conditions=conditions.of(rule.spec.conditions),
            action=action(rule.spec.actions),
        )
        for rule in ordered
    ]
    return ListenerTable(
        id=view.listener.id,
        balancer=view.balancer.id,
        name=balancer.name,
        number=balancer.number,
        dns_name=view.balancer.dns_name,
        address=balancer.address,
        port=listener.port,
        protocol=listener.protocol,
        routes=(*routes, Route(rule=default, action=action(listener.default_actions))),
        created_at=balancer.created_at,
        inside=tuple(view.inside),
        bridge=view.bridge,
        key_pairs=tuple(
            key_pair(view.certificates[arn]) for arn in listener.certificates if arn in view.certificates
        ),
        alpn=tuple(protocol for protocol in _ALPN.get(listener.alpn[0] if listener.alpn else "None", ())),
        ssl_policy=listener.ssl_policy,
        idle_timeout_s=int(listener.attributes.get("tcp.idle_timeout.seconds", "350")),
        http=http_options(view.balancer, view.listener),
    )


_ALPN: dict[str, tuple[str, ...]] = {
    "HTTP1Only": ("http/1.1",),
    "HTTP2Only": ("h2",),
    "HTTP2Optional": ("http/1.1", "h2"),
    "HTTP2Preferred": ("h2", "http/1.1"),
    "None": (),
}
"""ELB's policies, as protocols in the order of preference."""


def key_pair(certificate: Certificate) -> KeyPair:
    """A certificate as a listener shows it."""
    spec = certificate.spec
    chain = spec.body if spec.chain is None else f"{spec.body.rstrip()}\n{spec.chain}"
    return KeyPair(names=tuple(spec.names), chain=chain, key=spec.private_key)


def http_options(balancer: LoadBalancer, listener: Listener) -> HttpOptions:
    """What the attributes of both say; what was not set has AWS's default."""
    given = {**balancer.spec.attributes, **listener.spec.attributes}

    def is_on(name: str, *, usually: bool = False) -> bool:
        return given.get(name, "true" if usually else "false") == "true"

    return HttpOptions(
        idle_timeout_s=int(given.get("idle_timeout.timeout_seconds", "60")),
        keep_alive_s=int(given.get("client_keep_alive.seconds", "3600")),
        http2=is_on("routing.http2.enabled", usually=True),
        forwarded_for=cast(
            "ForwardedFor", given.get("routing.http.xff_header_processing.mode", "append").lower()
        ),
        forwarded_for_port=is_on("routing.http.xff_client_port.enabled"),
        preserve_host=is_on("routing.http.preserve_host_header.enabled"),
        drop_invalid_headers=is_on("routing.http.drop_invalid_header_fields.enabled"),
        tls_headers=is_on("routing.http.x_amzn_tls_version_and_cipher_suite.enabled"),
        server_header=is_on("routing.http.response.server.enabled", usually=True),
        access_log=_access_log(balancer),
    )


def _access_log(balancer: LoadBalancer) -> str | None:
    """Where S3 would have it; a bucket's name is checked again, because it becomes a path here."""
    given = balancer.spec.attributes
    bucket, prefix = given.get("access_logs.s3.bucket", ""), given.get("access_logs.s3.prefix", "")
    if given.get("access_logs.s3.enabled") != "true" or not BUCKET.fullmatch(bucket):
        return None
    if prefix and not PREFIX.fullmatch(prefix):
        return None
    scope = scope_of(balancer.id)
    folders = [bucket, *filter(None, prefix.split("/")), "AWSLogs", scope.account]
    return "/".join(
        [*folders, "elasticloadbalancing", scope.region, f"{balancer.spec.name}.{balancer.spec.number}.log"]
    )


def action(actions: Sequence[elbv2.Action]) -> Action:
    """What is done at last; an answer that nothing can be reached where the rows say nothing that can be done."""
    for each in sorted(actions, key=lambda one: one.order or 0, reverse=True):
        if each.type == "forward":
            return _forward(each)
        if each.type == "redirect" and each.redirect_config is not None:
            return _redirect(each.redirect_config)
        if each.type == "fixed-response" and each.fixed_response_config is not None:
            return _fixed(each.fixed_response_config)
    return UNAVAILABLE


def _forward(each: elbv2.Action) -> Action:
    config = each.forward_config
    tuples = (config and config.target_groups) or []
    groups = [
        (arn.record_id(one.target_group_arn), 1 if one.weight is None else one.weight)
        for one in tuples
        if one.target_group_arn
    ]
    if not groups and each.target_group_arn:
        groups = [(arn.record_id(each.target_group_arn), 1)]
    sticky = None if config is None else config.target_group_stickiness_config
    sticky_s = sticky.duration_seconds if sticky is not None and sticky.enabled else None
    return Forward(groups=tuple(groups), sticky_s=sticky_s) if groups else UNAVAILABLE


def _redirect(config: elbv2.RedirectActionConfig) -> Redirect:
    return Redirect(
        status=int(config.status_code.removeprefix("HTTP_")),
        protocol=config.protocol or "#{protocol}",
        host=config.host or "#{host}",
        port=config.port or "#{port}",
        path=config.path or "/#{path}",
        query="#{query}" if config.query is None else config.query,
    )


def _fixed(config: elbv2.FixedResponseActionConfig) -> Fixed:
    return Fixed(
        status=int(config.status_code),
        content_type=config.content_type or "text/plain",
        body=config.message_body or "",
    )


def group_table(view: GroupView, machine: str) -> GroupTable:
    """What a target group is; `machine` is where ports of instances are reached."""
    spec = view.group.spec
    given = spec.attributes
    return GroupTable(
        id=view.group.id,
        arn=arn.target_group_arn(view.group.id),
        name=spec.name,
        number=spec.number,
        balancer=view.balancer,
        protocol=spec.protocol,
        protocol_version=spec.protocol_version,
        check=spec.health_check,
        endpoints=tuple(
            Endpoint(
                id=target.id,
                host=target.spec.target if spec.target_type == "ip" else machine,
                port=target.spec.port,
                status=target.status,
                draining=target.is_draining,
                registered_at=target.registered_at,
            )
            for target in view.targets
        ),
        algorithm=cast("Algorithm", given.get("load_balancing.algorithm.type", "round_robin")),
        slow_start_s=int(given.get("slow_start.duration_seconds", "0")),
        stickiness=_stickiness(spec),
        proxy_protocol=given.get("proxy_protocol_v2.enabled") == "true",
        closes_on_deregistration=_closes(spec),
        deregistration_delay_s=int(view.group.deregistration_delay_s),
        # Targets in a VPC let in whom their security groups name: the load balancer, not this machine.
        source=next(iter(view.inside), None) if spec.target_type == "ip" else None,
    )


def _closes(spec: TargetGroupSpec) -> bool:
    """Whether connections end with the deregistration delay. AWS has datagrams end unless somebody says otherwise."""
    said = spec.attributes.get("deregistration_delay.connection_termination.enabled")
    return spec.protocol in DATAGRAMS if said is None else said == "true"


def _stickiness(spec: TargetGroupSpec) -> Stickiness | None:
    """What was asked for, or what AWS does by itself: cookies where there can be any, else the client's address."""
    given = spec.attributes
    if given.get("stickiness.enabled") != "true":
        return None
    usual = "lb_cookie" if spec.protocol in HTTP else "source_ip"
    kind = cast('Literal["lb_cookie", "app_cookie", "source_ip"]', given.get("stickiness.type", usual))
    if kind == "source_ip":
        return Stickiness(kind=kind)
    return Stickiness(
        kind=kind,
        duration_s=int(given.get(f"stickiness.{kind}.duration_seconds", "86400")),
        cookie=given.get("stickiness.app_cookie.cookie_name", "") if kind == "app_cookie" else "",
    )
