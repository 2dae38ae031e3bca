"""The event journal: numbers, chain, segments, torn tails, the sent cursor."""

import hashlib
import os

from firmware.storage import journal as journal_module
from firmware.storage import journal_record
from firmware.storage.journal import Journal
from firmware.storage.log_chain import SEGMENT_RECORDS
from firmware.tests import scratch
from shared.codes import Event as Code


def _journal(folder, boot=1, event_segments=6, fault_segments=3):
    journal = Journal(folder + "/log", event_segments, fault_segments)
    assert journal.start(boot)
    return journal


def _segments(folder):
    return sorted(name for name in os.listdir(folder) if name.endswith(".log"))


def _fill(journal, count):
    for _ in range(count):
        seq = journal.next_seq
        assert journal.append(13, (seq, -seq), 100 * seq) == seq


def _event(journal, seq):
    event = journal.read(seq)
    assert event is not None, seq
    return event


def _newest(folder):
    return folder + "/log/" + _segments(folder + "/log")[-1]


def test_new_journal_starts_at_one_with_an_empty_chain():
    journal = _journal(scratch.folder())
    assert (journal.next_seq, journal.first_seq, journal.sent_seq) == (1, 1, 0)
    assert journal.head() == bytes(32)
    assert journal.read(1) is None and journal.read(0) is None


def test_events_come_back_with_all_their_fields_after_a_restart():
    folder = scratch.folder()
    journal = _journal(folder, boot=7)
    assert journal.append(1, (), 0) == 1
    assert journal.append(18, (54, 1 << 40, -(1 << 40), -1), (1 << 48) - 1) == 2
    again = _journal(folder, boot=8)
    assert again.next_seq == 3 and again.damaged == 0
    event = _event(again, 2)
    assert (event.seq, event.boot, event.mono_ms, event.code) == (2, 7, (1 << 48) - 1, 18)
    assert event.args == [54, 1 << 40, -(1 << 40), -1]
    assert _event(again, 1).args == []


def test_arguments_that_do_not_fit_are_refused_and_nothing_is_written():
    journal = _journal(scratch.folder())
    for code, args, mono_ms in (
        (256, (), 0),
        (-1, (), 0),
        (1, (1, 2, 3, 4, 5), 0),
        (1, (1 << 63,), 0),
        (1, (None,), 0),
        (1, (True,), 0),
        (1, (), -1),
        (1, (), 1 << 48),
    ):
        try:
            journal.append(code, args, mono_ms)
            raise AssertionError((code, args, mono_ms))
        except ValueError:
            pass
    assert journal.next_seq == 1


def test_chain_covers_every_record_across_segments_and_restarts():
    folder = scratch.folder()
    head = bytes(32)
    for boot in (1, 2, 3):
        journal = _journal(folder, boot)
        assert journal.head() == head
        for _ in range(30):
            seq = journal.append(2, (boot,), 5)
            record = journal_record.pack(_event(journal, seq))
            head = hashlib.sha256(head + record[:48]).digest()
        assert journal.head() == head
    assert len(_segments(folder + "/log")) == 2


def test_oldest_segment_goes_when_there_are_too_many_and_unsent_events_are_counted():
    folder = scratch.folder()
    journal = _journal(folder, event_segments=3)
    _fill(journal, 10)
    journal.mark_sent(10)
    _fill(journal, 3 * SEGMENT_RECORDS + 1 - 10)
    assert journal.first_seq == SEGMENT_RECORDS + 1
    assert journal.dropped == SEGMENT_RECORDS - 10
    assert journal.sent_seq == SEGMENT_RECORDS
    assert journal.read(SEGMENT_RECORDS) is None
    assert _event(journal, SEGMENT_RECORDS + 1).args[0] == SEGMENT_RECORDS + 1
    again = _journal(folder)
    assert again.first_seq == SEGMENT_RECORDS + 1 and again.head() == journal.head()


def test_faults_and_alarms_stand_in_a_chain_of_their_own_that_no_event_pushes_out():
    folder = scratch.folder()
    journal = _journal(folder, boot=7, event_segments=2)
    assert journal.append(Code.ALARM_RAISED, (2, 41), 500) == 1
    assert journal.append(Code.FAULT_LATCHED, (5, 1), 600) == 2
    _fill(journal, 3 * SEGMENT_RECORDS)
    assert journal.read(1) is None and journal.first_seq > 2
    again = _journal(folder, boot=8)
    assert again.faults.first_seq == 1 and again.faults.next_seq == 3
    event = again.faults.read(1)
    assert event is not None
    assert (event.boot, event.mono_ms, event.code, event.args) == (
        7,
        500,
        Code.ALARM_RAISED,
        [2, 41],
    )
    head = hashlib.sha256(bytes(32) + journal_record.pack(event)[:48]).digest()
    event = again.faults.read(2)
    assert event is not None and event.code == Code.FAULT_LATCHED
    assert again.faults.head == hashlib.sha256(head + journal_record.pack(event)[:48]).digest()


def test_every_code_of_a_fault_or_an_alarm_is_kept_twice_and_no_other():
    journal = _journal(scratch.folder())
    twice = []
    for name in sorted(dir(Code)):
        if name[0] == "_":
            continue
        before = journal.faults.next_seq
        assert journal.append(getattr(Code, name), (1,), 0)
        if journal.faults.next_seq > before:
            twice.append(name)
    assert twice == [
        "ALARM_ESCALATED",
        "ALARM_RAISED",
        "FAULT_LATCHED",
        "FAULT_MASKED",
        "SELFTEST_FAILED",
        "TOTAL_UNCERTAIN",
    ]


def test_thirty_days_of_events_and_a_thousand_faults_are_kept():
    # SR-108. The assumption of 174 events a day: docs/SAFETY.md.
    assert (journal_module.EVENT_SEGMENTS - 1) * SEGMENT_RECORDS >= 30 * 174
    assert (journal_module.FAULT_SEGMENTS - 1) * SEGMENT_RECORDS >= 1_000
    assert (SEGMENT_RECORDS + 1) * journal_record.BYTES == 4_096


def test_event_whose_fault_record_cannot_be_stored_is_not_stored_and_is_told():
    folder = scratch.folder()
    journal = _journal(folder)
    os.rmdir(folder + "/log/faults")
    with open(folder + "/log/faults", "wb") as file:
        file.write(b"in the way")
    assert journal.append(Code.FAULT_LATCHED, (1, 2), 0) == 0
    assert journal.errors == 1 and journal.next_seq == 1
    # Once more: it looks what the flash holds, and cannot.
    assert journal.append(Code.FAULT_LATCHED, (1, 2), 0) == 0 and journal.errors == 2
    assert journal.append(Code.STOP_PRESSED, (), 0) == 1
    os.remove(folder + "/log/faults")
    assert journal.append(Code.FAULT_LATCHED, (1, 2), 0) == 2
    event = journal.faults.read(1)
    assert event is not None and event.args == [1, 2]


def test_journal_that_has_no_folder_to_stand_in_does_not_start():
    folder = scratch.folder()
    assert not Journal(folder + "/nowhere/log").start(1)


def test_torn_tail_is_cut_and_its_number_is_not_used_again():
    for length in (1, 31, 63):
        folder = scratch.folder()
        journal = _journal(folder)
        _fill(journal, 5)
        scratch.truncate(_newest(folder), 64 * 5 + length)
        again = _journal(folder, 2)
        assert again.next_seq == 6 and again.damaged == 1
        assert _event(again, 4).args == [4, -4] and again.read(5) is None
        assert again.append(13, (6,), 0) == 6
        third = _journal(folder, 3)
        assert third.next_seq == 7 and _event(third, 6).args == [6] and _event(third, 4).seq == 4


def test_spoiled_record_in_the_newest_segment_ends_the_chain_there():
    folder = scratch.folder()
    _fill(_journal(folder), 10)
    path = _newest(folder)
    scratch.spoil(path, 64 * 7 + 20, 0x77)
    journal = _journal(folder, 2)
    assert journal.damaged == 4 and journal.next_seq == 11
    assert _event(journal, 6).seq == 6 and journal.read(7) is None
    assert journal.append(13, (), 0) == 11
    assert _event(_journal(folder, 3), 11).boot == 2


def test_spoiled_header_costs_the_segment_and_not_the_numbers():
    folder = scratch.folder()
    _fill(_journal(folder), SEGMENT_RECORDS + 3)
    scratch.spoil(_newest(folder), 0)
    journal = _journal(folder, 2)
    assert journal.next_seq == SEGMENT_RECORDS + 4 and journal.damaged == 3
    assert journal.head() != bytes(32)
    assert journal.append(13, (9,), 0) == SEGMENT_RECORDS + 4
    assert _event(journal, SEGMENT_RECORDS + 4).args == [9]
    assert _event(journal, SEGMENT_RECORDS).seq == SEGMENT_RECORDS


def test_other_files_in_the_folder_are_left_alone():
    folder = scratch.folder()
    _fill(_journal(folder), 1)
    for name in ("notes.txt", "0000000g.log", "00000009.tmp"):
        with open(folder + "/log/" + name, "wb") as file:
            file.write(b"x")
    assert _journal(folder).next_seq == 2


def test_sent_cursor_is_stored_every_sixteen_events_or_on_demand():
    folder = scratch.folder()
    journal = _journal(folder)
    _fill(journal, 40)
    journal.mark_sent(15)
    assert _journal(folder).sent_seq == 0
    journal.mark_sent(16)
    assert _journal(folder).sent_seq == 16
    journal.mark_sent(3)
    journal.mark_sent(41)
    assert journal.sent_seq == 16
    journal.mark_sent(20)
    assert journal.save_cursor() and _journal(folder).sent_seq == 20


def test_append_without_a_folder_to_write_to_says_so_and_recovers():
    folder = scratch.folder()
    journal = _journal(folder)
    _fill(journal, 2)
    path = _newest(folder)
    with open(path, "rb") as file:
        content = file.read()
    os.remove(path)
    os.rmdir(folder + "/log/faults")
    os.rmdir(folder + "/log")
    assert journal.append(13, (), 0) == 0 and journal.errors == 1
    os.mkdir(folder + "/log")
    with open(path, "wb") as file:
        file.write(content)
    assert journal.append(13, (), 0) == 3
    assert _journal(folder).next_seq == 4
