"""AssumeRole: who may, for how long, and what the credentials are good for."""

import json
from typing import Any

import pytest

from homeport.wire.sigv4 import SigningKey
from tests.conformance.iam.words import ACCOUNT, allow, document, policy, role, trusting
from tests.conformance.world import OTHER_ACCOUNT, World, refusal

ARN = f"arn:aws:iam::{ACCOUNT}:role/task"
DENIED = "is not authorized to perform: sts:AssumeRole on resource:"


@pytest.fixture
def iam(world: World) -> Any:
    return world.client("iam")


def assume(client: Any, **members: Any) -> Any:
    """A session of the role `task`, called `me`."""
    return client.assume_role(**{"RoleArn": ARN, "RoleSessionName": "me", **members})


def key(answer: Any) -> SigningKey:
    """What the credentials of an answer sign with."""
    found = answer["Credentials"]
    return SigningKey(
        access_key_id=found["AccessKeyId"],
        secret=found["SecretAccessKey"],
        account=ACCOUNT,
        session_token=found["SessionToken"],
    )


def may_all(iam: Any, trust: str | None = None, **members: Any) -> Any:
    """A role `task` that may do anything with ECS, and that its account may assume."""
    made = role(iam, trust=trust or trusting({"AWS": ACCOUNT}), **members)
    iam.put_role_policy(RoleName="task", PolicyName="all", PolicyDocument=document(allow()))
    return made


def test_a_session_is_the_role_under_a_name(world, iam, sts):
    made = may_all(iam)
    told = assume(sts)
    assert told["AssumedRoleUser"] == {
        "AssumedRoleId": f"{made['RoleId']}:me",
        "Arn": f"arn:aws:sts::{ACCOUNT}:assumed-role/task/me",
    }
    assert told["Credentials"]["AccessKeyId"].startswith("ASIA")
    assert round(told["Credentials"]["Expiration"].timestamp() - world.now) == 3600
    identity = world.client("sts", key=key(told)).get_caller_identity()
    assert identity["Arn"] == told["AssumedRoleUser"]["Arn"]
    assert identity["UserId"] == told["AssumedRoleUser"]["AssumedRoleId"]


def test_a_session_may_do_what_its_role_may(world, iam, sts):
    may_all(iam)
    session = key(assume(sts))
    world.client(key=session).create_cluster(clusterName="x")
    code, text = refusal(world.client("iam", key=session).list_roles)
    assert code == "AccessDenied"
    assert text.startswith(f"User: arn:aws:sts::{ACCOUNT}:assumed-role/task/me is not authorized to perform")


def test_what_the_role_loses_its_sessions_lose_at_once(world, iam, sts):
    may_all(iam)
    session = world.client(key=key(assume(sts)))
    session.list_clusters()
    iam.delete_role_policy(RoleName="task", PolicyName="all")
    assert refusal(session.list_clusters)[0] == "AccessDeniedException"


def test_a_session_ends_with_its_role_also_when_a_namesake_comes(world, iam, sts):
    may_all(iam)
    session = key(assume(sts))
    iam.delete_role_policy(RoleName="task", PolicyName="all")
    iam.delete_role(RoleName="task")
    may_all(iam)
    told = "The security token included in the request is invalid."
    assert refusal(world.client(key=session).list_clusters) == ("UnrecognizedClientException", told)
    assert refusal(world.client("sts", key=session).get_caller_identity) == ("InvalidClientTokenId", told)


def test_a_session_is_over_when_its_time_is(world, iam, sts):
    may_all(iam)
    session = key(assume(sts, DurationSeconds=900))
    world.pass_time(890)
    world.client(key=session).list_clusters()
    world.pass_time(20)
    told = "The security token included in the request is expired"
    assert refusal(world.client(key=session).list_clusters) == ("ExpiredTokenException", told)
    assert refusal(world.client("sts", key=session).get_caller_identity) == ("ExpiredToken", told)


def test_a_token_opens_nothing_for_another_key_or_when_it_was_touched(world, iam, sts):
    may_all(iam)
    first, second = key(assume(sts)), key(assume(sts))
    token = first.session_token or ""
    flipped = token[:50] + ("A" if token[50] != "A" else "B") + token[51:]
    for wrong in (second.session_token, flipped, "x", None, "é"):
        mixed = SigningKey(
            access_key_id=first.access_key_id,
            secret=first.secret,
            account=ACCOUNT,
            session_token=wrong,
        )
        assert refusal(world.client(key=mixed).list_clusters)[0] == "UnrecognizedClientException"


def test_a_lasting_key_comes_with_no_token(world, iam, sts):
    may_all(iam)
    token = assume(sts)["Credentials"]["SessionToken"]
    bob = world.user(allow())
    mixed = SigningKey(
        access_key_id=bob.access_key_id, secret=bob.secret, account=ACCOUNT, session_token=token
    )
    assert refusal(world.client(key=mixed).list_clusters)[0] == "UnrecognizedClientException"


@pytest.mark.parametrize(
    ("trusted", "statement", "may"),
    [
        ({"AWS": f"arn:aws:iam::{ACCOUNT}:user/bob"}, allow("ecs:*"), True),
        ({"AWS": ACCOUNT}, allow("ecs:*"), False),
        ({"AWS": ACCOUNT}, allow("sts:AssumeRole", ARN), True),
        ({"AWS": ACCOUNT}, allow("sts:AssumeRole", f"{ARN}-not"), False),
        ({"AWS": f"arn:aws:iam::{ACCOUNT}:user/eve"}, allow("*"), False),
        ({"Service": "ecs-tasks.amazonaws.com"}, allow("*"), False),
        (
            {"AWS": f"arn:aws:iam::{ACCOUNT}:user/bob"},
            allow("sts:*", Effect="Deny"),
            False,
        ),
    ],
)
def test_a_user_needs_the_roles_trust_and_unless_named_a_permission(world, iam, trusted, statement, may):
    may_all(iam, trusting(trusted))
    sts = world.client("sts", key=world.user(statement))
    if may:
        assert assume(sts)["AssumedRoleUser"]["Arn"].endswith("/task/me")
    else:
        assert refusal(assume, client=sts) == (
            "AccessDenied",
            f"User: arn:aws:iam::{ACCOUNT}:user/bob {DENIED} {ARN}",
        )


def test_another_account_needs_both(world, iam):
    may_all(iam, trusting({"AWS": OTHER_ACCOUNT}))
    guest = world.user(allow("sts:AssumeRole", ARN), name="guest", account=OTHER_ACCOUNT)
    told = assume(world.client("sts", key=guest))
    assert world.client("sts", key=key(told)).get_caller_identity()["Account"] == ACCOUNT
    stranger = world.user(allow("ecs:*"), name="stranger", account=OTHER_ACCOUNT)
    assert refusal(assume, client=world.client("sts", key=stranger))[0] == "AccessDenied"


def test_a_role_that_is_not_there_is_told_like_one_that_may_not_be_assumed(sts):
    told = refusal(assume, client=sts)
    assert told == ("AccessDenied", f"User: arn:aws:iam::{ACCOUNT}:root {DENIED} {ARN}")


def test_an_external_id_must_be_the_one_that_is_asked_for(iam, sts):
    condition = {"StringEquals": {"sts:ExternalId": "s3cr3t"}}
    may_all(iam, trusting({"AWS": ACCOUNT}, Condition=condition))
    assert refusal(assume, client=sts)[0] == "AccessDenied"
    assert refusal(assume, client=sts, ExternalId="guess")[0] == "AccessDenied"
    assert assume(sts, ExternalId="s3cr3t")["Credentials"]


def test_a_session_lasts_no_longer_than_its_role_allows(world, iam, sts):
    may_all(iam, MaxSessionDuration=7200)
    assert assume(sts, DurationSeconds=7200)
    assert refusal(assume, client=sts, DurationSeconds=7201) == (
        "ValidationError",
        "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.",
    )
    code, text = refusal(assume, client=sts, DurationSeconds=899)
    assert code == "ValidationError"
    assert text.endswith("Member must have value greater than or equal to 900")
    iam.put_role_policy(RoleName="task", PolicyName="chain", PolicyDocument=document(allow("sts:*")))
    chained = world.client("sts", key=key(assume(sts)))
    assert assume(chained)
    assert refusal(assume, client=chained, DurationSeconds=3601) == (
        "ValidationError",
        "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.",
    )


def test_a_session_policy_narrows_what_the_role_may(world, iam, sts):
    may_all(iam)
    narrow = world.client(key=key(assume(sts, Policy=document(allow("ecs:List*"), allow("iam:*")))))
    narrow.list_clusters()
    assert refusal(narrow.create_cluster) == (
        "AccessDeniedException",
        (
            f"User: arn:aws:sts::{ACCOUNT}:assumed-role/task/me is not authorized to perform: ecs:CreateCluster on "
            f"resource: arn:aws:ecs:us-east-1:{ACCOUNT}:cluster/default because no session policy allows the "
            "ecs:CreateCluster action"
        ),
    )


def test_managed_policies_narrow_a_session_too(world, iam, sts):
    may_all(iam)
    arn = policy(iam, "lister", allow("ecs:List*"))
    narrow = world.client(key=key(assume(sts, PolicyArns=[{"arn": arn}])))
    narrow.list_clusters()
    assert refusal(narrow.create_cluster)[0] == "AccessDeniedException"
    missing = f"arn:aws:iam::{ACCOUNT}:policy/none"
    assert refusal(assume, client=sts, PolicyArns=[{"arn": missing}])[0] == "ValidationError"


def test_a_session_policy_must_keep_to_the_grammar_and_the_room(iam, sts):
    may_all(iam)
    assert refusal(assume, client=sts, Policy="{}") == (
        "MalformedPolicyDocument",
        "Syntax errors in policy.",
    )
    long = document(*(allow(f"ecs:{'A' * 50}{n}") for n in range(40)))
    assert refusal(assume, client=sts, Policy=long)[0] == "PackedPolicyTooLarge"
    assert assume(sts, Policy=document(allow()))["PackedPolicySize"] == 5


def test_tags_of_a_session_are_its_principals(world, iam, sts):
    may_all(iam, trusting({"AWS": ACCOUNT}, ["sts:AssumeRole", "sts:TagSession"]))
    own = "arn:aws:ecs:*:*:cluster/${aws:PrincipalTag/team}"
    iam.put_role_policy(RoleName="task", PolicyName="all", PolicyDocument=document(allow(resource=own)))
    blue = world.client(key=key(assume(sts, Tags=[{"Key": "team", "Value": "blue"}])))
    blue.create_cluster(clusterName="blue")
    assert refusal(blue.create_cluster, clusterName="green")[0] == "AccessDeniedException"


def test_tags_need_a_trust_of_their_own(iam, sts):
    may_all(iam)
    told = refusal(assume, client=sts, Tags=[{"Key": "team", "Value": "blue"}])
    assert told == (
        "AccessDenied",
        f"User: arn:aws:iam::{ACCOUNT}:root is not authorized to perform: sts:TagSession on resource: {ARN}",
    )


def test_a_code_of_a_device_is_wrong(iam, sts):
    may_all(iam)
    device = f"arn:aws:iam::{ACCOUNT}:mfa/bob"
    assert refusal(assume, client=sts, SerialNumber=device, TokenCode="123456") == (
        "AccessDenied",
        "MultiFactorAuthentication failed with invalid MFA one time pass code. ",
    )


def test_older_sessions_can_be_revoked(world, iam, sts):
    """What IAM's console does when sessions are revoked."""
    may_all(iam)
    older = world.client(key=key(assume(sts)))
    world.pass_time(60)
    now = "2023-11-14T22:13:50Z"
    revoked = allow("*", Effect="Deny", Condition={"DateLessThan": {"aws:TokenIssueTime": now}})
    iam.put_role_policy(RoleName="task", PolicyName="revoke", PolicyDocument=document(revoked))
    assert "with an explicit deny in an identity-based policy" in refusal(older.list_clusters)[1]
    world.client(key=key(assume(sts))).list_clusters()


def test_nothing_is_written_when_a_role_is_assumed(world, iam, sts):
    may_all(iam)
    before = world.store.revision
    assume(sts)
    assert world.store.revision == before


def test_a_policys_json_is_kept_as_it_is(iam):
    text = document(allow())
    may_all(iam)
    told = iam.get_role_policy(RoleName="task", PolicyName="all")["PolicyDocument"]
    assert told == json.loads(text)


def test_who_is_behind_a_session_stays_whom_it_was_said_to_be(world, iam, sts):
    actions = ["sts:AssumeRole", "sts:SetSourceIdentity"]
    may_all(iam, trust=trusting({"AWS": ACCOUNT}, actions))
    iam.put_role_policy(RoleName="task", PolicyName="chain", PolicyDocument=document(allow("sts:*")))
    chained = world.client("sts", key=key(assume(sts, SourceIdentity="alice")))
    assert assume(chained)["SourceIdentity"] == "alice"
    assert assume(chained, SourceIdentity="alice")["SourceIdentity"] == "alice"
    code, text = refusal(assume, client=chained, SourceIdentity="bob")
    assert code == "AccessDenied"
    assert "is not authorized to perform: sts:SetSourceIdentity on resource:" in text
