"""Ids are random, and each is given once."""

import re

from homeport.server.ids import AT_ONCE, Ids


def test_an_id_is_32_hexadecimal_digits_and_comes_once():
    ids = Ids()
    found = [ids() for _ in range(3 * AT_ONCE)]
    assert all(re.fullmatch("[0-9a-f]{32}", id) for id in found)
    assert len(set(found)) == len(found)


def test_two_processes_have_different_ones():
    assert Ids()() != Ids()()
