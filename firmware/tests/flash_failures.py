"""The flash driver fails at every single operation, once or for good, under the real LittleFS: every call comes back, nothing is lost. MicroPython only.

Run by test_host_flash_failure.py through tools.upy_tests. `unguarded` shows what happens without storage.flash.SteadyBlocks, and may end the interpreter.
"""

import gc
import sys

import vfs

from firmware.storage import flash, settings, slots
from firmware.storage.journal import Journal
from firmware.storage.prescription_store import PrescriptionStore
from firmware.storage.settings import Settings
from firmware.tests.nor_device import NorDevice
from shared.codes import Event

BLOCKS = 14
READS, WRITES = 1, 2
FOR_GOOD = 1 << 29


class FailingDevice:
    """A partition whose driver raises. kinds: which operations count and fail. fail_at: the first that fails, from 1; 0: none. failures: how many in a row."""

    def __init__(self, blocks: int):
        self.nor = NorDevice(blocks)
        self.arm(WRITES, 0)

    def arm(self, kinds, fail_at, failures=1):
        self.kinds = kinds
        self.fail_at = fail_at
        self.failures = failures
        self.operations = 0

    def readblocks(self, block, buf, offset=0):
        self._count(READS)
        self.nor.readblocks(block, buf, offset)

    def writeblocks(self, block, buf, offset=0):
        self._count(WRITES)
        self.nor.writeblocks(block, buf, offset)

    def ioctl(self, command, argument):
        if command == 6:
            self._count(WRITES)
        return self.nor.ioctl(command, argument)

    def _count(self, kind):
        if not self.kinds & kind:
            return
        self.operations += 1
        if self.fail_at and 0 <= self.operations - self.fail_at < self.failures:
            raise OSError(5)


device = FailingDevice(BLOCKS)
partitions = ["vigil"]


class Partition:
    """As much of esp32.Partition as storage.flash asks for."""

    TYPE_DATA = 1

    @staticmethod
    def find(type, label=None):
        return [device] if label in partitions else []


class Esp32:
    Partition = Partition


sys.modules["esp32"] = Esp32  # pyright: ignore[reportArgumentType]


def _unmount():
    try:
        vfs.umount(flash.PATH)
    except OSError:
        pass
    # What a call that failed has left behind goes here, and what took its place must not be harmed by it.
    gc.collect()
    litter = [b"\x11" * length for length in range(1, 300)]
    del litter
    gc.collect()


def _mount():
    _unmount()
    return flash.mount()


def _load(image):
    device.nor.load(image)
    device.nor.supply.on()


def _image():
    _unmount()
    device.arm(0, 0)
    vfs.VfsLfs2.mkfs(device.nor)  # pyright: ignore[reportArgumentType]
    assert flash.mount().ok
    with open("/vigil/settings-a.cbor", "wb") as file:
        file.write(slots.pack(1, settings.pack(settings.defaults())))
    journal = Journal()
    assert journal.start(1)
    for _ in range(60):
        assert journal.append(Event.STOP_PRESSED, (), 0)
    assert PrescriptionStore().save(1, b"first " * 100)
    _unmount()
    return bytes(device.nor.cells)


def _workload():
    """What a pump writes: (kind, value) of all that was acknowledged."""
    done = []
    kept = Settings()
    if kept.load() and kept.start_boot():
        done.append(("boot", kept.boot))
    journal = Journal()
    if journal.start(kept.boot):
        for code in (
            Event.STOP_PRESSED,
            Event.FAULT_LATCHED,
            Event.STOP_PRESSED,
            Event.STOP_PRESSED,
        ):
            seq = journal.append(code, (1,), 0)
            if seq:
                done.append(("event", seq))
        journal.mark_sent(journal.next_seq - 1)
    if kept.reserve_sequences():
        done.append(("limit", kept.sequence_limit))
    store = PrescriptionStore()
    if store.load() and store.save(2, b"second" * 100):
        done.append(("version", 2))
    return done


def _check(done):
    """On a mount that has been made anew: all that was acknowledged is there, and all can be written."""
    kept = Settings()
    assert kept.load(), done
    store = PrescriptionStore()
    assert store.load(), done
    journal = Journal()
    assert journal.start(9), done
    stands = {
        "boot": kept.boot,
        "limit": kept.sequence_limit,
        "version": store.version,
        "event": journal.next_seq - 1,
    }
    for name, value in done:
        assert stands[name] >= value, (name, value, done)
    for seq in (1, 30, 60):
        assert journal.read(seq) is not None, seq
    assert kept.start_boot() and journal.append(Event.FAULT_LATCHED, (2,), 0)
    assert store.save(store.version + 1, b"goes on")


def _sweep(kinds, step):
    image = _image()
    device.arm(kinds, 0)
    _load(image)
    assert _mount().ok
    assert len(_workload()) == 7
    operations = device.operations
    calls = 0
    for fail_at in range(1, operations + 1, step):
        # Once; as often as a read is tried, and then it works again; for good.
        for failures in (1, 3, FOR_GOOD):
            device.arm(0, 0)
            _load(image)
            assert _mount().ok
            device.arm(kinds, fail_at, failures)
            done = _workload()
            calls += 1
            # Before a new mount: whatever has failed, the next calls come back, and what they acknowledge is there.
            device.arm(0, 0)
            done += _workload()
            assert _mount().ok, (fail_at, failures)
            _check(done)
    print("failures", calls)
    return calls


def test_driver_that_fails_in_any_write_leaves_a_file_system_that_goes_on():
    assert _sweep(WRITES, 1) > 100


def test_driver_that_fails_in_reads_leaves_a_file_system_that_goes_on():
    assert _sweep(READS, 15) > 100


def test_flash_that_fails_for_good_refuses_each_write_and_says_so():
    device.arm(0, 0)
    _load(_image())
    assert _mount().ok
    kept = Settings()
    assert kept.load()
    journal = Journal()
    assert journal.start(1)
    device.arm(WRITES, 1, FOR_GOOD)
    for count in range(1, 20):
        assert not kept.start_boot() and kept.boot == 0
        assert journal.append(Event.STOP_PRESSED, (), 0) == 0 and journal.errors == count
        assert not PrescriptionStore().save(5, b"signed")
    device.arm(0, 0)
    assert kept.start_boot() and journal.append(Event.STOP_PRESSED, (), 0) == 61


def test_flash_that_cannot_be_read_is_a_problem_with_a_name_and_is_not_written():
    image = _image()
    _load(image)
    device.arm(READS, 1, FOR_GOOD)
    mounted = _mount()
    assert not mounted.ok and mounted.problem == flash.NO_FILE_SYSTEM and mounted.error
    device.arm(0, 0)
    assert device.nor.supply.operations == 0 and bytes(device.nor.cells) == image
    assert _mount().ok


def test_flash_without_a_file_system_is_not_formatted():
    erased = b"\xff" * (BLOCKS * 4096)
    for content in (erased, b"\x00" * len(erased)):
        _load(content)
        mounted = _mount()
        assert not mounted.ok and mounted.problem == flash.NO_FILE_SYSTEM
        assert bytes(device.nor.cells) == content and device.nor.supply.operations == 0


def test_partitions_that_are_not_there_are_told():
    partitions.clear()
    mounted = _mount()
    assert not mounted.ok and mounted.problem == flash.NO_PARTITION and mounted.error == 0
    assert flash.ring_partition() is None
    partitions.extend(("vigil", "vigil_ring"))
    assert flash.ring_partition() is device


def test_one_read_that_fails_is_tried_again_and_three_end_all_access():
    device.arm(0, 0)
    _load(_image())
    device.arm(READS, 5, 2)
    assert _mount().ok and device.operations > 6
    kept = Settings()
    assert kept.load()
    device.arm(READS, 1, 3)
    assert not Settings().load()
    assert device.operations == 3
    before = bytes(device.nor.cells)
    # Works again, but what LittleFS remembers of it is not to be trusted.
    assert not kept.start_boot() and not Settings().load() and not Journal().start(1)
    assert device.operations == 3 and bytes(device.nor.cells) == before
    assert _mount().ok and kept.start_boot()


def unguarded():
    """The same writes with the driver's exceptions let through."""
    flash.SteadyBlocks = lambda bare: bare
    _sweep(WRITES, 1)
