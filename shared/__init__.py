"""One truth for pump, hub and clinic: codes, units, encodings, frames, the drug library.

Purpose: everything both ends of a boundary must agree on. Runs unchanged on MicroPython and on
CPython 3.11 or newer, with the same tests on both.
May import: nothing but itself and what both interpreters carry (hashlib, binascii, struct,
collections.namedtuple). One exception: aes.py takes AES from `cryptolib` on MicroPython and from
`cryptography` on CPython, on first use.
May not import: firmware, hub, clinic, hil_tests, tools. Reads no clock, opens no file.
"""
