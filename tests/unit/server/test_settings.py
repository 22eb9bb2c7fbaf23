"""Unset means strict, and whatever is not is told."""

from pathlib import Path

import pytest

from homeport.server.settings import Settings, default_data
from homeport.store.tx import Refused

DATA = Path("/nowhere")


def test_nothing_is_loosened_by_default():
    assert Settings(data=DATA).loosened == []


@pytest.mark.parametrize(
    ("settings", "word"),
    [
        (Settings(data=DATA, verifies=False), "no-auth"),
        (Settings(data=DATA, allow=("privileged",)), "privileged"),
        (Settings(data=DATA, allowed_hosts=("ecs.test",)), "ecs.test"),
        (Settings(data=DATA, host="0.0.0.0"), "0.0.0.0"),
        (Settings(data=DATA, publish_address="0.0.0.0"), "0.0.0.0"),
    ],
)
def test_each_switch_that_loosens_is_named(settings: Settings, word: str):
    (told,) = settings.loosened
    assert word in told


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1"])
def test_strangers_are_never_let_in_without_a_signature(host: str):
    Settings(data=DATA, host=host).check()
    with pytest.raises(Refused, match="leave out"):
        Settings(data=DATA, host=host, verifies=False).check()


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost"])
def test_on_loopback_the_operator_may_do_without(host: str):
    Settings(data=DATA, host=host, verifies=False).check()


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("127.0.0.1", "http://127.0.0.1:4663"),
        ("::1", "http://[::1]:4663"),
        ("0.0.0.0", "http://127.0.0.1:4663"),
        ("192.0.2.1", "http://192.0.2.1:4663"),
    ],
)
def test_a_client_is_told_an_address_that_it_can_reach(host: str, url: str):
    assert Settings(data=DATA, host=host).url == url


def test_everywhere_is_not_a_name_that_a_page_may_use():
    assert Settings(data=DATA, host="0.0.0.0").hosts == ()
    assert Settings(data=DATA, host="fe80::1", allowed_hosts=("a.test",)).hosts == ("a.test", "[fe80::1]")


def test_state_lives_where_xdg_says(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("XDG_STATE_HOME", "/srv/state")
    assert default_data() == Path("/srv/state/homeport")
    monkeypatch.delenv("XDG_STATE_HOME")
    monkeypatch.setenv("HOME", "/home/me")
    assert default_data() == Path("/home/me/.local/state/homeport")
