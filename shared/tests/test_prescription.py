"""The prescription record: every field at its edges, and nothing half-read."""

from shared import cbor, messages, prescription
from shared.codes import NO_FIELD, Reason
from shared.errors import Refused
from shared.prescription import OPTIONAL, OVERRIDES, SEGMENTS, TEXT, UINT, fields, number_of
from shared.tests.checks import raises, same
from shared.tests.samples import PUMP_ID, pca, rx

TOGETHER = (
    ("load_nl", "load_rate_nl_h"),
    ("max_bolus_nl", "bolus_rate_nl_h", "max_boluses"),
    ("clinician_bolus_nl", "clinician_bolus_minutes"),
    ("kvo_rate_nl_h", "kvo_minutes"),
)


def wire_of(terms: dict) -> bytes:
    """Encoded without any check."""
    return cbor.encode({number_of(name): terms[name] for name in terms})


def wire(**changes) -> bytes:
    return wire_of(pca(**changes))


def refused(data, reason, field):
    error = raises(Refused, prescription.decode, data)
    same((error.reason, error.field), (reason, field))


def test_good_prescription_goes_there_and_back():
    for terms in (rx(), pca(), pca(overrides=[[2, 1], [12, 5]])):
        data = prescription.encode(terms)
        same(data, wire_of(terms))
        same(prescription.decode(data), terms)


def test_digest_names_the_bytes():
    data = prescription.encode(rx())
    same(len(prescription.digest(data)), 32)
    other = prescription.encode(rx(vtbi_nl=168_000_001))
    assert prescription.digest(data) != prescription.digest(other)


def test_table_numbers_its_rows():
    rows = list(fields())
    same([row[0] for row in rows], list(range(27)))
    same(prescription.COUNT, 27)
    for number, name, _, _, _ in rows:
        same(number_of(name), number)
    same((number_of("colour"), number_of(None)), (NO_FIELD, NO_FIELD))


def test_every_number_is_taken_at_its_edges_and_refused_beyond():
    tried = 0
    for _, name, kind, low, high in fields():
        if kind != UINT and kind != OPTIONAL:
            continue
        tried += 1
        for value in (low, high):
            if value > 0 and name != "starts_after_s":
                same(prescription.decode(wire(**{name: value}))[name], value)
        for value in (low - 1, high + 1, -1, (1 << 64) - 1, -(1 << 64)):
            if value != 0:
                refused(wire(**{name: value}), Reason.FIELD_RANGE, name)
            elif low == 1:
                refused(wire(**{name: 0}), Reason.FIELD_RANGE, name)
    same(tried, 23)


def test_every_wrong_type_is_refused_with_its_field():
    wrong = {
        UINT: (b"", "1", None, True, [1]),
        OPTIONAL: (b"", "1", None, False, [0]),
        TEXT: (1, b"a", None, ["a"]),
        SEGMENTS: (1, None, "a", b"", {0: 1}),
        OVERRIDES: (0, None, "", b"", {}),
    }
    for _, name, kind, _, _ in fields():
        for value in wrong[kind]:
            refused(wire(**{name: value}), Reason.MALFORMED, name)
            error = raises(Refused, prescription.encode, pca(**{name: value}))
            same((error.reason, error.field), (Reason.MALFORMED, name))


def test_texts_are_short_and_printable_ascii():
    for name in ("drug", "profile"):
        same(prescription.decode(wire(**{name: "x" * 32}))[name], "x" * 32)
        for value in ("", "x" * 33, "a\nb", "a\x00", "a\x7f", "a\u202eb", "Kétamine", "水"):
            refused(wire(**{name: value}), Reason.FIELD_RANGE, name)


def test_missing_and_unknown_fields_are_refused():
    for number, name, _, _, _ in fields():
        terms = cbor.decode(wire())
        del terms[number]
        refused(cbor.encode(terms), Reason.MALFORMED, name)
        terms = pca()
        del terms[name]
        same(raises(Refused, prescription.encode, terms).field, name)
    for number in (27, 99, -1):
        terms = cbor.decode(wire())
        terms[number] = 1
        refused(cbor.encode(terms), Reason.MALFORMED, str(number))
    same(raises(Refused, prescription.encode, rx(colour="red")).field, "colour")


def test_a_prescription_of_format_1_is_refused():
    terms = cbor.decode(wire_of(rx(library_version=1)))
    for number in range(14, 27):
        del terms[number]
    refused(cbor.encode(terms), Reason.MALFORMED, "max_4h_nl")


def test_segments_begin_at_minute_zero_and_rise():
    _, _, _, low, high = list(fields())[2]
    most = [[minute, low] for minute in range(48)]
    for value in ([[0, low]], [[0, high]], [[0, low], [1, high], [10_079, low]], most):
        same(prescription.decode(wire(segments=value))["segments"], value)
    for value, reason in (
        ([], Reason.FIELD_RANGE),
        ([[0, low - 1]], Reason.FIELD_RANGE),
        ([[0, high + 1]], Reason.FIELD_RANGE),
        ([[0, 0]], Reason.FIELD_RANGE),
        ([[0, -low]], Reason.FIELD_RANGE),
        ([[0, low], [10_080, low]], Reason.FIELD_RANGE),
        ([[-1, low]], Reason.FIELD_RANGE),
        ([[5, low]], Reason.FIELD_RANGE),
        ([[0, low], [0, low]], Reason.FIELD_RANGE),
        ([[5, low], [0, low]], Reason.FIELD_RANGE),
        (most + [[48, low]], Reason.FIELD_RANGE),
        ([[0]], Reason.MALFORMED),
        ([[0, low, 1]], Reason.MALFORMED),
        ([0, low], Reason.MALFORMED),
        ([[0, str(low)]], Reason.MALFORMED),
        ([[False, low]], Reason.MALFORMED),
    ):
        refused(wire(segments=value), reason, "segments")


def test_overrides_are_few_sorted_single_and_known():
    most = [[number, 1] for number in range(8)]
    for value in ([], [[0, 1]], [[26, 5]], most):
        same(prescription.decode(wire(overrides=value))["overrides"], value)
    for value, reason in (
        (most + [[8, 1]], Reason.FIELD_RANGE),
        ([[1, 1], [0, 1]], Reason.FIELD_RANGE),
        ([[1, 1], [1, 2]], Reason.FIELD_RANGE),
        ([[27, 1]], Reason.FIELD_RANGE),
        ([[-1, 1]], Reason.FIELD_RANGE),
        ([[2, 0]], Reason.FIELD_RANGE),
        ([[2, 6]], Reason.FIELD_RANGE),
        ([[2]], Reason.MALFORMED),
        ([2, 1], Reason.MALFORMED),
        ([["segments", 1]], Reason.MALFORMED),
        ([[2, True]], Reason.MALFORMED),
    ):
        refused(wire(overrides=value), reason, "overrides")


def test_what_is_prescribed_at_all_is_prescribed_whole():
    for names in TOGETHER:
        nothing = dict.fromkeys(names, 0)
        same(prescription.decode(wire(**nothing))[names[0]], 0)
        for name in names:
            # The field that is named is the first that does not go with the leading one.
            refused(wire(**{name: 0}), Reason.FIELD_RANGE, names[1] if name == names[0] else name)


def test_a_delayed_start_is_refused_by_name():
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


def test_the_longest_prescription_fits_into_a_command():
    longest = pca(drug="x" * 32, profile="x" * 32)
    for _, name, kind, _, high in fields():
        if kind in (UINT, OPTIONAL) and name != "starts_after_s":
            longest[name] = high
    longest["segments"] = [[10_032 + minute if minute else 0, 99_999_999] for minute in range(48)]
    longest["overrides"] = [[19 + number, 5] for number in range(8)]
    data = prescription.encode(longest)
    command = messages.Command(
        4, bytes(16), PUMP_ID, bytes(8), (1 << 32) - 1, bytes(32), 600, data
    )
    assert 700 < len(messages.pack_command(command)) <= 1_000


def test_rates_of_a_programme():
    terms = pca(segments=[[0, 500_000], [30, 1_000_000], [60, 400_000]])
    same(prescription.basal_rate_nl_h(terms), 500_000)
    same(prescription.highest_rate_nl_h(terms), 1_000_000)
    same(prescription.lowest_rate_nl_h(terms), 400_000)
    same(prescription.kvo_nl(terms), 100_000)
    for minutes, volume in ((0, 0), (1, 8_334), (30, 250_000), (60, 750_000), (90, 950_000)):
        same(prescription.basal_nl(terms, minutes), volume)


def test_a_clinician_bolus_is_given_within_its_minutes():
    for volume, minutes, rate in (
        (2_000_000, 20, 6_000_000),
        (1_000_000, 7, 8_571_429),
        (1, 360, 1),
        (0, 0, 0),
    ):
        terms = rx(clinician_bolus_nl=volume, clinician_bolus_minutes=minutes)
        same(prescription.clinician_bolus_rate_nl_h(terms), rate)
        assert rate * minutes >= volume * 60


def test_the_shortest_time_for_the_volume_is_exact_for_one_rate():
    for rate, vtbi, minutes in (
        (7_000_000, 168_000_000, 1_440),
        (60_000_000, 20_000_000, 20),
        (60_000_000, 19_999_999, 19),
        (60_000_000, 20_000_001, 20),
        (50_000, 1_000_000_000, 10_080),
    ):
        same(prescription.least_minutes(rx(segments=[[0, rate]], vtbi_nl=vtbi)), minutes)


def simulated_nl(terms: dict, seconds: int) -> int:
    """The same by a pump that gives everything as soon as it may, second by second; in nL, rounded up."""
    given = load = bolus = count = 0  # nL * 3,600
    bolus_end = -terms["lockout_s"]
    clinician = prescription.clinician_bolus_rate_nl_h(terms)
    for second in range(seconds):
        basal = [rate for minute, rate in terms["segments"] if minute * 60 <= second][-1]
        if load < terms["load_nl"] * 3_600:
            now = min(terms["load_rate_nl_h"], terms["load_nl"] * 3_600 - load)
            load += now
        elif bolus or (count < terms["max_boluses"] and second >= bolus_end + terms["lockout_s"]):
            now = min(terms["bolus_rate_nl_h"], terms["max_bolus_nl"] * 3_600 - bolus)
            bolus += now
            if bolus == terms["max_bolus_nl"] * 3_600:
                bolus, count, bolus_end = 0, count + 1, second + 1
        else:
            now = clinician or basal
        given += now
    return -(-given // 3_600)


def test_the_most_that_can_be_given_is_never_less_than_a_pump_can_give():
    none = {"clinician_bolus_nl": 0, "clinician_bolus_minutes": 0}
    for terms in (
        rx(),
        pca(),
        pca(**none),
        pca(max_boluses=3, **none),
        pca(max_bolus_nl=1_010_000, bolus_rate_nl_h=59_000_000, lockout_s=300, **none),
        pca(segments=[[0, 1_000_000], [20, 500_000]], load_nl=2_999_999, **none),
        pca(load_nl=0, load_rate_nl_h=0, **none),
    ):
        for minutes in (0, 1, 11, 12, 13, 24, 60, 200):
            most = prescription.most_nl(terms, minutes)
            simulated = simulated_nl(terms, minutes * 60)
            assert simulated <= most, (minutes, simulated, most)
            # It may be too careful by a bolus and a little, not more.
            assert most <= simulated + 1_500_000, (minutes, simulated, most)
