"""One process of the house: how it starts, when it is ready, how it ends. With everything it started itself."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TAIL_BYTES = 4_096
MAX_LINE = 200
# A log beyond this is set aside at the next start; one older one is kept.
MAX_LOG_BYTES = 5_000_000
# A status file that is not renewed for this long says nothing about now.
STATUS_STALE_S = 10.0


class State(Enum):
    """What a person reads beside a part's name."""

    WAITING = "waiting"  # its turn has not come
    STARTING = "starting"
    RUNNING = "running"
    DONE = "done"  # ended as it should
    FAILED = "failed"  # ended by itself, or never became ready
    STOPPED = "stopped"  # ended because we asked


@dataclass(frozen=True, slots=True)
class Spec:
    """A row in the table of processes."""

    name: str
    arguments: Sequence[str]
    ready: Callable[[], bool]
    ready_s: float
    environment: Mapping[str, str] = field(default_factory=dict)
    status_file: Path | None = None
    # A step that has work to do and then ends with code 0, rather than a service.
    ends: bool = False


class Part:
    """A started or yet to be started process, in a process group of its own."""

    def __init__(self, spec: Spec, log_dir: Path) -> None:
        self.spec = spec
        self.log = log_dir / f"{spec.name}.log"
        self.state = State.WAITING
        self._process: subprocess.Popen[bytes] | None = None
        self._started_s = 0.0  # monotonic
        self._started_at_s = 0.0  # as file times are
        self._group_killed = False
        # What stands before this is of earlier runs.
        self._log_start = 0

    @property
    def name(self) -> str:
        return self.spec.name

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    def start(self) -> None:
        """Start it on the leash: if this process dies, however it dies, the part is told to end."""
        self._set_old_log_aside()
        leash = [sys.executable, "-m", "tools.house.leash", str(os.getpid())]
        with self.log.open("ab") as log:
            self._log_start = log.tell()
            self._process = subprocess.Popen(
                [*leash, *self.spec.arguments],
                cwd=ROOT,
                env={**os.environ, **self.spec.environment},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                # Ctrl-C at the terminal is for the supervisor alone, which then ends the parts in order.
                start_new_session=True,
            )
        self._started_s = time.monotonic()
        self._started_at_s = time.time()
        self.state = State.STARTING

    def look(self) -> str | None:
        """Bring `state` up to date. A sentence if something went wrong just now."""
        if self._process is None or self.state not in (State.STARTING, State.RUNNING):
            return None
        code = self._process.poll()
        if code is not None:
            return self._ended(code)
        if self.state is State.STARTING:
            if self.spec.ends or self.spec.ready():
                self.state = State.RUNNING
            elif time.monotonic() - self._started_s > self.spec.ready_s:
                self.state = State.FAILED
                return (
                    f"{self.name} was not ready after {self.spec.ready_s:g} s{self._last_words()}"
                )
        return None

    def ask_to_end(self) -> None:
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)

    def is_gone(self) -> bool:
        """Whether the process and everything in its group has ended."""
        if self._process is None:
            return True
        if self._process.poll() is None:
            return False
        # What it left behind has lost its parent; nobody else will end it.
        self._kill_group()
        return True

    def kill(self) -> None:
        """End the whole group now."""
        if self._process is not None:
            self._kill_group()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(timeout=2.0)

    def settle(self) -> None:
        """After the end: what to show."""
        if self.state in (State.STARTING, State.RUNNING):
            self.state = State.STOPPED

    def line(self) -> str:
        """The part's status in one line: its status file if it keeps one, else the last line of its log."""
        if self.state in (State.WAITING, State.STOPPED):
            return ""
        return self._status_line() or self.last_log_line()

    def last_log_line(self) -> str:
        try:
            with self.log.open("rb") as log:
                log.seek(max(self._log_start, log.seek(0, os.SEEK_END) - TAIL_BYTES))
                lines = log.read().decode(errors="replace").strip().splitlines()
        except OSError:
            return ""
        return lines[-1].strip()[:MAX_LINE] if lines else ""

    def _ended(self, code: int) -> str | None:
        if code == 0 and self.spec.ends:
            self.state = State.DONE
            return None
        self.state = State.FAILED
        how = (
            f"was killed by {signal.Signals(-code).name}"
            if code < 0
            else f"ended with code {code}"
        )
        return f"{self.name} {how}{self._last_words()}"

    def _last_words(self) -> str:
        line = self.last_log_line()
        return f": {line}" if line else " and said nothing"

    def _kill_group(self) -> None:
        """Once: the group's id is the process's, and may one day be another's."""
        if self._process is not None and not self._group_killed:
            self._group_killed = True
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)

    def _status_line(self) -> str:
        if self.spec.status_file is None:
            return ""
        try:
            written_s = self.spec.status_file.stat().st_mtime
            found = json.loads(self.spec.status_file.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return ""
        # What an earlier run wrote last says nothing about this one.
        is_fresh = written_s >= self._started_at_s and time.time() - written_s <= STATUS_STALE_S
        if not is_fresh or not isinstance(found, dict):
            return ""
        return " ".join(str(found.get("line", "")).split())[:MAX_LINE]

    def _set_old_log_aside(self) -> None:
        self.log.parent.mkdir(parents=True, exist_ok=True)
        if self.log.exists() and self.log.stat().st_size > MAX_LOG_BYTES:
            self.log.replace(self.log.with_suffix(".log.old"))
