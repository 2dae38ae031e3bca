"""Does a test run every line and take every branch of the code that has the last word: `make coverage`.

    python -m tools.safety_coverage

Runs the plain tests of firmware/tests on CPython, with the lines and branches of firmware/safety and firmware/therapy watched. Below
100 % it names what no test reaches. A comment that hides a line from the measurement has no effect here.

Exit 0 if all is reached, 1 if something is not, 2 if a test fails.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import coverage

from tools.plain_tests import discover

ROOT = Path(__file__).resolve().parent.parent
FOLDERS = ("firmware/safety", "firmware/therapy")
TESTS = ("firmware/tests",)
NOTHING = "(?!)"  # a pattern that fits no line


class TestFailed(Exception):
    """A sentence for a person: the run says nothing about what is reached."""


class Gap(NamedTuple):
    """A line that no test runs, or a branch that none takes."""

    path: str
    line: int
    what: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.what}"


class Reached(NamedTuple):
    """lines, branches: (reached, all)."""

    lines: tuple[int, int]
    branches: tuple[int, int]
    gaps: list[Gap]


def gaps_of(path: str, found: dict[str, Any]) -> list[Gap]:
    """From one file of coverage's report. A branch that starts on a line which never ran is no news."""
    never_run = found["missing_lines"]
    gaps = [Gap(path, line, "no test runs it") for line in never_run]
    for line, target in found["missing_branches"]:
        if line not in never_run:
            where = f"to line {target}" if target > 0 else "out of the function"
            gaps.append(Gap(path, line, f"no test goes from here {where}"))
    return sorted(gaps)


def measure(root: Path, folders: Sequence[str], run: Callable[[], object]) -> Reached:
    """Watch some folders of a tree while `run` imports and runs them. Nothing of them may have been imported before."""
    watch = coverage.Coverage(
        data_file=None,
        config_file=False,
        branch=True,
        source=[str(root / folder) for folder in folders],
    )
    for hidden in ("exclude_lines", "partial_branches"):
        watch.set_option(f"report:{hidden}", [NOTHING])
    with watch.collect():
        run()
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "coverage.json"
        watch.json_report(outfile=str(report))
        read = json.loads(report.read_text())
    total = read["totals"]
    gaps = []
    for name, found in sorted(read["files"].items()):
        gaps += gaps_of((Path.cwd() / name).resolve().relative_to(root).as_posix(), found)
    return Reached(
        (total["covered_lines"], total["num_statements"]),
        (total["covered_branches"], total["num_branches"]),
        gaps,
    )


def run_tests(root: Path, folders: Sequence[str]) -> None:
    """Run the plain tests. Raises TestFailed at the first that fails."""
    for test in discover(root, folders):
        try:
            test.load()()
        except Exception as error:
            raise TestFailed(f"{test} fails: {type(error).__name__} {error}") from error


def main(arguments: list[str], root: Path = ROOT) -> int:
    argparse.ArgumentParser(
        prog="python -m tools.safety_coverage",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    ).parse_args(arguments)
    sys.path.insert(0, str(root))
    try:
        reached = measure(root, FOLDERS, lambda: run_tests(root, TESTS))
    except TestFailed as error:
        print(f"coverage: {error}", file=sys.stderr)
        return 2
    for gap in reached.gaps:
        print(gap)
    (lines, all_lines), (branches, all_branches) = reached.lines, reached.branches
    print(
        f"coverage: {lines} of {all_lines} lines, {branches} of {all_branches} branches, "
        f"{len(reached.gaps)} gaps"
    )
    return 1 if reached.gaps or not all_lines else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
