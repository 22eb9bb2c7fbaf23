"""Key pairs: made once, read by nobody else, known to a running server at once."""

import re
import stat
import time
from collections.abc import Callable
from pathlib import Path

from homeport.server.keys import Keys

ACCOUNT = "123456789012"
POLICY = '{"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}'


def test_a_key_pair_has_the_form_of_awss(tmp_path: Path):
    pair = Keys(tmp_path / "keys.json").add(ACCOUNT, 1.0)
    assert re.fullmatch("AKIA[A-Z2-7]{16}", pair.access_key_id)
    assert re.fullmatch("[A-Za-z0-9_-]{40}", pair.secret)


def test_the_file_is_for_its_owner_alone(tmp_path: Path):
    Keys(tmp_path / "keys.json").add(ACCOUNT, 1.0)
    assert stat.S_IMODE((tmp_path / "keys.json").stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["keys.json"]


def test_an_accounts_first_pair_is_made_once(tmp_path: Path):
    keys = Keys(tmp_path / "keys.json")
    assert keys.first(ACCOUNT, 1.0) == keys.first(ACCOUNT, 2.0)


def test_each_account_has_its_own(tmp_path: Path):
    keys = Keys(tmp_path / "keys.json")
    assert keys.first(ACCOUNT, 1.0) != keys.first("210987654321", 1.0)
    assert [pair.account for pair in keys.all()] == [ACCOUNT, "210987654321"]


def test_a_pair_is_found_by_its_id_with_its_account(tmp_path: Path):
    keys = Keys(tmp_path / "keys.json")
    pair = keys.add(ACCOUNT, 1.0)
    found = keys.find(pair.access_key_id)
    assert found is not None
    assert (found.secret, found.account) == (pair.secret, ACCOUNT)


def test_a_pair_that_another_process_has_made_is_found(tmp_path: Path):
    running = Keys(tmp_path / "keys.json")
    running.add(ACCOUNT, 1.0)
    assert running.find("AKIANOBODY") is None
    made = Keys(tmp_path / "keys.json").add("210987654321", 2.0)
    assert running.find(made.access_key_id) is not None


def test_a_pair_that_was_taken_out_of_the_file_is_forgotten_when_it_is_read_again(tmp_path: Path):
    keys = Keys(tmp_path / "keys.json")
    gone = keys.add(ACCOUNT, 1.0)
    assert keys.find(gone.access_key_id) is not None
    (tmp_path / "keys.json").unlink()
    Keys(tmp_path / "keys.json").add(ACCOUNT, 2.0)
    assert keys.find("AKIANOBODY") is None
    assert keys.find(gone.access_key_id) is None


def test_nobody_is_known_before_there_is_a_file(tmp_path: Path):
    assert Keys(tmp_path / "keys.json").find("AKIANOBODY") is None


def until(holds: Callable[[], bool]) -> None:
    """Wait until it is so; pytest's deadline is the end of patience."""
    while not holds():
        time.sleep(0.05)


def test_a_running_server_notices_that_a_pair_was_taken_out(tmp_path: Path):
    keys = Keys(tmp_path / "keys.json")
    gone = keys.add(ACCOUNT, 1.0)
    assert keys.find(gone.access_key_id) is not None
    (tmp_path / "keys.json").unlink()
    Keys(tmp_path / "keys.json").add(ACCOUNT, 2.0)
    until(lambda: keys.find(gone.access_key_id) is None)


def test_a_running_server_notices_what_a_user_may_do_now(tmp_path: Path):
    keys = Keys(tmp_path / "keys.json")
    pair = keys.add_user(ACCOUNT, "bob", POLICY, 1.0)
    assert keys.find(pair.access_key_id) == pair
    Keys(tmp_path / "keys.json").add_user(ACCOUNT, "bob", POLICY.replace("Allow", "Deny"), 2.0)

    def is_denied() -> bool:
        found = keys.find(pair.access_key_id)
        return found is not None and found.user is not None and "Deny" in found.user.policy

    until(is_denied)


def test_a_users_key_is_never_the_administrators(tmp_path: Path):
    keys = Keys(tmp_path / "keys.json")
    keys.add_user(ACCOUNT, None, POLICY, 1.0)
    first = keys.first(ACCOUNT, 2.0)
    assert first.user is None
    assert len(keys.all()) == 2
