"""Every rule of the MicroPython linter trips on what it names, on nothing else, and stands for a fact."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path, PurePosixPath

import pytest

from tools import check_upy
from tools.check_upy import RULES, check_text
from tools.tests.upy_snippets import SNIPPETS
from tools.upy_lint import builtin_gaps

ROOT = Path(__file__).resolve().parent.parent.parent
MICROPYTHON = Path(sys.executable).parent / "micropython"

# Rules about the language that the interpreter itself does not prove: a decision of the house, or a trap that only
# some values show.
DECISIONS = {"UPY107"}
LANGUAGE = [rule for rule in RULES if rule.id < "UPY300" and rule.id not in DECISIONS]

TRIP = [(rule, path, text) for rule, (path, bad, _) in SNIPPETS.items() for text in bad]
PASS = [(rule, path, text) for rule, (path, _, good) in SNIPPETS.items() for text in good]

# Runs programs one after the other and prints what each of them did, as one line of JSON. Works on both interpreters.
RUNNER = """
import json, sys
def run(text):
    said = []
    def keep(*words, **options):
        said.append(" ".join([str(word) for word in words]))
    try:
        exec(text, {"print": keep, "__name__": "program"})
    except Exception as e:
        said.append("raised " + type(e).__name__)
    return said
programs = json.loads(open(sys.argv[1]).read())
print(json.dumps([run(text) for text in programs]))
"""


def run_programs(interpreter: Path, programs: list[str], folder: Path) -> list[list[str]]:
    (folder / "runner.py").write_text(RUNNER)
    (folder / "programs.json").write_text(json.dumps(programs))
    command = [str(interpreter), "runner.py", "programs.json"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def ids_found(path: str, text: str) -> set[str]:
    return {finding.rule_id for finding in check_text(PurePosixPath(path), text)}


def test_every_rule_has_programs_that_trip_it_and_programs_that_do_not():
    assert {rule.id for rule in RULES} == set(SNIPPETS)
    assert all(bad and good for _, bad, good in SNIPPETS.values())


def test_no_number_is_used_twice():
    numbers = [rule.id for rule in RULES]
    assert len(numbers) == len(set(numbers))


@pytest.mark.parametrize(("rule", "path", "text"), TRIP)
def test_program_trips_its_rule_and_no_other(rule: str, path: str, text: str):
    assert ids_found(path, text) == {rule}


@pytest.mark.parametrize(("rule", "path", "text"), PASS)
def test_lookalike_trips_no_rule(rule: str, path: str, text: str):
    assert ids_found(path, text) == set()


def test_each_language_rule_names_a_real_difference_between_the_interpreters(tmp_path: Path):
    programs = [text for rule in LANGUAGE for text in SNIPPETS[rule.id][1]]
    chip = run_programs(MICROPYTHON, programs, tmp_path)
    pc = run_programs(Path(sys.executable), programs, tmp_path)
    alike = [text for text, here, there in zip(programs, chip, pc, strict=True) if here == there]
    assert alike == []


@pytest.mark.parametrize("name", sorted(builtin_gaps.MISSING_NAMES))
def test_name_in_the_table_exists_on_cpython(name: str):
    assert name in dir(__builtins__) or hasattr(__import__("builtins"), name)


def test_names_in_the_tables_are_missing_on_the_interpreter(tmp_path: Path):
    programs = [f"print({name})" for name in sorted(builtin_gaps.MISSING_NAMES)]
    programs += [f"import {module}\n{module}.{name}" for module, name in sorted(on_the_wheel())]
    programs += [
        f"from collections import namedtuple, deque\nimport hashlib\n"
        f"for thing in ('', b'', 1, 1.5, memoryview(b''), ValueError(), hashlib.sha256(), deque((), 1),\n"
        f"    namedtuple('N', ('a',))(1), print, ValueError):\n"
        f"    if hasattr(thing, '{name}'):\n        print('it has it')\n        break\n"
        f"else:\n    raise AttributeError"
        for name in sorted(builtin_gaps.MISSING_METHODS | builtin_gaps.MISSING_ATTRIBUTES)
    ]
    results = run_programs(MICROPYTHON, programs, tmp_path)
    present = [
        text for text, said in zip(programs, results, strict=True) if "raised" not in str(said)
    ]
    assert present == []


def on_the_wheel() -> set[tuple[str, str]]:
    """The unix port has a few names that the chip lacks; the chip's own stubs say so (see the next test)."""
    return builtin_gaps.MISSING_IN_MODULES - {("sys", "exc_info")}


def test_firmware_modules_have_stubs_of_the_chip():
    typings = ROOT / "typings"
    for module in builtin_gaps.CHIP_MODULES:
        places = [typings / f"{module}.pyi", typings / "stdlib" / f"{module}.pyi"]
        places += [typings / "stdlib" / module, typings / "stdlib" / "collections"]
        assert any(place.exists() for place in places), module


def test_finding_names_file_line_rule_and_cure():
    (finding,) = check_text(PurePosixPath("firmware/link/x.py"), "a = 1\nb = a.bit_length()\n")
    assert str(finding).startswith("firmware/link/x.py:2: UPY203 no such method")
    assert "instead:" in str(finding)


def test_rule_of_a_folder_does_not_hold_elsewhere():
    half = "x = 0.5\n"
    assert ids_found("firmware/safety/x.py", half) == {"UPY303"}
    assert ids_found("firmware/panel/x.py", half) == set()
    assert ids_found("firmware/executive.py", half) == {"UPY303"}
    hardware = "import machine\n"
    assert ids_found("firmware/boards/esp32s3.py", hardware) == set()
    assert ids_found("firmware/boards_more/x.py", hardware) == {"UPY304"}


def test_gate_may_make_a_permit():
    text = "from firmware.safety.permit import Permit\np = Permit()\np.fresh = True\n"
    assert ids_found("firmware/safety/gate.py", text) == set()


def test_virtual_board_may_import_its_own_modules_and_the_unix_ports():
    text = "import select\nimport uctypes\nimport machine\n"
    assert ids_found("hil_tests/virtual_board/x.py", text) == set()
    assert ids_found("hil_tests/virtual_board/x.py", "import dataclasses\n") == {"UPY201"}


def test_annotations_may_name_anything():
    text = "def f(a: dict[int, TimeoutError] | None, b: 'x'.title()) -> vars:\n    x: format = 1\n    return x\n"
    assert ids_found("firmware/link/x.py", text) == set()


def test_branch_of_cpython_is_not_checked_and_branch_of_micropython_is():
    text = (
        "import sys\nif sys.implementation.name == 'micropython':\n    a = (1).bit_length()\n"
        "else:\n    b = (1).bit_length()\n"
    )
    (finding,) = check_text(PurePosixPath("shared/x.py"), text)
    assert (finding.rule_id, finding.line) == ("UPY203", 3)


def test_allowance_lets_its_rule_pass_on_its_line_only():
    text = "import time\na = time.time()  # upy: allow UPY302 the board's own clock\nb = time.time()\n"
    (finding,) = check_text(PurePosixPath("firmware/boards/x.py"), text)
    assert (finding.rule_id, finding.line) == ("UPY302", 3)


def test_allowance_without_a_reason_lets_nothing_pass():
    text = "import time\na = time.time()  # upy: allow UPY302\n"
    assert ids_found("firmware/boards/x.py", text) == {"UPY302"}


def test_allowance_that_nothing_needs_is_found():
    assert ids_found("firmware/boards/x.py", "a = 1  # upy: allow UPY302 once true\n") == {
        "UPY002"
    }


def test_what_does_not_parse_is_one_finding():
    (finding,) = check_text(PurePosixPath("firmware/x.py"), "a = 1\nb = (\n")
    assert finding.rule_id == "UPY001"


def tree_with(tmp_path: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return tmp_path


def test_compiler_of_micropython_has_the_last_word(tmp_path: Path):
    # No rule of ours knows this one: a function cannot have an argument twice by nonlocal at module level.
    root = tree_with(tmp_path, {"firmware/x.py": "def f():\n    nonlocal y\n"})
    (finding,) = check_upy.check_file(root / "firmware/x.py", root)
    assert finding.rule_id == "UPY001"
    assert finding.line == 2


def test_native_code_compiles_for_the_chip(tmp_path: Path):
    text = "import micropython\n\n\n@micropython.viper\ndef f(a: int) -> int:\n    return a + 1\n"
    root = tree_with(tmp_path, {"firmware/x.py": text, "hil_tests/virtual_board/x.py": text})
    assert check_upy.check_file(root / "firmware/x.py", root) == []
    assert check_upy.check_file(root / "hil_tests/virtual_board/x.py", root) == []


def test_tests_that_need_cpython_are_left_out(tmp_path: Path):
    files = ("shared/a.py", "shared/tests/test_a.py", "shared/tests/test_host_a.py")
    root = tree_with(tmp_path, dict.fromkeys(files, "x = 1\n"))
    found = check_upy.files_under([root / "shared"], root)
    assert [path.relative_to(root).as_posix() for path in found] == [
        "shared/a.py",
        "shared/tests/test_a.py",
    ]


def test_portable_tests_keep_the_language_rules_and_may_assert(tmp_path: Path):
    text = "def test_x():\n    assert (5).bit_length() == 0.5\n"
    root = tree_with(tmp_path, {"shared/tests/test_a.py": text})
    found = check_upy.check_file(root / "shared/tests/test_a.py", root)
    assert [finding.rule_id for finding in found] == ["UPY203"]


def test_path_outside_the_tree_is_refused_with_a_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    assert check_upy.main([str(tmp_path)]) == 2
    assert "is not a file or folder of this tree" in capsys.readouterr().err
