"""Actions of listeners and rules: checked, and written out as AWS shows them, so that what is shown can be sent again.

A plain TargetGroupArn gets its ForwardConfig, a single group of a ForwardConfig its TargetGroupArn; a redirect gets
the placeholders that it left out. Several actions are only there for authentication, which is not built.
"""

import re
from collections.abc import Sequence

from msgspec import Struct
from msgspec.structs import replace

from homeport.api.caller import Caller
from homeport.api.elbv2 import associations, find
from homeport.api.elbv2.errors import rules as errors
from homeport.api.elbv2.limits import GROUPS_PER_ACTION
from homeport.model.arn import load_balancer_arn
from homeport.model.load_balancer import LoadBalancer
from homeport.model.target_group import TargetGroup
from homeport.shapes import elbv2
from homeport.store.tx import ReadTx

FINAL = ("forward", "redirect", "fixed-response")
CONFIGS = {
    "forward": "ForwardConfig",
    "redirect": "RedirectConfig",
    "fixed-response": "FixedResponseConfig",
}
HTTP_PROTOCOLS = ("HTTP", "HTTPS")
GROUP_PROTOCOLS: dict[str, tuple[str, ...]] = {
    "HTTP": HTTP_PROTOCOLS,
    "HTTPS": HTTP_PROTOCOLS,
    "TCP": ("TCP", "TCP_UDP"),
    "TLS": ("TCP", "TLS"),
    "UDP": ("UDP", "TCP_UDP"),
    "TCP_UDP": ("TCP_UDP",),
}
"""What a listener's target groups may speak (AWS: Listeners for your Network Load Balancers)."""
SECURE_VERSIONS = ("HTTP2", "GRPC")
CONTENT_TYPES = ("text/plain", "text/css", "text/html", "application/javascript", "application/json")
HEAVIEST = 999
LONGEST_STICKINESS_S = 604_800
PORT = re.compile(r"#\{port\}|[1-9][0-9]{0,4}")
LAST_PORT = 65_535
PRINTABLE = re.compile(r"[ -~]*")
"""What a header may hold, and so a redirect."""


class Place(Struct, frozen=True, kw_only=True):
    """Where actions stand: a listener of a load balancer (its id), what it speaks, and its port."""

    balancer: str
    protocol: str
    port: int


def checked(tx: ReadTx, caller: Caller, place: Place, given: Sequence[elbv2.Action]) -> list[elbv2.Action]:
    """The actions as they are kept and shown.

    Raises ValidationError, InvalidLoadBalancerAction, and what is wrong with a target group.
    """
    if not given:
        raise errors.action_missing()
    for action in given:
        if action.type not in FINAL:
            raise errors.action_not_built(action.type)
    if len(given) != 1:
        raise errors.one_final_action()
    (action,) = given
    if place.protocol not in HTTP_PROTOCOLS and action.type != "forward":
        raise errors.forward_only(place.protocol)
    _check_members(action)
    if action.type == "redirect" and action.redirect_config is not None:
        return [replace(action, redirect_config=_redirect(place, action.redirect_config))]
    if action.type == "fixed-response" and action.fixed_response_config is not None:
        return [replace(action, fixed_response_config=_fixed(action.fixed_response_config))]
    config = _forward(place, action)
    groups = [each.target_group_arn for each in config.target_groups or ()]
    for arn in groups:
        _check_group(tx, caller, place, arn or "")
    return [replace(action, target_group_arn=groups[0] if len(groups) == 1 else None, forward_config=config)]


def _check_members(action: elbv2.Action) -> None:
    """An action has the config of its type, and of no other."""
    has = {
        "ForwardConfig": action.forward_config is not None or bool(action.target_group_arn),
        "RedirectConfig": action.redirect_config is not None,
        "FixedResponseConfig": action.fixed_response_config is not None,
    }
    own = CONFIGS[action.type]
    if not has[own]:
        raise errors.field_missing(action.type, "TargetGroupArn" if own == "ForwardConfig" else own)
    for config, is_there in has.items():
        if is_there and config != own:
            raise errors.field_foreign(action.type, config)


def _forward(place: Place, action: elbv2.Action) -> elbv2.ForwardActionConfig:
    config = action.forward_config or elbv2.ForwardActionConfig()
    tuples = config.target_groups or []
    single = action.target_group_arn
    if single and tuples and [each.target_group_arn for each in tuples] != [single]:
        raise errors.two_targets()
    tuples = tuples or [elbv2.TargetGroupTuple(target_group_arn=single)]
    if len(tuples) > GROUPS_PER_ACTION:
        raise errors.too_many_groups(GROUPS_PER_ACTION)
    seen: set[str] = set()
    for each in tuples:
        if not each.target_group_arn:
            raise errors.group_arn_missing()
        if each.target_group_arn in seen:
            raise errors.group_repeated(each.target_group_arn)
        seen.add(each.target_group_arn)
    return elbv2.ForwardActionConfig(
        target_groups=[replace(each, weight=_weight(each, len(tuples))) for each in tuples],
        target_group_stickiness_config=_stickiness(place, config.target_group_stickiness_config),
    )


def _weight(group: elbv2.TargetGroupTuple, among: int) -> int:
    """A group's weight, which only a single one may leave out."""
    weight = 1 if group.weight is None and among == 1 else group.weight
    if weight is None or not 0 <= weight <= HEAVIEST:
        raise errors.weight_invalid()
    return weight


def _stickiness(
    place: Place, config: elbv2.TargetGroupStickinessConfig | None
) -> elbv2.TargetGroupStickinessConfig:
    if config is None or not config.enabled:
        # Terraform's provider sends a duration with it, and looks for it afterwards.
        return replace(config or elbv2.TargetGroupStickinessConfig(), enabled=False)
    if place.protocol not in HTTP_PROTOCOLS:
        raise errors.stickiness_not_supported(place.protocol)
    if not 1 <= (config.duration_seconds or 0) <= LONGEST_STICKINESS_S:
        raise errors.stickiness_duration()
    return config


def _check_group(tx: ReadTx, caller: Caller, place: Place, arn: str) -> None:
    group: TargetGroup = find.target_group(tx, caller, arn)
    if group.spec.protocol not in GROUP_PROTOCOLS[place.protocol]:
        raise errors.incompatible_protocols(arn)
    version = group.spec.protocol_version
    if place.protocol == "HTTP" and version in SECURE_VERSIONS:
        raise errors.protocol_version_not_supported(place.protocol, version or "")
    balancer = tx.get(LoadBalancer, place.balancer)
    if balancer is not None and balancer.spec.vpc != group.spec.vpc:
        raise errors.other_vpc(arn, load_balancer_arn(balancer.id))
    if any(user != place.balancer for user in associations.balancers_of(tx, arn)):
        raise errors.association_limit(arn)


def _redirect(place: Place, config: elbv2.RedirectActionConfig) -> elbv2.RedirectActionConfig:
    whole = elbv2.RedirectActionConfig(
        protocol=config.protocol or "#{protocol}",
        port=config.port or "#{port}",
        host=config.host or "#{host}",
        path=config.path or "/#{path}",
        query="#{query}" if config.query is None else config.query,
        status_code=config.status_code,
    )
    protocol, port, path = whole.protocol or "", whole.port or "", whole.path or ""
    if not PORT.fullmatch(port) or (port.isdecimal() and int(port) > LAST_PORT):
        raise errors.redirect_member_invalid("Port", port)
    for member, text in (("Host", whole.host), ("Path", path), ("Query", whole.query)):
        if not PRINTABLE.fullmatch(text or ""):
            raise errors.redirect_member_invalid(member, text or "")
    if not path.startswith("/"):
        raise errors.redirect_member_invalid("Path", path)
    if place.protocol == "HTTPS" and protocol == "HTTP":
        raise errors.redirect_downgrade()
    is_same = protocol in ("#{protocol}", place.protocol) and port in ("#{port}", str(place.port))
    # The query does not tell where a request goes, so another one does not end a loop.
    if is_same and whole.host == "#{host}" and path == "/#{path}":
        raise errors.redirect_loop()
    return whole


def _fixed(config: elbv2.FixedResponseActionConfig) -> elbv2.FixedResponseActionConfig:
    if config.content_type and config.content_type not in CONTENT_TYPES:
        raise errors.content_type_invalid()
    return replace(config, content_type=config.content_type or None, message_body=config.message_body or None)
