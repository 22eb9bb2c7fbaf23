"""What AWS says about task definitions that cannot run on FARGATE; marked as in `task_definitions.py`."""

from homeport.api.errors import ApiError, client_error


def network_mode() -> ApiError:
    return client_error("Fargate only supports network mode \u2018awsvpc\u2019.")


def size_missing(member: str) -> ApiError:
    return client_error(f"Fargate requires that '{member}' be defined at the task level.")


def size_unknown(cpu: int, memory_mib: int) -> ApiError:
    return client_error(
        f"No Fargate configuration exists for given values: {cpu} CPU, {memory_mib} memory. "
        "See the Amazon ECS documentation for the valid values."
    )


def privileged() -> ApiError:
    return client_error("Fargate requires that the 'privileged' setting be 'false' at the container level.")


def constraints() -> ApiError:
    return client_error("Fargate compatible task definitions do not support constraints")


def unsupported(what: str) -> ApiError:
    """Ours: `what` is the member that only instances offer."""
    return client_error(f"Fargate compatible task definitions do not support {what}")


def role_missing() -> ApiError:
    return client_error(
        "Fargate requires task definition to have execution role ARN to support log driver awslogs."
    )
