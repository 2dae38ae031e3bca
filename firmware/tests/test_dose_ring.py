"""The dose memory: nothing that may have been given is ever forgotten, whenever the power fails."""

from firmware.drivers.fram import Fram
from firmware.storage import dose_ring as layout
from firmware.storage.dose_ring import DoseRing
from firmware.tests.fram_bus import FramBus, PowerCut


def _ring(bus):
    """A ring after a restart, and what it found."""
    ring = DoseRing(Fram(bus))
    return ring, ring.recover()


def test_new_memory_is_blank_and_usable():
    for fill in (0x00, 0xFF):
        ring, dose = _ring(FramBus(fill))
        assert dose.valid and dose.blank and not dose.running
        assert (dose.session, dose.min_steps, dose.max_steps, dose.frames) == (0, 0, 0, 0)
        assert dose.minute_steps == [0] and dose.quarter_steps == [0]
        assert ring.begin(1) and ring.advance(0, 100, 0)


def test_no_step_is_promised_before_a_session_has_begun():
    ring, _ = _ring(FramBus())
    assert not ring.advance(0, 100, 0) and not ring.settle(0, 0)


def test_silent_memory_is_not_valid_and_takes_no_reservation():
    bus = FramBus()
    bus.silent = True
    ring, dose = _ring(bus)
    assert not dose.valid and not dose.blank
    bus.silent = False
    assert not ring.begin(1) and not ring.advance(0, 100, 0) and not ring.close_minute(1)


def test_memory_that_falls_silent_refuses_reservations_and_goes_on_later():
    bus = FramBus()
    ring, _ = _ring(bus)
    assert ring.begin(1) and ring.advance(0, 100, 0)
    bus.silent = True
    assert not ring.advance(50, 200, 1) and ring.reserved_steps == 100 and ring.errors == 1
    bus.silent = False
    assert ring.advance(50, 200, 1) and ring.reserved_steps == 200


def test_memory_with_only_noise_in_it_is_neither_blank_nor_valid():
    bus = FramBus()
    bus.cells[5] = 0x55
    _, dose = _ring(bus)
    assert not dose.valid and not dose.blank


def test_after_a_cut_in_delivery_the_truth_lies_between_confirmed_and_reserved():
    bus = FramBus()
    ring, _ = _ring(bus)
    assert ring.begin(3) and ring.advance(0, 100, 0) and ring.advance(60, 160, 9)
    again, dose = _ring(bus)
    assert dose.valid and dose.running and not dose.blank
    assert (dose.session, dose.min_steps, dose.max_steps, dose.frames) == (3, 60, 160, 9)
    # The next life counts from the most that can have been given; the doubt stays.
    assert again.advance(160, 300, 10) and again.advance(200, 300, 12) and again.settle(210, 13)
    _, dose = _ring(bus)
    assert not dose.running
    assert (dose.min_steps, dose.max_steps, dose.frames) == (110, 210, 13)


def test_confirming_more_than_reserved_or_less_than_before_is_refused():
    ring, _ = _ring(FramBus())
    assert ring.begin(1) and ring.advance(0, 100, 0) and ring.advance(50, 120, 1)
    assert not ring.advance(121, 300, 2)
    assert not ring.advance(49, 300, 2)
    assert not ring.advance(60, 119, 2)
    assert not ring.advance(60, 1 << 32, 2)
    assert not ring.settle(121, 2)
    assert (ring.done_steps, ring.reserved_steps) == (50, 120)


def test_windows_come_back_newest_first_with_the_open_bucket_at_its_most():
    bus = FramBus()
    ring, _ = _ring(bus)
    assert ring.begin(1) and ring.advance(0, 1_000, 0)
    for steps in (10, 20, 30):
        assert ring.close_minute(steps)
    assert ring.close_quarter(60)
    assert ring.advance(75, 1_000, 5)
    _, dose = _ring(bus)
    assert dose.minute_steps == [1_000 - 60, 30, 20, 10]
    assert dose.quarter_steps == [1_000 - 60, 60]


def test_windows_are_kept_across_sessions_and_more_buckets_than_the_ring_has():
    bus = FramBus()
    ring, _ = _ring(bus)
    given = 0
    for session in (1, 2, 3):
        assert ring.begin(session)
        for number in range(70):
            done = (number + 1) * session
            assert ring.advance(ring.done_steps, done, 0) and ring.settle(done, 0)
            assert ring.close_minute(session) and ring.close_quarter(session)
            given += session
    _, dose = _ring(bus)
    assert dose.minute_steps == [0] + [3] * 60
    assert dose.quarter_steps == [0] + [3] * 70 + [2] * 26
    assert given == 420


def test_lost_bucket_moves_its_steps_to_the_next_newer_one():
    bus = FramBus()
    ring, _ = _ring(bus)
    assert ring.begin(1) and ring.advance(0, 100, 0)
    for steps in (1, 2, 4, 8, 16):
        assert ring.close_minute(steps)
    assert ring.settle(31, 0)
    bus.cells[layout.MINUTES_AT + 3 * 16] ^= 0x40
    _, dose = _ring(bus)
    assert dose.valid and dose.minute_steps == [0, 16, 12, 0, 2, 1]
    bus.cells[layout.MINUTES_AT + 5 * 16 + 9] ^= 0x40
    _, dose = _ring(bus)
    assert dose.minute_steps == [16, 12, 0, 2, 1]


def test_bucket_that_could_not_be_stored_counts_in_the_next():
    bus = FramBus()
    ring, _ = _ring(bus)
    assert ring.begin(1) and ring.advance(0, 100, 0)
    assert ring.close_minute(10)
    bus.silent = True
    assert not ring.close_minute(20)
    bus.silent = False
    assert ring.close_minute(5) and ring.settle(35, 0)
    _, dose = _ring(bus)
    assert dose.minute_steps == [20, 5, 10]
    assert sum(dose.minute_steps) == 35


def test_bucket_totals_above_everything_given_are_not_believed():
    bus = FramBus()
    ring, _ = _ring(bus)
    assert ring.begin(1) and ring.advance(0, 10, 0) and ring.close_minute(11)
    _, dose = _ring(bus)
    assert not dose.valid


def test_unknown_past_of_a_long_life_counts_as_given_now():
    bus = FramBus()
    ring, _ = _ring(bus)
    assert ring.begin(1) and ring.advance(0, 1_000, 0)
    for _ in range(200):
        assert ring.close_minute(2)
    for place in range(layout.MINUTE_PLACES):
        if place != 200 % layout.MINUTE_PLACES:
            bus.cells[layout.MINUTES_AT + place * 16 + 11] ^= 0xFF
    _, dose = _ring(bus)
    assert dose.valid and dose.minute_steps == [600, 400]


def _script(ring, log):
    """Delivery with two sessions, buckets and a pause. log: (what, value) of everything that was promised or made."""
    assert ring.begin(1)
    log.append(("session", 1))
    made = 0
    for burst in range(4):
        assert ring.advance(made, made + 50, burst)
        log.append(("reserved", made + 50))
        for _ in range(4):
            made += 10
            log.append(("made", made))
        assert ring.close_minute(40)
    assert ring.settle(made, 9)
    log.append(("settled", made))
    assert ring.begin(2)
    log.append(("session", 2))
    assert ring.advance(0, 30, 0)
    log.append(("reserved", 30))
    log.append(("made", 25))
    assert ring.close_quarter(185)
    assert ring.settle(25, 3)
    log.append(("settled", 25))


def _given(log):
    """(session, made in it, made in all) by the log: what really left the pump."""
    session = made = before = 0
    for what, value in log:
        if what == "session":
            before += made
            session = value
            made = 0
        elif what == "made":
            made = value
    return session, made, before + made


def _cut_at(byte):
    """Run the script until power fails at that written byte; False if it ended before."""
    bus = FramBus()
    ring, _ = _ring(bus)
    bus.cut_after = byte
    log = []
    try:
        _script(ring, log)
        finished = True
    except PowerCut:
        finished = False
    bus.cut_after = None
    session, made, total = _given(log)
    _, dose = _ring(bus)
    assert dose.valid
    assert dose.blank == (not finished and byte < 32)
    # A record that power cut off just behind its last byte counts already: the next session may have begun.
    assert dose.session in (session, session + 1)
    if dose.session == session:
        assert dose.min_steps <= made <= dose.max_steps, (byte, log)
    else:
        assert dose.max_steps == 0
    assert sum(dose.minute_steps) >= total and sum(dose.quarter_steps) >= total
    assert sum(dose.minute_steps) <= total + 50
    return not finished


def test_power_cut_after_every_single_byte_never_hides_a_step():
    byte = 0
    while _cut_at(byte):
        byte += 1
    assert byte > 350
