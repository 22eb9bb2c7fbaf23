"""Pages of lists that change while they are read, and tokens that are bent."""

from hypothesis import given
from hypothesis import strategies as st

from homeport.api.caller import Caller
from homeport.api.errors import ApiError
from homeport.api.paging import Listing

CALLER = Caller(
    account="123456789012",
    region="us-east-1",
    principal="arn:aws:iam::123456789012:root",
    user_id="123456789012",
    seal=b"a seal of thirty-two bytes......",
)
NAMES = Listing(operation="ListNames")
NUMBERS = Listing(operation="ListNumbers", order=int)
COUNTDOWN = Listing(operation="ListNumbers", order=int, descending=True)
LISTINGS = st.sampled_from([NAMES, NUMBERS, COUNTDOWN])
ITEMS = st.sets(st.integers(0, 60).map(str))


def refused(listing, token, size=None, filters=""):
    try:
        listing.page(CALLER, ["1", "2", "3"], token, size, filters)
    except ApiError as error:
        return error.code, error.message
    raise AssertionError("no error")


@given(listing=LISTINGS, items=ITEMS, size=st.integers(1, 7))
def test_pages_add_up_to_the_list_in_its_order(listing, items, size):
    found, token = [], None
    while True:
        page = listing.page(CALLER, items, token, size)
        found += page.items
        token = page.next_token
        if token is None:
            break
        assert len(page.items) == size
    assert found == sorted(items, key=listing.order, reverse=listing.descending)


@given(listing=LISTINGS, before=ITEMS, size=st.integers(1, 7), changes=st.lists(ITEMS, max_size=20))
def test_what_is_there_all_the_time_is_told_once_whatever_else_comes_and_goes(listing, before, size, changes):
    """Every page is asked of another list, as if others came and went between the calls."""
    lists = [before, *changes]
    found, token, asked = [], None, []
    for items in [*lists, *[lists[-1]] * 70]:
        asked.append(items)
        page = listing.page(CALLER, items, token, size)
        found += page.items
        token = page.next_token
        if token is None:
            break
    lasting = set.intersection(*asked)
    assert lasting <= set(found)
    assert len(found) == len(set(found))


@given(listing=LISTINGS, items=ITEMS, size=st.integers(1, 7))
def test_whoever_takes_away_what_it_was_shown_is_shown_everything(listing, items, size):
    left, found, token = set(items), [], None
    while True:
        page = listing.page(CALLER, left, token, size)
        found += page.items
        left -= set(page.items)
        token = page.next_token
        if token is None:
            break
    assert left == set()
    assert sorted(found) == sorted(items)


def test_a_page_has_as_many_items_as_is_usual_for_the_operation():
    few = Listing(operation="ListFew", usual=2, largest=3)
    page = few.page(CALLER, ["c", "a", "d", "b"], None, None)
    assert page.items == ["a", "b"]
    assert len(few.page(CALLER, ["c", "a", "d", "b"], None, 3).items) == 3
    assert refused(few, None, 4) == ("InvalidParameterException", "maxResults must be between 1 and 3.")


def test_a_token_is_good_for_its_operation_and_filters_only():
    token = NAMES.page(CALLER, ["1", "2", "3"], None, 1, "filters").next_token
    assert refused(NUMBERS, token, filters="filters") == ("InvalidParameterException", "Invalid token.")
    assert refused(NAMES, token, filters="others") == ("InvalidParameterException", "Invalid token.")
    assert NAMES.page(CALLER, ["1", "2", "3"], token, 1, "filters").items == ["2"]


@given(st.text(min_size=1))
def test_no_text_is_a_token_by_chance(text):
    assert refused(NUMBERS, text) == ("InvalidParameterException", "Invalid token.")
