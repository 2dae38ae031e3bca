"""The board's process: a MicroPython interpreter with two pipes to the rig. Start, exchange bytes, kill."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
import weakref
from pathlib import Path

from hil_tests.virtual_board.words import MESSAGE_BYTES

START_SCRIPT = Path(__file__).parents[1] / "virtual_board" / "start.py"
# Maps the program's image outside the interpreter's heap and tells it where, then becomes the interpreter.
_RUN = """
import ctypes, mmap, os, sys
with open(os.environ["VIGIL_ROM"], "rb") as file:
    rom = mmap.mmap(file.fileno(), 0, flags=mmap.MAP_PRIVATE, prot=mmap.PROT_READ | mmap.PROT_WRITE)
os.environ["VIGIL_ROM_AT"] = str(ctypes.addressof(ctypes.c_char.from_buffer(rom)))
os.environ["VIGIL_ROM_BYTES"] = str(len(rom))
import micropython_unix
sys.exit(micropython_unix.run_main(sys.argv))
"""


class FirmwareDied(Exception):
    """The program under test ended or hangs. `console` is the tail of what it printed."""

    def __init__(self, why: str, now_ms: int, console: str) -> None:
        super().__init__(f"{why} at {now_ms} ms of simulated time; console:\n{console}")
        self.why = why
        self.now_ms = now_ms
        self.console = console


class BoardLost(Exception):
    """No message from the interpreter: `why` it is."""


def _end(process: subprocess.Popen[bytes], descriptors: tuple[int, ...]) -> None:
    if process.poll() is None:
        process.send_signal(signal.SIGKILL)
    process.wait()
    for descriptor in descriptors:
        os.close(descriptor)


class Interpreter:
    """One life of the board, from power-on to power-off."""

    def __init__(
        self, heap_bytes: int, environment: dict[str, str], console: Path, cwd: Path, hang_s: float
    ) -> None:
        board_in, self._to_board = os.pipe()
        self._from_board, board_out = os.pipe()
        self._hang_s = hang_s
        try:
            with console.open("ab") as out:
                self._process = subprocess.Popen(
                    [
                        *(sys.executable, "-I", "-c", _RUN),
                        *("-X", f"heapsize={heap_bytes}", str(START_SCRIPT)),
                    ],
                    stdin=subprocess.DEVNULL,
                    stdout=out,
                    stderr=out,
                    cwd=cwd,
                    env={
                        **environment,
                        "VIGIL_PIPE_IN": str(board_in),
                        "VIGIL_PIPE_OUT": str(board_out),
                    },
                    pass_fds=(board_in, board_out),
                    start_new_session=True,
                )
        finally:
            os.close(board_in)
            os.close(board_out)
        descriptors = (self._to_board, self._from_board)
        self._end = weakref.finalize(self, _end, self._process, descriptors)
        self._poll = select.poll()
        self._poll.register(self._from_board, select.POLLIN)

    @property
    def process_id(self) -> int:
        return self._process.pid

    def send(self, message: bytes) -> None:
        """BoardLost: the program has ended."""
        try:
            written = os.write(self._to_board, message)
        except BrokenPipeError:
            raise BoardLost(self._ended()) from None
        while written < len(message):
            written += os.write(self._to_board, message[written:])

    def receive(self, count: int = MESSAGE_BYTES) -> bytes:
        """Exactly `count` bytes. BoardLost: the program has ended or hangs."""
        if not self._poll.poll(int(self._hang_s * 1_000)):
            raise BoardLost(f"the program hangs: no sleep for {self._hang_s:g} s of wall time")
        data = os.read(self._from_board, count)
        while len(data) < count:
            more = os.read(self._from_board, count - len(data)) if data else b""
            if not more:
                raise BoardLost(self._ended())
            data += more
        return data

    def end(self) -> None:
        """SIGKILL and reap; doing it again does nothing."""
        self._end()

    def _ended(self) -> str:
        try:
            code = self._process.wait(timeout=self._hang_s)
        except subprocess.TimeoutExpired:
            return "the program closed its pipe and hangs"
        return f"the program ended with exit code {code}"
