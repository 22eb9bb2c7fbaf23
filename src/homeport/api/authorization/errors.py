"""Refusals of access, in each service's words.

The sentence is AWS's (IAM User Guide, "Access denied error message format"; quoted in many an issue tracker). EC2 adds an
encoded message, which Homeport does not: there is nothing in it that the sentence does not say.
"""

from homeport.api.authorization.access import EVERYTHING, Access
from homeport.api.errors import ApiError
from homeport.plan.policy.evaluation import Denial

EXPLICIT = "with an explicit deny in {article} {bound}"
IMPLICIT = "because no {bound} allows the {action} action"
JSON = ("acm", "ecs", "servicediscovery")
"""Services that say AccessDeniedException."""


def denied(service: str, principal: str, access: Access, denial: Denial) -> ApiError:
    """Somebody may not do something; `service` is the one that was asked."""
    resource = access.shown or access.resource
    # ECS names the resource also where there is none; the others leave it out.
    where = "" if resource == EVERYTHING and service != "ecs" else f" on resource: {resource[:2048]}"
    article = "an" if denial.by.startswith("identity") else "a"
    form = EXPLICIT if denial.is_explicit else IMPLICIT
    why = form.format(article=article, bound=denial.by, action=access.action)
    return refused(service, f"User: {principal} is not authorized to perform: {access.action}{where} {why}")


def refused(service: str, sentence: str) -> ApiError:
    """The sentence as the service says it."""
    if service in JSON:
        return ApiError("AccessDeniedException", sentence)
    if service == "ec2":
        return ApiError(
            "UnauthorizedOperation", f"You are not authorized to perform this operation. {sentence}", 403
        )
    return ApiError("AccessDenied", sentence, 403)


def token_invalid(service: str) -> ApiError:
    """Credentials of a role that is there no more (or is another one of that name by now)."""
    text = "The security token included in the request is invalid."
    if service in JSON:
        return ApiError("UnrecognizedClientException", text)
    return ApiError("AuthFailure" if service == "ec2" else "InvalidClientTokenId", text, 403)
