"""The gate names every line and branch of safety and therapy that no test reaches, and cannot be talked out of it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = """
import sys
from pathlib import Path
from tools.safety_coverage import main
sys.exit(main([], Path(sys.argv[1])))
"""
GATE = """def permit(wanted, limit):
    if wanted > limit:
        wanted = 0
    return wanted
"""
HALF = """from firmware.safety.gate import permit


def test_below_the_limit():
    assert permit(1, 2) == 1
"""
WHOLE = HALF + "    assert permit(3, 2) == 0\n"


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    for folder in ("firmware", "firmware/safety", "firmware/therapy", "firmware/tests"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "__init__.py").write_text("")
    (tmp_path / "firmware/safety/gate.py").write_text(GATE)
    return tmp_path


def measured(tree: Path, test: str) -> subprocess.CompletedProcess[str]:
    """In a process of its own, as the tree's modules have the house's names."""
    (tree / "firmware/tests/test_gate.py").write_text(test)
    command = [sys.executable, "-c", PROGRAM, str(tree)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60)


def test_line_that_no_test_runs_and_branch_that_none_takes_are_named(tree: Path):
    done = measured(tree, HALF)
    assert done.returncode == 1
    assert done.stdout.splitlines() == [
        "firmware/safety/gate.py:2: no test goes from here to line 3",
        "firmware/safety/gate.py:3: no test runs it",
        "coverage: 3 of 4 lines, 1 of 2 branches, 2 gaps",
    ]


def test_whole_coverage_passes(tree: Path):
    done = measured(tree, WHOLE)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout == "coverage: 4 of 4 lines, 2 of 2 branches, 0 gaps\n"


def test_comment_that_hides_a_line_hides_nothing(tree: Path):
    hidden = GATE.replace("limit:\n", "limit:  # pragma: no cover\n")
    (tree / "firmware/safety/gate.py").write_text(hidden)
    assert "gate.py:3: no test runs it" in measured(tree, HALF).stdout


def test_file_that_no_test_loads_is_named(tree: Path):
    (tree / "firmware/therapy/air.py").write_text("LIMIT = 1\n")
    assert "firmware/therapy/air.py:1: no test runs it" in measured(tree, WHOLE).stdout


def test_test_that_fails_ends_it_with_code_2(tree: Path):
    done = measured(tree, HALF.replace("== 1", "== 2"))
    assert done.returncode == 2
    assert "test_gate.test_below_the_limit fails: AssertionError" in done.stderr


def test_tree_without_code_to_watch_does_not_pass(tree: Path):
    (tree / "firmware/safety/gate.py").unlink()
    assert measured(tree, "def test_nothing():\n    assert True\n").returncode == 1
