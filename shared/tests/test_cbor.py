"""The CBOR subset: one value has one encoding, and nothing else is let in."""

from shared.cbor import Tag, decode, encode, utf8_ok
from shared.errors import Malformed
from shared.tests.checks import raises, same, unhex, vector

# Every value of RFC 8949 appendix A that is outside the subset, and why.
OUTSIDE_CODES = {
    0x5F: Malformed.INDEFINITE,
    0x7F: Malformed.INDEFINITE,
    0x9F: Malformed.INDEFINITE,
    0xBF: Malformed.INDEFINITE,
    0xF9: Malformed.FLOAT,
    0xFA: Malformed.FLOAT,
    0xFB: Malformed.FLOAT,
    0xF0: Malformed.SIMPLE,
    0xF7: Malformed.SIMPLE,
    0xF8: Malformed.SIMPLE,
    0xC0: Malformed.TAG,
    0xC1: Malformed.TAG,
    0xC2: Malformed.TAG,
    0xC3: Malformed.TAG,
    0xD7: Malformed.TAG,
    0xD8: Malformed.TAG,
}
# Maps with text keys, and an indefinite array inside a definite one.
OUTSIDE_INSIDE = {
    "a26161016162820203": Malformed.KEY_TYPE,
    "826161a161626163": Malformed.KEY_TYPE,
    "a56161614161626142616361436164614461656145": Malformed.KEY_TYPE,
    "83018202039f0405ff": Malformed.INDEFINITE,
    "83019f0203ff820405": Malformed.INDEFINITE,
    "826161bf61626163ff": Malformed.INDEFINITE,
}


def rejected(data, code, *limits):
    same(raises(Malformed, decode, data, *limits).code, code)


def test_appendix_a_is_accepted_exactly_where_the_subset_is():
    accepted = refused = 0
    for row in vector("cbor/rfc8949-appendix_a.json"):
        data = unhex(row["hex"])
        code = OUTSIDE_INSIDE.get(row["hex"]) or OUTSIDE_CODES.get(data[0])
        if code is not None:
            rejected(data, code)
            refused += 1
            continue
        value = decode(data)
        if "decoded" in row:
            wanted = row["decoded"]
            if type(wanted) is not dict:
                same(value, wanted)
        same(encode(value), data)
        accepted += 1
    same((accepted, refused), (34, 48))


def test_integers_go_to_the_end_of_64_bits_and_no_further():
    same(encode((1 << 64) - 1).hex(), "1bffffffffffffffff")
    same(encode(-(1 << 64)).hex(), "3bffffffffffffffff")
    same(decode(unhex("3bffffffffffffffff")), -(1 << 64))
    raises(ValueError, encode, 1 << 64)
    raises(ValueError, encode, -(1 << 64) - 1)


def test_every_border_of_the_head_has_its_shortest_form():
    for value, text in (
        (23, "17"),
        (24, "1818"),
        (255, "18ff"),
        (256, "190100"),
        (65_535, "19ffff"),
        (65_536, "1a00010000"),
        ((1 << 32) - 1, "1affffffff"),
        (1 << 32, "1b0000000100000000"),
        (-24, "37"),
        (-25, "3818"),
        (-256, "38ff"),
        (-257, "390100"),
    ):
        same(encode(value).hex(), text)
        same(decode(unhex(text)), value)


def test_long_forms_are_refused_in_values_lengths_and_counts():
    for text in (
        "1817",
        "1900ff",
        "1a0000ffff",
        "1b00000000ffffffff",
        "3800",
        "580161",
        "5900020000",
        "780161",
        "980100",
        "b8010001",
        "d810f6",
        "d812f6",
    ):
        rejected(unhex(text), Malformed.LONG_FORM)


def test_indefinite_and_reserved_forms_are_refused():
    for text in ("5fff", "7fff", "9fff", "bfff", "1f", "3f", "df00", "ff"):
        rejected(unhex(text), Malformed.INDEFINITE)
    for major in range(7):
        for info in (28, 29, 30):
            rejected(bytes((major << 5 | info,)), Malformed.RESERVED)


def test_only_false_true_and_null_are_simple():
    allowed = {0xF4: False, 0xF5: True, 0xF6: None}
    for first in range(0xE0, 0x100):
        if first in allowed:
            assert decode(bytes((first,))) is allowed[first]
        else:
            raises(Malformed, decode, bytes((first, 0, 0, 0, 0, 0, 0, 0, 0)))


def test_only_tags_16_and_18_are_known():
    same(decode(unhex("d080")), Tag(16, []))
    same(decode(unhex("d280")), Tag(18, []))
    same(encode(Tag(18, [1])).hex(), "d28101")
    for first in range(0xC0, 0xD8):
        if first not in (0xD0, 0xD2):
            rejected(bytes((first, 0x80)), Malformed.TAG)
    raises(ValueError, encode, Tag(17, 0))


def test_keys_must_be_integers_and_rise_with_negatives_last():
    ordered = {0: 1, 23: 2, 24: 3, 256: 4, -1: 5, -25: 6}
    text = "a6000117021818031901000420053818" + "06"
    same(encode(ordered).hex(), text)
    same(decode(unhex(text)), ordered)
    rejected(unhex("a201010001"), Malformed.KEY_ORDER)
    rejected(unhex("a200010002"), Malformed.KEY_ORDER)
    rejected(unhex("a220010001"), Malformed.KEY_ORDER)
    for text in ("a1616101", "a1410001", "a1f401", "a1f601", "a18001", "a1a001", "a1d00001"):
        rejected(unhex(text), Malformed.KEY_TYPE)
    raises(TypeError, encode, {"a": 1})
    raises(TypeError, encode, {True: 1})


def test_trailing_bytes_are_refused_where_they_begin():
    error = raises(Malformed, decode, unhex("820102" + "00"))
    same((error.code, error.offset), (Malformed.TRAILING, 3))


def test_every_prefix_of_a_message_is_refused():
    data = encode([1, -500, b"bytes" * 9, "text", {1: [2, {3: None}]}, Tag(16, True), 1 << 40])
    for end in range(len(data)):
        rejected(data[:end], Malformed.TRUNCATED)


def test_lengths_beyond_the_data_are_refused_before_anything_is_allocated():
    for head in ("5b", "7b", "9b", "bb"):
        for size in ("0000000100000000", "7fffffffffffffff", "ffffffffffffffff"):
            rejected(unhex(head + size), Malformed.TRUNCATED)
    for head in ("5a", "7a", "9a", "ba"):
        rejected(unhex(head + "ffffffff"), Malformed.TRUNCATED)
    # A map of 600 pairs needs 1,200 bytes; here are 600.
    rejected(unhex("b90258") + bytes(600), Malformed.TRUNCATED)
    rejected(unhex("9904b0") + bytes(1_190), Malformed.TRUNCATED)


def test_depth_and_length_have_a_bound():
    same(decode(unhex("8181818181" + "80")), [[[[[[]]]]]])
    rejected(unhex("818181818181" + "80"), Malformed.TOO_DEEP)
    rejected(unhex("81" * 1_199 + "80"), Malformed.TOO_DEEP)
    rejected(unhex("a100" * 6 + "a0"), Malformed.TOO_DEEP)
    rejected(unhex("d0" * 7 + "80"), Malformed.TOO_DEEP)
    same(len(decode(unhex("9904ad") + bytes(1_197))), 1_197)
    rejected(unhex("9904ae") + bytes(1_198), Malformed.TOO_LONG)
    rejected(bytes(5), Malformed.TOO_LONG, 4)
    rejected(unhex("8100"), Malformed.TOO_DEEP, 10, 0)


def test_text_must_be_utf8_as_the_rfc_has_it():
    for text in ("", "a", "\x7f", "ü", "水", "\ud7ff", "\ue000", "\U00010151", "\U0010ffff"):
        same(decode(encode(text)), text)
    for raw in (
        "80",
        "bf",
        "c080",
        "c1bf",
        "c3",
        "c328",
        "e0809f",
        "e09fbf",
        "eda080",
        "edbfbf",
        "e6b0",
        "e6b041",
        "f0808080",
        "f08fbfbf",
        "f4908080",
        "f5808080",
        "f09085",
        "f0908541",
        "fe",
        "ff",
    ):
        data = unhex(raw)
        assert not utf8_ok(data), raw
        rejected(bytes((0x60 | len(data),)) + data, Malformed.UTF8)


def test_views_and_tuples_encode_like_bytes_and_lists():
    same(encode((1, bytearray(b"ab"), memoryview(b"cd"))), encode([1, b"ab", b"cd"]))
    same(decode(memoryview(encode([b"ab", "t"]))), [b"ab", "t"])


def test_values_outside_the_subset_do_not_encode():
    for value in (1.5, object(), {1.0: 2}, [1.0]):
        raises(TypeError, encode, value)


def test_true_is_not_one():
    same(encode([True, 1, False, 0]).hex(), "84f501f400")
    assert decode(unhex("f5")) is True
    assert type(decode(unhex("01"))) is int
