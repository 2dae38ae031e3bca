"""A real uvicorn server with the pages in a process of its own, and a real Chromium to look at it.

The process is `python -m clinic.desk.tests.running_desk`. Its first line of output is its address.
Then each line of input is a JSON list, the name of a method of `BenchDesk` and its arguments, and
is answered by one JSON line. Its own process, because NiceGUI is one app for each process and the
tests of others need theirs.
"""

from __future__ import annotations

import contextlib
import json
import os
import queue
import secrets
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, sync_playwright

REPOSITORY = Path(__file__).resolve().parents[3]
# The machine may be busy with other tests.
START_LIMIT_S = 30.0
ANSWER_LIMIT_S = 15.0
END_LIMIT_S = 15.0
CHROMIUM_ARGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


class RemoteBench:
    """The bench desk of the other process: `bench("raise_alarm", pump_id, 0)`."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        self._said: queue.SimpleQueue[str] = queue.SimpleQueue()
        # A pipe cannot be read with a deadline, a queue can.
        threading.Thread(target=self._listen, daemon=True).start()
        self.address = self._line("its address", START_LIMIT_S)

    def __call__(self, name: str, *arguments: Any) -> Any:
        assert self._process.poll() is None, "the test server has ended; its errors are above"
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps([name, *arguments]) + "\n")
        self._process.stdin.flush()
        return json.loads(self._line(f"an answer to {name}", ANSWER_LIMIT_S))

    def _listen(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self._said.put(line.strip())
        self._said.put("")

    def _line(self, what: str, limit_s: float) -> str:
        try:
            line = self._said.get(timeout=limit_s)
        except queue.Empty:
            # An answer that came later would be taken for that to another question.
            self._process.kill()
            raise AssertionError(
                f"waited {limit_s:g} s in vain for {what} of the test server"
            ) from None
        assert line, f"the test server ended before {what}; its errors are above"
        return line


@contextlib.contextmanager
def running_desk(storage: Path) -> Iterator[RemoteBench]:
    """Start the process and end it. `storage` is a folder for the sessions."""
    process = subprocess.Popen(
        [sys.executable, "-m", "clinic.desk.tests.running_desk"],
        cwd=REPOSITORY,
        env={**os.environ, "NICEGUI_STORAGE_PATH": str(storage)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        bench = RemoteBench(process)
        assert bench.address.startswith("http://127.0.0.1:"), bench.address
        yield bench
    finally:
        _end(process)


def _end(process: subprocess.Popen[str]) -> None:
    process.terminate()
    try:
        process.wait(END_LIMIT_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait(END_LIMIT_S)
        raise AssertionError(
            f"the test server did not end within {END_LIMIT_S:g} s of SIGTERM"
        ) from None


@contextlib.contextmanager
def chromium() -> Iterator[Browser]:
    """A headless Chromium that the system has installed."""
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        raise RuntimeError("Chromium is not installed: install the package 'chromium'")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=CHROMIUM_ARGS)
        try:
            yield browser
        finally:
            browser.close()


def main() -> None:
    """The other process."""
    import uvicorn
    from fastapi import FastAPI

    from clinic import desk
    from clinic.desk import session
    from clinic.desk.tests.bench_desk import BenchDesk

    model = BenchDesk()
    service = FastAPI()
    desk.mount(service, model, secrets.token_hex(32))
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))

    def age_sessions(seconds: int) -> None:
        """Let the clock of the sessions stand this much later from now on."""
        session.now_s = lambda: int(time.time()) + seconds

    def obey() -> None:
        for line in sys.stdin:
            name, *arguments = json.loads(line)
            act = age_sessions if name == "age_sessions" else getattr(model, name)
            print(json.dumps(act(*arguments)), flush=True)

    threading.Thread(target=obey, daemon=True).start()
    print(f"http://127.0.0.1:{listener.getsockname()[1]}", flush=True)
    uvicorn.Server(uvicorn.Config(service, log_level="warning", timeout_graceful_shutdown=2)).run(
        sockets=[listener]
    )


if __name__ == "__main__":
    main()
