"""The event journal: numbers, chain, segments, torn tails, the sent cursor."""

import hashlib
import os

from firmware.storage import journal as journal_module
from firmware.storage import journal_record
from firmware.storage.journal import SEGMENT_RECORDS, Journal
from firmware.tests import scratch


def _journal(folder, boot=1):
    journal = Journal(folder + "/log")
    assert journal.start(boot)
    return journal


def _fill(journal, count):
    for _ in range(count):
        seq = journal.next_seq
        assert journal.append(3, (seq, -seq), 100 * seq) == seq


def _event(journal, seq):
    event = journal.read(seq)
    assert event is not None, seq
    return event


def _newest(folder):
    return folder + "/log/" + sorted(os.listdir(folder + "/log"))[-1]


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
    assert len(os.listdir(folder + "/log")) == 2


def test_oldest_segment_goes_when_there_are_too_many_and_unsent_events_are_counted():
    folder = scratch.folder()
    kept = journal_module.MAX_SEGMENTS
    journal_module.MAX_SEGMENTS = 3
    try:
        journal = _journal(folder)
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
    finally:
        journal_module.MAX_SEGMENTS = kept


def test_at_least_a_thousand_events_are_kept():
    assert (journal_module.MAX_SEGMENTS - 1) * SEGMENT_RECORDS >= 1_000
    assert (SEGMENT_RECORDS + 1) * journal_record.BYTES == 4_096


def test_torn_tail_is_cut_and_its_number_is_not_used_again():
    for length in (1, 31, 63):
        folder = scratch.folder()
        journal = _journal(folder)
        _fill(journal, 5)
        scratch.truncate(_newest(folder), 64 * 5 + length)
        again = _journal(folder, 2)
        assert again.next_seq == 6 and again.damaged == 1
        assert _event(again, 4).args == [4, -4] and again.read(5) is None
        assert again.append(3, (6,), 0) == 6
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
    assert journal.append(3, (), 0) == 11
    assert _event(_journal(folder, 3), 11).boot == 2


def test_spoiled_header_costs_the_segment_and_not_the_numbers():
    folder = scratch.folder()
    _fill(_journal(folder), SEGMENT_RECORDS + 3)
    scratch.spoil(_newest(folder), 0)
    journal = _journal(folder, 2)
    assert journal.next_seq == SEGMENT_RECORDS + 4 and journal.damaged == 3
    assert journal.head() != bytes(32)
    assert journal.append(3, (9,), 0) == SEGMENT_RECORDS + 4
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
    os.rmdir(folder + "/log")
    assert journal.append(3, (), 0) == 0 and journal.errors == 1
    os.mkdir(folder + "/log")
    with open(path, "wb") as file:
        file.write(content)
    assert journal.append(3, (), 0) == 3
    assert _journal(folder).next_seq == 4
