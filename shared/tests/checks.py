"""What a plain test needs on both interpreters: comparisons that say what they saw, and vectors."""

import binascii
import json  # upy: allow UPY201 the ports carry json; the firmware has no use for it


def same(got, wanted) -> None:
    if got != wanted:
        raise AssertionError("got " + repr(got) + ", wanted " + repr(wanted))


def raises(kind, function, *arguments):
    """Call, and return the exception of that kind. Anything else fails the test."""
    try:
        result = function(*arguments)
    except kind as error:
        return error
    raise AssertionError("nothing raised; result " + repr(result))


def unhex(text: str) -> bytes:
    return binascii.unhexlify(text)


def unbase64url(text: str) -> bytes:
    plain = text.replace("-", "+").replace("_", "/")
    return binascii.a2b_base64(plain + "=" * (-len(plain) % 4))


def vector(path: str):
    """A JSON file of shared/vectors."""
    folder = __file__.replace("\\", "/").rsplit("/", 2)[0]
    with open(folder + "/vectors/" + path) as file:
        return json.load(file)


class Noise:
    """Numbers that look random and are the same on both interpreters (xorshift, 32 bits)."""

    def __init__(self, seed: int):
        self._state = seed or 1

    def below(self, limit: int) -> int:
        state = self._state
        state ^= state << 13 & 0xFFFFFFFF
        state ^= state >> 17
        state ^= state << 5 & 0xFFFFFFFF
        self._state = state
        return state % limit

    def bytes(self, count: int) -> bytes:
        out = bytearray(count)
        for index in range(count):
            out[index] = self.below(256)
        return bytes(out)
