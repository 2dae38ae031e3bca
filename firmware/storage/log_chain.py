"""Append-only log: 64-byte records, numbered and hash-chained, in segment files of one flash sector. The oldest segment goes when there are too many.

A segment holds a header and 63 records, 4,096 bytes. Each append is open, write, close: LittleFS makes it whole or not at all (firmware/tests/cut_sweep.py);
the CRC finds what a file system cannot see. A number is never used twice.
"""

import os

from firmware.storage import journal_record
from firmware.storage.journal_record import BYTES, NO_HEAD, Event

SEGMENT_RECORDS = 63
_SUFFIX = ".log"
# A directory that cannot be read gives the same name for ever; no log has that many files.
_MAX_NAMES = 500
_ENOENT = 2
_EIO = 5


class LogChain:
    """next_seq: number of the next record, from 1. first_seq: oldest that is kept. head: chain over all records so far, 32 bytes.
    damaged: records lost to torn or broken files, found at `start`. errors: appends that failed.

    directory: where the segments stand; made if it is missing. segments: how many are kept, so at least (segments - 1) * 63 records.
    """

    def __init__(self, directory: str, segments: int):
        self._directory = directory
        self._segments = segments
        self._firsts = []
        self._count = 0  # records in the newest segment
        self._open = False  # the newest segment may take another record
        self._doubt = False
        self.head = NO_HEAD
        self.next_seq = 1
        self.damaged = 0
        self.errors = 0

    @property
    def first_seq(self) -> int:
        return self._firsts[0] if self._firsts else self.next_seq

    def start(self) -> bool:
        """Find the end of the log; what comes after a torn record is never used. False if the directory cannot be used. Reads one or two segments."""
        try:
            self._scan()
        except OSError:
            return False
        return True

    def append(self, boot: int, mono_ms: int, code: int, args) -> int:
        """Write one record; its number, or 0 if it could not be stored. Outside the frame: an erase can take tens of ms.

        boot, mono_ms: when. code: codes.Event. args: up to four integers. ValueError for what does not fit.
        """
        if self._doubt and not self._settle():
            self.errors += 1
            return 0
        seq = self.next_seq
        record = journal_record.pack(Event(seq, boot, mono_ms, code, list(args)))
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
        self.head = journal_record.chain(self.head, record)
        self.next_seq = seq + 1
        return seq

    def read(self, seq: int) -> Event | None:
        """The record with this number, or None if it is not kept or is broken. Outside the frame."""
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

    def _path(self, first):
        return "%s/%08x%s" % (self._directory, first, _SUFFIX)

    def _write(self, mode, first, data):
        with open(self._path(first), mode) as file:
            file.write(data)
            file.flush()

    def _begin_segment(self, seq, record):
        while len(self._firsts) >= self._segments:
            os.remove(self._path(self._firsts[0]))
            self._firsts.pop(0)
        self._write("wb", seq, journal_record.pack_header(seq, self.head) + record)
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
            firsts = _segments_in(self._directory)
        except OSError as error:
            # A directory that cannot be read is not an empty one: its records would be written over.
            if error.errno != _ENOENT:
                raise
            os.mkdir(self._directory)
            firsts = []
        self._firsts = firsts
        self._count = 0
        self._open = False
        self.damaged = 0
        # The last but one gives the chain's head if the newest has lost its header.
        lost = len(firsts) > 1 and not self._has_header(firsts[-1])
        for first in firsts[-2 if lost else -1 :]:
            self._scan_segment(first)

    def _has_header(self, first):
        with open(self._path(first), "rb") as file:
            header = journal_record.unpack_header(file.read(BYTES))
        return header is not None and header[0] == first

    def _scan_segment(self, first):
        """Follow the chain through a segment. What comes after the first broken record is cut: its numbers are skipped, not used again."""
        with open(self._path(first), "rb") as file:
            size = file.seek(0, 2)
            file.seek(0)
            # Begun records; a header alone is none.
            places = min((size - 1) // BYTES, SEGMENT_RECORDS)
            header = journal_record.unpack_header(file.read(BYTES))
            count = 0
            if header is not None and header[0] == first:
                self.head = header[1]
                while count < places:
                    record = file.read(BYTES)
                    event = journal_record.unpack(record)
                    if event is None or event.seq != first + count:
                        break
                    self.head = journal_record.chain(self.head, record)
                    count += 1
        self._count = count
        self._open = header is not None and size == (1 + count) * BYTES
        lost = places - count
        # A segment always has one record; a file without a good one still used its first number.
        self.next_seq = first + max(places, 1)
        self.damaged += lost if lost > 0 else 0


def _segments_in(directory):
    """First numbers of all segments, rising. OSError: the directory is not there, or cannot be read."""
    firsts = []
    for count, name in enumerate(_names(directory)):
        if count > _MAX_NAMES:
            raise OSError(_EIO)
        first = _first_of(name)
        # A directory entry that was read at the second try comes twice.
        if first and first not in firsts:
            firsts.append(first)
    firsts.sort()
    return firsts


def _names(directory):
    """Names in a directory, one after the other: a list of those of a directory that cannot be read would never end."""
    if not hasattr(os, "ilistdir"):
        yield from os.listdir(directory)
        return
    for entry in os.ilistdir(directory):
        yield entry[0]


def _first_of(name):
    """First number of a segment by its file name, 0 for any other file."""
    if len(name) != 8 + len(_SUFFIX) or not name.endswith(_SUFFIX):
        return 0
    try:
        return int(name[:8], 16)
    except ValueError:
        return 0
