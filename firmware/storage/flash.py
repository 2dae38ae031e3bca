"""Mounts the `vigil` partition. Never formats it: what cannot be mounted is a fault, and the data on it is evidence."""

import vfs
from esp32 import Partition

LABEL = "vigil"
PATH = "/vigil"

# Why a mount failed.
OK = 0
NO_PARTITION = 1
NO_FILE_SYSTEM = 2
PROBLEM_NAMES = ("ok", "no partition", "no file system")


class Mounted:
    """ok: the file system stands at `path`. problem: one of the numbers above. error: errno of the mount, or 0."""

    def __init__(self, problem: int, error: int = 0):
        self.ok = problem == OK
        self.problem = problem
        self.error = error
        self.path = PATH


def mount() -> Mounted:
    """Mount the partition named `vigil` on /vigil. Called once, before anything is read. Raises nothing for a bad flash."""
    found = Partition.find(Partition.TYPE_DATA, label=LABEL)
    if not found:
        return Mounted(NO_PARTITION)
    try:
        vfs.mount(vfs.VfsLfs2(found[0]), PATH)
    except OSError as error:
        return Mounted(NO_FILE_SYSTEM, error.errno or 0)
    return Mounted(OK)
