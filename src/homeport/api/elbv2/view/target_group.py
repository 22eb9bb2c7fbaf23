"""A target group, and the health of its targets, as AWS shows them."""

from typing import cast

from homeport.api.elbv2 import associations
from homeport.model import arn
from homeport.model.target_group import HealthCheck, Target, TargetGroup
from homeport.plan.health import TargetHealth, health
from homeport.shapes import elbv2
from homeport.store.tx import ReadTx

NOT_REGISTERED = TargetHealth(
    "unused", "Target.NotRegistered", "Target is not registered to the target group"
)
NO_OVERRIDE = elbv2.AdministrativeOverride(
    state="no_override",
    reason="AdministrativeOverride.NoOverride",
    description="No override is currently active on target",
)
"""AWS shows it for every target; there are no zonal shifts here."""


def target_group(tx: ReadTx, record: TargetGroup) -> elbv2.TargetGroup:
    """The shape of `record`, with the load balancers that use it."""
    spec, check, name = record.spec, record.spec.health_check, arn.target_group_arn(record.id)
    return elbv2.TargetGroup(
        target_group_arn=name,
        target_group_name=spec.name,
        protocol=cast("elbv2.ProtocolEnum", spec.protocol),
        port=spec.port,
        vpc_id=spec.vpc,
        health_check_protocol=cast("elbv2.ProtocolEnum", check.protocol),
        health_check_port=check.port,
        health_check_enabled=check.enabled,
        health_check_interval_seconds=check.interval_s,
        health_check_timeout_seconds=check.timeout_s,
        healthy_threshold_count=check.healthy_threshold,
        unhealthy_threshold_count=check.unhealthy_threshold,
        health_check_path=check.path,
        matcher=_matcher(spec.protocol_version, check),
        load_balancer_arns=[arn.load_balancer_arn(id) for id in associations.balancers_of(tx, name)],
        target_type=cast("elbv2.TargetTypeEnum", spec.target_type),
        protocol_version=spec.protocol_version,
        ip_address_type=cast("elbv2.TargetGroupIpAddressTypeEnum", spec.ip_address_type),
    )


def _matcher(version: str | None, check: HealthCheck) -> elbv2.Matcher | None:
    if check.matcher is None:
        return None
    return (
        elbv2.Matcher(grpc_code=check.matcher)
        if version == "GRPC"
        else elbv2.Matcher(http_code=check.matcher)
    )


def target(record: TargetGroup, row: Target, *, is_used: bool) -> elbv2.TargetHealthDescription:
    """A target with its health; `is_used`: whether a load balancer forwards to its target group."""
    spec = row.spec
    shown = elbv2.TargetDescription(id=spec.target, port=spec.port, availability_zone=spec.zone)
    return _described(record, shown, health(row, is_used=is_used))


def not_registered(record: TargetGroup, id: str, port: int) -> elbv2.TargetHealthDescription:
    """What is asked for and is no target."""
    return _described(record, elbv2.TargetDescription(id=id, port=port), NOT_REGISTERED)


def _described(
    record: TargetGroup, shown: elbv2.TargetDescription, found: TargetHealth
) -> elbv2.TargetHealthDescription:
    port = record.spec.health_check.port
    return elbv2.TargetHealthDescription(
        target=shown,
        health_check_port=str(shown.port) if port == "traffic-port" else port,
        target_health=elbv2.TargetHealth(
            state=cast("elbv2.TargetHealthStateEnum", found.state),
            reason=cast("elbv2.TargetHealthReasonEnum | None", found.reason),
            description=found.description,
        ),
        administrative_override=NO_OVERRIDE,
    )
