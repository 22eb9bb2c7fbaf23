"""Every error that AWS gives, one function each: words are kept here, and never at the point of raising.

Here are those that several nouns share; the rest stand in `ecs/errors/<noun>.py`. Texts were captured from AWS
unless `ours` says otherwise (docs/decisions/0010).
"""

from collections.abc import Mapping

PRECONDITION_FAILED = 412


class ApiError(Exception):
    """An answer that is an error: AWS's code, its text, the HTTP status, and what else the error's shape has."""

    def __init__(
        self, code: str, message: str, status: int = 400, members: Mapping[str, object] | None = None
    ) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.status = status
        self.members = members or {}


def invalid_parameter(message: str) -> ApiError:
    """InvalidParameterException with a text of its own; for the other functions of this package's error modules."""
    return ApiError("InvalidParameterException", message)


def client_error(message: str) -> ApiError:
    """ClientException with a text of its own; for the other functions of this package's error modules."""
    return ApiError("ClientException", message)


def unsupported(message: str) -> ApiError:
    """UnsupportedFeatureException: AWS has it, and Homeport does not have it yet; docs/gaps.md says so too."""
    return ApiError("UnsupportedFeatureException", message)


def page_size_invalid(largest: int) -> ApiError:
    """A maxResults that is no size of a page; the text is ours."""
    return invalid_parameter(f"maxResults must be between 1 and {largest}.")


def invalid_token() -> ApiError:
    """A nextToken that was not given out for this list; the text is ours."""
    return invalid_parameter("Invalid token.")


def dry_run() -> ApiError:
    """A request with DryRun that would have succeeded."""
    return ApiError(
        "DryRunOperation", "Request would have succeeded, but DryRun flag is set.", PRECONDITION_FAILED
    )


def cluster_not_found() -> ApiError:
    """No such cluster, or an INACTIVE one."""
    return ApiError("ClusterNotFoundException", "Cluster not found.")


def cluster_name_invalid(text: str) -> ApiError:
    """A cluster that is named by something that can be no name (seen on AWS, DescribeServices)."""
    return invalid_parameter(f"Cluster must match ^[a-zA-Z0-9\\-_]{{1,255}}$, but was {text[:300]}")


def identifier_of_another_cluster(theirs: str, ours: str) -> ApiError:
    """An ARN of one cluster in a request about another (seen on AWS, DescribeServices and DescribeTasks)."""
    return invalid_parameter(
        f"Invalid identifier: Identifier is for cluster {theirs}. Your cluster is {ours}"
    )


def service_not_found() -> ApiError:
    """No such service."""
    return ApiError("ServiceNotFoundException", "Service not found.")


def service_not_active() -> ApiError:
    """A service that is DRAINING or INACTIVE."""
    return ApiError("ServiceNotActiveException", "Service was not ACTIVE.")


def task_set_not_found() -> ApiError:
    """No such task set; the text is ours (task-sets.md §14, 1)."""
    return ApiError("TaskSetNotFoundException", "The specified task set was not found.")


def task_set_identifier_invalid() -> ApiError:
    """Neither `ecs-svc/N` nor a task set's ARN (seen on AWS, without a full stop)."""
    return invalid_parameter("Task Set Identifier is invalid")


def task_definition_not_described() -> ApiError:
    """No such task definition, where one is looked up by name."""
    return client_error("Unable to describe task definition.")


def task_definition_not_found() -> ApiError:
    """No such task definition, where one is to be run; the text is remembered, no capture was found."""
    return client_error("TaskDefinition not found.")


def family_blank() -> ApiError:
    """A task definition that is given, and blank."""
    return invalid_parameter("Family should not be null or empty.")


def client_token_invalid(longest: int) -> ApiError:
    """A clientToken that is too long or has other characters than ASCII 33 to 126; the text is ours."""
    return invalid_parameter(
        f"clientToken can have at most {longest} ASCII characters in the range 33 to 126."
    )


def too_many_tags() -> ApiError:
    """More than 50 tags; ours, the limit is AWS's."""
    return invalid_parameter("Tags can not have more than 50 entries.")


def tag_reserved() -> ApiError:
    """A key or value of AWS's own; the text is ours."""
    return invalid_parameter("Tag keys and values cannot start with 'aws:'.")


def tag_key_blank() -> ApiError:
    """A tag without a key; the text is ours."""
    return invalid_parameter("Tag key can not be blank.")


def tag_key_repeated() -> ApiError:
    """Two tags with one key; the text is ours."""
    return invalid_parameter("Duplicate tag keys found.")


def tags_of_inactive_cluster() -> ApiError:
    """Tags of a cluster that was deleted (Terraform's provider knows a deleted cluster by this text)."""
    return invalid_parameter("The specified cluster is inactive. Specify an active cluster and try again.")


def tags_need_long_arn() -> ApiError:
    """Tags by an ARN of the old form, `service/NAME` (seen on AWS)."""
    return invalid_parameter("Long arn format must be used for tagging operations")


def resource_not_found() -> ApiError:
    """A tagged resource that is not there; the text is ours."""
    return ApiError("ResourceNotFoundException", "The specified resource was not found.")


def arn_invalid(text: str) -> ApiError:
    """What should be an ARN of a taggable resource, and is none; the text is ours."""
    return invalid_parameter(f"Invalid identifier: Unexpected format for the resource ARN: {text[:200]}")
