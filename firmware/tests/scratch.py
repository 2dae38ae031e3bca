"""A fresh folder for a test, on both interpreters: LittleFS in memory on MicroPython, a temporary folder on CPython."""

_MOUNT = "/scratch"
_BLOCK = 4_096


class RamBlocks:
    """Block device in memory, for LittleFS. Its methods allocate nothing: LittleFS may call them with the heap locked."""

    def __init__(self, blocks: int):
        self._blocks = blocks
        self.cells = bytearray(blocks * _BLOCK)

    def readblocks(self, block, buf, offset=0):
        at = block * _BLOCK + offset
        for index in range(len(buf)):
            buf[index] = self.cells[at + index]

    def writeblocks(self, block, buf, offset=0):
        at = block * _BLOCK + offset
        for index in range(len(buf)):
            self.cells[at + index] = buf[index]

    def ioctl(self, command, argument):
        if command == 4:
            return self._blocks
        if command == 5:
            return _BLOCK
        return 0


def folder(blocks: int = 10) -> str:
    """Path of an empty folder; the one of the test before is gone."""
    try:
        import vfs
    except ImportError:
        import tempfile  # upy: allow UPY201 this branch runs on CPython only

        return tempfile.mkdtemp(prefix="vigil-")
    try:
        vfs.umount(_MOUNT)
    except OSError:
        pass
    import gc

    gc.collect()
    device = RamBlocks(blocks)
    vfs.VfsLfs2.mkfs(device)  # pyright: ignore[reportArgumentType]
    vfs.mount(vfs.VfsLfs2(device), _MOUNT)  # pyright: ignore[reportArgumentType]
    return _MOUNT


def spoil(path: str, at: int, value: int = 0x00):
    """Change one byte of a file, as bit-rot does. at: from the end if negative."""
    with open(path, "rb") as file:
        content = bytearray(file.read())
    assert content[at] != value
    content[at] = value
    with open(path, "wb") as file:
        file.write(content)


def truncate(path: str, length: int):
    """Keep the first `length` bytes of a file."""
    with open(path, "rb") as file:
        content = file.read(length)
    with open(path, "wb") as file:
        file.write(content)
