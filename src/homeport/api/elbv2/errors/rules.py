"""What ELB says about rules, conditions and actions. Texts were captured from AWS unless `ours` says otherwise."""

from collections.abc import Sequence

from homeport.api.elbv2.errors.common import invalid_configuration, not_permitted, validation
from homeport.api.errors import ApiError, unsupported


def invalid_action(message: str) -> ApiError:
    """InvalidLoadBalancerAction with a text of its own."""
    return ApiError("InvalidLoadBalancerAction", message)


def action_missing() -> ApiError:
    return validation("An action must be specified")


def action_not_built(kind: str) -> ApiError:
    """Ours."""
    return unsupported(f"Homeport does not serve actions of type '{kind}' yet.")


def one_final_action() -> ApiError:
    """Ours; the rule is AWS's."""
    return invalid_action(
        "Exactly one 'forward', 'redirect' or 'fixed-response' action must be specified, and it must be last"
    )


def forward_only(protocol: str) -> ApiError:
    """Ours; the rule is AWS's."""
    return invalid_action(f"Listeners with the protocol '{protocol}' support only actions of type 'forward'")


def field_missing(kind: str, field: str) -> ApiError:
    return invalid_action(f"For actions of type '{kind}', you must specify the following fields: '{field}'")


def field_foreign(kind: str, field: str) -> ApiError:
    """Ours, after the one of a field that is missing."""
    return invalid_action(f"For actions of type '{kind}', you cannot specify the following fields: '{field}'")


def two_targets() -> ApiError:
    return validation(
        "You can specify both a target group list and a top-level target group ARN only if the ARNs match"
    )


def weight_invalid() -> ApiError:
    return validation("The weight for each target group must be between 0 and 999, inclusive")


def too_many_groups(limit: int) -> ApiError:
    """Ours; AWS's quota."""
    return ApiError(
        "TooManyTargetGroups", f"The maximum number of target groups in an action, {limit}, has been reached"
    )


def group_repeated(arn: str) -> ApiError:
    """Ours."""
    return validation(f"Target group '{arn}' is specified more than once")


def group_arn_missing() -> ApiError:
    return validation("A target group ARN must be specified")


def stickiness_duration() -> ApiError:
    return validation("Target group stickiness duration must be between 1 and 604800 seconds")


def stickiness_not_supported(protocol: str) -> ApiError:
    """Ours; the rule is AWS's."""
    return invalid_action(
        f"Target group stickiness is not supported for listeners with the protocol '{protocol}'"
    )


def incompatible_protocols(arn: str) -> ApiError:
    return ApiError(
        "IncompatibleProtocols",
        f"The listener and the following target groups have incompatible protocols: '{arn}'",
    )


def protocol_version_not_supported(protocol: str, version: str) -> ApiError:
    return invalid_configuration(
        f"Listener protocol '{protocol}' is not supported with a target group with the protocol-version setting "
        f"'{version}'"
    )


def other_vpc(group: str, balancer: str) -> ApiError:
    return invalid_configuration(
        f"Target group '{group}' is in a different VPC than load balancer '{balancer}'"
    )


def association_limit(arn: str) -> ApiError:
    return ApiError(
        "TargetGroupAssociationLimit",
        f"The following target groups cannot be associated with more than one load balancer: {arn}",
    )


def redirect_loop() -> ApiError:
    return invalid_action("The redirect configuration is not valid because it creates a loop.")


def redirect_downgrade() -> ApiError:
    """Ours; the rule is AWS's."""
    return invalid_action("The redirect configuration is not valid because it redirects HTTPS to HTTP.")


def redirect_member_invalid(member: str, value: str) -> ApiError:
    """Ours; the rule is AWS's."""
    return invalid_action(f"The redirect configuration is not valid: {member} cannot be '{value}'.")


def content_type_invalid() -> ApiError:
    return invalid_action(
        "The ContentType must be one of:'text/html', 'application/json', 'application/javascript', "
        "'text/css', 'text/plain'"
    )


def condition_missing() -> ApiError:
    return validation("A condition must be specified")


def condition_field_invalid(field: str, known: Sequence[str]) -> ApiError:
    return validation(f"Condition field '{field}' must be one of '[{', '.join(known)}]'")


def condition_repeated(field: str) -> ApiError:
    """Ours; the rule is AWS's."""
    return validation(f"A rule can only have one '{field}' condition")


def values_not_compatible(member: str, field: str) -> ApiError:
    return validation(f"The '{member}' field is not compatible with '{field}'")


def values_twice(member: str) -> ApiError:
    """Ours."""
    return validation(f"'Values' and '{member}' cannot be specified at the same time with different values")


def values_and_regex(field: str) -> ApiError:
    """Ours."""
    return validation(f"Values and regular expressions cannot be specified at the same time for '{field}'")


def value_missing() -> ApiError:
    return validation("A condition value must be specified")


def config_missing(member: str, field: str) -> ApiError:
    return validation(f"A '{member}' must be specified with '{field}'")


def header_name_missing() -> ApiError:
    """Ours."""
    return validation("A 'HttpHeaderName' must be specified in 'HttpHeaderConfig'")


def pair_value_missing() -> ApiError:
    return validation("A 'Value' must be specified in 'QueryStringKeyValuePair'")


def too_long(what: str, limit: int) -> ApiError:
    return validation(f"The '{what}' value is too long; the limit is '{limit}'")


def character_invalid(value: str) -> ApiError:
    return validation(f"Condition value '{value}' contains a character that is not valid")


def method_invalid() -> ApiError:
    return validation(
        "The 'http-request-method' value is invalid; the allowed characters are A-Z, hyphen and underscore"
    )


def cidr_invalid(value: str) -> ApiError:
    """Ours."""
    return validation(f"The 'source-ip' value '{value}' is not a valid CIDR block")


def regex_invalid(value: str) -> ApiError:
    """Ours."""
    return validation(f"The regular expression '{value}' is not valid")


def too_many_values(limit: int) -> ApiError:
    return validation(f"A rule can only have '{limit}' condition values")


def too_many_wildcards(limit: int) -> ApiError:
    """Ours, after the one about values."""
    return validation(f"A rule can only have '{limit}' condition wildcards")


def transforms_not_built() -> ApiError:
    """Ours."""
    return unsupported("Homeport does not serve transforms of rules yet.")


def rules_or_listener() -> ApiError:
    return validation("You must specify either listener rule ARNs or a listener ARN")


def rules_and_listener() -> ApiError:
    return validation("Listener rule ARNs and a listener ARN cannot be specified at the same time")


def rules_not_supported(protocol: str) -> ApiError:
    """Ours; the rule is AWS's."""
    return validation(f"Rules are not supported for listeners with the protocol '{protocol}'")


def priority_in_use(priority: int) -> ApiError:
    return ApiError("PriorityInUse", f"Priority '{priority}' is currently in use")


def priority_repeated(priority: int) -> ApiError:
    return validation(f"Priority '{priority}' was provided multiple times")


def rule_repeated(arn: str) -> ApiError:
    """Ours."""
    return validation(f"Listener rule '{arn}' was provided multiple times")


def priorities_missing() -> ApiError:
    """Ours."""
    return validation("A rule priority must be specified")


def priorities_of_two_listeners() -> ApiError:
    """Ours."""
    return validation("The rules must belong to the same listener")


def too_many_rules(limit: int) -> ApiError:
    """Ours; AWS's quota."""
    return ApiError(
        "TooManyRules", f"The maximum number of rules on a load balancer, {limit}, has been reached"
    )


def nothing_to_modify() -> ApiError:
    return validation("Either conditions or actions must be specified")


def default_not_modified(arn: str) -> ApiError:
    return not_permitted(f"Default rule '{arn}' cannot be modified")


def default_not_deleted(arn: str) -> ApiError:
    """After the one about modifying."""
    return not_permitted(f"Default rule '{arn}' cannot be deleted")
