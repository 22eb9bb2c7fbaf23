"""The grammar of policies: what IAM refuses to keep, and in which words (`MalformedPolicyDocument`).

Texts are AWS's where one was ever seen quoted; what IAM finds wrong with the form alone it calls `Syntax errors in
policy.` A policy is checked when it comes in, so that evaluating one cannot fail.
"""

import re
from typing import Any, Literal, TypeAlias

import msgspec

Kind: TypeAlias = Literal["identity", "trust"]
Json: TypeAlias = dict[str, Any]

VERSIONS = ("2008-10-17", "2012-10-17")
SYNTAX = "Syntax errors in policy."
PARTITIONS = ("aws", "aws-cn", "aws-us-gov", "*")
ARN_PARTS = 6
MOST_BYTES = 131_072
POLICY_MEMBERS = {"Version", "Id", "Statement"}
MEMBERS = {
    *("Sid", "Effect", "Condition"),
    *("Action", "NotAction", "Resource", "NotResource", "Principal", "NotPrincipal"),
}
SID = re.compile(r"[A-Za-z0-9]*")
TRUST_SID = re.compile(r"[^\x00-\x1f]*")
ACTION = re.compile(r"[A-Za-z0-9-]+:[A-Za-z0-9*?]+")
VENDOR = re.compile(r"[A-Za-z0-9-]+")
PRINCIPALS = ("AWS", "Service", "Federated", "CanonicalUser")
ACCOUNT = re.compile(r"\d{12}")
TRUSTED = re.compile(
    r"arn:aws[a-z-]*:(?:iam::\d{12}:(?:root|user/.+|role/.+)|sts::\d{12}:(?:assumed-role|federated-user)/.+)"
)
TRUST_ACTIONS = ("sts:assumerole", "sts:assumerolewithsaml", "sts:assumerolewithwebidentity")
TRUST_ALSO = ("sts:tagsession", "sts:setsourceidentity", "sts:setcontext")
OPERATOR = re.compile(
    r"(?:(?:for(?:all|any)values?:)?(?:"
    r"string(?:not)?(?:equals|equalsignorecase|like)"
    r"|(?:numeric|date)(?:equals|notequals|lessthan|lessthanequals|greaterthan|greaterthanequals)"
    r"|bool|binaryequals|(?:not)?ipaddress|arn(?:not)?(?:equals|like)"
    r")(?:ifexists)?|null)"
)
KEY = re.compile(r"[A-Za-z0-9-]+:[^\x00-\x1f]+")


class Malformed(Exception):
    """What is wrong with a policy."""


def checked(text: str, kind: Kind) -> Json:
    """The document, of which every statement is sound. Raises Malformed."""
    document = _decoded(text)
    if document.get("Version", VERSIONS[0]) not in VERSIONS:
        raise Malformed("The policy must contain a valid version string")
    if not document.keys() <= POLICY_MEMBERS or not isinstance(document.get("Id", ""), str):
        raise Malformed(SYNTAX)
    statements = listed(document.get("Statement", []))
    if not statements or not all(isinstance(statement, dict) for statement in statements):
        raise Malformed(SYNTAX)
    for statement in statements:
        _check_form(statement)
    for statement in statements:
        if kind == "identity":
            _check_identity(statement)
        else:
            _check_trust(statement)
    sids = [statement["Sid"] for statement in statements if statement.get("Sid")]
    if len(set(sids)) < len(sids):
        raise Malformed("Statement IDs (SID) in a single policy must be unique.")
    return document


def listed(value: Any) -> list[Any]:
    """A list, or the one thing that stands where a list may."""
    return value if isinstance(value, list) else [value]


def text_of(value: str | float | bool) -> str:  # noqa: FBT001  # JSON's value
    """A condition's value as the text that it is compared by."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def _decoded(text: str) -> Json:
    if len(text) > MOST_BYTES:
        raise Malformed(SYNTAX)
    try:
        document = msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError, UnicodeEncodeError):
        # What is no JSON at all has a text of its own since IAM parses policies in two steps.
        raise Malformed("This policy contains invalid Json") from None
    if not isinstance(document, dict):
        raise Malformed(SYNTAX)
    return document


def _check_form(statement: Json) -> None:
    """What any statement has, whomever it is for."""
    if not statement.keys() <= MEMBERS or statement.get("Effect") not in ("Allow", "Deny"):
        raise Malformed(SYNTAX)
    for name in ("Action", "Resource", "Principal"):
        if name in statement and f"Not{name}" in statement:
            raise Malformed(SYNTAX)
    for name in ("Action", "NotAction", "Resource", "NotResource"):
        if name in statement and not _are_texts(listed(statement[name])):
            raise Malformed(SYNTAX)
    if not isinstance(statement.get("Sid", ""), str):
        raise Malformed(SYNTAX)
    _check_condition(statement.get("Condition", {}))


def _check_condition(condition: Any) -> None:
    if not isinstance(condition, dict):
        raise Malformed(SYNTAX)
    for operator, keys in condition.items():
        if not OPERATOR.fullmatch(operator.lower()) or not isinstance(keys, dict):
            raise Malformed(SYNTAX)
        for key, values in keys.items():
            if not KEY.fullmatch(key):
                raise Malformed("Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.")
            if not listed(values) or not all(isinstance(v, str | int | float) for v in listed(values)):
                raise Malformed(SYNTAX)


def _check_identity(statement: Json) -> None:
    if "Principal" in statement or "NotPrincipal" in statement:
        raise Malformed("Policy document should not specify a principal.")
    actions = listed(statement.get("Action", statement.get("NotAction", [])))
    if not actions:
        raise Malformed("Policy statement must contain actions.")
    resources = listed(statement.get("Resource", statement.get("NotResource", [])))
    if not resources:
        raise Malformed("Policy statement must contain resources.")
    if not SID.fullmatch(statement.get("Sid", "")):
        raise Malformed(
            "Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular expression [0-9A-Za-z]*"
        )
    for action in actions:
        _check_action(action)
    for resource in resources:
        _check_resource(resource)


def _check_action(action: str) -> None:
    if action == "*":
        return
    vendor, colon, _ = action.partition(":")
    if not colon:
        raise Malformed("Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.")
    if not VENDOR.fullmatch(vendor):
        raise Malformed(f"Vendor {vendor[:64]} is not valid")
    if not ACTION.fullmatch(action):
        raise Malformed(SYNTAX)


def _check_resource(resource: str) -> None:
    if resource == "*":
        return
    parts = resource.split(":", ARN_PARTS - 1)
    if parts[0] != "arn" or len(parts) == 1:
        raise Malformed(f'Resource {resource[:256]} must be in ARN format or "*".')
    if len(parts) > 1 and parts[1] not in PARTITIONS:
        raise Malformed(f'Partition "{parts[1][:64]}" is not valid for resource "{resource[:256]}".')
    if len(parts) < ARN_PARTS and not resource.endswith("*"):
        raise Malformed("The policy failed legacy parsing")
    if len(parts) > 3 and parts[2] == "iam" and parts[3] not in ("", "*"):
        raise Malformed(f"IAM resource {resource[:256]} cannot contain region information.")


def _check_trust(statement: Json) -> None:
    if "Resource" in statement or "NotResource" in statement:
        raise Malformed("Has prohibited field Resource")
    principal = statement.get("Principal", statement.get("NotPrincipal"))
    if principal is None:
        raise Malformed("Missing required field Principal")
    actions = listed(statement.get("Action", statement.get("NotAction", [])))
    if not actions:
        raise Malformed("Missing required field Action")
    if "NotAction" in statement or not all(_is_for_trust(action) for action in actions):
        raise Malformed("AssumeRole policy may only specify STS AssumeRole actions.")
    if not TRUST_SID.fullmatch(statement.get("Sid", "")):
        raise Malformed(SYNTAX)
    _check_principal(principal)


def _is_for_trust(action: str) -> bool:
    lower = action.lower()
    return lower in TRUST_ACTIONS or lower in TRUST_ALSO or lower.rstrip("*") in ("sts:", "sts:assumerole")


def _check_principal(principal: Any) -> None:
    if principal == "*":
        return
    if not isinstance(principal, dict) or not principal:
        raise Malformed(SYNTAX)
    for kind, names in principal.items():
        if kind not in PRINCIPALS or not _are_texts(listed(names)) or not listed(names):
            raise Malformed(SYNTAX)
        for name in listed(names):
            if not _is_principal(kind, name):
                raise Malformed(f'Invalid principal in policy: "{kind}":"{name[:256]}"')


def _is_principal(kind: str, name: str) -> bool:
    if kind == "AWS":
        return name == "*" or bool(ACCOUNT.fullmatch(name) or TRUSTED.fullmatch(name))
    if kind == "Service":
        return name.endswith((".amazonaws.com", ".amazonaws.com.cn", ".aws.internal"))
    return bool(name)


def _are_texts(values: list[Any]) -> bool:
    return all(isinstance(value, str) for value in values)
