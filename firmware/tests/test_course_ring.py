"""The course in the dose memory (SR-023): no power cut and no single spoiled record gives a bolus back, opens a load or shortens a lockout."""

from firmware.drivers.fram import Fram
from firmware.storage import course_ring as layout
from firmware.storage.course_ring import CourseRing
from firmware.tests.fram_bus import FramBus, PowerCut

FIRST = (7, 1, 0, 3_600, 12_000, False, 0, 500_000)
SECOND = (7, 2, 1, 3_600, 12_000, True, 40, 512_000)


def _ring(bus):
    """A ring after a restart, and what it found."""
    ring = CourseRing(Fram(bus))
    return ring, ring.recover()


def _saved(*courses):
    bus = FramBus()
    ring, _ = _ring(bus)
    for course in courses:
        assert ring.save(course)
    return bus


def test_blank_memory_holds_no_course_and_takes_one():
    for fill in (0x00, 0xFF):
        ring, found = _ring(FramBus(fill))
        assert found is None
        assert ring.save(FIRST) and ring.errors == 0


def test_course_comes_back_as_it_was_stored_after_many_rounds_of_the_ring():
    assert _ring(_saved(FIRST))[1] == FIRST
    assert _ring(_saved(FIRST, SECOND))[1] == SECOND
    edge = (
        0xFFFF_FFFF,
        0xFFFF,
        0xFFFF,
        0xFFFF_FFFF,
        (1 << 31) - 1,
        True,
        0xFFFF_FFFF,
        0xFFFF_FFFF,
    )
    assert _ring(_saved(edge))[1] == edge
    bus = FramBus()
    for count in range(1, 3 * layout.PLACES):
        ring, _ = _ring(bus)
        course = (7, count, 0, 100 - count % 100, 0, False, 0, 0)
        assert ring.save(course)
        assert _ring(bus)[1] == course


def test_counts_of_a_session_never_fall_and_a_closed_load_stays_closed():
    ring, _ = _ring(_saved(SECOND))
    for index in (1, 2, 4, 5, 6):
        lower = SECOND[:index] + (SECOND[index] - 1,) + SECOND[index + 1 :]
        assert not ring.save(lower), index
    # Lockout and bag go down by themselves: time passes, and a bag is changed.
    assert ring.save((7, 2, 1, 0, 12_000, True, 40, 0))
    assert ring.save((8, 0, 0, 0, 0, False, 0, 0)), "a new prescription counts from zero"


def test_what_does_not_fit_is_refused_and_nothing_is_written():
    bus = _saved(FIRST)
    before = bytes(bus.cells)
    ring, _ = _ring(bus)
    limits = (1 << 32, 1 << 16, 1 << 16, 1 << 32, 1 << 31, 2, 1 << 32, 1 << 32)
    for index in range(len(limits)):
        for wrong in (-1, limits[index]):
            course = FIRST[:index] + (wrong,) + FIRST[index + 1 :]
            assert not ring.save(course), (index, wrong)
    assert not ring.save(FIRST[:-1]) and not ring.save(FIRST + (0,))
    assert bytes(bus.cells) == before


def test_silent_memory_has_no_course_and_takes_none_until_it_is_recovered():
    bus = _saved(FIRST)
    bus.silent = True
    ring, found = _ring(bus)
    assert found is None
    bus.silent = False
    assert not ring.save(SECOND)
    assert ring.recover() == FIRST and ring.save(SECOND)
    bus.silent = True
    assert not ring.save(SECOND) and ring.errors == 1


def test_noise_is_no_course():
    bus = FramBus()
    for index in range(len(bus.cells)):
        bus.cells[index] = index * 7 & 0xFF
    ring, found = _ring(bus)
    assert found is None
    # The caller takes the most restrictive course and stores it: from then on it is known.
    assert ring.save(SECOND) and _ring(bus)[1] == SECOND


def test_no_single_spoiled_byte_gives_a_bolus_back():
    bus = _saved(FIRST, SECOND)
    for start in layout.BANKS_AT:
        for place in (1, 2):
            for byte in range(layout.BYTES):
                at = start + place * layout.BYTES + byte
                bus.cells[at] ^= 0x10
                assert _ring(bus)[1] == SECOND, at
                bus.cells[at] ^= 0x10
    assert _ring(bus)[1] == SECOND


def test_record_of_another_place_is_not_believed():
    bus = _saved(FIRST, SECOND)
    for start in layout.BANKS_AT:
        newest = bus.cells[start + 2 * layout.BYTES : start + 3 * layout.BYTES]
        bus.cells[start + 2 * layout.BYTES : start + 3 * layout.BYTES] = bytes(layout.BYTES)
        bus.cells[start + 9 * layout.BYTES : start + 10 * layout.BYTES] = newest
    assert _ring(bus)[1] == FIRST


def test_power_cut_after_every_byte_leaves_the_old_course_or_the_new_one():
    byte = 0
    while True:
        bus = _saved(FIRST)
        ring, _ = _ring(bus)
        bus.cut_after = byte
        try:
            assert ring.save(SECOND)
            break
        except PowerCut:
            pass
        bus.cut_after = None
        ring, found = _ring(bus)
        # Whole in the first bank: it counts, and it is the more restrictive one.
        assert found == (FIRST if byte < layout.BYTES else SECOND), byte
        assert ring.save(SECOND) and _ring(bus)[1] == SECOND
        byte += 1
    assert byte == 2 * layout.BYTES
