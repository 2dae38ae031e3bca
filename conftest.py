"""For every test run of the house: whatever process a test starts has ended when the run ends."""

from __future__ import annotations

import os
import signal
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

MARK = "VIGIL_TEST_RUN"
GRACE_S = 5
# Started by the standard library itself, once, to the end of the interpreter.
HELPERS = (b"multiprocessing.resource_tracker", b"multiprocessing.forkserver")


def marked_processes(mark: str) -> dict[int, str]:
    """Process id → command line of every other process that carries this run's mark, orphans too."""
    found = {}
    needle = f"{MARK}={mark}".encode()
    for folder in Path("/proc").iterdir():
        if not folder.name.isdecimal() or int(folder.name) == os.getpid():
            continue
        try:
            command = (folder / "cmdline").read_bytes()
            if needle not in (folder / "environ").read_bytes().split(b"\0"):
                continue
        except OSError:  # ended while we looked, or another user's
            continue
        # A process that has ended and waits to be collected has no command line.
        if command and not any(helper in command for helper in HELPERS):
            found[int(folder.name)] = command.replace(b"\0", b" ").decode(errors="replace").strip()
    return found


@pytest.fixture(scope="session", autouse=True)
def no_process_is_left_behind() -> Iterator[None]:
    """Set up before every other fixture and so torn down after them all."""
    if not Path("/proc/self/environ").exists():
        yield
        return
    mark = uuid.uuid4().hex
    os.environ[MARK] = mark
    yield
    deadline = time.monotonic() + GRACE_S
    # A process that is just being started shows no environment for a moment.
    time.sleep(0.2)
    left = marked_processes(mark)
    while left and time.monotonic() < deadline:
        time.sleep(0.1)
        left = marked_processes(mark)
    for pid in left:
        os.kill(pid, signal.SIGKILL)
    if left:
        names = "\n  ".join(f"{pid}: {command[:160]}" for pid, command in left.items())
        pytest.fail(f"processes left behind by the tests:\n  {names}", pytrace=False)
