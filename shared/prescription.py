"""The prescription record: fields, types, ranges, and what version 1 of the pump can do.

In code a prescription is a dict by field name; on the wire a map by field number. `check_shape` is
the one place that judges a field by itself; what fields mean together is drug_library.py.
Everything is refused with `Refused(reason, field)`.
"""

from hashlib import sha256

from shared import cbor, ceilings
from shared.codes import Reason
from shared.errors import Malformed, Refused

UINT = 1
TEXT = 2  # printable ASCII, so that the pump's screen can show every letter; min and max: length
SEGMENTS = 3  # [[minute, rate_nl_h] ...]; min and max: rate
MAX_SEGMENTS = 48
_MINUTES_PER_DAY = 1_440

# number, name, type, min, max, unit. The number is the index.
FIELDS = (
    (0, "drug", TEXT, 1, 32, ""),
    (1, "conc_ng_ml", UINT, 1, 1_000_000_000, "ng/mL"),
    (2, "segments", SEGMENTS, ceilings.MIN_RATE_NL_H, ceilings.MAX_RATE_NL_H, "min, nL/h"),
    (3, "max_hour_nl", UINT, 1, ceilings.MAX_RATE_NL_H, "nL"),
    (4, "max_day_nl", UINT, 1, ceilings.MAX_VOLUME_NL, "nL"),
    (5, "max_bolus_nl", UINT, 0, 20_000_000, "nL"),
    (6, "lockout_s", UINT, 0, 86_400, "s"),
    (7, "starts_after_s", UINT, 0, 604_800, "s"),
    (8, "library_version", UINT, 1, 0xFFFF, ""),
    (9, "vtbi_nl", UINT, 1, ceilings.MAX_VOLUME_NL, "nL"),
    (10, "dosing_weight_g", UINT, ceilings.MIN_WEIGHT_G, ceilings.MAX_WEIGHT_G, "g"),
    (11, "profile", TEXT, 1, 32, ""),
    (12, "max_minutes", UINT, 1, ceilings.MAX_MINUTES, "min"),
    (13, "occlusion_pa", UINT, ceilings.MIN_OCCLUSION_PA, ceilings.MAX_OCCLUSION_PA, "Pa"),
)
NUMBERS = {row[1]: row[0] for row in FIELDS}

# Fields that version 1 has and cannot do: they must hold this value.
ONLY_ZERO = ("max_bolus_nl", "starts_after_s")


def rate_nl_h(rx: dict) -> int:
    """The basal rate of a prescription that passed `check_shape`."""
    return rx["segments"][0][1]


def encode(rx: dict) -> bytes:
    """The canonical bytes, as they stand in a signed command. Refuses what `decode` would."""
    check_shape(rx)
    return cbor.encode({row[0]: rx[row[1]] for row in FIELDS})


def decode(data: bytes) -> dict:
    """The prescription by field name, complete and checked field by field."""
    try:
        fields = cbor.decode(data)
    except Malformed:
        raise Refused(Reason.MALFORMED)
    if type(fields) is not dict:
        raise Refused(Reason.MALFORMED)
    rx = {}
    for number in sorted(fields):
        if not 0 <= number < len(FIELDS):
            raise Refused(Reason.MALFORMED, str(number))
        rx[FIELDS[number][1]] = fields[number]
    check_shape(rx)
    return rx


def digest(data: bytes) -> bytes:
    """32 bytes that name this prescription: `replaces`, and in part `rx_hash`."""
    return sha256(data).digest()


def check_shape(rx: dict) -> None:
    """Every field there, none besides; type; range; supported. `Refused` for the first that is not.

    Reasons: MALFORMED (missing, unknown, wrong type), FIELD_RANGE, NOT_SUPPORTED.
    """
    for name in sorted(rx):
        if name not in NUMBERS:
            raise Refused(Reason.MALFORMED, name)
    for row in FIELDS:
        name = row[1]
        if name not in rx:
            raise Refused(Reason.MALFORMED, name)
        _CHECKS[row[2]](rx[name], row)
    if len(rx["segments"]) != 1 or rx["segments"][0][0] != 0:
        raise Refused(Reason.NOT_SUPPORTED, "segments")
    for name in ONLY_ZERO:
        if rx[name] != 0:
            raise Refused(Reason.NOT_SUPPORTED, name)


def _check_uint(value, row: tuple) -> None:
    if type(value) is not int:
        raise Refused(Reason.MALFORMED, row[1])
    if not row[3] <= value <= row[4]:
        raise Refused(Reason.FIELD_RANGE, row[1])


def _check_text(value, row: tuple) -> None:
    if type(value) is not str:
        raise Refused(Reason.MALFORMED, row[1])
    if not row[3] <= len(value) <= row[4]:
        raise Refused(Reason.FIELD_RANGE, row[1])
    for letter in value:
        if not " " <= letter <= "~":
            raise Refused(Reason.FIELD_RANGE, row[1])


def _check_segments(value, row: tuple) -> None:
    if not isinstance(value, (list, tuple)):
        raise Refused(Reason.MALFORMED, row[1])
    if not 1 <= len(value) <= MAX_SEGMENTS:
        raise Refused(Reason.FIELD_RANGE, row[1])
    last_minute = -1
    for segment in value:
        if not isinstance(segment, (list, tuple)) or len(segment) != 2:
            raise Refused(Reason.MALFORMED, row[1])
        minute, rate = segment
        if type(minute) is not int or type(rate) is not int:
            raise Refused(Reason.MALFORMED, row[1])
        if not last_minute < minute < _MINUTES_PER_DAY or not row[3] <= rate <= row[4]:
            raise Refused(Reason.FIELD_RANGE, row[1])
        last_minute = minute


_CHECKS = {UINT: _check_uint, TEXT: _check_text, SEGMENTS: _check_segments}
