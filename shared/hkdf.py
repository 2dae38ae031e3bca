"""HMAC-SHA-256 (RFC 2104), HKDF-SHA-256 (RFC 5869) and a comparison that does not stop early."""

from hashlib import sha256

BLOCK = 64
DIGEST = 32


def hmac_sha256(key: bytes, message: bytes) -> bytes:
    """32 bytes. Both pads are hashed anew each time: MicroPython's hash objects cannot be copied."""
    if len(key) > BLOCK:
        key = sha256(key).digest()
    inner = bytearray(BLOCK)
    inner[: len(key)] = key
    outer = bytearray(BLOCK)
    for index in range(BLOCK):
        outer[index] = inner[index] ^ 0x5C
        inner[index] ^= 0x36
    digest = sha256(inner)
    digest.update(message)
    result = sha256(outer)
    result.update(digest.digest())
    return result.digest()


def hkdf_sha256(salt: bytes, ikm: bytes, info: bytes, length: int) -> bytes:
    """Extract and expand. `length` is 1 to 8,160 bytes; ValueError otherwise."""
    if not 0 < length <= 255 * DIGEST:
        raise ValueError("length")
    pseudorandom_key = hmac_sha256(salt, ikm)
    out = b""
    block = b""
    number = 0
    while len(out) < length:
        number += 1
        block = hmac_sha256(pseudorandom_key, block + info + bytes((number,)))
        out += block
    return out[:length]


def equal(one: bytes, other: bytes) -> bool:
    """Whether both are the same, looking at every byte whatever the first ones say."""
    if len(one) != len(other):
        return False
    difference = 0
    for index in range(len(one)):
        difference |= one[index] ^ other[index]
    return difference == 0
