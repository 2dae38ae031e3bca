"""Run scenario files: `python -m hil_tests.run FILE.toml ... [--json OUT] [--log OUT] [--plot OUT]`.

Every file is read and checked before the first is started. Exit code 0: all expectations met;
1: at least one not met, or a run broke off; 2: bad input, nothing was started; 130: Ctrl-C.
"""

from __future__ import annotations

import contextlib
import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Annotated, TextIO

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from hil_tests.scenario.fields import ScenarioError
from hil_tests.scenario.model import Scenario
from hil_tests.scenario.outcome import Outcome, play
from hil_tests.scenario.reader import read_scenario
from hil_tests.scenario.report import print_outcome, print_summary
from tools.provision import ProvisionError

BAD_INPUT = 2
NOT_MET = 1
STOPPED = 130  # as a shell tells Ctrl-C

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


class Unusable(Exception):
    """One sentence about input that cannot be used."""


@app.command()
def main(
    files: Annotated[list[Path], typer.Argument(help="Scenario files (TOML).")],
    target: Annotated[str, typer.Option(help="virtual: the virtual board.")] = "virtual",
    json_out: Annotated[Path | None, typer.Option("--json", help="Verdicts for machines.")] = None,
    log: Annotated[
        Path | None, typer.Option(help="Every observation, a line of JSON each.")
    ] = None,
    plot: Annotated[Path | None, typer.Option(help="A picture (PNG).")] = None,
    quiet: Annotated[bool, typer.Option("--quiet", help="No progress.")] = False,
) -> None:
    """Run scenarios against the unmodified firmware on a simulated body."""
    try:
        _check_target(target)
        scenarios = [read_scenario(path) for path in files]
        logs = _places(log, scenarios, ".jsonl")
        plots = _places(plot, scenarios, ".png")
        _check_places([*logs, *plots, json_out])
    except (Unusable, ScenarioError) as error:
        print(f"run: {error}", file=sys.stderr)
        raise typer.Exit(BAD_INPUT) from None
    console = Console(highlight=False)
    outcomes: list[Outcome] = []
    for scenario, log_path, plot_path in zip(scenarios, logs, plots, strict=True):
        try:
            outcome = _play(scenario, log_path, quiet)
        except KeyboardInterrupt:
            print(f"run: stopped in {scenario.name}", file=sys.stderr)
            raise typer.Exit(STOPPED) from None
        except ProvisionError as error:
            print(f"run: no pump could be made for {scenario.name}: {error}", file=sys.stderr)
            raise typer.Exit(NOT_MET) from None
        outcomes.append(outcome)
        print_outcome(console, outcome)
        if plot_path is not None:
            from hil_tests.scenario.plot import save_plot  # slow to import

            save_plot(plot_path, outcome)
    if len(outcomes) > 1:
        print_summary(console, outcomes)
    if json_out is not None:
        json_out.write_text(json.dumps([one.as_json() for one in outcomes], indent=2) + "\n")
    raise typer.Exit(0 if all(outcome.passed for outcome in outcomes) else NOT_MET)


def _check_target(target: str) -> None:
    if target.startswith("serial:"):
        raise Unusable("real boards come with issue 4; until then use --target virtual")
    if target != "virtual":
        raise Unusable(f"there is no target '{target}'; use --target virtual")


def _places(path: Path | None, scenarios: list[Scenario], ending: str) -> list[Path | None]:
    """One output file a scenario: the path itself, or a folder that gets one for each."""
    if path is None:
        return [None] * len(scenarios)
    if path.is_dir():
        return [path / f"{scenario.name}{ending}" for scenario in scenarios]
    if len(scenarios) > 1:
        raise Unusable(f"{path} is one file for {len(scenarios)} scenarios; name a folder")
    return [path]


def _check_places(paths: list[Path | None]) -> None:
    for path in paths:
        if path is not None and (path.is_dir() or not path.absolute().parent.is_dir()):
            raise Unusable(f"{path} cannot be written; name a file in a folder that exists")


def _play(scenario: Scenario, log_path: Path | None, quiet: bool) -> Outcome:
    with _opened(log_path) as sink, _progress(scenario, quiet) as advance:
        return play(scenario, sink, advance)


@contextlib.contextmanager
def _opened(path: Path | None) -> Iterator[TextIO | None]:
    if path is None:
        yield None
        return
    with path.open("w", encoding="utf-8", newline="\n") as sink:
        yield sink


@contextlib.contextmanager
def _progress(scenario: Scenario, quiet: bool) -> Iterator[Callable[[int], None] | None]:
    """A bar on the error stream, and only where a person looks at it."""
    console = Console(stderr=True)
    if quiet or not console.is_terminal:
        yield None
        return
    columns = (TextColumn("{task.description}"), BarColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task(scenario.name, total=scenario.duration_ms)
        shown = [0]

        def advance(now_ms: int) -> None:
            if now_ms - shown[0] >= scenario.duration_ms // 200:
                shown[0] = now_ms
                bar.update(task, completed=now_ms)

        yield advance


if __name__ == "__main__":
    app()
