"""Records that are whole and not what they should be: each is refused, and nothing of it is taken."""

import hashlib

from firmware.drivers.fram import Fram
from firmware.storage import identity, journal_record, prescription_store, settings
from firmware.storage.dose_ring import DoseRing
from firmware.storage.journal import Journal
from firmware.storage.log_chain import LogChain
from firmware.storage.prescription_store import PrescriptionStore
from firmware.storage.slots import MAX_PAYLOAD, TwoSlots
from firmware.storage.window_log import WindowLog
from firmware.tests import scratch
from firmware.tests.fram_bus import FramBus
from shared import cbor
from shared.codes import Event as Code


def _refused(call, *arguments):
    try:
        call(*arguments)
    except ValueError:
        return True
    return False


def test_prescription_record_of_any_other_form_is_damage():
    signed = b"signed"
    digest = hashlib.sha256(signed).digest()
    good = [prescription_store.FORMAT, 3, signed, b"proof", digest]
    wrong = [b"\xff", cbor.encode({0: 1}), cbor.encode(good[:4]), cbor.encode(good + [0])]
    changes = (
        (0, 2),
        (0, True),
        (1, 0),
        (1, 1 << 32),
        (1, True),
        (2, "signed"),
        (3, None),
        (4, "x"),
    )
    for index, value in changes + ((2, b"another"), (4, bytes(32))):
        wrong.append(cbor.encode(good[:index] + [value] + good[index + 1 :]))
    for payload in [cbor.encode(good)] + wrong:
        folder = scratch.folder()
        assert TwoSlots(folder + "/rx-a.cbor", folder + "/rx-b.cbor").save(payload)
        store = PrescriptionStore(folder)
        whole = payload == cbor.encode(good)
        assert store.load() == whole and store.damaged == (not whole), payload
        assert (store.version, store.signed) == ((3, signed) if whole else (0, b""))


def test_prescription_that_does_not_fit_is_not_stored():
    store = PrescriptionStore(scratch.folder())
    assert not store.save(1, bytes(MAX_PAYLOAD))
    assert not store.save(True, b"signed") and not store.save(1 << 32, b"signed")
    assert not store.load() and not store.damaged


def test_journal_record_whose_number_or_count_cannot_be_is_no_record():
    event = journal_record.Event(1, 2, 3, 4, [5])
    assert not _refused(journal_record.pack, event)
    for name, value in (("seq", 0), ("seq", 1 << 32), ("boot", -1), ("mono_ms", 1 << 48)):
        other = journal_record.Event(1, 2, 3, 4, [5])
        setattr(other, name, value)
        assert _refused(journal_record.pack, other), name
    # A CRC over zeros is right, and there is no event number 0.
    assert journal_record.unpack(_sealed(bytes(60))) is None
    many = bytearray(60)
    many[3] = 1
    many[15] = 5
    assert journal_record.unpack(_sealed(bytes(many))) is None
    assert journal_record.unpack_header(_sealed(b"VGL2" + bytes(56))) is None


def _sealed(body):
    from binascii import crc32

    return body + crc32(body).to_bytes(4, "big")


def test_segment_with_the_header_of_another_has_nothing_to_give():
    folder = scratch.folder()
    log = LogChain(folder + "/log", 3)
    assert log.start()
    assert log.append(1, 0, Code.BOOT, ()) == 1 and log.append(1, 0, Code.BOOT, ()) == 2
    with open(folder + "/log/00000001.log", "rb") as file:
        raw = file.read()
    with open(folder + "/log/00000009.log", "wb") as file:
        file.write(raw)
    again = LogChain(folder + "/log", 3)
    assert again.start() and again.next_seq == 11 and again.damaged == 2
    # The number lies where no segment reaches.
    assert again.read(9) is None and again.read(5) is None
    event = again.read(2)
    assert event is not None and event.seq == 2
    assert again.append(2, 0, Code.BOOT, ()) == 11


def test_segment_that_has_gone_gives_no_record():
    import os

    folder = scratch.folder()
    log = LogChain(folder + "/log", 3)
    assert log.start() and log.append(1, 0, Code.BOOT, ()) == 1
    os.remove(folder + "/log/00000001.log")
    assert log.read(1) is None


def test_numbers_above_the_last_segment_are_not_read_from_it():
    folder = scratch.folder()
    log = LogChain(folder + "/log", 3)
    assert log.start() and log.append(1, 0, Code.BOOT, ()) == 1
    log.next_seq = 200
    assert log.read(150) is None


def test_directory_with_more_names_than_any_log_has_is_not_followed():
    import firmware.storage.log_chain as module

    folder = scratch.folder()
    log = LogChain(folder + "/log", 3)
    assert log.start() and log.append(1, 0, Code.BOOT, ()) == 1
    kept = module._names
    # As LittleFS gives the names of a directory that it can no longer read.
    module._names = lambda directory: iter(["00000001.log"] * 10_000)
    try:
        assert not LogChain(folder + "/log", 3).start()
    finally:
        module._names = kept
    assert LogChain(folder + "/log", 3).start()


def test_cursor_beyond_the_journal_or_of_another_length_is_not_believed():
    folder = scratch.folder()
    journal = Journal(folder + "/log", 3, 2)
    assert journal.start(1) and journal.append(Code.BOOT, (), 0) == 1
    for payload, sent in ((b"\x00\x00\x00\x63", 1), (b"\x00\x01", 0)):
        assert TwoSlots(folder + "/log/sent-a.bin", folder + "/log/sent-b.bin").save(payload)
        again = Journal(folder + "/log", 3, 2)
        assert again.start(2) and again.sent_seq == sent
    assert again.errors == 0 and again.damaged == 0 and again.save_cursor()
    again.mark_sent(1)
    again._cursor.save = lambda payload: False
    assert not again.save_cursor() and again.sent_seq == 1


def test_settings_that_are_no_map_or_whose_format_is_no_number_are_refused():
    moved = cbor.decode(settings.pack(settings.defaults()))
    moved[7] = moved.pop(6)
    for record in ([1, 2], 5, {1: 2}, {0: "2"}, {0: None}, moved):
        assert settings.parse(cbor.encode(record)) is None


def test_identity_whose_clinicians_are_no_rows_is_refused():
    good = identity.Identity(bytes(16), bytes(8), bytes(range(32)), 0, [], "Pump")
    record = cbor.decode(identity.pack(good))
    for people in (5, [5], [[1, 2, 3]], [[b"x" * 8, b"y" * 64, 1, "A", 0]]):
        record[4] = people
        try:
            identity.parse(cbor.encode(record))
            raise AssertionError(people)
        except identity.IdentityError as error:
            assert error.field == "clinicians"


def test_dose_memory_takes_no_session_and_no_bucket_that_cannot_be():
    ring = DoseRing(Fram(FramBus()))
    assert ring.recover().valid
    for session in (-1, 1 << 32, 1.0, None):
        assert _refused(ring.begin, session)
    assert ring.begin(1)
    for steps in (-1, 1.5, None):
        assert _refused(ring.close_minute, steps)


def test_bucket_record_of_another_place_or_of_number_zero_is_not_believed():
    bus = FramBus()
    log = WindowLog(Fram(bus), 0, 8, 0x5A5A5A5A)
    assert log.load() and log.close(7) and log.close(9)
    bus.cells[16 * 5 : 16 * 6] = bus.cells[16 * 2 : 16 * 3]
    bus.cells[16 * 2 : 16 * 3] = bytes(16)
    assert log.load() and log.buckets(20, 4) == [13, 7]
    bus.silent = True
    assert not log.load() and not log.close(1)
