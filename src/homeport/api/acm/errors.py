"""What AWS Certificate Manager says; `ours` where no capture was found.

The texts about imports are those of AWS's knowledge center ("Why can't I import my certificate into ACM?") and of
public issues.
"""

from homeport.api.errors import ApiError


def validation(message: str) -> ApiError:
    """ValidationException with a text of its own; for the other functions of this module."""
    return ApiError("ValidationException", message)


def not_found(arn: str) -> ApiError:
    """No such certificate in the caller's account and region."""
    return ApiError("ResourceNotFoundException", f"Could not find certificate {arn}.")


def arn_invalid(text: str) -> ApiError:
    """What is no certificate's ARN; the text is ours."""
    return ApiError("InvalidArnException", f"The ARN {text[:200]} is not that of a certificate.")


def in_use(arn: str, account: str) -> ApiError:
    """DeleteCertificate while a listener shows it."""
    return ApiError("ResourceInUseException", f"Certificate {arn} in account {account} is in use.")


def several_certificates() -> ApiError:
    """A certificate with its chain in one field."""
    return validation(
        "The certificate field contains more than one certificate. "
        "You can specify only one certificate in this field."
    )


def not_parsed() -> ApiError:
    """A certificate that is none, or not in PEM."""
    return validation("Unable to parse certificate. Please ensure the certificate is in PEM format.")


def chain_not_parsed() -> ApiError:
    """A chain that is none, or not in PEM."""
    return validation("The certificate body/chain provided is not in a valid PEM format.")


def key_not_parsed() -> ApiError:
    """A private key that is none, is not in PEM, or has a passphrase."""
    return validation("The private key is not PEM-encoded or is not valid.")


def key_not_supported() -> ApiError:
    """A private key of another kind than RSA and the three curves."""
    return validation("The private key is not supported.")


def key_length_not_supported(length: int) -> ApiError:
    """An RSA key of an odd length."""
    return validation(f"The private key length '{length}' is not supported for key algorithm.")


def key_of_another() -> ApiError:
    """A private key that is not the certificate's; the text is ours."""
    return validation("The private key does not match the public key of the certificate.")


def expired() -> ApiError:
    """A certificate whose time is over."""
    return validation("The certificate has expired, is not valid.")


def not_yet() -> ApiError:
    """A certificate whose time has not come."""
    return validation("The certificate is not in effect yet, is not valid.")


def nameless() -> ApiError:
    """A certificate for no domain name; the text is ours."""
    return validation("The certificate has no domain name.")


def not_self_signed() -> ApiError:
    """A certificate without a chain that somebody else has signed."""
    return validation(
        "Provided certificate is not a valid self signed. "
        "Please provide either a valid self-signed certificate or certificate chain."
    )


def chain_broken() -> ApiError:
    """A chain whose first certificate did not sign the certificate, or one of whose others not the one before it."""
    return validation("Could not validate the certificate with the certificate chain.")


def not_imported() -> ApiError:
    """ImportCertificate over a certificate that was requested; the text is ours."""
    return validation("Only a certificate that was imported can be imported again.")


def key_type_changed() -> ApiError:
    """ImportCertificate over a certificate with a key of another kind; the text is ours, the rule AWS's."""
    return validation("The key type and size of a certificate cannot be changed when it is imported again.")


def tags_on_import() -> ApiError:
    """ImportCertificate over a certificate, with tags; the text is ours, the rule AWS's."""
    return validation("Tagging is not permitted on re-import.")


def domain_too_long() -> ApiError:
    """A first name that does not fit into a subject; the text is ours, the rule AWS's (64 octets)."""
    return validation("The first domain name of a certificate can have at most 64 characters.")


def key_algorithm_not_issued(algorithm: str) -> ApiError:
    """RequestCertificate with an algorithm that AWS does not offer for public certificates; the text is ours."""
    return validation(f"The key algorithm {algorithm} is not supported for requested certificates.")


def sorting_incomplete() -> ApiError:
    """SortBy without SortOrder, or the other way round; the text is ours."""
    return validation("SortBy and SortOrder must be specified together.")


def invalid_token() -> ApiError:
    """A NextToken that was not given out for this list; the text is ours."""
    return validation("The NextToken is not valid.")


def tag_reserved(key: str) -> ApiError:
    """A tag of AWS's own."""
    return validation(f'Invalid Tag Key: "{key}". AWS internal tags cannot be changed with this API')


def tag_repeated() -> ApiError:
    """Two tags with one key; the text is ours."""
    return ApiError("InvalidTagException", "A tag key was specified more than once.")


def too_many_tags(tags: dict[str, str]) -> ApiError:
    """More than 50 tags."""
    shown = ", ".join(f"{key}={value}" for key, value in tags.items())
    return ApiError("TooManyTagsException", f"the TagSet: '{{{shown}}}' contains too many Tags")
