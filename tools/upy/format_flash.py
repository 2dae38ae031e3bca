"""Runs on MicroPython: makes a LittleFS in an image file and puts files on it.

    micropython format_flash.py IMAGE        standard input: one line a file, `path hex`; `path/` alone makes a folder

The geometry is the board's: 4,096-byte blocks, program size 32, as `esp32.Partition` and `VfsLfs2` have it. Prints `made` and the number of entries.
"""

import binascii
import sys

import vfs

BLOCK_BYTES = 4_096
MOUNT = "/new"


class ImageFile:
    """Extended block device over a file. LittleFS may call it with the heap locked: nothing here allocates."""

    def __init__(self, path):
        self._file = open(path, "r+b")  # noqa: SIM115 - open for as long as the device is mounted
        self._blocks = self._file.seek(0, 2) // BLOCK_BYTES
        self._erased = b"\xff" * BLOCK_BYTES

    def readblocks(self, block, buf, offset=0):
        self._file.seek(block * BLOCK_BYTES + offset)
        self._file.readinto(buf)

    def writeblocks(self, block, buf, offset=0):
        self._file.seek(block * BLOCK_BYTES + offset)
        self._file.write(buf)

    def ioctl(self, command, argument):
        if command == 4:
            return self._blocks
        if command == 5:
            return BLOCK_BYTES
        if command == 6:
            self._file.seek(argument * BLOCK_BYTES)
            self._file.write(self._erased)
        return 0

    def close(self):
        self._file.close()


def main(path):
    device = ImageFile(path)
    # The stubs know block devices as a class; the interpreter asks for the methods only.
    vfs.VfsLfs2.mkfs(device)  # pyright: ignore[reportArgumentType]
    vfs.mount(vfs.VfsLfs2(device), MOUNT)  # pyright: ignore[reportArgumentType]
    import os

    entries = 0
    for line in sys.stdin:
        name, _, content = line.strip().partition(" ")
        if name.endswith("/"):
            os.mkdir(MOUNT + "/" + name[:-1])
        else:
            with open(MOUNT + "/" + name, "wb") as file:
                file.write(binascii.unhexlify(content))
        entries += 1
    vfs.umount(MOUNT)
    device.close()
    print("made", entries)


main(sys.argv[1])
