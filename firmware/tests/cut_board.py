"""A board whose power fails in a chosen operation of its flash or its FRAM, with the pump's own stores on both. MicroPython only."""

import gc

import vfs

from firmware.drivers.fram import Fram
from firmware.keeper import Keeper
from firmware.safety.event_queue import EventQueue
from firmware.storage import journal_record, settings, slots
from firmware.storage.course_ring import CourseRing
from firmware.storage.dose_ring import DoseRing
from firmware.storage.journal import Journal
from firmware.storage.number_ring import NumberRing
from firmware.storage.settings import Settings
from firmware.tests.fram_bus import FramBus
from firmware.tests.nor_device import NorDevice
from firmware.tests.supply import DROPPED, HALF, Supply
from firmware.therapy.course import Course
from firmware.therapy.dose_windows import DoseWindows
from firmware.therapy.session import Session
from shared.codes import Event

BLOCKS = 16
MOUNT = "/cut"
LOG = MOUNT + "/log"
FRAM_BYTES = 0x2400  # as far as the rings reach

supply = Supply()
flash = NorDevice(BLOCKS, supply)
bus = FramBus(supply=supply)


class Pump:
    """What Keeper asks of a pump: real counters, no motor."""

    def __init__(self, kept):
        self.settings = kept
        self.session = Session()
        self.course = Course()
        self.windows = DoseWindows()
        self.events = EventQueue()

    def remember_prescription(self, raw, version):
        self.remembered = version

    def load_prescription(self, fields, raw, version):
        return True


class Life:
    """The pump's stores between two failures of power, recovered as main.py does it."""

    def __init__(self):
        fram = Fram(bus)
        self.settings = Settings(MOUNT, NumberRing(fram))
        self.settings_ok = self.settings.load()
        self.journal = Journal(LOG, 3, 2)
        self.journal_ok = self.journal.start(1)
        self.pump = Pump(self.settings)
        self.session = self.pump.session
        self.course = self.pump.course
        self.keeper = Keeper(self.pump, DoseRing(fram), CourseRing(fram), MOUNT)
        self.dose_ok = self.keeper.recover_dose()
        self.prescription_ok = self.keeper.recover_prescription()

    def recovered(self) -> bool:
        return self.settings_ok and self.journal_ok and self.dose_ok and self.prescription_ok

    def log(self, code: int) -> bool:
        return self.journal.append(code, (self.journal.next_seq,), 0) > 0

    def save_course(self) -> bool:
        if not self.keeper.save_course(self.course):
            return False
        self.course.stored()
        return True

    def give(self, state: int, steps: int):
        """Steps are made, as far as they were reserved."""
        self.session.give(steps)
        self.session.run(1)
        self.pump.windows.add(steps)
        self.course.give(state, steps)

    def numbers(self) -> dict:
        """All that must never go down, by name."""
        course, kept = self.course, self.settings
        return {
            "boot": kept.boot,
            "sequence_limit": kept.sequence_limit,
            "last_command": kept.last_command,
            "rx_version": kept.rx_version,
            "events": self.journal.next_seq,
            "faults": self.journal.faults.next_seq,
            "session": self.session.version,
            "done_steps": self.session.done_steps,
            "hour_steps": self.pump.windows.hour_steps,
            "day_steps": self.pump.windows.day_steps,
            "boluses": course.boluses,
            "clinician_boluses": course.clinician_boluses,
            "lockout_frames": course.lockout_frames,
            "load_closed": int(course.load_closed),
            "bag_steps": course.bag_steps,
        }


def mount(image=None, cut_at: int = 0, kind: int = DROPPED, cut_start_at: int = 0) -> Life:
    """Power on and start. image: what the memories hold (`content`), as they are without one.

    cut_at: the operation after the start in which power fails, and how. cut_start_at: the operation of the start itself, which is then half done.
    """
    try:
        vfs.umount(MOUNT)
    except OSError:
        pass
    gc.collect()
    if image is not None:
        flash.load(image[0])
        bus.cells[:FRAM_BYTES] = image[1]
    supply.on(cut_start_at, HALF)
    vfs.mount(vfs.VfsLfs2(flash), MOUNT)  # pyright: ignore[reportArgumentType]
    life = Life()
    if not cut_start_at:
        supply.on(cut_at, kind)
    return life


def content() -> tuple:
    """What the memories hold now."""
    return bytes(flash.cells), bytes(bus.cells[:FRAM_BYTES])


def provision():
    """Memories as tools.provision leaves them."""
    try:
        vfs.umount(MOUNT)
    except OSError:
        pass
    supply.on()
    flash.load(b"\xff" * (BLOCKS * 4096))
    bus.cells[:FRAM_BYTES] = bytes(FRAM_BYTES)
    vfs.VfsLfs2.mkfs(flash)  # pyright: ignore[reportArgumentType]
    vfs.mount(vfs.VfsLfs2(flash), MOUNT)  # pyright: ignore[reportArgumentType]
    with open(MOUNT + "/settings-a.cbor", "wb") as file:
        file.write(slots.pack(1, settings.pack(settings.defaults())))
    vfs.umount(MOUNT)


def chain_holds(log, directory: str) -> bool:
    """Whether each record of a log follows from the one before, through all of its segments to the head that the log reports.

    A segment that power has left without a header holds nothing; its number is not used again.
    """
    head = None
    seq = log.first_seq
    for first in log._firsts:
        with open("%s/%08x.log" % (directory, first), "rb") as file:
            raw = file.read()
        header = journal_record.unpack_header(raw[: journal_record.BYTES])
        if header is None:
            continue
        if header[0] != first or head not in (None, header[1]) or not seq <= first <= seq + 1:
            return False
        head = header[1]
        seq = first
        for at in range(journal_record.BYTES, len(raw), journal_record.BYTES):
            record = raw[at : at + journal_record.BYTES]
            event = journal_record.unpack(record)
            if event is None or event.seq != seq:
                return False
            head = journal_record.chain(head, record)
            seq += 1
    return head == log.head and seq <= log.next_seq <= seq + 1


def goes_on(life) -> bool:
    """Whether everything can be written again."""
    kept, session = life.settings, life.session
    return (
        kept.start_boot()
        and kept.reserve_sequences() is not None
        and kept.accept_command(kept.last_command + 1)
        and life.log(Event.FAULT_LATCHED)
        and life.keeper.reserve(session.done_steps + 10, session)
        and life.keeper.settle(session)
        and life.save_course()
    )
