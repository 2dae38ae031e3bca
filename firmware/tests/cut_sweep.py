"""Power fails in every single flash operation, in four ways each, on real LittleFS; then the pump starts again. MicroPython only.

Run by test_host_power_cut.py through tools.upy_tests, with a heap that holds the flash twice.
"""

import gc

import vfs

from firmware.storage import settings, slots
from firmware.storage.journal import Journal
from firmware.storage.prescription_store import PrescriptionStore
from firmware.storage.settings import Settings
from firmware.tests.nor_device import KINDS, NorDevice

BLOCKS = 10
MOUNT = "/cut"
device = NorDevice(BLOCKS)


def _mounted(image, cut_at=0, kind=0):
    _unmount()
    device.power_on(image, cut_at, kind)
    vfs.mount(vfs.VfsLfs2(device), MOUNT)  # pyright: ignore[reportArgumentType]


def _unmount():
    try:
        vfs.umount(MOUNT)
    except OSError:
        pass
    gc.collect()


def _image(prepare):
    """Content of a flash on which `prepare` has run."""
    _unmount()
    device.power_on(b"\xff" * (BLOCKS * 4096))
    vfs.VfsLfs2.mkfs(device)  # pyright: ignore[reportArgumentType]
    vfs.mount(vfs.VfsLfs2(device), MOUNT)  # pyright: ignore[reportArgumentType]
    prepare()
    _unmount()
    return bytes(device.cells)


def _sweep(prepare, work, check):
    """`work(acknowledge)` with a cut in each operation; `check(acknowledged, ended)` after each restart. Returns the number of cuts."""
    image = _image(prepare)
    cuts = 0
    operation = 1
    while True:
        for kind in KINDS:
            acknowledged = []

            def acknowledge(value, acknowledged=acknowledged):
                # What was told after power had gone was told to nobody.
                if not device.dead:
                    acknowledged.append(value)

            _mounted(image, operation, kind)
            work(acknowledge)
            if not device.dead:
                _mounted(bytes(device.cells))
                check(acknowledged, True)
                assert device.violations == 0
                return cuts
            cuts += 1
            _mounted(bytes(device.cells))
            check(acknowledged, False)
        operation += 1


def test_settings_are_old_or_new_after_every_cut():
    def prepare():
        with open(MOUNT + "/settings-a.cbor", "wb") as file:
            file.write(slots.pack(1, settings.pack(settings.defaults())))

    def work(acknowledge):
        kept = Settings(MOUNT)
        kept.load()
        for _ in range(5):
            if kept.start_boot():
                acknowledge(("boot", kept.boot))
            block = kept.reserve_sequences()
            if block:
                acknowledge(("block", block[0]))
            if kept.accept_command(kept.last_command + 1):
                acknowledge(("command", kept.last_command))

    def check(acknowledged, ended):
        again = Settings(MOUNT)
        assert again.load(), acknowledged
        newest = {"boot": 0, "block": -1024, "command": 0}
        for name, value in acknowledged:
            newest[name] = value
        # What was acknowledged stands; of what was not, one write may have reached the flash.
        ahead = (
            again.boot - newest["boot"]
            + (again.sequence_limit - newest["block"] - 1024) // 1024
            + again.last_command - newest["command"]
        )  # fmt: skip
        assert ahead == 0 if ended else 0 <= ahead <= 1, (acknowledged, ahead)
        block = again.reserve_sequences()
        assert block is not None and block[0] > newest["block"]

    cuts = _sweep(prepare, work, check)
    print("cuts", cuts)
    assert cuts > 50


def test_prescription_is_old_or_new_after_every_cut():
    def prepare():
        assert PrescriptionStore(MOUNT).save(1, b"first " * 100, b"proof")

    def work(acknowledge):
        store = PrescriptionStore(MOUNT)
        store.load()
        for version in (2, 3):
            if store.save(version, bytes([version]) * 700):
                acknowledge(version)

    def check(acknowledged, ended):
        store = PrescriptionStore(MOUNT)
        assert store.load()
        newest = acknowledged[-1] if acknowledged else 1
        assert store.version in ((newest,) if ended else (newest, newest + 1))
        signed = b"first " * 100 if store.version == 1 else bytes([store.version]) * 700
        assert store.signed == signed
        assert store.save(9, b"goes on")

    cuts = _sweep(prepare, work, check)
    print("cuts", cuts)
    assert cuts > 20


def test_journal_loses_no_acknowledged_event_and_repeats_no_number_after_any_cut():
    def prepare():
        journal = Journal(MOUNT + "/log")
        assert journal.start(1)
        for _ in range(60):
            assert journal.append(3, (journal.next_seq,), 0)

    def work(acknowledge):
        journal = Journal(MOUNT + "/log")
        journal.start(2)
        for _ in range(6):
            seq = journal.append(3, (journal.next_seq,), 0)
            if seq:
                acknowledge(seq)
        journal.mark_sent(journal.next_seq - 1)

    def check(acknowledged, ended):
        journal = Journal(MOUNT + "/log")
        assert journal.start(3)
        newest = acknowledged[-1] if acknowledged else 60
        assert newest < journal.next_seq <= newest + (1 if ended else 2), acknowledged
        for seq in range(1, newest + 1):
            event = journal.read(seq)
            assert event is not None and event.args == [seq], seq
        assert journal.sent_seq < journal.next_seq
        before = journal.next_seq
        assert journal.append(4, (), 0) == before
        head = journal.head()
        again = Journal(MOUNT + "/log")
        assert again.start(4) and again.next_seq == before + 1 and again.head() == head

    cuts = _sweep(prepare, work, check)
    print("cuts", cuts)
    assert cuts > 50


def test_the_sweep_itself_catches_a_writer_that_is_not_safe():
    def put(value):
        for name in ("/left", "/right"):
            with open(MOUNT + name, "wb") as file:
                file.write(bytes([value]) * 300)

    torn = []

    def check(acknowledged, ended):
        contents = []
        for name in ("/left", "/right"):
            with open(MOUNT + name, "rb") as file:
                contents.append(file.read())
        if contents[0] != contents[1]:
            torn.append(1)

    def work(acknowledge):
        try:
            put(2)
        except OSError:
            # LittleFS reads back what it programs, and power has gone.
            assert device.dead

    _sweep(lambda: put(1), work, check)
    assert torn
