"""Shows one line per part: a table that renews itself on a terminal, plain lines elsewhere."""

from __future__ import annotations

import time
from collections.abc import Sequence

from rich.console import Console
from rich.live import Live
from rich.table import Table
from rich.text import Text

from tools.house.part import Part, State

REDRAW_S = 0.5
# Without a terminal: a state is told when it changes, a status line at most this often.
PLAIN_EVERY_S = 10.0
STYLES = {
    State.WAITING: "dim",
    State.STARTING: "yellow",
    State.RUNNING: "green",
    State.DONE: "dim",
    State.FAILED: "bold red",
    State.STOPPED: "dim",
}


class TerminalDisplay:
    """A live table. It is drawn from the supervisor's loop: no thread of its own."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._live = Live(console=console, auto_refresh=False)
        self._next_s = 0.0

    def __enter__(self) -> TerminalDisplay:
        self._live.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._live.stop()

    def show(self, parts: Sequence[Part]) -> None:
        now_s = time.monotonic()
        if now_s < self._next_s:
            return
        self._next_s = now_s + REDRAW_S
        self._live.update(_table(parts), refresh=True)

    def say(self, text: str) -> None:
        self._console.print(text, markup=False, highlight=False, soft_wrap=True)


class PlainDisplay:
    """Lines for a log or a pipe: every change of state, and each part's status now and then."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._states: dict[str, State] = {}
        self._lines: dict[str, str] = {}
        self._next_s = 0.0

    def __enter__(self) -> PlainDisplay:
        return self

    def __exit__(self, *_: object) -> None:
        self._console.file.flush()

    def show(self, parts: Sequence[Part]) -> None:
        now_s = time.monotonic()
        periodic = now_s >= self._next_s
        for part in parts:
            changed = self._states.get(part.name, State.WAITING) is not part.state
            line = part.line() if changed or (periodic and part.state is State.RUNNING) else ""
            if changed or (line and line != self._lines.get(part.name)):
                self._states[part.name] = part.state
                self._lines[part.name] = line
                self.say(f"{part.name}: {part.state.value}" + (f" · {line}" if line else ""))
        if periodic:
            self._next_s = now_s + PLAIN_EVERY_S

    def say(self, text: str) -> None:
        self._console.print(text, markup=False, highlight=False, soft_wrap=True)
        self._console.file.flush()


Display = TerminalDisplay | PlainDisplay


def make(console: Console) -> Display:
    return TerminalDisplay(console) if console.is_terminal else PlainDisplay(console)


def _table(parts: Sequence[Part]) -> Table:
    table = Table.grid(padding=(0, 2))
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True, overflow="ellipsis")
    for part in parts:
        # Text and not str: lines come from other programs' logs and are never read as markup.
        table.add_row(
            part.name, Text(part.state.value, style=STYLES[part.state]), Text(part.line())
        )
    return table
