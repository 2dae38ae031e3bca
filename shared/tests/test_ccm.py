"""AES-CCM against the COSE working group's vectors, RFC 8613, and every change of a bit."""

from shared import cbor
from shared.ccm import _xor_bytes, _xor_number, open_, seal
from shared.errors import Forged
from shared.tests.checks import Noise, raises, same, unhex, vector

COSE_FILES = tuple("cose/aes-ccm-examples-aes-ccm-enc-0%d.json" % n for n in range(1, 9)) + (
    "cose/RFC8152-Appendix_C_4_1.json",
    "cose/RFC8152-Appendix_C_4_2.json",
)
# COSE algorithm: tag size
TAG_SIZES = {10: 8, 30: 16, 12: 8, 32: 16, 11: 8, 31: 16, 13: 8, 33: 16}


def test_all_eight_cose_algorithms_match_the_working_groups_vectors():
    seen = []
    for path in COSE_FILES:
        case = vector(path)
        protected, headers, ciphertext = cbor.decode(unhex(case["output"]["cbor"])).value
        alg = cbor.decode(protected)[1]
        seen.append(alg)
        if 5 in headers:
            nonce = headers[5]
        else:  # partial IV
            nonce = unhex(case["input"]["encrypted"]["unsent"]["IV_hex"])
            same(headers[6], nonce[-2:])
        key = unhex(case["intermediates"]["CEK_hex"])
        aad = unhex(case["intermediates"]["AAD_hex"])
        text = case["input"]["plaintext"].encode()
        same(seal(key, nonce, aad, text, TAG_SIZES[alg]), ciphertext)
        same(open_(key, nonce, aad, ciphertext, TAG_SIZES[alg]), text)
    same(sorted(seen), [10, 10, 10, 11, 12, 13, 30, 31, 32, 33])


def test_rfc8613_appendix_c4_and_c5_match():
    for key, nonce, aad, ciphertext in (
        (
            "f0910ed7295e6ad4b54fc793154302ff",
            "4622d4dd6d944168eefb549868",
            "8368456e63727970743040488501810a40411440",
            "612f1092f1776f1c1668b3825e",
        ),
        (
            "321b26943253c7ffb6003b0b64d74041",
            "bf35ae297d2dace910c52e99ed",
            "8368456e63727970743040498501810a4100411440",
            "4ed339a5a379b0b8bc731fffb0",
        ),
    ):
        sealed = seal(unhex(key), unhex(nonce), unhex(aad), unhex("01b3747631"), 8)
        same(sealed.hex(), ciphertext)


def test_every_changed_bit_is_forged():
    key = bytes(range(16))
    nonce = bytes(range(13))
    aad = b"associated"
    sealed = seal(key, nonce, aad, b"eighteen bytes ...", 8)
    inputs = [key, nonce, aad, sealed]
    changed = 0
    for index in range(4):
        for bit in range(8 * len(inputs[index])):
            broken = bytearray(inputs[index])
            broken[bit >> 3] ^= 1 << (bit & 7)
            parts = list(inputs)
            parts[index] = bytes(broken)
            raises(Forged, open_, parts[0], parts[1], parts[2], parts[3], 8)
            changed += 1
    same(changed, 8 * (16 + 13 + 10 + 26))


def test_tag_cut_or_relabelled_is_forged():
    key = bytes(16)
    nonce = bytes(13)
    for made, asked in ((8, 16), (16, 8), (8, 4), (16, 14)):
        sealed = seal(key, nonce, b"", b"text", made)
        raises(Forged, open_, key, nonce, b"", sealed, asked)
    sealed = seal(key, nonce, b"", b"text", 8)
    for end in range(len(sealed)):
        raises(Forged, open_, key, nonce, b"", sealed[:end], 8)


def test_lengths_around_the_block_go_there_and_back():
    noise = Noise(1)
    for text_len in (0, 1, 15, 16, 17, 31, 32, 33, 255, 256, 1_000):
        for aad_len in (0, 1, 13, 14, 15, 30, 100):
            key = noise.bytes(16)
            nonce = noise.bytes(13)
            aad = noise.bytes(aad_len)
            text = noise.bytes(text_len)
            sealed = seal(key, nonce, aad, text, 16)
            same(len(sealed), text_len + 16)
            same(open_(key, nonce, aad, sealed, 16), text)


def test_sizes_that_ccm_does_not_have_are_errors():
    for nonce_len, aad_len, tag_len in ((12, 0, 7), (14, 0, 8), (6, 0, 8), (13, 0xFF00, 8)):
        raises(ValueError, seal, bytes(16), bytes(nonce_len), bytes(aad_len), b"", tag_len)
    # With 13 bytes of nonce two are left for the length. A range has that length without memory.
    raises(ValueError, seal, bytes(16), bytes(13), b"", range(65_536), 8)


def test_both_ways_to_xor_agree():
    noise = Noise(3)
    for size in (1, 16, 17, 100):
        text = noise.bytes(size)
        stream = bytearray(noise.bytes(size + 15))
        one = bytearray(text)
        other = bytearray(text)
        _xor_bytes(one, stream)
        _xor_number(other, stream)
        same(one, other)
        _xor_bytes(one, stream)
        same(bytes(one), text)
