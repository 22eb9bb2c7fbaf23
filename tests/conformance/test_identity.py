"""sts GetCallerIdentity: the AWS CLI and Terraform ask it before anything else."""

from tests.conformance.world import OTHER_ACCOUNT, refusal


def test_a_caller_is_told_its_account_and_its_arn(sts):
    answer = sts.get_caller_identity()
    assert answer["Account"] == "123456789012"
    assert answer["Arn"] == "arn:aws:iam::123456789012:root"
    assert answer["UserId"] == "123456789012"


def test_each_key_speaks_for_the_account_it_was_made_for(world):
    assert world.client("sts", account=OTHER_ACCOUNT).get_caller_identity()["Account"] == OTHER_ACCOUNT


def test_what_sts_does_not_serve_yet_is_refused_in_its_own_protocol(sts):
    answer = refusal(sts.get_session_token)
    assert answer == ("InvalidAction", "Homeport does not serve GetSessionToken yet.")


def test_every_answer_has_a_request_id(ecs, sts):
    assert sts.get_caller_identity()["ResponseMetadata"]["RequestId"]
    assert ecs.list_clusters()["ResponseMetadata"]["RequestId"]
