"""What EC2 says whatever the noun: what is not there, what is malformed, filters, tags, pages.

Texts were captured from AWS unless `ours` says otherwise (docs/decisions/0025).
"""

from collections.abc import Sequence

from homeport.api.errors import ApiError

MAX_SHOWN = 300


def invalid_value(message: str) -> ApiError:
    """InvalidParameterValue with a text of its own; for the other functions of this package's error modules."""
    return ApiError("InvalidParameterValue", message)


def invalid_combination(message: str) -> ApiError:
    """InvalidParameterCombination with a text of its own; for this package's error modules."""
    return ApiError("InvalidParameterCombination", message)


def missing(parameter: str) -> ApiError:
    """A parameter that is required, at least together with the others of the request."""
    return ApiError("MissingParameter", f"The request must contain the parameter {parameter}")


def dependency_violation(message: str) -> ApiError:
    """DependencyViolation with a text of its own; for the other functions of this package's error modules."""
    return ApiError("DependencyViolation", message)


def unsupported(message: str) -> ApiError:
    """UnsupportedOperation: AWS has it, and Homeport does not; the texts are ours."""
    return ApiError("UnsupportedOperation", message)


def value_invalid(parameter: str, value: object, why: str = "") -> ApiError:
    """A value that a parameter cannot have; `why` is a sentence about what it can."""
    return invalid_value(
        f"Value ({str(value)[:MAX_SHOWN]}) for parameter {parameter} is invalid. {why}".rstrip()
    )


def cidr_invalid(parameter: str, text: str) -> ApiError:
    """What should be a block of addresses, and is none."""
    return value_invalid(parameter, text, "This is not a valid CIDR block.")


def not_found(code: str, noun: str, ids: Sequence[str]) -> ApiError:
    """`InvalidVpcID.NotFound: The vpc ID 'vpc-1' does not exist`, in the plural for several."""
    named = ", ".join(ids)[:MAX_SHOWN]
    text = (
        f"The {noun} IDs '{named}' do not exist"
        if len(ids) > 1
        else f"The {noun} ID '{named}' does not exist"
    )
    return ApiError(code, text)


def resource_id_invalid(id: str) -> ApiError:
    """A tag for what is no id of anything that has tags."""
    return ApiError("InvalidID", f"The ID '{id[:MAX_SHOWN]}' is not valid")


def filter_invalid(name: str | None) -> ApiError:
    """A filter that the operation does not have."""
    return invalid_value(f"The filter '{'null' if name is None else name[:MAX_SHOWN]}' is invalid")


def too_many_filter_values(most: int) -> ApiError:
    """The limit is AWS's."""
    text = f"The maximum number of filter values specified on a single call is {most}"
    return ApiError("FilterLimitExceeded", text)


def page_size_invalid(size: int, smallest: int, largest: int) -> ApiError:
    """MaxResults of a list that is too small or too large."""
    bound = f"greater than {smallest}" if size < smallest else f"less than {largest}"
    return invalid_value(f"Value ( {size} ) for parameter maxResults is invalid. Expecting a value {bound}.")


def token_invalid() -> ApiError:
    """A NextToken that was not given out for this list."""
    return invalid_value("Unable to parse pagination token")


def tag_reserved() -> ApiError:
    """A tag of AWS's own."""
    return invalid_value("Tag keys starting with 'aws:' are reserved for internal use")


def tag_key_missing() -> ApiError:
    """A tag without a key; the text is ours."""
    return invalid_value("Tag key cannot be null or empty.")


def tag_key_too_long(most: int) -> ApiError:
    """The text is AWS's, and so is the limit."""
    return invalid_value(f"Tag key exceeds the maximum length of {most} characters")


def tag_value_too_long(most: int) -> ApiError:
    """The text is AWS's, and so is the limit."""
    return invalid_value(f"Tag value exceeds the maximum length of {most} characters")


def tag_key_repeated(key: str) -> ApiError:
    """Two tags with one key."""
    return invalid_value(f"Duplicate tag key '{key[:MAX_SHOWN]}' specified.")


def too_many_tags() -> ApiError:
    """More than 50 tags."""
    return ApiError("TagLimitExceeded", "The maximum number of Tags for a resource has been reached.")


def tag_type_missing() -> ApiError:
    """Tags for a thing that is to be made, without what it is."""
    return invalid_value("Tag specification resource type must have a value")


def tag_type_invalid(kind: str) -> ApiError:
    """Tags for something else than what is made."""
    return invalid_value(f"'{kind[:MAX_SHOWN]}' is not a valid taggable resource type for this operation.")


def tag_type_repeated() -> ApiError:
    """Two sets of tags for one thing; the text is ours."""
    return invalid_value("Only one tag specification of a resource type can be given.")


def tags_missing() -> ApiError:
    """Tags for a thing that is to be made, and none of them."""
    return invalid_value("Tag specification must have at least one tag")


def client_token_invalid(longest: int) -> ApiError:
    """A client token that is none; the text is ours, the code and the limit are AWS's."""
    text = f"The client token is not valid: it can have at most {longest} ASCII characters in the range 33 to 126."
    return ApiError("InvalidClientToken", text)


def client_token_reused() -> ApiError:
    """The same token with other parameters; the text is ours."""
    text = "The client token has already been used for a request with other parameters."
    return ApiError("IdempotentParameterMismatch", text)
