"""What days of a pump cost its flash: erases by sector, counted on a flash as full as it is after months of use, under the real LittleFS. MicroPython only.

Run by test_host_wear.py. Prints `name value`, a figure a line; docs/SAFETY.md, "Flash and FRAM life", shows them with the sums made of them.
"""

import os

import vfs

from firmware.storage import journal_record, settings, slots
from firmware.storage.flash_ring import FlashRing
from firmware.storage.journal import EVENT_SEGMENTS, FAULT_SEGMENTS, Journal
from firmware.storage.log_chain import SEGMENT_RECORDS
from firmware.storage.prescription_store import PrescriptionStore
from firmware.storage.settings import Settings
from firmware.tests.nor_device import NorDevice
from shared.codes import Event

BLOCKS = 128  # 512 KiB, docs/HARDWARE.md
DAYS = 5
# The assumed day: docs/SAFETY.md gives the reasons.
EVENTS_AN_HOUR = 7
FAULTS_A_DAY = 24  # of these events
RESERVATIONS_A_DAY = 90  # 1,024 sending numbers each: a telemetry frame a second, and events
BOOTS_A_DAY = 2
PRESCRIPTIONS_A_DAY = 1
RING_SECTORS = 16
RING_RECORDS = 6_000
# From, to, a record: the dose states, the buckets, the course, the numbers.
_RINGS = (
    (0x0000, 0x0800, bytearray(32)),
    (0x0800, 0x1800, bytearray(16)),
    (0x1800, 0x2000, bytearray(32)),
    (0x2000, 0x2200, bytearray(16)),
)
FAULT_EVERY = 24 * EVENTS_AN_HOUR // FAULTS_A_DAY


class Year:
    """A pump that has been in use for long: all segments written, both slots of everything used."""

    def __init__(self):
        self.device = NorDevice(BLOCKS)
        vfs.VfsLfs2.mkfs(self.device)  # pyright: ignore[reportArgumentType]
        vfs.mount(vfs.VfsLfs2(self.device), "/year")  # pyright: ignore[reportArgumentType]
        with open("/year/settings-a.cbor", "wb") as file:
            file.write(slots.pack(1, settings.pack(settings.defaults())))
        with open("/year/identity.cbor", "wb") as file:
            file.write(b"i" * 3_900)
        os.mkdir("/year/log")
        os.mkdir("/year/log/faults")
        _fill("/year/log", EVENT_SEGMENTS)
        _fill("/year/log/faults", FAULT_SEGMENTS)
        self.settings = Settings("/year")
        assert self.settings.load()
        self.journal = Journal("/year/log")
        assert self.journal.start(1)
        self.store = PrescriptionStore("/year")
        self.store.load()
        for _ in range(2):
            self.prescribe()

    def log(self, code):
        assert self.journal.append(code, (1, 2, 3), 0)

    def prescribe(self):
        assert self.store.save(self.store.version + 1, b"r" * 1_200, b"p" * 1_300)

    def cost(self, work, count) -> int:
        """Erases for 1,000 times `work`."""
        self.device.forget_erases()
        for _ in range(count):
            work()
        return sum(self.device.erases) * 1_000 // count

    def day(self):
        journal = self.journal
        for number in range(24 * EVENTS_AN_HOUR):
            self.log(Event.STOP_PRESSED if number % FAULT_EVERY else Event.ALARM_RAISED)
            journal.mark_sent(journal.next_seq - 1)
        for _ in range(RESERVATIONS_A_DAY):
            assert self.settings.reserve_sequences()
        for _ in range(BOOTS_A_DAY):
            assert self.settings.start_boot()
        for _ in range(PRESCRIPTIONS_A_DAY):
            self.prescribe()


def _fill(directory, segments):
    """Whole segments up to the newest, which has room for one record."""
    head = journal_record.NO_HEAD
    seq = 1
    for segment in range(segments):
        content = journal_record.pack_header(seq, head)
        first = seq
        for _ in range(SEGMENT_RECORDS - (segment == segments - 1)):
            record = journal_record.pack(journal_record.Event(seq, 1, 0, Event.STOP_PRESSED, [1]))
            head = journal_record.chain(head, record)
            content += record
            seq += 1
        with open("%s/%08x.log" % (directory, first), "wb") as file:
            file.write(content)


def test_years_of_a_full_flash():
    year = Year()
    journal, kept = year.journal, year.settings
    status = os.statvfs("/year")
    free_blocks = status[3]
    assert free_blocks >= 6
    print("free_blocks", free_blocks)
    print("erases_1000_events", year.cost(lambda: year.log(Event.STOP_PRESSED), 150))
    print("erases_1000_faults", year.cost(lambda: year.log(Event.ALARM_RAISED), 150))
    print("erases_1000_settings", year.cost(lambda: kept.reserve_sequences(), 300))
    print("erases_1000_prescriptions", year.cost(year.prescribe, 20))

    def cursor():
        journal.sent_seq -= 1
        assert journal.save_cursor()

    print("erases_1000_cursors", year.cost(cursor, 100))
    year.device.forget_erases()
    for _ in range(DAYS):
        year.day()
    total = sum(year.device.erases)
    worst = max(year.device.erases)
    print("erases_a_day", total // DAYS)
    # Of the sector that was erased most: which that is moves on as segments are finished and dropped, so that years cost it less than this.
    print("erases_a_day_of_the_worst_sector", -(-worst // DAYS))
    print("years_to_100000", 100_000 * DAYS // worst // 365)
    assert 100_000 * DAYS // worst >= 5 * 365
    assert os.statvfs("/year")[3] >= 4 and journal.errors == 0 and journal.damaged == 0


def test_years_of_counts_in_raw_flash():
    """The mixture of a pump at 1 mL/h: a reservation every 6.6 s, a minute, a quarter, the course once a minute in two banks."""
    device = NorDevice(RING_SECTORS)
    ring = FlashRing(device)
    state, bucket = _RINGS[0][2], _RINGS[1][2]
    # Every place of every ring has been written before: what is seldom renewed is carried along.
    for start, end, record in _RINGS:
        for address in range(start, end, len(record)):
            assert ring.write(address, record)
    records = 0
    second_tenths = 0
    erased_before = day_from = day_began = 0
    while records < 2 * RING_RECORDS:
        second_tenths += 66
        writes = [(records % 64 * 32, state)]
        if second_tenths // 600 != (second_tenths - 66) // 600:
            minute = second_tenths // 600
            writes.append((0x800 + minute % 64 * 16, bucket))
            writes.append((0x1800 + minute % 32 * 32, state))
            writes.append((0x1C00 + minute % 32 * 32, state))
            if minute % 15 == 0:
                writes.append((0x1000 + minute // 15 % 128 * 16, bucket))
        for address, record in writes:
            assert ring.write(address, record)
            records += 1
        if records < RING_RECORDS:
            # Until the log has come round all sectors are new.
            erased_before = ring.erases
            device.forget_erases()
            day_from = records
            day_began = second_tenths
    records -= day_from
    erases = ring.erases - erased_before
    worst = max(device.erases)
    days = (second_tenths - day_began) / 864_000
    print("ring_records_a_day", int(records / days))
    print("ring_erases_1000_records", erases * 1_000 // records)
    print("ring_erases_a_day_of_the_worst_sector", int(worst / days) + 1)
    print("ring_years_to_100000", int(100_000 / (worst / days) / 365))
    assert device.violations == 0 and ring.errors == 0
    assert 100_000 / (worst / days) > 5 * 365
