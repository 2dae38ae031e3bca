"""AES-CCM (RFC 3610, NIST SP 800-38C) from CBC-MAC and counter blocks through ECB.

The key stream is made by one ECB call. Its first block meets the MAC and the rest the text, so
that tag and text are one XOR over `MAC + text`. All buffers are allocated once per message.
"""

import sys

from shared import aes
from shared.errors import Forged
from shared.hkdf import equal

BLOCK = 16
NONCE_SIZES = (7, 8, 9, 10, 11, 12, 13)
TAG_SIZES = (4, 6, 8, 10, 12, 14, 16)
# A longer AAD has another length form, which nothing here needs.
MAX_AAD = 0xFEFF


def seal(key: bytes, nonce: bytes, aad: bytes, plaintext: bytes, tag_len: int) -> bytes:
    """Ciphertext followed by `tag_len` bytes of tag. ValueError for sizes CCM does not have."""
    _check_sizes(nonce, aad, len(plaintext), tag_len)
    mixed = bytearray(BLOCK + len(plaintext))
    mixed[:BLOCK] = _mac(key, nonce, aad, plaintext, tag_len)
    mixed[BLOCK:] = plaintext
    _xor_stream(key, nonce, mixed)
    return bytes(mixed[BLOCK:]) + bytes(mixed[:tag_len])


def open_(key: bytes, nonce: bytes, aad: bytes, ciphertext: bytes, tag_len: int) -> bytes:
    """The plaintext, or `Forged`. No byte of it leaves here before the tag was found good."""
    size = len(ciphertext) - tag_len
    if size < 0:
        raise Forged()
    _check_sizes(nonce, aad, size, tag_len)
    mixed = bytearray(BLOCK + size)
    mixed[:tag_len] = ciphertext[size:]
    mixed[BLOCK:] = ciphertext[:size]
    _xor_stream(key, nonce, mixed)
    plaintext = bytes(mixed[BLOCK:])
    if not equal(_mac(key, nonce, aad, plaintext, tag_len)[:tag_len], bytes(mixed[:tag_len])):
        raise Forged()
    return plaintext


def _check_sizes(nonce: bytes, aad: bytes, text_len: int, tag_len: int) -> None:
    if len(nonce) not in NONCE_SIZES or tag_len not in TAG_SIZES or len(aad) > MAX_AAD:
        raise ValueError("size")
    if text_len >= 1 << 8 * (15 - len(nonce)):
        raise ValueError("text too long for this nonce")


def _mac(key: bytes, nonce: bytes, aad: bytes, plaintext: bytes, tag_len: int) -> bytes:
    """CBC-MAC over length block, AAD with its length, and text, each padded with zeros."""
    text_len = len(plaintext)
    length_size = 15 - len(nonce)
    aad_end = BLOCK
    if aad:
        aad_end += (len(aad) + 2 + 15) & ~15
    blocks = bytearray(aad_end + ((text_len + 15) & ~15))
    blocks[0] = (64 if aad else 0) | (tag_len - 2 >> 1) << 3 | length_size - 1
    blocks[1 : 1 + len(nonce)] = nonce
    blocks[BLOCK - length_size : BLOCK] = text_len.to_bytes(length_size, "big")
    if aad:
        blocks[BLOCK : BLOCK + 2] = len(aad).to_bytes(2, "big")
        blocks[BLOCK + 2 : BLOCK + 2 + len(aad)] = aad
    blocks[aad_end : aad_end + text_len] = plaintext
    return aes.cbc_mac(key, blocks)


def _xor_stream(key: bytes, nonce: bytes, mixed: bytearray) -> None:
    """XOR the key stream onto `MAC + text`, in place."""
    length_size = 15 - len(nonce)
    count = (len(mixed) + 15) // BLOCK
    stream = bytearray(count * BLOCK)
    for block in range(count):
        base = block * BLOCK
        stream[base] = length_size - 1
        stream[base + 1 : base + 1 + len(nonce)] = nonce
        stream[base + BLOCK - length_size : base + BLOCK] = block.to_bytes(length_size, "big")
    aes.ecb_encrypt(key, stream)
    _xor_into(mixed, stream)


def _xor_bytes(target: bytearray, stream: bytearray) -> None:
    for index in range(len(target)):
        target[index] ^= stream[index]


def _xor_number(target: bytearray, stream: bytearray) -> None:
    size = len(target)
    mixed = int.from_bytes(target, "big") ^ int.from_bytes(stream[:size], "big")
    target[:] = mixed.to_bytes(size, "big")


# One long integer is fastest on CPython. On the pump it would churn kilobytes of heap a message,
# and a loop over small integers allocates nothing.
_xor_into = _xor_bytes if sys.implementation.name == "micropython" else _xor_number
