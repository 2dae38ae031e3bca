"""Mounts the `vigil` partition. Never formats it: what cannot be mounted is a fault, and the data on it is evidence.

A flash driver raises what goes wrong. An exception that flies through LittleFS leaves it in disorder: its lists and caches are half changed, and the next write
may never come back. `SteadyBlocks` stands between them and turns it into the error return that LittleFS knows how to unwind.
"""

import vfs

LABEL = "vigil"
RING_LABEL = "vigil_ring"  # on a board without FRAM: raw sectors for storage.flash_ring
PATH = "/vigil"

# Why a mount failed.
OK = 0
NO_PARTITION = 1
NO_FILE_SYSTEM = 2
PROBLEM_NAMES = ("ok", "no partition", "no file system")

_FAILED = -5  # EIO
_READ_TRIES = 3


class Mounted:
    """ok: the file system stands at `path`. problem: one of the numbers above. error: errno of the mount, or 0."""

    def __init__(self, problem: int, error: int = 0):
        self.ok = problem == OK
        self.problem = problem
        self.error = error
        self.path = PATH


class SteadyBlocks:
    """A block device whose errors are returned, not raised. LittleFS may call it with the heap locked: nothing here allocates.

    broken: a read failed three times. LittleFS then takes what its cache holds for what it asked for, so it may see a directory without its files: nothing is
    read or written any more until it is mounted anew. A write that failed breaks nothing.
    """

    def __init__(self, device):
        self._device = device
        self.broken = False

    def readblocks(self, block, buf, offset=0):
        if not self.broken:
            for _ in range(_READ_TRIES):
                try:
                    self._device.readblocks(block, buf, offset)
                    return 0
                except Exception:
                    pass
            self.broken = True
        return _FAILED

    def writeblocks(self, block, buf, offset=0):
        if self.broken:
            return _FAILED
        try:
            self._device.writeblocks(block, buf, offset)
        except Exception:
            return _FAILED
        return 0

    def ioctl(self, command, argument):
        if self.broken:
            return _FAILED
        try:
            return self._device.ioctl(command, argument)
        except Exception:
            return _FAILED


def mount() -> Mounted:
    """Mount the partition named `vigil` on /vigil. Called once, before anything is read. Raises nothing for a bad flash."""
    device = _partition(LABEL)
    if device is None:
        return Mounted(NO_PARTITION)
    try:
        vfs.mount(vfs.VfsLfs2(SteadyBlocks(device)), PATH)  # pyright: ignore[reportArgumentType]
    except OSError as error:
        return Mounted(NO_FILE_SYSTEM, error.errno or 0)
    return Mounted(OK)


def ring_partition():
    """The partition named `vigil_ring`, or None: for a board that keeps its counts in raw flash instead of FRAM."""
    return _partition(RING_LABEL)


def _partition(label):
    # Here, so that the rest can be tried where there is no such module.
    from esp32 import Partition

    found = Partition.find(Partition.TYPE_DATA, label=label)
    return found[0] if found else None
