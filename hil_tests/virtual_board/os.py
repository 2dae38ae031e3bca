"""`os` with the chip's name and a random source that the rig seeds: one seed and boot number, one stream."""

import sys
from collections import namedtuple
from hashlib import sha256

_path = sys.path
sys.path = ()  # so that the import below finds the interpreter's own module
try:
    from os import *  # noqa: F403
finally:
    sys.path = _path

_uname = namedtuple("uname", ("sysname", "nodename", "release", "version", "machine"))
_seed = (getenv("VIGIL_SEED") or "0") + "/" + (getenv("VIGIL_BOOT") or "0") + "/"  # noqa: F405
_drawn = 0


def uname():
    machine = "Generic ESP32S3 module with ESP32S3"
    return _uname("esp32", "esp32", "1.29.0", "v1.29.0 on 2026-01-01", machine)


def urandom(count):
    global _drawn
    out = b""
    while len(out) < count:
        out += sha256((_seed + str(_drawn)).encode()).digest()
        _drawn += 1
    return out[:count]
