"""STS's errors, with AWS's texts."""

from homeport.api.errors import ApiError


def not_authorized(principal: str, action: str, role: str) -> ApiError:
    """A role that is not there, or may not be assumed: AWS does not tell which."""
    text = f"User: {principal} is not authorized to perform: {action} on resource: {role}"
    return ApiError("AccessDenied", text, 403)


def duration_too_long() -> ApiError:
    """A longer session than the role allows."""
    return ApiError(
        "ValidationError",
        "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.",
    )


def chained_too_long() -> ApiError:
    """A session of more than an hour, asked for with another role's credentials."""
    return ApiError(
        "ValidationError",
        "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.",
    )


def malformed(message: str) -> ApiError:
    """A session policy that breaks the grammar."""
    return ApiError("MalformedPolicyDocument", message)


def packed_too_large(percent: int) -> ApiError:
    """A session policy and tags that are too long together."""
    return ApiError(
        "PackedPolicyTooLarge", f"Packed size of session policy consumes {percent}% of allotted space."
    )


def policy_not_attachable(arn: str) -> ApiError:
    """A session policy by an ARN that names none; the text is ours."""
    return ApiError("ValidationError", f"The policy {arn[:2048]} does not exist or is not attachable.")


def too_many_policies(most: int) -> ApiError:
    """More session policies by ARN than there may be; the text is ours."""
    return ApiError("ValidationError", f"At most {most} managed session policies can be given.")


def tag_keys_repeated() -> ApiError:
    """Two session tags whose keys differ at most in case."""
    return ApiError(
        "InvalidParameterValue",
        "Duplicate tag keys found. Please note that Tag keys are case insensitive.",
    )


def transitive_key_unknown() -> ApiError:
    """A tag key that is to go on and is none of the session's; the text is ours."""
    return ApiError(
        "ValidationError", "The specified transitive tag key must be included in the requested tags."
    )


def transitive_tag_taken() -> ApiError:
    """A tag that the calling session hands on is to be given another value; the text is ours."""
    return ApiError("InvalidParameterValue", "One of the specified transitive tag keys can't be set.")


def wrong_code() -> ApiError:
    """A code of an MFA device: there are none here."""
    return ApiError(
        "AccessDenied", "MultiFactorAuthentication failed with invalid MFA one time pass code. ", 403
    )


def contexts_unsupported() -> ApiError:
    """Context assertions, which need an identity provider; the text is ours."""
    return ApiError("ValidationError", "ProvidedContexts are not supported by Homeport.")
