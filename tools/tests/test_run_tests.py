"""`make test` runs both parts, whatever the first one says, and its exit code tells the truth."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools import run_tests

PASSES = "def test_shares_the_machine():\n    open('shared_ran', 'w').close()\n"
FAILS = PASSES + "    assert False\n"
ALONE = "import pytest\n\n\n@pytest.mark.alone\ndef test_has_the_machine():\n    open('alone_ran', 'w').close()\n"


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "pytest.ini").write_text("[pytest]\nmarkers = alone: by itself\n")
    monkeypatch.setattr(run_tests, "ROOT", tmp_path)
    return tmp_path


def test_both_parts_run_and_pass(tree: Path, capfd: pytest.CaptureFixture[str]):
    (tree / "test_a.py").write_text(PASSES)
    (tree / "test_b.py").write_text(ALONE)
    assert run_tests.main(["--jobs", "2"]) == 0
    assert (tree / "shared_ran").exists() and (tree / "alone_ran").exists()
    said = capfd.readouterr().out
    assert said.count("1 passed") == 2
    assert "test: all clean" in said


def test_failure_of_the_first_part_fails_the_run_and_the_second_part_still_runs(tree: Path):
    (tree / "test_a.py").write_text(FAILS)
    (tree / "test_b.py").write_text(ALONE)
    assert run_tests.main(["--jobs", "1"]) == 1
    assert (tree / "alone_ran").exists()


def test_part_without_a_test_is_a_failure(tree: Path, capfd: pytest.CaptureFixture[str]):
    (tree / "test_a.py").write_text(PASSES)
    assert run_tests.main(["--jobs", "1"]) == 1
    assert "no test ran in the part 'one at a time'" in capfd.readouterr().err


@pytest.mark.parametrize("jobs", ["0", "65", "many"])
def test_number_of_jobs_out_of_range_ends_with_code_2(jobs: str):
    with pytest.raises(SystemExit) as caught:
        run_tests.main(["--jobs", jobs])
    assert caught.value.code == 2
