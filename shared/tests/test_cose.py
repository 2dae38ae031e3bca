"""Frames: layout, strictness, and the working group's must-fail sets."""

from hashlib import sha256

from shared import cbor, cose, p256
from shared.errors import Forged, Malformed
from shared.tests.checks import raises, same, unbase64url, unhex, vector

KEY = bytes(range(16))
IV = bytes(range(13))
KID = b"\x01\x00"
ID_CONTEXT = bytes(range(16))
AAD = b"external"


def made(alg=10, kid=KID, seq=7, plaintext=b"body"):
    return cose.encrypt0(alg, KEY, kid, ID_CONTEXT, seq, IV, AAD, plaintext)


def opened(frame):
    return cose.open_encrypt0(cose.parse_encrypt0(frame), KEY, IV, AAD)


def rebuilt(
    protected=b"\xa1\x01\x0a", headers=None, ciphertext: bytes | None = bytes(12), tag=16, extra=()
):
    if headers is None:
        headers = {4: KID, 6: b"\x07", 10: ID_CONTEXT}
    return cbor.encode(cbor.Tag(tag, (protected, headers, ciphertext) + extra))


def refused(frame, code):
    same(raises(Malformed, cose.parse_encrypt0, frame).code, code)


def test_frame_goes_there_and_back_with_every_size_of_sequence():
    for seq in (0, 1, 255, 256, 65_535, 1 << 16, 1 << 24, 1 << 32, cose.MAX_SEQ):
        for alg, kid in ((10, KID), (30, b"\x02\x00\x05\x00")):
            frame = made(alg, kid, seq)
            parsed = cose.parse_encrypt0(frame)
            same(
                (parsed.alg, parsed.kid, parsed.id_context, parsed.seq),
                (alg, kid, ID_CONTEXT, seq),
            )
            same(opened(frame), b"body")


def test_layout_is_the_documented_one_and_costs_42_bytes_beside_body():
    frame = made(plaintext=bytes(64))
    same(frame[:8].hex(), "d08343a1010aa304")
    same(len(frame) - 64, 42)
    same(made(30)[:9].hex(), "d08344a101181ea304")


def test_nonce_matches_rfc8613_appendix_c4_and_c5():
    nonce = cose.make_nonce(unhex("4622d4dd6d944168eefb54987c"), b"", 20)
    same(nonce.hex(), "4622d4dd6d944168eefb549868")
    nonce = cose.make_nonce(unhex("be35ae297d2dace910c52e99f9"), b"\x00", 20)
    same(nonce.hex(), "bf35ae297d2dace910c52e99ed")
    raises(ValueError, cose.make_nonce, bytes(13), bytes(8), 0)
    raises(ValueError, cose.make_nonce, bytes(13), b"\x01", 1 << 40)
    raises(ValueError, cose.make_nonce, bytes(12), b"\x01", 0)


def test_different_senders_and_numbers_never_share_a_nonce():
    seen = {}
    for sender in (b"\x01", b"\x02\x00\x00", b"\x02\x00\x01", b"\x02\x01\x00"):
        for seq in (0, 1, 2, 255, 256, 1 << 32, cose.MAX_SEQ):
            nonce = cose.make_nonce(IV, sender, seq)
            assert nonce not in seen
            seen[nonce] = True


def test_unknown_algorithms_and_second_protected_headers_are_malformed():
    for protected in (
        {1: 1},  # A128GCM
        {1: 11},
        {1: 12},
        {1: 31},
        {1: -999},
        {1: "unknown"},
        {1: b"\x0a"},
        {1: None},
        {1: True},
        {},
        {1: 10, 3: 0},
        {1: 10, 2: [1]},
        {2: 10},
        [10],
    ):
        refused(rebuilt(cbor.encode(protected)), Malformed.HEADER)
    refused(rebuilt(b""), Malformed.TRUNCATED)
    refused(rebuilt(unhex("a1010a00")), Malformed.TRAILING)
    refused(rebuilt(unhex("a101180a")), Malformed.LONG_FORM)


def test_kid_context_and_partial_iv_have_exact_sizes():
    for size in (0, 1, 3, 5, 8, 9):
        refused(rebuilt(headers={4: bytes(size), 6: b"\x07", 10: ID_CONTEXT}), Malformed.HEADER)
    for size in (0, 8, 15, 17):
        refused(rebuilt(headers={4: KID, 6: b"\x07", 10: bytes(size)}), Malformed.HEADER)
    for partial in (b"", b"\x00\x00", b"\x00\x07", bytes(5), b"\x01" * 6):
        refused(rebuilt(headers={4: KID, 6: partial, 10: ID_CONTEXT}), Malformed.HEADER)
    same(cose.parse_encrypt0(rebuilt(headers={4: KID, 6: b"\x00", 10: ID_CONTEXT})).seq, 0)


def test_missing_extra_and_mistyped_headers_are_malformed():
    good = {4: KID, 6: b"\x07", 10: ID_CONTEXT}
    for key in good:
        less = dict(good)
        del less[key]
        refused(rebuilt(headers=less), Malformed.HEADER)
        other: dict = dict(good)
        other[key] = 7
        refused(rebuilt(headers=other), Malformed.HEADER)
    for key in (0, 1, 2, 3, 5, 11, -1):
        more = dict(good)
        more[key] = b"\x01"
        refused(rebuilt(headers=more), Malformed.HEADER)


def test_another_tag_shape_or_type_is_malformed():
    refused(rebuilt(tag=18), Malformed.SHAPE)
    refused(rebuilt(extra=(b"",)), Malformed.SHAPE)
    refused(rebuilt()[1:], Malformed.SHAPE)
    refused(b"\xd0\x80", Malformed.SHAPE)
    refused(b"\xd0\xa0", Malformed.SHAPE)
    refused(rebuilt(ciphertext=None), Malformed.TYPE)
    refused(rebuilt(ciphertext=bytes(7)), Malformed.TRUNCATED)
    refused(made() + b"\x00", Malformed.TRAILING)
    refused(bytes(1_181), Malformed.TOO_LONG)


def test_every_changed_bit_of_a_frame_is_turned_away():
    frame = made()
    kinds = {"malformed": 0, "forged": 0, "header": 0}
    for bit in range(8 * len(frame)):
        broken = bytearray(frame)
        broken[bit >> 3] ^= 1 << (bit & 7)
        try:
            parsed = cose.parse_encrypt0(bytes(broken))
        except Malformed:
            kinds["malformed"] += 1
            continue
        # kid, sequence and context reach the tag through key and nonce: see test_session.
        if (parsed.kid, parsed.seq, parsed.id_context) != (KID, 7, ID_CONTEXT):
            kinds["header"] += 1
            continue
        raises(Forged, cose.open_encrypt0, parsed, KEY, IV, AAD)
        kinds["forged"] += 1
    same(kinds["forged"], 8 * 12)
    same(sum(kinds.values()), 8 * len(frame))


def test_the_six_must_fail_changes_ported_to_ccm_are_turned_away():
    frame = made()
    # 01: another CBOR tag
    raises(Malformed, cose.parse_encrypt0, unhex("d903e3") + frame[1:])
    # 02: last byte of the authentication tag
    raises(Forged, opened, frame[:-1] + bytes((frame[-1] ^ 1,)))
    # 03 and 04: algorithm -999, algorithm "Unknown"
    text = frame[6:]
    raises(Malformed, cose.parse_encrypt0, unhex("d08345a1013903e6") + text)
    raises(Malformed, cose.parse_encrypt0, unhex("d0834aa10167556e6b6e6f776e") + text)
    # 06: a protected attribute added
    raises(Malformed, cose.parse_encrypt0, unhex("d08345a2010a0300") + text)
    # 07: made with a protected attribute that was then removed
    parsed = cose.parse_encrypt0(frame)
    ciphertext = cose.ccm.seal(KEY, IV, cose.enc_structure(unhex("a2010a0300"), AAD), b"body", 8)
    removed = cose.assemble(10, parsed.kid, parsed.id_context, parsed.seq, ciphertext)
    raises(Forged, opened, removed)
    # pass-03 of the same set: without the tag 16. This protocol demands it.
    raises(Malformed, cose.parse_encrypt0, frame[1:])
    # Relabelled with the other algorithm that we know.
    raises(Forged, opened, unhex("d08344a101181e") + made(plaintext=bytes(20))[6:])


def test_the_working_groups_gcm_files_are_refused_as_unknown():
    for name in ("fail-01", "fail-02", "fail-03", "fail-04", "fail-06", "fail-07"):
        case = vector("cose/encrypted-tests-enc-" + name + ".json")
        raises(Malformed, cose.parse_encrypt0, unhex(case["output"]["cbor"]))
    for name in ("pass-01", "pass-02", "pass-03"):
        case = vector("cose/encrypted-tests-enc-" + name + ".json")
        raises(Malformed, cose.parse_encrypt0, unhex(case["output"]["cbor"]))


def test_sig_structure_is_the_documented_one():
    same(
        cose.sig_structure(b"aad", b"payload").hex(),
        "846a5369676e61747572653143a1012643616164477061796c6f6164",
    )


def test_signature_must_fail_set_fails_under_our_structure():
    # In these files nothing is attached as external data; the payload is the third element.
    key = vector("cose/ecdsa-examples-ecdsa-sig-01.json")["input"]["sign0"]["key"]
    public = unbase64url(key["x"]) + unbase64url(key["y"])
    good = 0
    for number in (1, 2, 3, 4, 6, 7):
        case = vector("cose/sign1-tests-sign-fail-0%d.json" % number)
        data = unhex(case["output"]["cbor"])
        signature = data[-64:]
        claimed = data[data.index(b"\x54") + 1 : -66]
        same(len(claimed), 20)
        digest = sha256(cose.sig_structure(b"", claimed)).digest()
        # 01 changed the outer tag, 03, 04 and 06 the protected header. Ours is fixed, so that the
        # signature over the fixed header is still good, and such a frame has no way in.
        good += p256.verify(public, digest, signature)
        same(p256.verify(public, digest, signature), number in (1, 3, 4, 6))
    same(good, 4)
