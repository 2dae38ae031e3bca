"""Events on their way from the frame to the journal."""

from firmware.safety.event_queue import EventQueue
from firmware.tests.small_heap import locked


def test_events_come_out_as_they_went_in():
    events = EventQueue()
    assert events.take() is None
    events.note(1, 2, 3, 4)
    events.note(5, -6, 1 << 40, 0)
    assert events.waiting == 2
    assert events._ring[0] == 1
    assert events.take() == (1, 2, 3, 4)
    assert events.take() == (5, -6, 1 << 40, 0)
    assert events.take() is None
    assert (events.waiting, events.lost) == (0, 0)


def test_a_full_queue_keeps_the_oldest_and_counts_what_it_loses():
    events = EventQueue()
    for number in range(70):
        events.note(number, 0, 0, 0)
    assert (events.waiting, events.lost) == (64, 6)
    assert len(events._ring) == 64 * 4
    for number in range(64):
        assert events.take() == (number, 0, 0, 0)
    assert events.take() is None


def test_the_ring_turns_many_times_at_every_fill():
    for fill in (1, 2, 63, 64):
        events = EventQueue()
        came = went = 0
        for _ in range(5):
            while events.waiting < fill:
                events.note(came, came + 1, came + 2, came + 3)
                came += 1
            for _ in range(fill // 2 + 1):
                assert events.take() == (went, went + 1, went + 2, went + 3)
                went += 1
        assert events.lost == 0


def test_noting_allocates_nothing_even_when_the_queue_is_full():
    events = EventQueue()

    def note():
        for _ in range(70):
            events.note((1 << 30) - 1, -(1 << 30), 3, 4)

    locked(note)
    assert (events.waiting, events.lost) == (64, 6)
