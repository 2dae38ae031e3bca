"""Counters of the running session."""

from firmware.safety.limits import MAX_STEPS_PER_FRAME
from firmware.tests.small_heap import locked
from firmware.therapy.session import Session

COUNTERS = ("done_steps", "uncertain_steps", "frames", "reserved_steps")


def counters(session):
    return [getattr(session, name) for name in COUNTERS]


def test_a_new_session_has_given_nothing():
    session = Session()
    assert session.version == 0 and counters(session) == [0, 0, 0, 0] and session.carry == 0
    session.resume(3, 5, 9, 7)
    session.carry = 4
    session.begin(4)
    assert session.version == 4 and counters(session) == [0, 0, 0, 0] and session.carry == 0
    assert session.intact()


def test_a_session_resumes_at_the_most_that_can_have_been_given():
    session = Session()
    session.resume(3, 10_000, 10_912, 5_000)
    assert session.version == 3
    assert counters(session) == [10_912, 912, 5_000, 10_912]
    assert session.intact()


def test_steps_frames_and_promises_are_counted_each_by_itself():
    session = Session()
    session.resume(3, 100, 110, 50)
    session.give(7)
    session.give(0)
    session.run(1)
    session.run(2)
    session.reserve(400)
    assert counters(session) == [117, 10, 53, 400]
    session.reserve(117)
    assert session.reserved_steps == 117
    assert session.intact()


def test_every_flipped_bit_of_a_counter_is_seen_and_stays_seen():
    for name in COUNTERS:
        for bit in range(30):
            session = Session()
            session.resume(1, 123_456, 234_567, 34_567)
            setattr(session, name, getattr(session, name) ^ 1 << bit)
            assert not session.intact(), (name, bit)
            session.give(10)
            session.run(1)
            assert not session.intact(), (name, bit)


def test_counting_at_the_largest_numbers_allocates_nothing():
    session = Session()
    session.resume(1, 280_000_000, 280_741_999, 6_047_999)

    def count():
        session.give(MAX_STEPS_PER_FRAME)
        session.run(1)
        session.reserve(281_000_000)
        return 1 if session.intact() else 0

    assert locked(count) == 1
    assert session.done_steps == 280_742_740
