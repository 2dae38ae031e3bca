"""Outcomes for people: a table on the console."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table

from hil_tests.scenario.durations import show_ms
from hil_tests.scenario.outcome import Outcome


def print_outcome(console: Console, outcome: Outcome) -> None:
    """One scenario: its expectations, what was seen, and whether they agree."""
    scenario = outcome.scenario
    word = "[green]passed[/]" if outcome.passed else "[red]FAILED[/]"
    console.print(
        f"{word}  [bold]{scenario.name}[/]  {scenario.title}  "
        f"({', '.join(scenario.requirements)}; {show_ms(outcome.simulated_ms)} simulated)"
    )
    if outcome.failure:
        console.print(f"  {outcome.failure}", style="red", markup=False)
        return
    table = Table(box=None, pad_edge=True, padding=(0, 2))
    table.add_column("")
    table.add_column("expected", overflow="fold")
    table.add_column("seen", overflow="fold")
    for verdict in outcome.verdicts:
        mark = "[green]yes[/]" if verdict.met else "[red]NO[/]"
        table.add_row(mark, _plain(verdict.expectation.text), _plain(verdict.seen))
    console.print(table)


def print_summary(console: Console, outcomes: list[Outcome]) -> None:
    """The last line of a run over several files."""
    passed = sum(outcome.passed for outcome in outcomes)
    proven = sorted({name for one in outcomes if one.passed for name in one.scenario.requirements})
    console.print(f"{passed} of {len(outcomes)} scenarios passed; touched: {', '.join(proven)}")


def _plain(text: str) -> str:
    return text.replace("[", r"\[")
