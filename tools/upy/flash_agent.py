"""Runs on a board while `tools.flash` works on it: sent over the REPL, never stored. Paths are relative to the board's root."""

import binascii
import hashlib
import os

_FOLDER = 0x4000  # type of an entry of os.ilistdir
_BUFFER = bytearray(1_024)


def exists(path):
    try:
        os.stat(path)
    except OSError:
        return False
    return True


def walk(path):
    """Every file under `path`, or the file itself; a folder comes after what it holds, with a slash at its end."""
    if not exists(path):
        return
    if not os.stat(path)[0] & _FOLDER:
        yield path
        return
    for entry in list(os.ilistdir(path)):
        yield from walk(path + "/" + entry[0])
    yield path + "/"


def digest(path):
    """SHA-256 of a file, in hex."""
    h = hashlib.sha256()
    view = memoryview(_BUFFER)
    with open(path, "rb") as file:
        while True:
            count = file.readinto(_BUFFER)
            if not count:
                return binascii.hexlify(h.digest()).decode()
            h.update(view[:count])


def report(*paths):
    """Print `digest path` for every file and `- path/` for every folder."""
    for path in paths:
        for found in walk(path):
            print("-" if found[-1] == "/" else digest(found), found)


def remove(path):
    """Remove a file, or a folder that is named with a slash at its end."""
    if path[-1] == "/":
        os.rmdir(path[:-1])
    else:
        os.remove(path)


def make_folder(path):
    if not exists(path):
        os.mkdir(path)


def free_bytes():
    """Room left on the file system that holds the board's root."""
    status = os.statvfs(".")
    return status[0] * status[3]
