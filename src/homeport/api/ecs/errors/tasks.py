"""What AWS says about tasks and about running them.

Texts without a mark were captured from AWS (task-sets.md §2.3, clients.md §1); `ours` marks those of which no
capture was found, worded after AWS's documentation or their neighbours.
"""

from collections.abc import Sequence

from homeport.api.errors import ApiError, client_error, invalid_parameter, unsupported
from homeport.plan import assuming


def tasks_empty() -> ApiError:
    return invalid_parameter("Tasks cannot be empty.")


def tasks_too_many() -> ApiError:
    """Ours, after that of load balancers."""
    return invalid_parameter("tasks can have at most 100 items.")


def task_not_found() -> ApiError:
    return invalid_parameter("The referenced task was not found.")


def started_by_not_alone() -> ApiError:
    """Ours; the rule is AWS's: startedBy must be the only filter."""
    return invalid_parameter("startedBy cannot be combined with another filter.")


def count_invalid() -> ApiError:
    """Ours; the rule is AWS's."""
    return invalid_parameter("count must be between 1 and 10.")


def no_instances() -> ApiError:
    return invalid_parameter("No Container Instances were found in your cluster.")


def definition_inactive() -> ApiError:
    return client_error("TaskDefinition is inactive")


def group_reserved() -> ApiError:
    """Ours; the prefix is kept for the scheduler's tasks."""
    return invalid_parameter("The task group cannot start with 'service:'.")


def group_too_long() -> ApiError:
    """Ours."""
    return invalid_parameter("The task group can have at most 255 characters.")


def started_by_invalid() -> ApiError:
    """Ours; the rule is AWS's."""
    return invalid_parameter(
        "startedBy can have at most 128 letters, numbers, hyphens, forward slashes and underscores."
    )


def propagate_from_service() -> ApiError:
    """Ours; the rule is AWS's."""
    return invalid_parameter("propagateTags SERVICE is not valid when running a task.")


def volume_configurations_unsupported() -> ApiError:
    """Ours."""
    return unsupported("Homeport cannot make Amazon EBS volumes.")


def override_name_missing() -> ApiError:
    """Ours."""
    return invalid_parameter("Container override name cannot be blank.")


def override_unknown(container: str) -> ApiError:
    return invalid_parameter(
        f"Override for container named {container} is not a container in the TaskDefinition."
    )


def override_invalid(member: str) -> ApiError:
    """Ours: `member` is cpu or memory."""
    return invalid_parameter(f"Invalid '{member}' setting for task.")


def memory_above_task(container: str, member: str) -> ApiError:
    """An override that leaves the task less than one of its containers asks for."""
    return invalid_parameter(f"'{member}' setting for container '{container}' is greater than for task.")


def role_not_assumed(role: str) -> ApiError:
    """A task role that is not there, or does not trust tasks."""
    return client_error(assuming.refusal(role))


def token_conflict(tasks: Sequence[str]) -> ApiError:
    """The sentence is the API Reference's, "RunTask", ConflictException."""
    return ApiError(
        "ConflictException",
        "The RunTask request could not be processed due to conflicts. The provided clientToken is already in "
        "use with a different RunTask request. The resourceIds are the existing task ARNs which are already "
        "associated with the clientToken.",
        members={"resourceIds": list(tasks)},
    )


def constraints_too_many() -> ApiError:
    """Ours, after that of strategies."""
    return invalid_parameter("Maximum number of constraints is 10.")


def strategies_too_many() -> ApiError:
    return invalid_parameter("Maximum number of strategies is 5.")


def distinct_with_expression() -> ApiError:
    return invalid_parameter("distinctInstance expression should not be specified.")


def expression_invalid(reason: str) -> ApiError:
    """Ours: `reason` is the parser's sentence."""
    return invalid_parameter(reason)


def strategy_field_invalid(strategy: str, field: str) -> ApiError:
    return invalid_parameter(f"{strategy} field '{field}' is invalid.")


def strategy_type_missing() -> ApiError:
    """Ours."""
    return invalid_parameter("The type of a placement strategy cannot be blank.")


def constraint_type_missing() -> ApiError:
    """Ours."""
    return invalid_parameter("The type of a placement constraint cannot be blank.")
