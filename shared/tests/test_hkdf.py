"""HMAC and HKDF against RFC 4231, RFC 5869, RFC 8613 and the COSE working group."""

from shared import cbor
from shared.hkdf import equal, hkdf_sha256, hmac_sha256
from shared.tests.checks import raises, same, unbase64url, unhex, vector


def test_hmac_matches_rfc4231():
    for key, message, wanted in (
        (
            b"\x0b" * 20,
            b"Hi There",
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7",
        ),
        (
            b"Jefe",
            b"what do ya want for nothing?",
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
        ),
        (
            b"\xaa" * 131,
            b"Test Using Larger Than Block-Size Key - Hash Key First",
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
        ),
    ):
        same(hmac_sha256(key, message).hex(), wanted)


def test_hkdf_matches_rfc5869():
    okm = hkdf_sha256(bytes(range(13)), b"\x0b" * 22, unhex("f0f1f2f3f4f5f6f7f8f9"), 42)
    same(
        okm.hex(),
        "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865",
    )
    okm = hkdf_sha256(b"", b"\x0b" * 22, b"", 42)
    same(
        okm.hex(),
        "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8",
    )
    okm = hkdf_sha256(bytes(range(0x60, 0xB0)), bytes(range(0x50)), bytes(range(0xB0, 0x100)), 82)
    same(
        okm.hex(),
        "b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c59045a99cac7827271cb41"
        "c65e590e09da3275600c2f09b8367793a9aca3db71cc30c58179ec3e87c14c01d5c1f3434f1d87",
    )


def test_hkdf_matches_rfc8613_appendix_c1():
    secret = bytes(range(1, 17))
    salt = unhex("9e7ca92223786340")
    for sender, kind, length, wanted in (
        (b"", "Key", 16, "f0910ed7295e6ad4b54fc793154302ff"),
        (b"\x01", "Key", 16, "ffb14e093c94c9cac9471648b4f98710"),
        (b"", "IV", 13, "4622d4dd6d944168eefb54987c"),
    ):
        info = cbor.encode((sender, None, 10, kind, length))
        same(hkdf_sha256(salt, secret, info, length).hex(), wanted)


def test_hkdf_matches_the_cose_working_group():
    for number in (1, 2, 3):
        case = vector("cose/hkdf-hmac-sha-examples-hmac-sha-256-0%d.json" % number)
        content = case["input"].get("enveloped") or case["input"]["mac"]
        secret = unbase64url(content["recipients"][0]["key"]["k"])
        salt = content["recipients"][0]["unprotected"]["salt"].encode()
        info = unhex(case["intermediates"]["recipients"][0]["Context_hex"])
        wanted = unhex(case["intermediates"]["CEK_hex"])
        same(hkdf_sha256(salt, secret, info, len(wanted)), wanted)


def test_hkdf_refuses_lengths_it_cannot_give():
    same(len(hkdf_sha256(b"", b"x", b"", 8_160)), 8_160)
    raises(ValueError, hkdf_sha256, b"", b"x", b"", 8_161)
    raises(ValueError, hkdf_sha256, b"", b"x", b"", 0)


def test_equal_sees_every_byte_and_the_length():
    value = bytes(range(16))
    assert equal(value, bytes(range(16)))
    assert equal(b"", b"")
    assert not equal(value, value[:15])
    assert not equal(value[:15], value)
    for place in range(16):
        for bit in range(8):
            other = bytearray(value)
            other[place] ^= 1 << bit
            assert not equal(value, bytes(other))
