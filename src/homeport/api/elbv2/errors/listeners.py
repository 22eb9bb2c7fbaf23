"""What ELB says about listeners and their certificates. Texts were captured from AWS unless `ours` says otherwise."""

from collections.abc import Sequence

from homeport.api.elbv2.errors.common import not_permitted, validation
from homeport.api.errors import ApiError, unsupported


def listeners_or_balancer() -> ApiError:
    return validation("You must specify either listener ARNs or a load balancer ARN")


def listeners_and_balancer() -> ApiError:
    """Ours, after that of rules."""
    return validation("Listener ARNs and a load balancer ARN cannot be specified at the same time")


def duplicate(balancer: str) -> ApiError:
    return ApiError(
        "DuplicateListener", f"A listener already exists on this port for this load balancer '{balancer}'"
    )


def too_many(balancer: str, limit: int) -> ApiError:
    """Ours; AWS's quota."""
    return ApiError(
        "TooManyListeners", f"The maximum number of listeners, {limit}, on '{balancer}' has been reached"
    )


def protocol_missing() -> ApiError:
    """Ours."""
    return validation("A listener protocol must be specified")


def port_missing() -> ApiError:
    """Ours."""
    return validation("A listener port must be specified")


def protocol_invalid(protocol: str, allowed: Sequence[str]) -> ApiError:
    return validation(f"Listener protocol '{protocol}' must be one of '{', '.join(allowed)}'")


def certificate_missing(protocol: str) -> ApiError:
    return validation(f"A certificate must be specified for {protocol} listeners")


def one_certificate() -> ApiError:
    """Ours; the rule is AWS's."""
    return validation("Exactly one certificate must be specified; add others with AddListenerCertificates")


def certificate_arn_missing() -> ApiError:
    """Ours."""
    return validation("A certificate ARN must be specified")


def certificate_arn_invalid(arn: str) -> ApiError:
    return validation(f"Certificate ARN '{arn}' is not valid")


def not_for_protocol(what: str, protocol: str) -> ApiError:
    """Ours; the rule is AWS's."""
    return validation(f"{what} cannot be specified for {protocol} listeners")


def ssl_policy_not_found(name: str) -> ApiError:
    return ApiError("SSLPolicyNotFound", f"SSL policy '{name}' not found")


def alpn_policy_not_found(names: Sequence[str]) -> ApiError:
    """Ours."""
    return ApiError("ALPNPolicyNotFound", f"ALPN policy '{', '.join(names)}' not found")


def mutual_authentication_not_built(mode: str) -> ApiError:
    """Ours."""
    return unsupported(
        f"Homeport does not serve the mutual authentication mode '{mode}' of a listener yet; 'off' is the only one."
    )


def too_many_certificates(limit: int) -> ApiError:
    """Ours; AWS's quota."""
    return ApiError(
        "TooManyCertificates", f"The maximum number of certificates on a listener, {limit}, has been reached"
    )


def default_certificate() -> ApiError:
    """Ours; the rule is AWS's."""
    return not_permitted(
        "The default certificate of a listener cannot be removed; replace it with ModifyListener"
    )
