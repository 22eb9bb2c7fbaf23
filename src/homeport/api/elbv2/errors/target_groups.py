"""What ELB says about target groups, their health checks and their attributes. Captured from AWS unless `ours`."""

from collections.abc import Sequence

from homeport.api.elbv2.errors.common import invalid_configuration, validation
from homeport.api.errors import ApiError, unsupported

NAME_PATTERN = "(?!.*--)(?!^-)(?!.*-$)^[A-Za-z0-9-]+$"


def not_built(what: str) -> ApiError:
    """Ours: what Homeport's target groups have no part for."""
    return unsupported(f"Homeport does not serve {what}.")


def missing(what: str) -> ApiError:
    """A target group without a protocol, a port or a VPC ID."""
    return validation(f"A {what} must be specified")


def vpc_not_found(vpc: str) -> ApiError:
    return validation(f"The VPC ID '{vpc}' is not found")


def name_too_long(name: str) -> ApiError:
    return validation(f"Target group name '{name}' cannot be longer than '32' characters")


def name_characters(name: str) -> ApiError:
    return validation(
        f"Target group name '{name}' can only contain characters that are alphanumeric characters or hyphens(-)"
    )


def name_hyphens(name: str) -> ApiError:
    """A hyphen at either end, or two together."""
    return validation(
        f"1 validation error detected: Value '{name}' at 'targetGroup.targetGroupArn.targetGroupName' failed to "
        f"satisfy constraint: Member must satisfy regular expression pattern: {NAME_PATTERN}"
    )


def duplicate_name(name: str) -> ApiError:
    return ApiError(
        "DuplicateTargetGroupName",
        f"A target group with the same name '{name}' exists, but with different settings",
    )


def too_many(most: int) -> ApiError:
    """Ours; AWS's quota."""
    return ApiError("TooManyTargetGroups", f"The maximum number of target groups, {most}, has been reached")


def version_invalid(version: str, allowed: Sequence[str]) -> ApiError:
    """Ours."""
    return validation(f"Protocol version '{version}' must be one of '{', '.join(allowed)}'")


def version_not_supported(version: str, protocol: str) -> ApiError:
    """Ours; the rule is AWS's."""
    return validation(
        f"Protocol version '{version}' is not supported for target groups with the {protocol} protocol"
    )


def in_use(arn: str) -> ApiError:
    """Terraform's provider tries again when it reads this."""
    return ApiError("ResourceInUse", f"Target group '{arn}' is currently in use by a listener or a rule")


def several_filters() -> ApiError:
    return validation(
        "Target group names, target group ARNs, and a load balancer ARN cannot be specified at the same time"
    )


def health_check_disabled(target_type: str) -> ApiError:
    """Remembered, no capture was found; the rule is AWS's."""
    return validation(f"Health check enabled must be true for target groups with target type '{target_type}'")


def check_protocol_not_supported(way: str, protocol: str, allowed: Sequence[str]) -> ApiError:
    """Ours, after that of intervals."""
    return validation(
        f"Health check protocol '{way}' not supported for target groups with the {protocol} protocol. "
        f"Must be one of the following values '[{', '.join(allowed)}]'."
    )


def check_port_invalid(port: str) -> ApiError:
    """Ours."""
    return validation(f"Health check port '{port}' must be 'traffic-port' or between '1-65535' inclusive")


def check_path_invalid(path: str) -> ApiError:
    """Ours; the rule is AWS's."""
    return validation(f"Health check path '{path}' must begin with a '/' character")


def path_not_supported() -> ApiError:
    return invalid_configuration("Health check paths are not supported for TCP health checks")


def matcher_not_supported() -> ApiError:
    return invalid_configuration("Health check matchers are not supported for TCP health checks")


def matcher_empty(kind: str) -> ApiError:
    """`kind` is HTTP or GRPC: a matcher has the codes of its target group's protocol version."""
    return validation(f"Health check matcher {kind} code cannot be empty")


def matcher_malformed(kind: str, code: str) -> ApiError:
    """Ours."""
    return validation(
        f"Health check matcher {kind} code '{code}' must be a value, values or ranges, such as '200,202-299'"
    )


def matcher_out_of_range(kind: str, code: str, first: int, last: int) -> ApiError:
    """Captured for gRPC."""
    return validation(f"Health check matcher {kind} code '{code}' must be within '{first}-{last}' inclusive")


def timeout_not_below_interval(timeout_s: int, interval_s: int) -> ApiError:
    """When both were given, for HTTP and HTTPS."""
    return validation(f"Health check timeout '{timeout_s}' must be smaller than the interval '{interval_s}'")


def interval_not_above_timeout() -> ApiError:
    """When one of them was given, for HTTP and HTTPS."""
    return validation("Health check interval must be greater than the timeout.")


def timeout_above_interval(timeout_s: int, interval_s: int) -> ApiError:
    """The same for network load balancers, where they may be equal."""
    return validation(
        f"Health check timeout '{timeout_s}' must be smaller than or equal to the interval '{interval_s}'"
    )


def key_not_recognized(key: str) -> ApiError:
    """An unknown key, and one that only target groups with other protocols have."""
    return validation(f"Target group attribute key '{key}' is not recognized")


def value_invalid(key: str, allowed: str) -> ApiError:
    """Ours; `allowed` says which values there are."""
    return validation(f"The value of '{key}' must be {allowed}")


def value_out_of_range(key: str, value: str, first: int, last: int) -> ApiError:
    return validation(f"'{key}' value '{value}' must be between '{first}-{last}' inclusive")


def stickiness_type_invalid(types: Sequence[str]) -> ApiError:
    return validation(f"'Stickiness type' must be one of [{', '.join(types)}]")


def stickiness_type_not_supported(kind: str, protocol: str) -> ApiError:
    """Also when stickiness is not enabled."""
    return invalid_configuration(
        f"Stickiness type '{kind}' is not supported for target groups with the {protocol} protocol"
    )


def stickiness_of_tls() -> ApiError:
    return invalid_configuration("You cannot enable stickiness on target groups with the TLS protocol")


def cookie_missing() -> ApiError:
    return invalid_configuration(
        "You must set an application cookie name to enable stickiness of type 'app_cookie'"
    )


def cookie_invalid(name: str) -> ApiError:
    """Ours; the rule is AWS's: the names of its own cookies, and characters that no cookie's name has."""
    return invalid_configuration(f"The application cookie name '{name}' is not valid")


def slow_start_and(algorithm: str) -> ApiError:
    """Captured for `weighted random`."""
    return invalid_configuration(
        f"You cannot enable both slow start and {algorithm} algorithm on a target group"
    )


def stickiness_and_weighted_random() -> ApiError:
    return invalid_configuration(
        "You cannot have both stickiness and weighted random algorithm enabled on the same target group."
    )


def mitigation_without_weighted_random() -> ApiError:
    """Ours; the rule is AWS's."""
    return invalid_configuration(
        "You can enable anomaly mitigation only with the weighted random algorithm on a target group"
    )


def client_ip_of_udp() -> ApiError:
    return invalid_configuration(
        "preserve_client_ip.enabled cannot be false if the target group protocol is UDP or TCP_UDP"
    )


def termination_of_udp() -> ApiError:
    """Ours, after that of client addresses; the rule is AWS's."""
    return invalid_configuration(
        "target_health_state.unhealthy.connection_termination.enabled cannot be true if the target group protocol is "
        "UDP or TCP_UDP"
    )


def draining_with_termination() -> ApiError:
    """Ours; the rule is AWS's."""
    return invalid_configuration(
        "target_health_state.unhealthy.draining_interval_seconds can only be set if "
        "target_health_state.unhealthy.connection_termination.enabled is false"
    )
