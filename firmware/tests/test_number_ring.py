"""Numbers of commands in the dose memory: stored before the command is acted on, never repeated, without an erase of the flash."""

from firmware.drivers.fram import Fram
from firmware.storage import number_ring as layout
from firmware.storage.number_ring import NumberRing
from firmware.storage.settings import Settings
from firmware.tests import scratch
from firmware.tests.fram_bus import FramBus, PowerCut
from firmware.tests.link_bench import new_settings


def _ring(bus):
    ring = NumberRing(Fram(bus))
    return ring, ring.recover()


def test_blank_memory_takes_numbers_and_gives_the_last_one_back():
    for fill in (0x00, 0xFF):
        bus = FramBus(fill)
        ring, answers = _ring(bus)
        assert answers and ring.last == 0
        for number in (1, 2, 70_000, (1 << 40) - 1):
            assert ring.put(number)
            again, answers = _ring(bus)
            assert answers and again.last == number


def test_numbers_that_do_not_rise_or_do_not_fit_are_refused():
    ring, _ = _ring(FramBus())
    assert ring.put(10)
    for refused in (10, 9, 0, -1, 1 << 40):
        assert not ring.put(refused)
    assert ring.last == 10 and ring.errors == 0


def test_last_number_is_known_after_many_rounds_of_the_ring():
    bus = FramBus()
    for number in range(1, 5 * layout.PLACES):
        ring, _ = _ring(bus)
        assert ring.put(number * 3)
    assert _ring(bus)[0].last == (5 * layout.PLACES - 1) * 3


def test_record_of_another_place_is_not_believed():
    bus = FramBus()
    ring, _ = _ring(bus)
    assert ring.put(5) and ring.put(8)
    first = layout.START_AT + 2 * layout.BYTES
    other = layout.START_AT + 9 * layout.BYTES
    bus.cells[other : other + layout.BYTES] = bus.cells[first : first + layout.BYTES]
    bus.cells[first : first + layout.BYTES] = bytes(layout.BYTES)
    ring, answers = _ring(bus)
    assert answers and ring.last == 5


def test_memory_without_one_whole_record_that_is_not_blank_takes_no_number():
    bus = FramBus()
    ring, _ = _ring(bus)
    for number in range(1, 4):
        assert ring.put(number)
    for place in range(1, 4):
        bus.cells[layout.START_AT + place * layout.BYTES] ^= 0x40
    ring, answers = _ring(bus)
    assert not answers and not ring.put(100)


def test_silent_memory_takes_no_number():
    bus = FramBus()
    bus.silent = True
    ring, answers = _ring(bus)
    bus.silent = False
    assert not answers and not ring.put(1)
    assert ring.recover() and ring.put(1)
    bus.silent = True
    assert not ring.put(2) and ring.last == 1 and ring.errors == 1


def test_memory_that_falls_silent_while_it_is_checked_for_blankness_is_not_blank():
    bus = FramBus()
    fram = Fram(bus)
    reads = []
    read_into = fram.read_into

    def failing(address, buf):
        reads.append(address)
        return len(reads) <= layout.PLACES and read_into(address, buf)

    fram.read_into = failing
    assert not NumberRing(fram).recover()


def test_power_cut_after_every_byte_repeats_no_number_that_was_acknowledged():
    byte = 0
    while True:
        bus = FramBus()
        ring, _ = _ring(bus)
        taken = 0
        bus.cut_after = byte
        try:
            for number in (5, 6, 9):
                assert ring.put(number)
                taken = number
            break
        except PowerCut:
            pass
        bus.cut_after = None
        again, answers = _ring(bus)
        assert answers and taken <= again.last <= 9, byte
        assert again.put(10)
        byte += 1
    assert byte == 3 * layout.BYTES


def _settings(folder, bus):
    kept = Settings(folder, NumberRing(Fram(bus)))
    assert kept.load()
    return kept


def test_command_number_goes_to_the_ring_and_costs_no_flash_write():
    folder = scratch.folder()
    new_settings(folder)
    bus = FramBus()
    kept = _settings(folder, bus)
    with open(folder + "/settings-a.cbor", "rb") as file:
        before = file.read()
    assert kept.accept_command(40) and not kept.accept_command(40)
    assert not kept.accept_command(40 + 65_537) and kept.last_command == 40
    with open(folder + "/settings-a.cbor", "rb") as file:
        assert file.read() == before
    assert _settings(folder, bus).last_command == 40


def test_flash_and_ring_together_remember_the_higher_number():
    folder = scratch.folder()
    before_the_ring = new_settings(folder)
    assert before_the_ring.accept_command(100)
    bus = FramBus()
    kept = _settings(folder, bus)
    assert kept.last_command == 100 and not kept.accept_command(100)
    assert kept.accept_command(101)
    # Every change of the settings carries the number along: a ring that is lost goes back to the last boot at most.
    assert kept.start_boot()
    assert _settings(folder, FramBus()).last_command == 101


def test_ring_that_cannot_take_the_number_refuses_the_command():
    folder = scratch.folder()
    new_settings(folder)
    bus = FramBus()
    kept = _settings(folder, bus)
    bus.silent = True
    assert not kept.accept_command(1) and kept.last_command == 0
    assert not _settings(folder, bus).accept_command(1)


def test_without_settings_no_command_is_taken_even_with_a_ring():
    bus = FramBus()
    kept = Settings(scratch.folder(), NumberRing(Fram(bus)))
    assert not kept.load() and not kept.accept_command(1)
    assert _ring(bus)[0].last == 0
