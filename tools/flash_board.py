"""A MicroPython board at a serial port, by mpremote's transport: read what stands on it, write, remove, restart.

Every failure is a BoardError with a sentence. The board side is tools/upy/flash_agent.py, sent once a connection.
"""

from __future__ import annotations

import ast
import binascii
import contextlib
import io
import os
import stat
import struct
import time
from collections.abc import Iterator
from pathlib import Path

from mpremote.transport import TransportError, TransportExecError
from mpremote.transport_serial import SerialTransport
from serial import SerialException

from tools.flash_build import BoardFile, Target

AGENT = Path(__file__).resolve().parent / "upy" / "flash_agent.py"
BAUD = 115_200
# A board answers within milliseconds; writing a block of flash takes some tens.
READ_TIMEOUT_S = 2
# Bytes of a file in one command. As base64 it stays below 1.5 KB of source, which any board can compile.
CHUNK = 1_024
# A board with USB of its own vanishes from the bus at a reset and takes seconds to come back.
RESTART_S = 15
# How long one Ctrl-C may take to end in a REPL, and how often it is tried: a board that boots takes some seconds.
TAKE_S = 1
TRIES = 6


class BoardError(Exception):
    """A sentence for a person. `code` is the exit code: 2 there is no such board, 1 it failed at work."""

    def __init__(self, sentence: str, code: int = 1):
        super().__init__(sentence)
        self.code = code


def check_port(port: str) -> None:
    """A local serial device that this user may open. No network address: mpremote would take one."""
    try:
        status = os.stat(port)
    except OSError:
        raise BoardError(f"there is no port {port}", 2) from None
    if not stat.S_ISCHR(status.st_mode):
        raise BoardError(f"{port} is not a serial port", 2)
    if not os.access(port, os.R_OK | os.W_OK):
        raise BoardError(f"no right to open {port}; join the group that owns it", 2)


@contextlib.contextmanager
def sentences(doing: str) -> Iterator[None]:
    """Turn whatever the transport raises into a BoardError, and keep its debug prints off the screen."""
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            yield
    except TransportExecError as error:
        lines = error.error_output.strip().splitlines() or ["no reason given"]
        raise BoardError(f"{doing}: the board says {lines[-1]}") from error
    except (TransportError, SerialException, OSError, struct.error) as error:
        raise BoardError(f"{doing}: the board does not answer ({error})") from error


class Board:
    """An open connection, at the raw REPL, with the agent loaded. Use `connect`, and close it."""

    def __init__(self, port: str, transport: SerialTransport):
        self.port = port
        self._transport = transport

    @classmethod
    def connect(cls, port: str) -> Board:
        """Stop whatever the board runs and take its REPL."""
        check_port(port)
        try:
            with sentences("opening"):
                transport = SerialTransport(port, BAUD, timeout=READ_TIMEOUT_S)
        except BoardError as error:
            raise BoardError(f"{port} cannot be opened, another program may have it", 2) from error
        board = cls(port, transport)
        try:
            board._take()
        except BoardError as error:
            board.close()
            raise BoardError(f"no MicroPython board answers at {port}", 2) from error
        except BaseException:
            board.close()
            raise
        return board

    def _take(self) -> None:
        """Ctrl-C until the REPL answers: the first one may fall into the middle of a frame."""
        for attempt in range(TRIES):
            try:
                with sentences("taking the REPL"):
                    self._transport.enter_raw_repl(soft_reset=False, timeout_overall=TAKE_S)
                    self._transport.exec(AGENT.read_bytes())
                return
            except BoardError:
                if attempt == TRIES - 1:
                    raise

    def close(self) -> None:
        # The transport first lowers two modem lines; a port that has gone has none, and must be let go all the same.
        with contextlib.suppress(OSError, SerialException):
            self._transport.close()
        with contextlib.suppress(OSError, SerialException):
            self._transport.serial.close()

    def leave(self) -> None:
        """Back to the friendly REPL, and close."""
        with contextlib.suppress(OSError, SerialException):
            self._transport.exit_raw_repl()
        self.close()

    def run(self, code: str, doing: str) -> str:
        """Execute on the board; what it printed."""
        with sentences(doing):
            return self._transport.exec(code).decode(errors="replace")

    def target(self) -> Target:
        code = (
            "import sys\ni=sys.implementation\n"
            "print([i[0],[n for n in i[1] if type(n) is int],getattr(i,'_mpy',0),"
            "getattr(i,'_machine','')])"
        )
        printed = self.run(code, "reading the version")
        try:
            name, version, mpy, machine = ast.literal_eval(printed.strip())
        except (ValueError, SyntaxError) as error:
            raise BoardError(f"the board at {self.port} does not name its version", 2) from error
        return Target(name, tuple(version), mpy, machine)

    def free_bytes(self) -> int:
        return int(self.run("print(free_bytes())", "reading the free space"))

    def files(self, *roots: str) -> dict[str, str]:
        """Path → SHA-256 in hex of every file under the roots; folders end in a slash and have no hash."""
        arguments = ", ".join(repr(root) for root in roots)
        printed = self.run(f"report({arguments})", "reading what stands on the board")
        found = {}
        for line in printed.splitlines():
            digest, _, path = line.partition(" ")
            found[path] = "" if digest == "-" else digest
        return found

    def make_folder(self, path: str) -> None:
        self.run(f"make_folder({path!r})", f"making {path}")

    def remove(self, path: str) -> None:
        self.run(f"remove({path!r})", f"removing {path}")

    def rename(self, path: str, to: str) -> None:
        self.run(f"os.rename({path!r}, {to!r})", f"renaming {path}")

    def write(self, file: BoardFile) -> None:
        """Write one file whole. Its folder must exist."""
        doing = f"writing {file.path}"
        self.run(f"f = open({file.path!r}, 'wb')\nw = f.write\nb = binascii.a2b_base64", doing)
        for start in range(0, len(file.data), CHUNK):
            text = binascii.b2a_base64(file.data[start : start + CHUNK], newline=False)
            self.run(f"w(b({text!r}))", doing)
        self.run("f.close()", doing)

    def restart(self) -> None:
        """Reset the chip as its reset pin would. The connection is closed; a port without reset is left alone."""
        code = "import machine\nprint(hasattr(machine, 'reset'))"
        if self.run(code, "restarting").strip() == "True":
            # No answer comes: the board is gone before it could give one.
            with sentences("restarting"):
                self._transport.exec_raw_no_follow("machine.reset()")
        self.close()


def reconnect(port: str) -> Board:
    """Connect again after a restart, as soon as the port is back."""
    deadline = time.monotonic() + RESTART_S
    while True:
        try:
            return Board.connect(port)
        except BoardError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)
