"""Each number once, in whatever order they come."""

from shared.codes import Reason
from shared.replay import MAX_JUMP, StrictCounter, Window
from shared.tests.checks import Noise, raises, same


def test_window_takes_each_number_once():
    window = Window()
    for seq in (5, 3, 4, 0, 1_000):
        assert window.accept(seq)
        assert not window.accept(seq)
    same(window.highest, 1_000)
    assert not window.accept(-1)


def test_window_ends_exactly_where_it_says():
    window = Window(8)
    assert window.accept(100)
    assert window.accept(93)
    assert not window.accept(92)
    assert window.accept(108)
    assert window.accept(101)
    assert not window.accept(100)


def test_window_after_a_jump_knows_what_it_saw_before():
    window = Window(16)
    assert window.accept(0)
    assert window.accept(15)
    assert not window.accept(0)
    assert window.accept(16)
    assert not window.accept(0)
    assert not window.accept(15)
    assert window.accept(1 << 39)
    assert not window.accept(16)


def test_window_agrees_with_a_plain_set():
    noise = Noise(11)
    window = Window(32)
    seen = {}
    highest = -1
    accepted = 0
    for _ in range(2_000):
        seq = max(0, highest - 40) + noise.below(60)
        wanted = seq not in seen and seq > highest - 32
        same(window.accept(seq), wanted)
        if wanted:
            seen[seq] = True
            highest = max(highest, seq)
            accepted += 1
    assert 100 < accepted < 2_000


def test_counter_takes_only_rising_numbers_and_no_far_jump():
    counter = StrictCounter(7)
    for seq, reason in (
        (0, Reason.REPLAYED),
        (7, Reason.REPLAYED),
        (8, Reason.NONE),
        (7 + MAX_JUMP, Reason.NONE),
        (8 + MAX_JUMP, Reason.SEQUENCE_JUMP),
    ):
        same(counter.check(seq), reason)
    same(counter.last, 7)


def test_counter_moves_only_when_told():
    counter = StrictCounter(0)
    same(counter.check(3), Reason.NONE)
    same(counter.last, 0)
    counter.accept(3)
    same(counter.check(3), Reason.REPLAYED)
    raises(ValueError, counter.accept, 3)
    raises(ValueError, counter.accept, 4 + MAX_JUMP)
    same(counter.last, 3)
