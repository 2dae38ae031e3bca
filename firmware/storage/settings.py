"""What the pump itself must remember: calibration, the clinician's code and the counters that never go back. Two slots, canonical CBOR.

A change counts only when it is stored: every method returns False (or None) and leaves the old value if the write failed.
Format 1 knew no code: such a record is read, and the next change stores it as format 2.
"""

from firmware.storage.slots import TwoSlots
from shared import cbor
from shared.errors import Malformed

FORMAT = 2
_OLD_FORMAT = 1
SEQUENCE_BLOCK = 1_024  # security 4: a crash skips at most a block of numbers and repeats none
MAX_SEQUENCE_JUMP = 65_536  # protocol 2.2

# 3,750 pL a microstep, +-5 % (docs/HARDWARE.md).
NOMINAL_PL_PER_STEP = 3_750
MIN_PL_PER_STEP = 3_562
MAX_PL_PER_STEP = 3_938

MAX_CLINICIAN_CODE = 9_999

_U32 = (1 << 32) - 1
_SEQUENCE_MAX = (1 << 40) - 1  # partial_iv is at most five bytes

# key in the record, attribute, least, most
_FIELDS = (
    (1, "pl_per_step", MIN_PL_PER_STEP, MAX_PL_PER_STEP),
    (2, "boot", 0, _U32),
    (3, "sequence_limit", 0, _SEQUENCE_MAX),
    (4, "last_command", 0, _SEQUENCE_MAX),
    (5, "rx_version", 0, _U32),
    (6, "clinician_code", 0, MAX_CLINICIAN_CODE),
)
_OLD_FIELDS = 5  # format 1 ends with rx_version


class Settings:
    """pl_per_step: pL a microstep of this cassette. boot: number of this boot. sequence_limit: every sending number below it may have been used.
    last_command: sequence of the last command let in. rx_version: newest prescription version ever made active.
    clinician_code: what a clinician enters at the pump, four digits; 0: none is set, and nothing is accepted.

    directory: where settings-a.cbor and settings-b.cbor stand. numbers: storage.number_ring.NumberRing, which then takes the numbers of commands, so that a
    command costs no erase; None: they are stored here.
    """

    def __init__(self, directory: str = "/vigil", numbers=None):
        self._slots = TwoSlots(directory + "/settings-a.cbor", directory + "/settings-b.cbor")
        self._numbers = numbers
        self.valid = False
        self.pl_per_step = NOMINAL_PL_PER_STEP
        self.boot = 0
        self.sequence_limit = 0
        self.last_command = 0
        self.rx_version = 0
        self.clinician_code = 0
        self._copy = self._values()

    def load(self) -> bool:
        """Read the record. False: there is none, or it is not one; then the fields stand at their defaults and nothing may be delivered.

        Reads the numbers as well. What either remembers is the least: a record of the flash is never older than the last boot.
        """
        payload = self._slots.load()
        values = None if payload is None else parse(payload)
        self.valid = values is not None
        if values is not None:
            self._set(values)
        if self._numbers is not None and self._numbers.recover():
            self.last_command = max(self.last_command, self._numbers.last)
            self._copy = self._values()
        return self.valid

    def start_boot(self) -> bool:
        """Count this boot, before anything is sealed with its number."""
        return self._change("boot", self.boot + 1)

    def reserve_sequences(self) -> tuple | None:
        """Reserve 1,024 sending numbers and store that first: (first, limit), use first to limit - 1. None if it could not be stored."""
        first = self.sequence_limit
        if not self._change("sequence_limit", first + SEQUENCE_BLOCK):
            return None
        return first, first + SEQUENCE_BLOCK

    def accept_command(self, sequence: int) -> bool:
        """Store the number of a command before it is acted on. False if it is not above the last, too far above it, or could not be stored."""
        if type(sequence) is not int or not 0 < sequence - self.last_command <= MAX_SEQUENCE_JUMP:
            return False
        if self._numbers is None:
            return self._change("last_command", sequence)
        if not self.valid or not self._numbers.put(sequence):
            return False
        self.last_command = sequence
        self._copy = self._values()
        return True

    def activate_version(self, version: int) -> bool:
        """Remember the newest prescription version. False if it does not rise or could not be stored."""
        if type(version) is not int or version <= self.rx_version:
            return False
        return self._change("rx_version", version)

    def calibrate(self, pl_per_step: int) -> bool:
        """Set the volume of a microstep, 3,562 to 3,938 pL. False outside, or if it could not be stored."""
        return self._change("pl_per_step", pl_per_step)

    def _change(self, name, value):
        # A field that fell over in memory must not be stored as the new truth.
        if not self.valid or not self.intact():
            return False
        values = self._values()
        values[name] = value
        if not in_range(values) or not self._slots.save(pack(values)):
            return False
        self._set(values)
        return True

    def intact(self) -> bool:
        """Whether every field is still what was loaded or stored last (SR-074)."""
        return self._values() == self._copy

    def _values(self):
        return {field[1]: getattr(self, field[1]) for field in _FIELDS}

    def _set(self, values):
        for field in _FIELDS:
            setattr(self, field[1], values[field[1]])
        self._copy = values


def defaults() -> dict:
    """A new pump."""
    return {
        "pl_per_step": NOMINAL_PL_PER_STEP,
        "boot": 0,
        "sequence_limit": 0,
        "last_command": 0,
        "rx_version": 0,
        "clinician_code": 0,
    }


def in_range(values: dict) -> bool:
    """Whether every field is an integer within its range."""
    for _, name, least, most in _FIELDS:
        value = values[name]
        if type(value) is not int or not least <= value <= most:
            return False
    return True


def pack(values: dict) -> bytes:
    """The record: a map with the format at 0."""
    record = {0: FORMAT}
    for key, name, _, _ in _FIELDS:
        record[key] = values[name]
    return cbor.encode(record)


def parse(payload: bytes) -> dict | None:
    """The fields of a record of format 1 or 2, or None: another format, a field too many or too few, a value outside its range."""
    try:
        record = cbor.decode(payload)
    except Malformed:
        return None
    # The type as well: True equals 1.
    if type(record) is not dict or type(record.get(0)) is not int:
        return None
    if record[0] == FORMAT:
        fields = _FIELDS
    elif record[0] == _OLD_FORMAT:
        fields = _FIELDS[:_OLD_FIELDS]
    else:
        return None
    if len(record) != len(fields) + 1:
        return None
    values = defaults()
    for key, name, _, _ in fields:
        if key not in record:
            return None
        values[name] = record[key]
    return values if in_range(values) else None
