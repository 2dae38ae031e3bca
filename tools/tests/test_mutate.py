"""Mutation testing on a small tree: what weak tests leave, what the list may hold, and that it always comes to an end."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest

from tools.mutate.equivalent import EQUIVALENT, Equivalent
from tools.mutate.targets import TARGETS, files_with_tests

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = """
import sys
from pathlib import Path
from tools.mutate.__main__ import main
from tools.mutate.equivalent import Equivalent
from tools.mutate.targets import Target
entries = [Equivalent(*entry) for entry in eval(sys.argv[2])]
sys.exit(main(sys.argv[3:], Path(sys.argv[1]), (Target("pump/*.py", ("pump/tests",)),), entries))
"""
LIMIT = '''"""A limit."""


def allowed(used, wanted, limit):
    return used + wanted <= limit
'''
WEAK = """from pump.limit import allowed


def test_less_than_the_limit_is_allowed_and_more_is_not():
    assert allowed(1, 1, 10)
    assert not allowed(9, 9, 10)
"""
STRONG = WEAK + "    assert allowed(5, 5, 10)\n"
SURVIVOR = Equivalent(
    "pump/limit.py",
    "allowed",
    "return used + wanted <= limit",
    "return used + wanted < limit",
    "the limit is never met",
)
ALL_CALL = "def test_call():\n    from pump import limit\n\n    "


def write(root: Path, files: dict[str, str]) -> Path:
    for name, text in {"pump/__init__.py": "", "pump/tests/__init__.py": "", **files}.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return root


def mutate(
    root: Path, *arguments: str, entries: tuple[Equivalent, ...] = ()
) -> subprocess.CompletedProcess[str]:
    """In a process of its own, as it forks."""
    listed = repr([tuple(entry) for entry in entries])
    command = [sys.executable, "-c", PROGRAM, str(root), listed, *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=100)


@pytest.fixture
def weak(tmp_path: Path) -> Path:
    return write(tmp_path, {"pump/limit.py": LIMIT, "pump/tests/test_limit.py": WEAK})


def test_weak_test_leaves_the_one_survivor_that_it_does_not_notice(weak: Path):
    done = mutate(weak)
    assert done.returncode == 1, done.stderr
    assert "pump/limit.py:5: return used + wanted <= limit\n" in done.stdout
    assert "becomes return used + wanted < limit\n" in done.stdout
    assert "     3 of     4  pump/limit.py\n" in done.stdout
    assert "1 survive and are not listed" in done.stdout


def test_strong_test_leaves_none(tmp_path: Path):
    write(tmp_path, {"pump/limit.py": LIMIT, "pump/tests/test_limit.py": STRONG})
    done = mutate(tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "     4 of     4  all\n" in done.stdout


def test_survivor_in_the_list_passes(weak: Path):
    done = mutate(weak, entries=(SURVIVOR,))
    assert done.returncode == 0, done.stdout


def test_entry_whose_mutant_is_killed_is_an_error(tmp_path: Path):
    write(tmp_path, {"pump/limit.py": LIMIT, "pump/tests/test_limit.py": STRONG})
    done = mutate(tmp_path, entries=(SURVIVOR,))
    assert done.returncode == 1
    killer = "pump.tests.test_limit.test_less_than_the_limit_is_allowed_and_more_is_not"
    assert f"the entry is not needed, {killer} kills it; remove it" in done.stdout


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"function": "refused"}, "the entry fits no mutant any more"),
        ({"before": "return used <= limit"}, "the entry fits no mutant any more"),
        ({"reason": " "}, "the entry gives no reason"),
    ],
)
def test_entry_that_says_something_wrong_is_an_error(
    weak: Path, changed: dict[str, str], sentence: str
):
    done = mutate(weak, entries=(SURVIVOR._replace(**changed),))
    assert done.returncode == 1
    assert sentence in done.stdout


def test_entry_that_stands_twice_is_an_error(weak: Path):
    done = mutate(weak, entries=(SURVIVOR, SURVIVOR))
    assert done.returncode == 1
    assert "the entry stands in the list twice" in done.stdout


def test_mutant_that_never_ends_is_killed_by_the_time_limit(tmp_path: Path):
    endless = "def drain(steps):\n    while steps > 0:\n        steps -= 8\n    return steps\n"
    test = ALL_CALL + "assert (limit.drain(17), limit.drain(8)) == (-7, 0)\n"
    write(tmp_path, {"pump/limit.py": endless, "pump/tests/test_limit.py": test})
    started = time.monotonic()
    done = mutate(tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert time.monotonic() - started < 60


def test_function_that_no_test_calls_survives_whole(tmp_path: Path):
    test = ALL_CALL + "assert limit\n"
    write(tmp_path, {"pump/limit.py": LIMIT, "pump/tests/test_limit.py": test})
    done = mutate(tmp_path)
    assert done.returncode == 1
    assert "     0 of     4  all\n" in done.stdout


def test_figure_that_is_used_while_another_file_is_loaded_is_seen(tmp_path: Path):
    files = {
        "pump/limit.py": "def twice(n):\n    return n * 2\n",
        "pump/table.py": "from pump.limit import twice\n\nSIX = twice(3)\n",
        "pump/tests/test_limit.py": "from pump.table import SIX\n\n\ndef test_six():\n    assert SIX == 6\n",
    }
    done = mutate(write(tmp_path, files))
    assert done.returncode == 0, done.stdout + done.stderr


def test_tests_that_fail_without_a_change_end_the_run_with_code_2(tmp_path: Path):
    test = ALL_CALL + "assert not limit.allowed(1, 1, 10)\n"
    write(tmp_path, {"pump/limit.py": LIMIT, "pump/tests/test_limit.py": test})
    done = mutate(tmp_path)
    assert done.returncode == 2
    assert "a test fails without any change: pump.tests.test_limit.test_call" in done.stderr


def test_folders_that_tests_leave_behind_are_cleared(weak: Path, tmp_path: Path):
    (weak / "pump/tests/test_limit.py").write_text(
        WEAK + "    import tempfile\n    open('made', 'a').write(tempfile.mkdtemp() + '\\n')\n"
    )
    mutate(weak)
    made = (tmp_path / "made").read_text().split()
    assert made and not any(Path(folder).exists() for folder in made)


def test_sample_is_the_same_for_the_same_seed(weak: Path):
    first, again, other = (
        mutate(weak, "--sample", "1", "--seed", seed) for seed in ("1", "1", "2")
    )
    assert "mutate: 1 of 4 mutants" in first.stdout
    assert first.stdout.rpartition("(")[0] == again.stdout.rpartition("(")[0]
    assert other.returncode in (0, 1)


def test_sample_does_not_judge_entries_whose_mutants_it_left_out(weak: Path):
    codes = {
        mutate(weak, "--sample", "1", "--seed", str(seed), entries=(SURVIVOR,)).returncode
        for seed in range(4)
    }
    assert codes == {0}


def test_only_changed_files_are_mutated(weak: Path):
    def git(*arguments: str) -> None:
        settings = ("-c", "user.name=x", "-c", "user.email=x@example.org")
        subprocess.run(["git", *settings, *arguments], cwd=weak, check=True, capture_output=True)

    git("init", "--quiet")
    git("add", ".")
    git("commit", "--quiet", "--message", "All.")
    assert "no file that is mutated has changed" in mutate(weak, "--changed", "HEAD").stdout
    (weak / "pump/other.py").write_text("SIX = 6\n")
    done = mutate(weak, "--changed", "HEAD")
    assert done.returncode == 1
    assert "mutate: 2 of 6 mutants" in done.stdout
    assert mutate(weak, "--changed", "nothing").returncode == 2


def test_only_named_files_are_mutated_and_an_unknown_one_is_refused(weak: Path):
    assert "mutate: 4 of 4 mutants" in mutate(weak, "pump/limit.py").stdout
    done = mutate(weak, "pump/other.py")
    assert done.returncode == 2
    assert "pump/other.py is not mutated" in done.stderr


@pytest.mark.parametrize("arguments", [("--jobs", "0"), ("--sample", "0"), ("--sample", "x")])
def test_argument_out_of_range_ends_with_code_2(tmp_path: Path, arguments: tuple[str, ...]):
    assert mutate(tmp_path, *arguments).returncode == 2


def test_house_mutates_all_of_safety_and_therapy_and_the_tables():
    found = files_with_tests(ROOT, TARGETS)
    for folder in ("firmware/safety", "firmware/therapy"):
        for path in (ROOT / folder).glob("*.py"):
            name = path.relative_to(ROOT).as_posix()
            assert (name in found) == (path.name != "__init__.py"), name
    profiles = {f"shared/{path.name}" for path in (ROOT / "shared").glob("drug_profiles*.py")}
    assert {"shared/alarm_table.py", "shared/ceilings.py", *profiles} <= set(found)


def test_every_entry_of_the_house_gives_a_reason():
    assert [entry for entry in EQUIVALENT if len(entry.reason) < 20] == []
