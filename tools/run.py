"""The whole house on one machine: `make run`, or `python -m tools.run`. Ctrl-C ends all of it.

Environment: SPEED (1), MQTT_URL (none: the embedded broker), VIGIL_STATE (state), VIGIL_BROKER_PORT (18830),
VIGIL_CLINIC_PORT (8080), VIGIL_HUB_LINK_PORT (7400). Exit 0 after Ctrl-C or SIGTERM, 1 if a part failed, 2 if the house
cannot be started as asked.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from tools.house import checks, display
from tools.house.part import Part
from tools.house.parts import house, modules
from tools.house.settings import HouseSettings, Refused, load
from tools.house.supervisor import Supervisor


class Welcome:
    """Tells the dashboard's address once the house is up, and the demo's logins as soon as they are written."""

    def __init__(self, settings: HouseSettings, shown: display.Display) -> None:
        self._dashboard = settings.dashboard
        self._logins = settings.state / "demo" / "logins.txt"
        self._shown = shown
        self._is_up = False
        self._told = False

    def all_up(self) -> None:
        self._is_up = True
        self._shown.say(f"dashboard: {self._dashboard}")

    def show(self, parts: Sequence[Part]) -> None:
        if self._is_up and not self._told and self._logins.exists():
            self._told = True
            self._shown.say(_read(self._logins))
        self._shown.show(parts)


def run(settings: HouseSettings, console: Console) -> int:
    """Check everything, then start, watch and end the house. Refused if a check fails."""
    checks.check_modules(modules(settings))
    checks.check_interpreter()
    with checks.lock_state(settings.state):
        checks.check_ports(settings)
        with display.make(console) as shown:
            welcome = Welcome(settings, shown)
            log_dir = settings.state / "log"
            shown.say(f"logs: {log_dir}")
            supervisor = Supervisor(
                house(settings), log_dir, welcome.show, shown.say, welcome.all_up
            )
            return supervisor.run()


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8").strip()
    except OSError as error:
        return f"demo logins: {path} cannot be read: {error.strerror}"


def main() -> int:
    if len(sys.argv) > 1:
        print(
            f"run: no arguments are taken, {sys.argv[1]!r} was given. {__doc__}", file=sys.stderr
        )
        return 2
    try:
        return run(load(os.environ), Console())
    except Refused as refusal:
        print(f"run: {refusal}", file=sys.stderr)
        return 2
    except BrokenPipeError:
        # Whoever read our lines is gone; the house was ended on the way here. Nothing more can be said.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1


if __name__ == "__main__":
    sys.exit(main())
