"""Folding: which names become numbers, which stay, and that the real program still finds every name it asks for."""

from __future__ import annotations

import ast
import builtins
import dis
import re
import subprocess
import sys
import textwrap
import types
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from tools.flash_build import sources
from tools.fold_constants import Folded, FoldError, fold
from tools.plain_tests import module_names

ROOT = Path(__file__).resolve().parents[2]
LIMITS = """
    FRAME_MS = 100
    LOW = -5
    FRAMES = FRAME_MS * 6
    MASK = sum(1 << bit for bit in (1, 3))
    BIG = 1 << 30
    WORD = "text"

    class State:
        OFF = 0
        ON = 1

    class Broken(Exception):
        EARLY = 1
        LATE = 2
"""


def folded(main: str, *, keep: tuple[str, ...] = (), door: str = "") -> Folded:
    """A program of firmware/main.py with firmware/limits.py and firmware/door.py beside it, folded."""
    texts = {"main": main, "limits": LIMITS, "door": door}
    files = {f"firmware/{name}.py": textwrap.dedent(text) for name, text in texts.items()}
    return fold({"firmware/__init__.py": "", **files}, keep)


def main_of(main: str, door: str = "") -> str:
    return folded(main, door=door).sources["firmware/main.py"]


@cache
def program() -> dict[str, str]:
    return {path.relative_to(ROOT).as_posix(): path.read_text() for path in sources(ROOT)}


@pytest.mark.parametrize(
    ("used", "becomes"),
    [
        ("limits.FRAME_MS", "100"),
        ("limits.FRAMES", "600"),
        ("limits.MASK", "10"),
        ("limits.State.ON", "1"),
        ("limits.LOW", "(-5)"),
        ("limits.FRAME_MS.bit_length()", "(100).bit_length()"),
        ("State.ON", "1"),
        ("ALIAS", "100"),
        ("OWN", "101"),
        ("Broken.LATE", "2"),
    ],
)
def test_name_whose_value_follows_from_the_source_becomes_its_number(used: str, becomes: str):
    text = main_of(
        f"""
        from firmware import limits
        from firmware.limits import FRAME_MS as ALIAS, Broken, State

        OWN = ALIAS + 1

        def main(wait={used}):
            return [{used} for _ in range({used})]
        """
    )
    assert f"def main(wait={becomes}):" in text
    assert f"return [{becomes} for _ in range({becomes})]" in text


def test_name_that_another_module_passes_on_becomes_its_number():
    text = main_of(
        "from firmware import door\ndef main():\n    return door.FRAME_MS\n",
        door="from firmware.limits import FRAME_MS\n",
    )
    assert "return 100" in text


@pytest.mark.parametrize(
    "body",
    [
        "def main(FRAME_MS):\n    return FRAME_MS",
        "def main():\n    FRAME_MS = 7\n    return FRAME_MS",
        "def main():\n    return [FRAME_MS for FRAME_MS in (1, 2)]",
        "def main():\n    for FRAME_MS in (1, 2):\n        print(FRAME_MS)",
        "def main():\n    def inner():\n        return FRAME_MS\n    FRAME_MS = 7\n    return inner()",
        "def main():\n    global FRAME_MS\n    FRAME_MS = 7",
        "if main:\n    FRAME_MS = 7\ndef main():\n    return FRAME_MS",
        "for FRAME_MS in (1, 2):\n    pass\ndef main():\n    return FRAME_MS",
        "class main:\n    FRAME_MS = 7\n    twice = FRAME_MS",
    ],
)
def test_name_that_may_mean_something_else_is_left_alone(body: str):
    text = main_of(f"from firmware.limits import FRAME_MS\n{body}\n")
    assert body in text


@pytest.mark.parametrize("name", ["BIG", "WORD", "State", "Broken"])
def test_value_that_is_an_object_on_a_32_bit_chip_keeps_its_one_name(name: str):
    done = folded(f"from firmware import limits\ndef main():\n    return limits.{name}\n")
    assert f"return limits.{name}" in done.sources["firmware/main.py"]
    assert name not in done.dropped


def test_tuple_that_a_function_makes_is_not_made_into_one_that_stands_on_the_heap():
    text = main_of(
        """
        from firmware import limits

        TABLE = (limits.FRAME_MS, 2)

        def main(word):
            yield TABLE
            yield 0, limits.FRAME_MS, (1, limits.FRAMES)
            yield word, limits.FRAME_MS
            yield 0, 1
        """
    )
    assert "TABLE = (100, 2)" in text
    assert "yield 0, 100, (1, int(600))" in text
    assert "yield word, 100\n" in text
    assert "yield 0, 1\n" in text


def test_value_that_the_source_does_not_show_is_left_alone():
    text = main_of("import sys\nNOW = sys.maxsize\ndef main():\n    return NOW\n")
    assert "NOW = sys.maxsize" in text
    assert "return NOW" in text


def test_what_nobody_asks_for_any_more_is_gone():
    done = folded("from firmware import limits\ndef main():\n    return limits.FRAME_MS\n")
    assert "limits" not in done.sources["firmware/main.py"]
    left = ast.parse(done.sources["firmware/limits.py"]).body
    assert all(isinstance(node, ast.Pass) for node in left)
    assert {"FRAME_MS", "State", "ON", "limits"} <= set(done.dropped)


def test_every_line_keeps_its_number():
    text = """\
        from firmware.limits import (
            FRAME_MS,
            Broken,
            State,
        )

        UNUSED = (
            1,
            2,
        )

        def main():
            raise Broken(
                FRAME_MS,
                State.ON,
            )
        """
    before, after = textwrap.dedent(text), main_of(text)
    assert "import Broken\n" in after
    assert before.count("\n") == after.count("\n")
    starts = [
        {getattr(node, "name", ""): node.lineno for node in ast.parse(source).body}["main"]
        for source in (before, after)
    ]
    assert starts == [12, 12]
    raised = next(node for node in ast.walk(ast.parse(after)) if isinstance(node, ast.Raise))
    assert (raised.lineno, raised.end_lineno) == (13, 16)


@pytest.mark.parametrize(
    ("use", "kept"),
    [
        ("return getattr(thing, 'LATE')", "LATE"),
        ("return thing.LATE", "LATE"),
        ("return f'{limits.FRAME_MS}'", "FRAME_MS"),
        ("return list(limits.State)", "ON"),
        ("return use(limits)", "FRAME_MS"),
        ("from firmware import limits as l\n    return l", "FRAME_MS"),
        ("from firmware.limits import FRAMES\n    return FRAMES", "FRAMES"),
    ],
)
def test_name_that_may_be_reached_in_another_way_stays(use: str, kept: str):
    done = folded(
        f"from firmware import limits\ndef main(thing, use):\n    print(limits.Broken)\n    {use}\n"
    )
    # What is kept is written out, so that it needs no other name.
    assert f"{kept} = " in done.sources["firmware/limits.py"]


def test_name_that_is_asked_for_from_outside_stays():
    done = folded("def main():\n    pass\n", keep=("LATE", "FRAMES"))
    assert "    LATE = 2" in done.sources["firmware/limits.py"]
    assert "FRAMES = 100 * 6" in done.sources["firmware/limits.py"]
    assert not {"LATE", "FRAMES", "Broken"} & set(done.dropped)


@pytest.mark.parametrize(
    "line",
    [
        "int = len",
        "from firmware.limits import *",
        "vars(limits)",
        "globals()['X']",
        "limits.__dict__",
        "__import__('firmware.limits')",
    ],
)
def test_program_that_looks_at_its_own_names_is_refused(line: str):
    with pytest.raises(FoldError, match=r"hides what is used|means something else"):
        folded(f"from firmware import limits\n{line}\ndef main():\n    pass\n")


def test_same_program_gives_the_same_text_in_any_order_of_its_files():
    texts = program()
    backwards = dict(reversed(list(texts.items())))
    assert fold(texts) == fold(backwards)


def test_folded_program_asks_for_no_name_that_is_gone():
    """By the compiler's own account, which knows nothing of how the folding reads a source."""
    texts = program()
    before = {name: compile(text, "", "exec") for name, text in texts.items()}
    after = {name: compile(text, "", "exec") for name, text in fold(texts).sources.items()}
    gone = _all_stored(before) - _all_stored(after)
    assert len(gone) > 300
    for name, code in after.items():
        assert _missing(code) <= _missing(before[name]), name
        assert not {one for one in _loaded_attributes(code) & gone if one.isupper()}, name


def test_folded_program_passes_the_plain_tests_of_safety_and_therapy(tmp_path: Path):
    """On CPython, with what the tests ask for kept."""
    names = [
        name for name in module_names(ROOT, ["firmware/tests", "shared/tests"]) if name in PLAIN
    ]
    assert len(names) == len(PLAIN)
    tests = {
        path.relative_to(ROOT).as_posix(): path.read_text()
        for folder in ("firmware/tests", "shared/tests")
        for path in sorted((ROOT / folder).glob("*.py"))
        if not path.name.startswith("test_host")
    }
    keep = set(re.findall(r"[A-Za-z_]\w*", " ".join(tests.values())))
    for name, text in {**fold(program(), keep).sources, **tests}.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    (tmp_path / "run.py").write_text(RUN)
    command = [sys.executable, "run.py", *names]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=100)
    assert done.returncode == 0, done.stdout + done.stderr
    assert int(done.stdout.split()[-1]) > 100


PLAIN = (
    "firmware.tests.test_alarms",
    "firmware.tests.test_annunciator",
    "firmware.tests.test_boluses",
    "firmware.tests.test_delivery",
    "firmware.tests.test_faults",
    "firmware.tests.test_gate",
    "firmware.tests.test_grant",
    "firmware.tests.test_keypad",
    "firmware.tests.test_limits",
    "firmware.tests.test_monitor",
    "firmware.tests.test_phases",
    "firmware.tests.test_programme",
    "firmware.tests.test_selftest",
    "firmware.tests.test_session",
    "shared.tests.test_messages",
    "shared.tests.test_prescription",
)
RUN = """
import importlib, sys
ran = 0
for name in sys.argv[1:]:
    module = importlib.import_module(name)
    for test in sorted(vars(module)):
        if test.startswith("test_"):
            getattr(module, test)()
            ran += 1
print(ran)
"""


def _codes(code: types.CodeType) -> Iterator[types.CodeType]:
    yield code
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            yield from _codes(constant)


def _stored(code: types.CodeType) -> set[str]:
    """Names that a module or a class in it binds."""
    return {
        str(step.argval)
        for part in _codes(code)
        for step in dis.get_instructions(part)
        if step.opname in ("STORE_NAME", "STORE_GLOBAL", "STORE_ATTR")
    }


def _missing(code: types.CodeType) -> set[str]:
    """Names that are looked for in the module or the language and are in neither."""
    asked = {
        str(step.argval)
        for part in _codes(code)
        for step in dis.get_instructions(part)
        if step.opname in ("LOAD_GLOBAL", "LOAD_NAME")
    }
    return asked - _stored(code) - set(dir(builtins))


def _loaded_attributes(code: types.CodeType) -> set[str]:
    return {
        str(step.argval)
        for part in _codes(code)
        for step in dis.get_instructions(part)
        if step.opname in ("LOAD_ATTR", "LOAD_METHOD")
    }


def _all_stored(codes: dict[str, types.CodeType]) -> set[str]:
    return {name for code in codes.values() for name in _stored(code)}
