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
START_LIMIT_S = 30
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

    def __init__(self, process: subprocess.Popen[str], address: str) -> None:
        self._process = process
        self.address = address

    def __call__(self, name: str, *arguments: Any) -> Any:
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.write(json.dumps([name, *arguments]) + "\n")
        self._process.stdin.flush()
        return json.loads(self._process.stdout.readline())


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
        assert process.stdout is not None
        address = process.stdout.readline().strip()
        if not address.startswith("http://127.0.0.1:"):
            raise RuntimeError("the test server did not start; its errors are above")
        yield RemoteBench(process, address)
    finally:
        process.terminate()
        process.wait(START_LIMIT_S)


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
