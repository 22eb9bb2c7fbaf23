"""What AWS Cloud Map says; `ours` where no capture was found.

All come with status 400, as clients quote them ("StatusCode: 400, ServiceNotFound"), whatever the model says of some.
"""

from homeport.api.errors import ApiError


def invalid_input(message: str) -> ApiError:
    """InvalidInput with a text of its own; for the other functions of this package's error modules."""
    return ApiError("InvalidInput", message)


def namespace_not_found(text: str) -> ApiError:
    """No such namespace in the caller's account and region; the text is ours."""
    return ApiError("NamespaceNotFound", f"Namespace not found: {text[:300]}")


def service_not_found(text: str) -> ApiError:
    """No such service in the caller's account and region; the text is ours."""
    return ApiError("ServiceNotFound", f"Service not found: {text[:300]}")


def instance_not_found(id: str) -> ApiError:
    """No such instance in the service; the text is ours."""
    return ApiError("InstanceNotFound", f"Instance not found: {id}")


def operation_not_found(id: str) -> ApiError:
    """No such operation, or one that was forgotten; the text is ours."""
    return ApiError("OperationNotFound", f"Operation not found: {id[:300]}")


def resource_not_found(arn: str) -> ApiError:
    """Tags of what is not there; the text is ours."""
    return ApiError("ResourceNotFoundException", f"The resource {arn[:300]} was not found.")


def resource_arn_invalid(arn: str) -> ApiError:
    """Tags of what has none; the text is ours."""
    return invalid_input(f"The ARN {arn[:300]} is not that of a namespace or a service.")


def namespace_exists(id: str, creator_request_id: str | None) -> ApiError:
    """A namespace of the name; the text is ours, the members are AWS's."""
    return ApiError(
        "NamespaceAlreadyExists",
        "A namespace with the same name already exists.",
        members={"NamespaceId": id, "CreatorRequestId": creator_request_id or ""},
    )


def service_exists(id: str, arn: str, creator_request_id: str | None) -> ApiError:
    """A service of the name in the namespace (seen on AWS); the members are AWS's."""
    members = {"ServiceId": id, "ServiceArn": arn, "CreatorRequestId": creator_request_id or ""}
    return ApiError("ServiceAlreadyExists", "Service already exists.", members=members)


def duplicate_request(operation: str) -> ApiError:
    """A request id that stood for something else; the text is ours."""
    return ApiError(
        "DuplicateRequest",
        "Another request was made with the same request id.",
        members={"DuplicateOperationId": operation},
    )


def namespace_in_use() -> ApiError:
    """DeleteNamespace with services in it (seen on AWS, without a full stop)."""
    return ApiError(
        "ResourceInUse",
        "Namespace has associated services; delete the services before deleting the namespace",
    )


def service_in_use() -> ApiError:
    """DeleteService with instances (seen on AWS, without a full stop)."""
    return ApiError(
        "ResourceInUse",
        "Service contains registered instances; delete the instances before deleting the service",
    )


def too_many(what: str, most: int) -> ApiError:
    """One of AWS's quotas; the text is ours."""
    return ApiError("ResourceLimitExceeded", f"The quota of {most} {what} has been reached.")


def custom_health_not_found() -> ApiError:
    """UpdateInstanceCustomHealthStatus in a service without HealthCheckCustomConfig; the text is the model's."""
    return ApiError(
        "CustomHealthNotFound",
        "The health check for the instance that's specified by ServiceId and InstanceId isn't a custom health check.",
    )


def wrong_kind(operation: str, kind: str) -> ApiError:
    """UpdateHttpNamespace of a DNS namespace, and its like; the text is ours."""
    return invalid_input(f"{operation} cannot update a namespace of type {kind}.")


def too_many_tags(arn: str) -> ApiError:
    """More than 50 tags; the text is ours."""
    text = "The maximum number of tags that can be applied to a resource is 50."
    return ApiError("TooManyTagsException", text, members={"ResourceName": arn})


def tag_reserved(key: str) -> ApiError:
    """A tag of AWS's own; the text is ours."""
    return invalid_input(f"Tag key {key} starts with the reserved prefix aws:")


def tag_repeated(key: str) -> ApiError:
    """Two tags with one key; the text is ours."""
    return invalid_input(f"Tag key {key} was specified more than once.")


def invalid_token() -> ApiError:
    """A NextToken that was not given out for this list; the text is ours."""
    return invalid_input("The NextToken is not valid.")


def filter_invalid(name: str, condition: str) -> ApiError:
    """A condition that AWS does not know for a filter; the text is ours."""
    return invalid_input(f"Condition {condition} is not supported for filter {name}.")


def filter_values_invalid(name: str, condition: str, count: int) -> ApiError:
    """Another number of values than the condition takes; the text is ours."""
    values = "one or more values" if count == 0 else f"exactly {count} value{'s' if count > 1 else ''}"
    return invalid_input(f"Filter {name} with condition {condition} takes {values}.")


def filter_dates_invalid() -> ApiError:
    """UPDATE_DATE with something else than two dates in order; the text is ours."""
    return invalid_input("UPDATE_DATE takes a start date and an end date in Unix time, the start date first.")


def attributes_too_many(most: int) -> ApiError:
    """More attributes than a service may have; the text is ours."""
    return ApiError(
        "ServiceAttributesLimitExceededException", f"A service can have at most {most} attributes."
    )


def attribute_not_given(key: str) -> ApiError:
    """DeleteServiceAttributes of one that is not there; the text is ours."""
    return invalid_input(f"The service has no attribute {key[:300]}.")
