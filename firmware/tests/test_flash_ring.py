"""A dose memory in raw flash: the rings run on it as on FRAM, power may fail anywhere, and an erase serves many writes."""

from firmware.storage import flash_ring
from firmware.storage.course_ring import CourseRing
from firmware.storage.dose_ring import DoseRing
from firmware.storage.flash_ring import SLOTS, FlashRing
from firmware.storage.number_ring import NumberRing
from firmware.tests.nor_device import NorDevice
from firmware.tests.supply import HALF, KINDS

SECTORS = 9


def _read(ring, address, length=32):
    found = bytearray(length)
    assert ring.read_into(address, found)
    return bytes(found)


def test_memory_that_was_never_written_reads_as_erased():
    ring = FlashRing(NorDevice(SECTORS))
    assert _read(ring, 0) == b"\xff" * 32 and _read(ring, flash_ring.SIZE - 16, 16) == b"\xff" * 16
    assert ring.erases == 0 and ring.errors == 0


def test_newest_write_of_an_address_is_read_before_and_after_a_restart():
    device = NorDevice(SECTORS)
    ring = FlashRing(device)
    assert (
        ring.write(0x40, b"a" * 32) and ring.write(0x60, b"b" * 16) and ring.write(0x40, b"c" * 32)
    )
    for again in (ring, FlashRing(device)):
        assert _read(again, 0x40) == b"c" * 32
        assert _read(again, 0x60) == b"b" * 16 + b"\xff" * 16
    # Half of it is written anew: the other half stays.
    assert ring.write(0x50, b"d" * 16)
    for again in (ring, FlashRing(device)):
        assert _read(again, 0x40) == b"c" * 16 + b"d" * 16
        assert _read(again, 0x50, 16) == b"d" * 16
    assert device.violations == 0


def test_address_and_length_are_checked():
    ring = FlashRing(NorDevice(SECTORS))
    for address, length in (
        (-16, 16),
        (flash_ring.SIZE, 16),
        (flash_ring.SIZE - 16, 32),
        (8, 16),
        (0, 8),
        (0, 48),
    ):
        for call in (ring.read_into, ring.write):
            try:
                call(address, bytearray(length))
                raise AssertionError((address, length))
            except ValueError:
                pass


def test_partition_that_is_too_small_or_too_large_is_refused():
    class Sized:
        blocks = 0

        def ioctl(self, command, argument):
            return Sized.blocks

    for blocks, taken in ((8, False), (9, True), (770, True), (771, False)):
        Sized.blocks = blocks
        try:
            FlashRing(Sized())
            assert taken, blocks
        except ValueError:
            assert not taken, blocks


def _stamp(address, number):
    return bytes((address >> 8, address & 0xFF)) + number.to_bytes(4, "big") + b"\x33" * 26


def test_everything_is_kept_through_many_rounds_of_the_log():
    device = NorDevice(SECTORS)
    ring = FlashRing(device)
    content = {}
    # All of the memory once, then a few places again and again, as rings do: what is old has to be carried along.
    for address in range(0, flash_ring.SIZE, 32):
        content[address] = _stamp(address, 0)
        assert ring.write(address, content[address])
    for number in range(1, 3 * SECTORS * SLOTS):
        address = number % 4 * 64
        content[address] = _stamp(address, number)
        assert ring.write(address, content[address])
    for again in (ring, FlashRing(device)):
        for address in sorted(content):
            assert _read(again, address) == content[address], address
    assert device.violations == 0 and ring.errors == 0


def test_old_content_of_the_partition_is_erased_before_it_is_used():
    device = NorDevice(SECTORS)
    for index in range(len(device.cells)):
        device.cells[index] = index * 13 & 0xFF
    ring = FlashRing(device)
    assert _read(ring, 0) == b"\xff" * 32
    for number in range(3 * SLOTS):
        assert ring.write(0, _stamp(0, number))
    assert _read(FlashRing(device), 0) == _stamp(0, 3 * SLOTS - 1)
    assert device.violations == 0


class Stubborn(NorDevice):
    """refuses: calls raise. ignores: programs are told as done and are not."""

    refuses = False
    ignores = False

    def readblocks(self, block, buf, offset=0):
        if self.refuses:
            raise OSError(5)
        NorDevice.readblocks(self, block, buf, offset)

    def writeblocks(self, block, buf, offset=0):
        if self.refuses:
            raise OSError(5)
        return 0 if self.ignores else NorDevice.writeblocks(self, block, buf, offset)


def test_flash_that_refuses_is_told_and_goes_on_later():
    device = Stubborn(SECTORS)
    ring = FlashRing(device)
    device.refuses = True
    assert (
        not ring.read_into(0, bytearray(16)) and not ring.write(0, b"a" * 16) and ring.errors == 2
    )
    device.refuses = False
    assert ring.write(0, b"a" * 16)
    device.refuses = True
    assert not ring.write(0, b"b" * 16)
    device.refuses = False
    assert _read(ring, 0, 16) == b"a" * 16
    assert ring.write(0, b"b" * 16) and _read(FlashRing(device), 0, 16) == b"b" * 16


def test_flash_that_does_not_take_a_write_is_found_out():
    device = Stubborn(SECTORS)
    ring = FlashRing(device)
    assert ring.write(0, b"a" * 16)
    device.ignores = True
    assert not ring.write(0, b"b" * 16) and ring.errors == 1
    device.ignores = False
    assert _read(ring, 0, 16) == b"a" * 16


def test_copy_that_does_not_hold_keeps_the_oldest_sector():
    device = Stubborn(SECTORS)
    ring = FlashRing(device)
    assert ring.write(0x100, b"old!" * 8)
    number = 0
    before = b""
    while ring.erases == 0:
        # The first erase comes when the log has come round to the sector of the old record.
        number += 1
        before = bytes(device.cells)
        assert ring.write(0, _stamp(0, number))
    device.load(before)
    again = FlashRing(device)
    assert _read(again, 0x100) == b"old!" * 8
    device.ignores = True
    assert not again.write(0, _stamp(0, number))
    device.ignores = False
    assert again.erases == 0
    assert again.write(0, _stamp(0, number)) and again.erases == 1
    assert _read(FlashRing(device), 0x100) == b"old!" * 8


def test_flash_that_never_comes_to_an_erased_sector_does_not_hold_the_pump():
    device = NorDevice(SECTORS)
    device.load(bytes(len(device.cells)))
    ring = FlashRing(device)
    turned = []
    ring._collect = turned.append  # pyright: ignore[reportAttributeAccessIssue]
    assert not ring.write(0, b"a" * 16)
    assert len(turned) == 2 * SECTORS


def test_sector_that_cannot_be_erased_takes_no_write():
    device = NorDevice(SECTORS)
    device.load(bytes(len(device.cells)))
    erase = device.ioctl
    device.ioctl = lambda command, argument: SECTORS if command == 4 else 0
    ring = FlashRing(device)
    assert not ring.write(0, b"a" * 16) and ring.erases == 1
    device.ioctl = erase
    assert ring.write(0, b"a" * 16)


def test_rings_run_on_it_as_on_fram():
    device = NorDevice(SECTORS)
    memory = FlashRing(device)
    dose, course, numbers = DoseRing(memory), CourseRing(memory), NumberRing(memory)
    found = dose.recover()
    assert found.valid and found.blank
    assert course.recover() is None and numbers.recover()
    assert dose.begin(3)
    made = 0
    for minute in range(1, 200):
        assert dose.advance(made, made + 100, minute)
        made += 60
        assert dose.close_minute(60) and course.save((3, minute, 0, 60, 0, False, 0, made))
        assert numbers.put(minute)
        if minute % 15 == 0:
            assert dose.close_quarter(900)
    memory = FlashRing(device)
    dose, course, numbers = DoseRing(memory), CourseRing(memory), NumberRing(memory)
    found = dose.recover()
    assert found.valid and not found.blank and found.running
    assert found.max_steps == made + 40 and found.min_steps == made - 60
    assert found.minute_steps[1:] == [60] * 60 and found.quarter_steps[1:] == [900] * 13
    assert course.recover() == (3, 199, 0, 60, 0, False, 0, made)
    assert numbers.recover() and numbers.last == 199
    assert device.violations == 0


def _old_log():
    """A log that is about to come round: the next write but a few turns a sector whose records still count."""
    device = NorDevice(SECTORS)
    ring = FlashRing(device)
    content = {}
    for address in range(0x400, 0x400 + 60 * 32, 32):
        content[address] = _stamp(address, 1)
        assert ring.write(address, content[address])
    number = 0
    while ring._head != SECTORS - 2 or ring._next < SLOTS - 2:
        number += 1
        content[0] = _stamp(0, number)
        assert ring.write(0, content[0])
    return bytes(device.cells), content, number


def _cut_in(device, image, content, number, cut_at, kind):
    """Write on until power fails; what was acknowledged is found after it. False: it did not fail."""
    device.load(image)
    device.supply.on(cut_at, kind)
    ring = FlashRing(device)
    told = number
    for step in range(number + 1, number + 6):
        if ring.write(0, _stamp(0, step)) and not device.supply.dead:
            told = step
    if not device.supply.dead:
        return False
    device.supply.on()
    ring = FlashRing(device)
    assert _read(ring, 0) in (_stamp(0, told), _stamp(0, told + 1)), (cut_at, kind)
    for address in content:
        assert address == 0 or _read(ring, address) == content[address], (cut_at, kind, address)
    return True


def test_power_may_fail_in_every_operation_of_a_turn_of_the_log():
    image, content, number = _old_log()
    device = NorDevice(SECTORS)
    cuts = 0
    cut_at = 1
    ended = False
    while not ended:
        for kind in KINDS:
            ended = not _cut_in(device, image, content, number, cut_at, kind)
            if ended:
                break
            cuts += 1
            # It goes on from there, whatever the turn had come to.
            ring = FlashRing(device)
            for step in range(1, 4):
                assert ring.write(0, _stamp(0, 1_000 + step)), (cut_at, kind)
            assert _read(FlashRing(device), 0) == _stamp(0, 1_003)
            for address in content:
                assert address == 0 or _read(ring, address) == content[address]
        cut_at += 1
    print("cuts", cuts)
    assert cuts > 400 and device.violations == 0


def test_power_that_fails_again_and_again_in_the_same_turn_loses_nothing():
    image, content, _ = _old_log()
    device = NorDevice(SECTORS)
    device.load(image)
    # Two writes fill the sector and the turn begins. From then on one copy is made in each life and the next one torn: there is no room for all of them.
    device.supply.on(4, HALF)
    memory = FlashRing(device)
    while not device.supply.dead:
        memory.write(0, _stamp(0, 5))
    lives = 0
    while memory.erases == 0:
        device.supply.on(2, HALF)
        memory = FlashRing(device)
        assert not memory.write(0, _stamp(0, 6))
        lives += 1
    assert lives > 20
    device.supply.on()
    ring = FlashRing(device)
    for address in content:
        assert address == 0 or _read(ring, address) == content[address], address
    assert ring.write(0, _stamp(0, 77)) and _read(FlashRing(device), 0) == _stamp(0, 77)
    for address in content:
        assert address == 0 or _read(ring, address) == content[address], address
