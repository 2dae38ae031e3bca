"""The prescription record: every field at its edges, and nothing half-read."""

from shared import cbor, prescription
from shared.codes import Reason
from shared.errors import Refused
from shared.prescription import FIELDS, NUMBERS, SEGMENTS, TEXT, UINT
from shared.tests.checks import raises, same
from shared.tests.samples import rx


def wire(**changes) -> bytes:
    """Encoded without any check."""
    fields = rx(**changes)
    return cbor.encode({NUMBERS[name]: fields[name] for name in fields})


def refused(data, reason, field):
    error = raises(Refused, prescription.decode, data)
    same((error.reason, error.field), (reason, field))


def test_good_prescription_goes_there_and_back():
    data = prescription.encode(rx())
    same(data, wire())
    same(prescription.decode(data), rx())
    same(prescription.rate_nl_h(rx()), 7_000_000)


def test_digest_names_the_bytes():
    data = prescription.encode(rx())
    same(len(prescription.digest(data)), 32)
    other = prescription.encode(rx(vtbi_nl=168_000_001))
    assert prescription.digest(data) != prescription.digest(other)


def test_table_numbers_its_rows():
    same([row[0] for row in FIELDS], list(range(14)))


def test_every_number_is_taken_at_its_edges_and_refused_beyond():
    tried = 0
    for _, name, kind, low, high, _ in FIELDS:
        if kind != UINT:
            continue
        tried += 1
        for value in (low, high):
            if value == 0 or name not in prescription.ONLY_ZERO:
                same(prescription.decode(wire(**{name: value}))[name], value)
        for value in (low - 1, high + 1, -1, (1 << 64) - 1, -(1 << 64)):
            refused(wire(**{name: value}), Reason.FIELD_RANGE, name)
    same(tried, 11)


def test_every_wrong_type_is_refused_with_its_field():
    for _, name, kind, _, _, _ in FIELDS:
        wrong = {UINT: (b"", "1", None, True, [1]), TEXT: (1, b"a", None, ["a"])}
        for value in wrong.get(kind, (1, None, "a", b"", {0: 1})):
            refused(wire(**{name: value}), Reason.MALFORMED, name)
            error = raises(Refused, prescription.encode, rx(**{name: value}))
            same((error.reason, error.field), (Reason.MALFORMED, name))


def test_texts_are_short_and_printable_ascii():
    for name in ("drug", "profile"):
        same(prescription.decode(wire(**{name: "x" * 32}))[name], "x" * 32)
        for value in ("", "x" * 33, "a\nb", "a\x00", "a\x7f", "a\u202eb", "Kétamine", "水"):
            refused(wire(**{name: value}), Reason.FIELD_RANGE, name)


def test_missing_and_unknown_fields_are_refused():
    for number, name, _, _, _, _ in FIELDS:
        fields = cbor.decode(wire())
        del fields[number]
        refused(cbor.encode(fields), Reason.MALFORMED, name)
        fields = rx()
        del fields[name]
        same(raises(Refused, prescription.encode, fields).field, name)
    for number in (14, 99, -1):
        fields = cbor.decode(wire())
        fields[number] = 1
        refused(cbor.encode(fields), Reason.MALFORMED, str(number))
    same(raises(Refused, prescription.encode, rx(colour="red")).field, "colour")


def test_segments_have_one_rate_at_minute_zero():
    low, high = FIELDS[2][3], FIELDS[2][4]
    same(FIELDS[2][2], SEGMENTS)
    for rate in (low, high):
        same(prescription.decode(wire(segments=[[0, rate]]))["segments"], [[0, rate]])
    for value, reason in (
        ([], Reason.FIELD_RANGE),
        ([[0, low - 1]], Reason.FIELD_RANGE),
        ([[0, high + 1]], Reason.FIELD_RANGE),
        ([[0, 0]], Reason.FIELD_RANGE),
        ([[0, -low]], Reason.FIELD_RANGE),
        ([[1_440, low]], Reason.FIELD_RANGE),
        ([[-1, low]], Reason.FIELD_RANGE),
        ([[0, low], [0, low]], Reason.FIELD_RANGE),
        ([[5, low], [0, low]], Reason.FIELD_RANGE),
        ([[m, low] for m in range(49)], Reason.FIELD_RANGE),
        ([[0]], Reason.MALFORMED),
        ([[0, low, 1]], Reason.MALFORMED),
        ([0, low], Reason.MALFORMED),
        ([[0, str(low)]], Reason.MALFORMED),
        ([[False, low]], Reason.MALFORMED),
        ([[0, low], [60, low]], Reason.NOT_SUPPORTED),
        ([[5, low]], Reason.NOT_SUPPORTED),
    ):
        refused(wire(segments=value), reason, "segments")


def test_what_version_one_cannot_do_is_refused_by_name():
    refused(wire(max_bolus_nl=1), Reason.NOT_SUPPORTED, "max_bolus_nl")
    refused(wire(starts_after_s=1), Reason.NOT_SUPPORTED, "starts_after_s")


def test_bytes_that_are_not_a_canonical_map_are_refused():
    data = wire()
    for bad in (
        b"",
        data[:-1],
        data + b"\x00",
        cbor.encode([1]),
        b"\xff",
        data[:1] + b"\x18" + data[1:],
    ):
        refused(bad, Reason.MALFORMED, None)
