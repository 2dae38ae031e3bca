"""Append-only event journal: 64-byte records, hash-chained, in segment files of one flash sector.

A segment holds a header and 63 records, 4,096 bytes. The newest 24 are kept, so at least 1,449 events. Each append is open, write, close: LittleFS makes it
whole or not at all (security 3d: no acknowledged record lost in 2,384 cuts); the CRC finds what a file system cannot see. A number is never used twice.
"""

import os

from firmware.storage import journal_record
from firmware.storage.journal_record import BYTES, NO_HEAD, Event
from firmware.storage.slots import TwoSlots

SEGMENT_RECORDS = 63
MAX_SEGMENTS = 24
CURSOR_EVERY = 16  # stored events that may be sent again after a crash; the clinic takes each once
_SUFFIX = ".log"


class Journal:
    """next_seq: number of the next event, from 1. first_seq: oldest event that is kept. sent_seq: every event up to it is on a hub's disk.
    dropped: events dropped before they were sent. damaged: records lost to torn or broken files, found at `start`. errors: appends that failed.

    directory: where the segments stand. boot: number of this boot.
    """

    def __init__(self, directory: str = "/vigil/log"):
        self._directory = directory
        self._cursor = TwoSlots(directory + "/sent-a.bin", directory + "/sent-b.bin")
        self._firsts = []
        self._count = 0  # records in the newest segment
        self._open = False  # the newest segment may take another record
        self._head = NO_HEAD
        self._cursor_stored = 0
        self._doubt = False
        self.boot = 0
        self.next_seq = 1
        self.sent_seq = 0
        self.dropped = 0
        self.damaged = 0
        self.errors = 0

    def start(self, boot: int) -> bool:
        """Find the end of the journal, cutting a torn tail. False if the directory cannot be used. Boot only: reads one segment."""
        self.boot = boot
        try:
            self._scan()
        except OSError:
            return False
        payload = self._cursor.load()
        if payload is not None and len(payload) == 4:
            self._cursor_stored = min(int.from_bytes(payload, "big"), self.next_seq - 1)
        self.sent_seq = max(self._cursor_stored, self.first_seq - 1)
        return True

    @property
    def first_seq(self) -> int:
        return self._firsts[0] if self._firsts else self.next_seq

    def append(self, code: int, args, mono_ms: int) -> int:
        """Write one event; its number, or 0 if it could not be stored. code: codes.Event. args: up to four integers. mono_ms: since boot.

        Never in the frame: an erase can take tens of ms. ValueError for arguments that do not fit.
        """
        if self._doubt and not self._settle():
            self.errors += 1
            return 0
        seq = self.next_seq
        record = journal_record.pack(Event(seq, self.boot, mono_ms, code, list(args)))
        try:
            if self._open and self._count < SEGMENT_RECORDS:
                self._write("ab", self._firsts[-1], record)
            else:
                self._begin_segment(seq, record)
        except OSError:
            # What the file holds now is not known: look before the next append.
            self._doubt = True
            self.errors += 1
            return 0
        self._count += 1
        self._head = journal_record.chain(self._head, record)
        self.next_seq = seq + 1
        return seq

    def read(self, seq: int) -> Event | None:
        """The event with this number, or None if it is not kept or its record is broken. Outside the frame."""
        if not self.first_seq <= seq < self.next_seq:
            return None
        index = len(self._firsts) - 1
        while self._firsts[index] > seq:
            index -= 1
        first = self._firsts[index]
        if seq - first >= SEGMENT_RECORDS:
            return None
        try:
            with open(self._path(first), "rb") as file:
                file.seek((1 + seq - first) * BYTES)
                event = journal_record.unpack(file.read(BYTES))
        except OSError:
            return None
        return event if event is not None and event.seq == seq else None

    def head(self) -> bytes:
        """Head of the chain, 32 bytes; telemetry carries the first 16."""
        return self._head

    def mark_sent(self, seq: int):
        """A hub has every event up to `seq`. Stored on flash at every 16th event, or by `save_cursor`. Outside the frame."""
        if self.sent_seq < seq < self.next_seq:
            self.sent_seq = seq
            if seq - self._cursor_stored >= CURSOR_EVERY:
                self.save_cursor()

    def save_cursor(self) -> bool:
        """Store how far events were sent. Outside the frame. False if that failed: then some are sent again after a restart."""
        if self._cursor_stored == self.sent_seq:
            return True
        if not self._cursor.save(self.sent_seq.to_bytes(4, "big")):
            return False
        self._cursor_stored = self.sent_seq
        return True

    def _path(self, first):
        return "%s/%08x%s" % (self._directory, first, _SUFFIX)

    def _write(self, mode, first, data):
        with open(self._path(first), mode) as file:
            file.write(data)
            file.flush()

    def _begin_segment(self, seq, record):
        while len(self._firsts) >= MAX_SEGMENTS:
            oldest = self._firsts[0]
            os.remove(self._path(oldest))
            self._firsts.pop(0)
            self.dropped += max(0, self.first_seq - 1 - max(self.sent_seq, oldest - 1))
            self.sent_seq = max(self.sent_seq, self.first_seq - 1)
        self._write("wb", seq, journal_record.pack_header(seq, self._head) + record)
        self._firsts.append(seq)
        self._count = 0
        self._open = True

    def _settle(self):
        """After a failed append: find out what the flash holds."""
        try:
            self._scan()
        except OSError:
            return False
        self._doubt = False
        return True

    def _scan(self):
        try:
            names = os.listdir(self._directory)
        except OSError:
            os.mkdir(self._directory)
            names = []
        firsts = []
        for name in names:
            first = _first_of(name)
            if first:
                firsts.append(first)
        firsts.sort()
        self._firsts = firsts
        self._count = 0
        self._open = False
        self.damaged = 0
        # The last but one as well: it gives the chain's head if the newest has lost its header.
        for first in firsts[-2:]:
            self._scan_segment(first)

    def _scan_segment(self, first):
        """Follow the chain through the newest segment. What comes after the first broken record is cut: its numbers are skipped, not used again."""
        with open(self._path(first), "rb") as file:
            raw = file.read((1 + SEGMENT_RECORDS) * BYTES)
        places = (len(raw) - 1) // BYTES  # begun records; a header alone is none
        header = journal_record.unpack_header(raw[:BYTES])
        count = 0
        if header is not None and header[0] == first:
            self._head = header[1]
            for place in range(1, places + 1):
                record = raw[place * BYTES : (place + 1) * BYTES]
                event = journal_record.unpack(record)
                if event is None or event.seq != first + count:
                    break
                self._head = journal_record.chain(self._head, record)
                count += 1
        self._count = count
        self._open = header is not None and len(raw) == (1 + count) * BYTES
        lost = places - count
        # A segment always has one record; a file without a good one still used its first number.
        self.next_seq = first + max(places, 1)
        self.damaged += lost if lost > 0 else 0


def _first_of(name):
    """First number of a segment by its file name, 0 for any other file."""
    if len(name) != 8 + len(_SUFFIX) or not name.endswith(_SUFFIX):
        return 0
    try:
        return int(name[:8], 16)
    except ValueError:
        return 0
