"""IAM and STS under attack: what is asked carefully; and a user whose policy has something to think about in each request."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

ROLE = {"RoleName": "@rolename"}
POLICY = {"PolicyArn": "@policy"}
PROFILE = {"InstanceProfileName": "@rolename"}
TAGS = {"Tags": [{"Key": "@evil", "Value": "@evil"}]}
PAGE = {"MaxItems": "=small"}

IAM: Mapping[str, Sequence[Any]] = {
    "AddRoleToInstanceProfile": [{**PROFILE, **ROLE}],
    "AttachRolePolicy": [{**ROLE, **POLICY}],
    "CreateInstanceProfile": [{**PROFILE, **TAGS}],
    "CreatePolicy": [{"PolicyName": "@rolename", "PolicyDocument": "@document", **TAGS}],
    "CreatePolicyVersion": [{**POLICY, "PolicyDocument": "@document", "SetAsDefault": True}],
    "CreateRole": [
        {**ROLE, "AssumeRolePolicyDocument": "@trust", **TAGS},
        {**ROLE, "AssumeRolePolicyDocument": "@trust", "PermissionsBoundary": "@policy", "Path": "/x/"},
    ],
    "CreateServiceLinkedRole": [{"AWSServiceName": "ecs.amazonaws.com"}],
    "DeletePolicy": [POLICY],
    "DeleteRole": [ROLE],
    "DeleteServiceLinkedRole": [{"RoleName": "AWSServiceRoleForECS"}],
    "DetachRolePolicy": [{**ROLE, **POLICY}],
    "GetPolicyVersion": [{**POLICY, "VersionId": "v1"}],
    "GetRole": [ROLE],
    "GetUser": [{}],
    "ListEntitiesForPolicy": [{**POLICY, **PAGE}],
    "ListPolicies": [{"Scope": "Local", **PAGE}, {"OnlyAttached": True}],
    "ListRoles": [PAGE],
    "PutRolePermissionsBoundary": [{**ROLE, "PermissionsBoundary": "@policy"}],
    "PutRolePolicy": [{**ROLE, "PolicyName": "@rolename", "PolicyDocument": "@document"}],
    "SetDefaultPolicyVersion": [{**POLICY, "VersionId": "v2"}],
    "TagRole": [{**ROLE, **TAGS}],
    "UpdateAssumeRolePolicy": [{**ROLE, "PolicyDocument": "@trust"}],
}
STS: Mapping[str, Sequence[Any]] = {
    "AssumeRole": [
        {"RoleArn": "@role", "RoleSessionName": "@rolename"},
        {"RoleArn": "@role", "RoleSessionName": "me", "Policy": "@document", **TAGS},
        {"RoleArn": "@role", "RoleSessionName": "me", "PolicyArns": [{"arn": "@policy"}], "ExternalId": "xx"},
    ],
    "GetCallerIdentity": [{}],
}


def _text(*statements: Any, version: str = "2012-10-17") -> str:
    return json.dumps({"Version": version, "Statement": list(statements)})


ALLOW = {"Effect": "Allow", "Action": "*", "Resource": "*"}
TRUST = {"Effect": "Allow", "Action": "sts:AssumeRole"}
EVERYBODY = {**TRUST, "Principal": {"AWS": "*"}}
NAMED = {**TRUST, "Principal": {"AWS": "123456789012"}}
EVIL_KEY = {"Condition": {"StringLike": {"ecs:" + "x" * 5000: "*" * 5000}}}
DOCUMENTS: Sequence[str] = (
    _text(ALLOW),
    _text({**ALLOW, "Effect": "Deny", "Action": "ecs:Delete*"}, ALLOW),
    _text({**ALLOW, "Action": "ecs:" + "*a" * 2000}),
    _text({**ALLOW, "Resource": "arn:aws:ecs:*:*:" + "${aws:username}" * 300}),
    _text({**ALLOW, **EVIL_KEY}),
    _text({**ALLOW, "Resource": ["arn:aws:ecs:*:*:*?" * 20] * 90}),
    _text(*[ALLOW] * 300),
    _text(ALLOW, version="1999-01-01"),
    _text(EVERYBODY),
    _text({**ALLOW, "Condition": {"IpAddress": {"aws:SourceIp": "0.0.0.0/0"}}}),
    _text({**ALLOW, "Condition": {"DateLessThan": {"aws:CurrentTime": "9" * 400}}}),
    _text({**ALLOW, "Condition": {"NumericLessThan": {"ecs:task-cpu": 1e308}}}),
    '{"Statement": ' * 900,
    "[" * 5000,
    "{}",
    '{"Statement": {"Effect": "Allow", "Action": {"a": "b"}, "Resource": [[]]}}',
    '{"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": {"Null": {"a:b": null}}}}',
)
TRUSTS: Sequence[str] = (
    _text(EVERYBODY),
    _text(NAMED),
    _text({**TRUST, "Principal": {"Service": "ecs-tasks.amazonaws.com"}}),
    _text({**TRUST, "Principal": {"Service": ["a" * 900 + ".amazonaws.com"]}}),
    _text({**EVERYBODY, "Condition": {"StringEquals": {"sts:ExternalId": "xx"}}}),
    _text({**TRUST, "Principal": [{"AWS": "*"}]}),
    _text({**TRUST, "Principal": {"AWS": {"AWS": "*"}}}),
    _text({**TRUST, "NotPrincipal": {"AWS": "*"}, "Effect": "Deny"}, EVERYBODY),
)
USER: Sequence[dict[str, Any]] = (
    ALLOW,
    {
        "Effect": "Deny",
        "Action": ["ecs:*Cluster", "ec2:CreateV?c", "iam:DeleteRole", "elasticloadbalancing:RemoveTags"],
        "NotResource": ["arn:aws:*:*:*:*web*", "arn:aws:iam::*:role/${aws:username}*"],
        "Condition": {
            "ForAnyValue:StringLike": {"aws:TagKeys": ["?", "*x*"]},
            "StringNotEqualsIfExists": {"aws:ResourceTag/team": "${aws:PrincipalTag/team, 'blue'}"},
        },
    },
    {"Effect": "Deny", "Action": "ecs:Untag*", "Resource": "arn:aws:ecs:*:*:*" + "*x" * 50},
)
"""May nearly everything, after some thought."""
