"""What the commands print, and what they say to do when something is missing."""

import configparser
import json
import re
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from homeport.cli.main import main
from homeport.server.keys import Keys

ACCOUNT = "123456789012"


READER = (
    '{"Version": "2012-10-17", "Statement": '
    '[{"Effect": "Allow", "Action": "ecs:Describe*", "Resource": "*"}]}'
)


def homeport(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


@pytest.fixture(name="data")
def _data(tmp_path: Path) -> Path:
    """The data directory of a server that has run on port 4999."""
    Keys(tmp_path / "keys.json").add("210987654321", 1.0)
    Keys(tmp_path / "keys.json").add(ACCOUNT, 2.0)
    server = {"url": "http://127.0.0.1:4999", "region": "eu-west-1", "account": ACCOUNT, "pid": 1}
    (tmp_path / "server.json").write_text(json.dumps(server))
    return tmp_path


def secret(data: Path) -> str:
    return next(pair.secret for pair in Keys(data / "keys.json").all() if pair.account == ACCOUNT)


def test_every_command_says_what_it_is_for():
    told = homeport("--help").output
    for command in ("up", "env", "keys", "backup", "why", "lb", "interrupt", "version"):
        assert re.search(rf"^  {command} +\w", told, re.MULTILINE)
        assert homeport(command, "--help").exit_code == 0


def test_a_command_that_is_none_is_refused():
    assert homeport("sideways").exit_code == 2


def test_env_gives_a_shell_what_an_sdk_reads(data: Path):
    script = homeport("env", "--data", data).output
    printed = subprocess.run(
        ["sh", "-c", f"{script}\nenv"], capture_output=True, text=True, check=True
    ).stdout
    found = dict(line.split("=", 1) for line in printed.splitlines() if line.startswith("AWS_"))
    assert found["AWS_ENDPOINT_URL"] == "http://127.0.0.1:4999"
    assert found["AWS_REGION"] == found["AWS_DEFAULT_REGION"] == "eu-west-1"
    assert found["AWS_SECRET_ACCESS_KEY"] == secret(data)


def test_env_gives_a_program_the_same_as_json(data: Path):
    found = json.loads(homeport("env", "--data", data, "--format", "json").output)
    assert list(found) == [
        "AWS_ENDPOINT_URL",
        "AWS_ACCESS_KEY_ID",
        "AWS_SECRET_ACCESS_KEY",
        "AWS_REGION",
        "AWS_DEFAULT_REGION",
        "AWS_DISABLE_HOST_PREFIX_INJECTION",
    ]
    assert found["AWS_SECRET_ACCESS_KEY"] == secret(data)


def test_env_gives_the_aws_cli_a_profile(data: Path):
    config = configparser.ConfigParser()
    config.read_string(homeport("env", "--data", data, "--format", "profile").output)
    profile = config["profile homeport"]
    assert profile["endpoint_url"] == "http://127.0.0.1:4999"
    assert profile["region"] == "eu-west-1"
    assert profile["disable_host_prefix_injection"] == "true"
    assert profile["aws_secret_access_key"] == secret(data)


def test_env_says_what_to_do_when_no_server_has_run(tmp_path: Path):
    told = homeport("env", "--data", tmp_path)
    assert told.exit_code == 1
    assert "run `homeport up` once" in told.output


def test_a_new_key_pair_is_printed_once_and_kept(tmp_path: Path):
    printed = homeport("keys", "create", "--data", tmp_path / "new", "--account", ACCOUNT).output
    (pair,) = Keys(tmp_path / "new" / "keys.json").all()
    assert printed == (
        f"export AWS_ACCESS_KEY_ID={pair.access_key_id}\nexport AWS_SECRET_ACCESS_KEY={pair.secret}\n"
    )
    assert (tmp_path / "new").stat().st_mode & 0o777 == 0o700


def test_keys_are_listed_without_their_secrets(data: Path):
    listed = homeport("keys", "list", "--data", data).output
    pairs = Keys(data / "keys.json").all()
    assert listed == "".join(f"{pair.account}  {pair.access_key_id}  administrator\n" for pair in pairs)


def test_a_user_has_a_key_pair_with_a_policy(tmp_path: Path):
    policy = tmp_path / "policy.json"
    policy.write_text(READER)
    made = homeport("keys", "create", "--data", tmp_path, "--user", "bob", "--policy", policy)
    assert made.exit_code == 0
    (pair,) = Keys(tmp_path / "keys.json").all()
    assert pair.user is not None
    assert (pair.account, pair.user.name, pair.user.policy) == (ACCOUNT, "bob", READER)
    assert homeport("keys", "list", "--data", tmp_path).output.endswith("  user bob\n")


def test_another_policy_of_a_user_counts_for_all_their_key_pairs(tmp_path: Path):
    policy = tmp_path / "policy.json"
    policy.write_text(READER)
    homeport("keys", "create", "--data", tmp_path, "--user", "bob", "--policy", policy)
    policy.write_text(READER.replace("Allow", "Deny"))
    homeport("keys", "create", "--data", tmp_path, "--user", "bob", "--policy", policy)
    first, second = Keys(tmp_path / "keys.json").all()
    assert first.user == second.user
    assert first.user is not None
    assert "Deny" in first.user.policy


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("--user", "bob"), "bob is a new user: say with --policy FILE what they may do."),
        (("--user", "b b", "--policy", "{policy}"), "b b is no name for a user"),
        (("--policy", "{policy}"), "IAM would not take this policy: Policy statement must contain actions."),
        ((), "--policy for a user, --account for an administrator"),
    ],
)
def test_no_key_pair_is_made_for_what_iam_would_not_take(tmp_path: Path, options, told):
    policy = tmp_path / "policy.json"
    policy.write_text(READER.replace('"Action": "ecs:Describe*", ', ""))
    given = [option.format(policy=policy) for option in options]
    answer = homeport("keys", "create", "--data", tmp_path, *given)
    assert answer.exit_code != 0
    assert told in answer.output
    assert Keys(tmp_path / "keys.json").all() == []


@pytest.mark.parametrize("account", ["12345678901", "1234567890123", "12345678901a", "١٢٣٤٥٦٧٨٩٠١٢", ""])
def test_an_account_is_twelve_digits(tmp_path: Path, account: str):
    told = homeport("keys", "create", "--data", tmp_path, "--account", account)
    assert told.exit_code == 2
    assert "an account is twelve digits" in told.output
    assert list(tmp_path.iterdir()) == []


def test_a_backup_needs_a_database(tmp_path: Path):
    told = homeport("backup", tmp_path / "copy.db", "--data", tmp_path)
    assert told.exit_code == 1
    assert "name the server's --data" in told.output


def test_why_says_that_it_knows_nothing(tmp_path: Path):
    told = homeport("why", "web", "--data", tmp_path)
    assert told.exit_code == 1
    assert "nothing is known of web" in told.output


def test_up_refuses_a_permission_that_there_is_none_of(tmp_path: Path):
    told = homeport("up", "--data", tmp_path / "data", "--allow", "everything")
    assert told.exit_code == 1
    assert "there is no such permission" in told.output
    assert not (tmp_path / "data").exists()


def test_up_refuses_to_serve_strangers_without_signatures(tmp_path: Path):
    told = homeport("up", "--data", tmp_path, "--host", "0.0.0.0", "--no-auth")
    assert told.exit_code == 1
    assert "--no-auth is only possible on loopback" in told.output


def test_interrupt_needs_a_server(tmp_path: Path):
    told = homeport("interrupt", "0" * 32, "--data", tmp_path)
    assert told.exit_code == 1
    assert "start one with `homeport up`, or name another with --data." in told.output
