"""The queue holds each key once, and gives it out now, at its date, or later and later after errors."""

from homeport.engine.queue import Key, Queue

A, B = Key("task", "a"), Key("task", "b")


def test_a_key_that_is_asked_for_twice_is_given_out_once():
    queue = Queue()
    queue.now(A)
    queue.now(A)
    assert queue.take(0.0, 10) == [A]
    assert queue.take(0.0, 10) == []


def test_keys_come_out_in_the_order_in_which_they_became_due():
    queue = Queue()
    queue.at(B, 2.0)
    queue.at(A, 1.0)
    assert queue.take(2.0, 10) == [A, B]


def test_a_date_in_the_future_is_not_due_and_is_told():
    queue = Queue()
    queue.at(A, 5.0)
    assert queue.take(4.999, 10) == []
    assert queue.next_at(4.999) == 5.0


def test_an_earlier_date_replaces_a_later_one_and_not_the_other_way_round():
    queue = Queue()
    queue.at(A, 5.0)
    queue.at(A, 3.0)
    queue.at(A, 4.0)
    assert queue.next_at(0.0) == 3.0
    assert queue.take(3.0, 10) == [A]
    assert queue.take(9.0, 10) == []


def test_now_overtakes_a_date():
    queue = Queue()
    queue.at(A, 5.0)
    queue.now(A)
    assert queue.next_at(1.0) == 1.0
    assert queue.take(1.0, 10) == [A]
    assert queue.next_at(1.0) is None


def test_a_limit_leaves_the_rest_in_the_queue():
    queue = Queue()
    queue.now(A)
    queue.now(B)
    assert queue.take(0.0, 1) == [A]
    assert queue.take(0.0, 1) == [B]


def test_a_key_that_fails_again_and_again_waits_longer_each_time():
    queue = Queue()
    dates = [queue.failed(A, 0.0) for _ in range(10)]
    assert dates == [0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 60.0, 60.0, 60.0]


def test_a_success_forgets_the_errors():
    queue = Queue()
    queue.failed(A, 0.0)
    queue.failed(A, 0.0)
    queue.succeeded(A)
    assert queue.failed(A, 0.0) == 0.5


def test_keys_that_are_put_back_are_given_out_again():
    queue = Queue()
    queue.now(A)
    queue.put_back(queue.take(0.0, 10))
    assert queue.take(0.0, 10) == [A]
