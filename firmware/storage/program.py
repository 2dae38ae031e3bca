"""Is the program on flash the one that was put there: each file against its check sum, at power-on and once a day (SR-069, SR-071).

The list stands beside the program: a line `crc32 path` a file, eight hex digits, path from the program's root. `tools.flash` and the
bench's ROM image write it. A file that is missing, longer, shorter or changed has failed, and so has a list that cannot be read.
"""

from binascii import crc32

LIST = "firmware/program.crc"
_BUFFER_BYTES = 256
_TEST_FIRST = LIST[: LIST.index("/")]


def root() -> str:
    """Where the program stands, with a slash at the end."""
    import firmware

    path = firmware.__file__
    return path[: path.rindex(_TEST_FIRST + "/")]


class ProgramCheck:
    """`step` checks one file a call. Outside the frame; a file of 10 KB takes about 5 ms on the chip.

    files: how many were found whole in this round.
    """

    def __init__(self, folder: str):
        self._folder = folder
        self._list = None
        self._buffer = bytearray(_BUFFER_BYTES)
        self.files = 0

    def step(self) -> bool | None:
        """None: there is more to check. True: the last file was whole, and so were all before it. False: one is not; the next call begins anew."""
        try:
            if self._list is None:
                self._list = open(self._folder + LIST)  # noqa: SIM115  one file a call: it stays open
                self.files = 0
            line = self._list.readline().strip()
            if line and self._whole(line):
                self.files += 1
                return None
        except (OSError, ValueError):
            line = "unreadable"
        if self._list is not None:
            self._list.close()
            self._list = None
        return line == "" and self.files > 0

    def run(self) -> bool:
        """All files at once, at power-on."""
        while True:
            whole = self.step()
            if whole is not None:
                return whole

    def _whole(self, line):
        wanted, path = line.split(" ", 1)
        check = 0
        view = memoryview(self._buffer)
        with open(self._folder + path, "rb") as file:
            while True:
                length = file.readinto(self._buffer)
                if not length:
                    break
                check = crc32(view[:length], check)
        return "%08x" % check == wanted


def listing(files: list) -> bytes:
    """The list of (path, content) pairs, sorted by path. For the PC that builds the program."""
    return b"".join(
        b"%08x %s\n" % (crc32(content), path.encode()) for path, content in sorted(files)
    )
