"""Starts `python -m tools.run` on free ports and a folder of its own, and ends it as Ctrl-C does."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType

from tools.bench_client import Gone, ask, find_pumps

ROOT = Path(__file__).resolve().parents[2]
# Three interpreters, a broker, a hub and a clinic with its schema, on two busy cores.
UP_WITHIN_S = 120.0
# Supervisor's own deadline for TERM, then KILL.
DOWN_WITHIN_S = 30.0
_POLL_S = 0.2
_RUN = (sys.executable, "-m", "tools.run")


class HouseError(AssertionError):
    """What did not happen, with the supervisor's own words."""


def free_ports(count: int) -> list[int]:
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports


class RunningHouse:
    """One `make run`. A second one on the same `state` goes on from it."""

    def __init__(self, state: Path, speed: float) -> None:
        broker, clinic, hub = free_ports(3)
        self.state = state
        self.dashboard = f"http://127.0.0.1:{clinic}"
        self._log = state.parent / f"run-{clinic}.log"
        environment = {
            **os.environ,
            "SPEED": f"{speed:g}",
            "VIGIL_STATE": str(state),
            "VIGIL_BROKER_PORT": str(broker),
            "VIGIL_CLINIC_PORT": str(clinic),
            "VIGIL_HUB_LINK_PORT": str(hub),
        }
        environment.pop("MQTT_URL", None)
        with self._log.open("wb") as out:
            self._process = subprocess.Popen(
                # On the leash: a house whose test was killed must not go on.
                [*(sys.executable, "-m", "tools.house.leash", str(os.getpid())), *_RUN],
                cwd=ROOT,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                start_new_session=True,
            )

    def __enter__(self) -> RunningHouse:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._process.poll() is None:
            self.end()

    def log(self) -> str:
        return self._log.read_text(errors="replace")

    def wait_for(self, text: str, within_s: float = UP_WITHIN_S) -> None:
        """Until the supervisor has said so. HouseError with its last words otherwise."""
        deadline = time.monotonic() + within_s
        while text not in self.log():
            code = self._process.poll()
            if code is not None:
                raise HouseError(
                    f"the house ended with {code} before {text!r}:\n{self.log()[-3000:]}"
                )
            if time.monotonic() > deadline:
                raise HouseError(f"no {text!r} in {within_s:g} s:\n{self.log()[-3000:]}")
            time.sleep(_POLL_S)

    def end(self) -> int:
        """Ctrl-C; the exit code."""
        self._process.send_signal(signal.SIGINT)
        try:
            return self._process.wait(DOWN_WITHIN_S)
        except subprocess.TimeoutExpired:
            os.killpg(self._process.pid, signal.SIGKILL)
            raise HouseError(
                f"no end in {DOWN_WITHIN_S:g} s after Ctrl-C:\n{self.log()[-3000:]}"
            ) from None

    def bench(self, pump: str, request: dict) -> dict:
        """One request to a pump's bench, as tools.bench sends it."""
        path = find_pumps(self.state).get(pump)
        if path is None:
            raise HouseError(f"{pump} is not running:\n{self.log()[-2000:]}")
        try:
            return ask(path, request)
        except Gone as error:
            raise HouseError(str(error)) from None

    def password(self, username: str) -> str:
        return json.loads((self.state / "demo" / "passwords.json").read_text())[username]

    def pump_id(self, pump: str) -> str:
        """32 hex digits, as the desk has it in its addresses."""
        return json.loads((self.state / pump / "enrolment.json").read_text())["pump_id"]

    def process_ids(self) -> list[int]:
        """Every process whose environment names this state folder."""
        found = []
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit() and int(entry.name) != os.getpid():
                try:
                    if str(self.state).encode() in (entry / "environ").read_bytes():
                        found.append(int(entry.name))
                except OSError:
                    continue
        return found
