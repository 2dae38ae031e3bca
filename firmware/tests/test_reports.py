"""What goes up and in which order; what is kept while nobody listens (SR-107, SR-111, SR-116)."""

import gc

from firmware.link import courier as courier_module
from firmware.link import reports as reports_module
from firmware.link.courier import Courier
from firmware.link.reports import KEPT_MAX, RECEIPTS_MAX, Reports
from firmware.link.sealer import Sealer
from firmware.safety.event_queue import EventQueue
from firmware.storage.journal import Journal
from firmware.tests import clinic, scratch
from firmware.tests.link_bench import new_settings
from firmware.tests.link_uart import Uart
from shared import cose, messages, session
from shared.codes import Event, Stage, Urgency
from shared.codes import Link as Kind
from shared.messages import Receipt, Telemetry

if not hasattr(gc, "mem_free"):
    # CPython does not tell; there is always enough.
    setattr(gc, "mem_free", lambda: 1 << 30)  # noqa: B010


class Conditions:
    changes = 0


class Samples:
    """What Reports asks of a pump: telemetry that tells when it was made."""

    def __init__(self):
        self.conditions = Conditions()
        self.conditions.changes = 0
        self.made = 0

    def telemetry(self, sample, now_ms):
        self.made += 1
        return messages.pack_telemetry(
            Telemetry(
                1,
                now_ms,
                None,
                0,
                0,
                bytes(8),
                0,
                0,
                0,
                0,
                0,
                500,
                0,
                bytes(8),
                0,
                bytes(16),
                0,
                0,
                0,
                sample,
            )
        )


class Flaky(Journal):
    """A journal whose file cannot be opened for a while. unreadable: how many reads still fail."""

    unreadable = 0

    def read(self, seq):
        if self.unreadable:
            self.unreadable -= 1
            return None
        return Journal.read(self, seq)


class Link:
    def __init__(self):
        folder = scratch.folder(16)
        self.settings = new_settings(folder)
        self.settings.start_boot()
        self.journal = Flaky(folder + "/log")
        assert self.journal.start(1)
        self.uart = Uart()
        self.courier = Courier(self.uart, clinic.PUMP_ID, 1)
        self.events = EventQueue()
        sealer = Sealer(clinic.identity(), self.settings, bytes(8))
        self.reports = Reports(self.courier, sealer, self.journal, self.events)
        self.pump = Samples()
        self.opener = session.Opener(
            clinic.MASTER,
            cose.ALG_CCM_64,
            session.DIRECTION_UP,
            clinic.PUMP_ID,
            clinic.CLINIC_ID,
        )
        self.now_ms = 0
        self.silent = False

    def step(self):
        """One slice; the hub stores at once. The bodies that have come up, each with its urgency."""
        self.courier.slice(self.now_ms)
        self.reports.slice(self.pump, self.now_ms)
        self.now_ms += 100
        found = []
        for kind, sent in self.uart.taken():
            if kind == Kind.PING:
                self.uart.give_frame(Kind.PONG, sent)
            if kind != Kind.RECORD:
                continue
            record = messages.parse_record(sent)
            found.append((messages.parse_up(self.opener.open(record.frame)[4]), record.urgency))
            if not self.silent:
                self.uart.stored(record.link_seq)
        return found

    def run(self, steps):
        found = []
        for _ in range(steps):
            found += self.step()
        return found

    def connect(self):
        self.uart.welcome()
        self.courier.slice(self.now_ms)
        assert self.courier.linked


def sequence_of(sealer):
    frame = sealer.seal(b"\x80")
    assert frame is not None
    return cose.parse_encrypt0(frame).seq


def of(found, kind):
    return [body for body, _ in found if type(body) is kind]


def test_live_telemetry_goes_once_a_second():
    link = Link()
    link.connect()
    samples = of(link.run(45), Telemetry)
    assert all(sample.sample == 0 for sample in samples)
    assert 4 <= len(samples) <= 5
    for index in range(1, len(samples)):
        assert samples[index].mono_ms - samples[index - 1].mono_ms == 1_000


def test_a_changed_alarm_is_sent_at_once_and_as_an_alarm():
    link = Link()
    link.connect()
    link.run(15)
    link.pump.conditions.changes += 1
    found = link.run(3)
    assert [urgency for body, urgency in found if type(body) is Telemetry] == [Urgency.ALARM]


def test_events_come_in_order_without_gaps_and_alarms_are_marked():
    link = Link()
    codes = (
        Event.BOOT,
        Event.ALARM_RAISED,
        Event.STATE_CHANGED,
        Event.ALARM_ACKNOWLEDGED,
        Event.ALARM_CLEARED,
        Event.FAULT_LATCHED,
        Event.STOP_PRESSED,
    )
    for code in codes:
        assert link.journal.append(code, (1, 2, 3), 7)
    link.connect()
    events = [(body, urgency) for body, urgency in link.run(30) if type(body) is messages.Event]
    assert [body.log_seq for body, _ in events] == list(range(1, len(codes) + 1))
    assert [body.code for body, _ in events] == list(codes)
    assert [body.args for body, _ in events] == [[1, 2, 3]] * len(codes)
    assert [urgency for _, urgency in events] == [1, 2, 1, 2, 2, 2, 1]
    assert link.journal.sent_seq == len(codes)


def test_an_event_is_sent_until_the_hub_has_stored_it():
    link = Link()
    link.journal.append(Event.BOOT, (), 0)
    link.connect()
    link.silent = True
    found = of(link.run(100), messages.Event)
    assert len(found) >= 2 and all(body.log_seq == 1 for body in found)
    assert link.journal.sent_seq == 0


def test_a_file_that_cannot_be_read_for_a_moment_loses_no_event():
    link = Link()
    for _ in range(3):
        link.journal.append(Event.STOP_PRESSED, (), 0)
    link.journal.unreadable = reports_module.READ_TRIES - 1
    link.connect()
    assert [body.log_seq for body in of(link.run(30), messages.Event)] == [1, 2, 3]


def test_an_event_that_stays_unreadable_is_a_gap_and_the_next_ones_follow():
    link = Link()
    for _ in range(3):
        link.journal.append(Event.STOP_PRESSED, (), 0)
    link.journal.unreadable = reports_module.READ_TRIES
    link.connect()
    assert [body.log_seq for body in of(link.run(40), messages.Event)] == [2, 3]
    assert link.journal.sent_seq == 3


def test_without_a_link_one_sample_a_minute_is_kept_and_all_come_in_order_later():
    link = Link()
    for minute in range(10):
        link.now_ms = minute * 60_000
        link.run(5)
    assert link.pump.made == 10
    link.connect()
    samples = of(link.run(30), Telemetry)
    kept = [sample.mono_ms for sample in samples if sample.sample == 1]
    assert kept == [minute * 60_000 for minute in range(10)]
    assert samples[0].sample == 0


def test_no_more_than_128_samples_are_kept_the_oldest_go_and_are_counted():
    link = Link()
    for minute in range(KEPT_MAX + 62):
        link.now_ms = minute * 60_000
        link.step()
    assert link.reports.dropped_samples == 62
    told = []
    while True:
        event = link.events.take()
        if event is None:
            break
        told.append(event[:2])
    assert told == [(Event.RECORDS_DROPPED, 1), (Event.RECORDS_DROPPED, 60)]
    link.connect()
    kept = [sample for sample in of(link.run(400), Telemetry) if sample.sample == 1]
    assert len(kept) == KEPT_MAX
    assert kept[0].mono_ms == 62 * 60_000


def test_a_kept_sample_waits_while_no_number_can_be_reserved():
    link = Link()
    for minute in range(3):
        link.now_ms = minute * 60_000
        link.step()
    link.settings.valid = False  # the flash takes nothing any more
    link.connect()
    assert link.run(30) == []
    link.settings.valid = True
    kept = [sample for sample in of(link.run(30), Telemetry) if sample.sample == 1]
    assert [sample.mono_ms for sample in kept] == [0, 60_000, 120_000]


def test_receipts_come_in_order_and_only_the_newest_16_wait():
    link = Link()
    for number in range(RECEIPTS_MAX + 2):
        receipt = Receipt(number.to_bytes(16, "big"), Stage.ACTIVE, 0, 0, bytes(8))
        link.reports.receipt(messages.pack_receipt(receipt))
    link.connect()
    got = [int.from_bytes(body.cmd_id, "big") for body in of(link.run(60), Receipt)]
    assert got == list(range(2, RECEIPTS_MAX + 2))


def test_every_record_has_a_number_of_its_own_also_after_a_restart():
    link = Link()
    sealer = Sealer(clinic.identity(), link.settings, bytes(8))
    numbers = [sequence_of(sealer) for _ in range(1_030)]
    again = Sealer(clinic.identity(), link.settings, bytes(8))
    numbers += [sequence_of(again) for _ in range(3)]
    assert len(set(numbers)) == len(numbers)
    assert numbers == sorted(numbers)
    assert courier_module.LANES == 3
