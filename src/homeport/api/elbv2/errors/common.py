"""What ELB says whatever the noun: what is malformed, what is not there, tags, pages.

Texts were captured from AWS unless `ours` says otherwise (docs/decisions/0010).
"""

from collections.abc import Sequence

from homeport.api.errors import ApiError


def validation(message: str) -> ApiError:
    """ValidationError with a text of its own; for the other functions of this package's error modules."""
    return ApiError("ValidationError", message)


def invalid_configuration(message: str) -> ApiError:
    """InvalidConfigurationRequest with a text of its own; for the other functions of this package's error modules."""
    return ApiError("InvalidConfigurationRequest", message)


def not_permitted(message: str) -> ApiError:
    """OperationNotPermitted with a text of its own; for the other functions of this package's error modules."""
    return ApiError("OperationNotPermitted", message)


def arn_invalid(text: str, noun: str) -> ApiError:
    """No ARN of such a thing in the caller's account and region; `noun` is `load balancer`, `listener`, …"""
    return validation(f"'{text[:300]}' is not a valid {noun} ARN")


def arn_missing() -> ApiError:
    """An operation on tags without ARNs."""
    return validation("An ARN must be specified")


def arn_of_nothing(text: str) -> ApiError:
    """Tags of what is no ARN, or one of something that has none; the text is ours, after those of the kinds."""
    return validation(f"'{text[:300]}' is not a valid ARN")


def too_many_arns(most: int) -> ApiError:
    """The text is ours; the limit is AWS's."""
    return validation(f"Cannot specify more than {most} resources")


def load_balancer_not_found(arn: str) -> ApiError:
    """An operation on a load balancer that is not there."""
    return ApiError("LoadBalancerNotFound", f"Load balancer '{arn}' not found")


def load_balancers_not_found() -> ApiError:
    """DescribeLoadBalancers of ARNs, one of which is not there."""
    return ApiError("LoadBalancerNotFound", "One or more load balancers not found")


def load_balancer_names_not_found(names: Sequence[str]) -> ApiError:
    """DescribeLoadBalancers of names, `names` of which are not there."""
    return ApiError("LoadBalancerNotFound", f"Load balancers '[{', '.join(names)}]' not found")


def target_group_not_found(arn: str) -> ApiError:
    """An action, a tag or an operation on a target group that is not there."""
    return ApiError("TargetGroupNotFound", f"Target groups '{arn}' not found")


def target_groups_not_found() -> ApiError:
    """DescribeTargetGroups of ARNs or names, one of which is not there."""
    return ApiError("TargetGroupNotFound", "One or more target groups not found")


def listener_not_found() -> ApiError:
    """A listener that is not there."""
    return ApiError("ListenerNotFound", "One or more listeners not found")


def rule_not_found() -> ApiError:
    """A rule that is not there."""
    return ApiError("RuleNotFound", "One or more rules not found")


def certificate_not_found(arn: str) -> ApiError:
    """A certificate that is not among those of ACM."""
    return ApiError("CertificateNotFound", f"Certificate '{arn}' not found")


def invalid_marker() -> ApiError:
    """A Marker that was not given out for this list; the text is ours."""
    return validation("The marker is not valid.")


def duplicate_tag_keys(key: str) -> ApiError:
    """Two tags with one key; the text is ours."""
    return ApiError("DuplicateTagKeys", f"Tag key '{key}' was specified more than once")


def too_many_tags() -> ApiError:
    """More than 50 tags; the text is ours."""
    return ApiError(
        "TooManyTags", "The quota for the number of tags that can be assigned to a resource is 50"
    )


def tag_reserved() -> ApiError:
    """A key of AWS's own; the text is ours."""
    return validation("Tag keys that begin with 'aws:' are reserved for system use")


def attribute_key_repeated(key: str) -> ApiError:
    """An attribute of a load balancer, a listener or a target group that is set twice in a request."""
    return validation(f"Attribute key '{key}' has been specified more than once")
