"""A MicroPython board behind a serial port, without a board: the unix port's own REPL, two pseudo-terminals and a wire.

    tools.flash ── port ══ wire ══ console ── micropython

The interpreter is real and so is its raw REPL. A folder is its flash. It starts as a chip does (boot.py, main.py, then the
REPL), `machine.reset()` ends it and it starts anew. The wire can be cut or made to garble what goes to the board.
"""

from __future__ import annotations

import contextlib
import os
import pty
import select
import signal
import subprocess
import sys
import termios
import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType

MICROPYTHON = Path(sys.executable).parent / "micropython"

# What the chip's start code does. `-i` gives the REPL afterwards.
START = """
import os, sys
sys.path[:] = ["", ".frozen"]
class Machine:
    def reset(self):
        sys.exit(0)
sys.modules["machine"] = Machine()
for _name in ("boot.py", "main.py"):
    if _name in os.listdir():
        try:
            execfile(_name)
        except KeyboardInterrupt:
            pass
        except Exception as _error:
            sys.print_exception(_error)
"""


def open_terminal(keep_signals: bool) -> tuple[int, int]:
    """A pseudo-terminal that changes no byte. With signals, Ctrl-C interrupts the program at the far end."""
    near, far = pty.openpty()
    mode = termios.tcgetattr(far)
    mode[0] = 0
    mode[1] = 0
    # NOFLSH: a Ctrl-C must not throw away the bytes behind it, as no chip does.
    mode[3] = termios.ISIG | termios.NOFLSH if keep_signals else 0
    termios.tcsetattr(far, termios.TCSANOW, mode)
    return near, far


# Restarts the interpreter as a chip restarts.
RESTART = ["sh", "-c", 'while :; do "$@"; done', "board"]


class PtyBoard:
    """`with PtyBoard(folder) as board:` and `board.port` is where the board is plugged in."""

    def __init__(self, folder: Path, command: list[str] | None = None):
        self.flash = folder / "flash"
        self.flash.mkdir(exist_ok=True)
        start = folder / "start.py"
        start.write_text(START)
        self.command = command or [*RESTART, str(MICROPYTHON), "-i", str(start)]
        self.garble: Callable[[bytes], bytes] = lambda data: data
        self.cut_after = sys.maxsize  # bytes to the board until the cable is pulled
        self.said = b""
        self._stop = False

    def __enter__(self) -> PtyBoard:
        self._port, self._port_far = open_terminal(keep_signals=False)
        self._console, self._console_far = open_terminal(keep_signals=True)
        self.port = os.ttyname(self._port_far)
        self._process = subprocess.Popen(
            self.command,
            cwd=self.flash,
            stdin=self._console_far,
            stdout=self._console_far,
            stderr=self._console_far,
            preexec_fn=self._take_terminal,
        )
        self._wire = threading.Thread(target=self._run_wire, daemon=True)
        self._wire.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait(timeout=10)
        self._stop = True
        self._wire.join(timeout=10)
        for number in (self._port, self._port_far, self._console, self._console_far):
            with contextlib.suppress(OSError):
                os.close(number)

    def _take_terminal(self) -> None:
        """In the child: a session of its own with the console as its terminal, so that Ctrl-C reaches it."""
        os.login_tty(os.dup(self._console_far))
        # The shell does not end on Ctrl-C; MicroPython sets a handler of its own.
        signal.signal(signal.SIGINT, signal.SIG_IGN)

    def _run_wire(self) -> None:
        sent = 0
        while not self._stop:
            ready, _, _ = select.select([self._port, self._console], [], [], 0.1)
            if self._port in ready:
                data = os.read(self._port, 4_096)
                sent += len(data)
                if sent > self.cut_after:
                    os.close(self._port)
                    os.close(self._port_far)
                    return
                os.write(self._console, self.garble(data))
            if self._console in ready:
                data = os.read(self._console, 4_096)
                self.said += data
                os.write(self._port, data)

    def wait_until_said(self, text: bytes, since: int = 0, deadline_s: float = 20) -> None:
        """Wait until the board has printed something after the first `since` bytes."""
        end = time.monotonic() + deadline_s
        while text not in self.said[since:]:
            if time.monotonic() > end:
                raise AssertionError(f"the board never said {text!r}, but {self.said[-500:]!r}")
            time.sleep(0.02)

    def files(self) -> set[str]:
        """Paths of all files on the board's flash."""
        found = self.flash.rglob("*")
        return {path.relative_to(self.flash).as_posix() for path in found if path.is_file()}
