"""Every error that AWS gives, one function each: words are kept here, and never at the point of raising."""


class ApiError(Exception):
    """An answer that is an error: AWS's code, its text, and the HTTP status."""

    def __init__(self, code: str, message: str, status: int = 400) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.status = status


def invalid_parameter(message: str) -> ApiError:
    """InvalidParameterException with a text of its own; for the other functions of this package's error modules."""
    return ApiError("InvalidParameterException", message)


def client_error(message: str) -> ApiError:
    """ClientException with a text of its own; for the other functions of this package's error modules."""
    return ApiError("ClientException", message)
