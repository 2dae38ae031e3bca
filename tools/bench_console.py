"""Carries out what a person types at the bench, and shows the pumps as a table."""

from __future__ import annotations

import base64
import time
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.live import Live
from rich.table import Table

from hil_tests.live_rig.commands import COMMANDS
from tools.bench_client import BadInput, Gone, ask, find_pumps
from tools.bench_words import request_of, usage

_WATCH_EVERY_S = 0.5
_NL_PER_ML = 1_000_000
_COLUMNS = ("pump", "power", "hub", "mL/h", "mL", "kPa", "line", "bag mL", "battery", "sound")
_OWN_WORDS = {
    "help": "this list",
    "table": "all pumps, once",
    "watch": "all pumps, live, until Ctrl-C",
    "quit": "leave the prompt",
}


class Bench:
    """state: the folder under which the pumps' sockets stand."""

    def __init__(self, state: Path, console: Console) -> None:
        self.state = state
        self.console = console

    def carry_out(self, words: list[str]) -> None:
        """One line. BadInput or Gone, with one sentence each."""
        if words[0] in ("help", "table", "watch") and len(words) == 1:
            {"help": self._help, "table": self._table_once, "watch": self._watch}[words[0]]()
            return
        pumps = find_pumps(self.state)
        if words[0] in COMMANDS and len(pumps) == 1:
            words = [*pumps, *words]  # with one pump there is no need to name it
        name, *rest = words
        if name not in pumps:
            running = ", ".join(pumps) or f"none under {self.state}; start them with make run"
            raise BadInput(f"there is no pump '{name}'; running: {running}")
        if not rest:
            raise BadInput(f"say what to do with {name}; 'help' lists the commands")
        self._do(name, pumps[name], rest[0], rest[1:])

    def _do(self, name: str, path: Path, command: str, words: list[str]) -> None:
        if command == "screen":
            self._save_screen(name, path, words)
            return
        answer = ask(path, request_of(command, words))
        if command == "status":
            self._print_status(answer)
        else:
            self.console.print(f"{name}: {' '.join([command, *words])}", markup=False)

    def _save_screen(self, name: str, path: Path, words: list[str]) -> None:
        if len(words) > 1:
            raise BadInput("write: screen [file.png]")
        target = Path(words[0] if words else f"{name}.png")
        if target.suffix.lower() != ".png" or not target.absolute().parent.is_dir():
            raise BadInput(f"{target} cannot be written; name a .png in a folder that exists")
        target.write_bytes(base64.b64decode(ask(path, request_of("screen", []))["png_base64"]))
        self.console.print(f"{name}: screen saved to {target}", markup=False)

    def _print_status(self, answer: dict[str, Any]) -> None:
        table = Table(box=None, show_header=False)
        flat = {key: value for key, value in answer.items() if key not in ("ok", "truth")}
        for key, value in {**flat, **answer["truth"]}.items():
            table.add_row(key, str(value))
        self.console.print(table)

    def _help(self) -> None:
        table = Table(box=None, show_header=False, padding=(0, 2))
        for word, what in _OWN_WORDS.items():
            table.add_row(word, what)
        for command, (what, _values) in COMMANDS.items():
            shown = "screen [file.png]" if command == "screen" else usage(command)
            table.add_row(f"PUMP {shown}".replace("[", r"\["), what)
        self.console.print(table)

    def _table_once(self) -> None:
        self.console.print(self._table())

    def _watch(self) -> None:
        try:
            with Live(self._table(), console=self.console, auto_refresh=False) as live:
                while True:
                    time.sleep(_WATCH_EVERY_S)
                    live.update(self._table(), refresh=True)
        except KeyboardInterrupt:
            return

    def _table(self) -> Table:
        table = Table(*_COLUMNS, box=None, padding=(0, 2, 0, 0))
        for name, path in find_pumps(self.state).items():
            try:
                table.add_row(name, *_cells(ask(path, {"do": "status"})))
            except Gone:
                table.add_row(name, "gone")
        if not table.row_count:
            table.caption = f"no pump runs under {self.state}; start them with: make run"
        return table


def _cells(status: dict[str, Any]) -> list[str]:
    truth = status["truth"]
    hub = "linked" if status["connected"] else "silent"
    closed = truth["distal_percent"]
    return [
        "on" if status["powered"] else "OFF",
        hub if status["in_range"] else "away",
        f"{status['flow_nl_h'] / _NL_PER_ML:.2f}",
        f"{truth['delivered_nl'] / _NL_PER_ML:.3f}",
        f"{truth['line_pressure_pa'] / 1_000:.1f}",
        f"{closed} % shut" if closed else "open",
        f"{truth['reservoir_nl'] / _NL_PER_ML:.1f}",
        f"{truth['battery_permille'] / 10:.0f} %",
        f"{status['sounder_hz']} Hz" if status["sounder_hz"] else "silent",
    ]
