"""Which small wrong changes a file has, and that each is an edit at its exact place."""

from __future__ import annotations

import pytest

from tools.mutate.mutants import mutants_of


def afters(text: str) -> list[str]:
    """The changed lines, in the order of the text."""
    return [mutant.after for mutant in mutants_of("pump/x.py", text)]


@pytest.mark.parametrize(
    ("line", "changed"),
    [
        ("x = a < b", ["x = a <= b"]),
        ("x = a <= b", ["x = a < b"]),
        ("x = a > b", ["x = a >= b"]),
        ("x = a >= b", ["x = a > b"]),
        ("x = a == b", ["x = a != b"]),
        ("x = a != b", ["x = a == b"]),
        ("x = a is b", ["x = a is not b"]),
        ("x = a is not b", ["x = a is b"]),
        ("x = a not in b", ["x = a in b"]),
        ("x = a <= b <= c", ["x = a < b <= c", "x = a <= b < c"]),
        ("x = a and b or c", ["x = a or b or c", "x = a and b and c"]),
        ("x = not (a)", ["x = (a)"]),
        ("x = ~a & b", ["x = a & b", "x = ~a | b"]),
        ("x = a | b ^ c", ["x = a & b ^ c", "x = a | b | c"]),
        ("x = a + b - c", ["x = a - b - c", "x = a + b + c"]),
        ("x = a * b // c", ["x = a // b // c", "x = a * b * c"]),
        ("x = a >> b << c", ["x = a << b << c", "x = a >> b >> c"]),
        ("x = 'a' + 'b' % c", []),
        ("x = -a", ["x = a"]),
        ("x = 9", ["x = 10", "x = 8"]),
        ("x = 1_999", ["x = 2_000", "x = 1_998"]),
        ("x = 0xFF", ["x = 0x100", "x = 0xfe"]),
        ("x = True", ["x = False"]),
        ("x = 'text', b'text', None, 1.5", []),
        ("x = f'{a + 1}'", []),
        ("x = min(a, b)", ["x = max(a, b)"]),
        ("x = (HIGH, STOP, other)", ["x = (MEDIUM, STOP, other)", "x = (HIGH, KVO, other)"]),
        ("x = a if b else c", ["x = a if True else c", "x = a if False else c"]),
        ("x = [a for a in b if a]", ["x = [a for a in b if True]", "x = [a for a in b if False]"]),
        ("a.x = b", ["pass"]),
        ("a[b] = c", ["pass"]),
        ("x = b", []),
        ("a += b", ["pass", "a -= b", "a = b"]),
        ("a |= b", ["pass", "a &= b", "a = b"]),
        ("f(a)", ["pass"]),
        ("raise a", ["pass"]),
        ("x: int = a", []),
    ],
)
def test_line_becomes_each_of_its_mutants_and_no_other(line: str, changed: list[str]):
    assert sorted(afters(line)) == sorted(changed)


def test_condition_is_always_and_never_true():
    assert afters("if a:\n    x = b\n") == ["if False:", "if True:"]


def test_loop_may_never_run_but_is_not_made_endless():
    assert afters("while a:\n    x = b\n") == ["while False:"]


def test_jumps_are_left_out():
    assert afters("for x in a:\n    continue\nfor x in a:\n    break\n") == ["pass", "pass"]


@pytest.mark.parametrize(
    ("answer", "annotated", "changed"),
    [
        ("a", "", ["return 0", "return None"]),
        ("a", " -> bool", ["return False", "return True"]),
        ("True", " -> bool", ["return False"]),
        ("a < b", "", ["return False", "return True", "return a <= b"]),
        ("", "", ["pass"]),
    ],
)
def test_answer_becomes_another(answer: str, annotated: str, changed: list[str]):
    assert sorted(afters(f"def f(a, b){annotated}:\n    return {answer}".rstrip())) == changed


def test_annotations_decorators_and_docstrings_are_left_alone():
    text = '@mark(1)\ndef f(a: int | None) -> tuple[0, 1] | None:\n    """Not 7, and 8."""\n'
    assert afters(text) == []


def test_only_the_place_of_the_change_differs():
    text = "x = (\n    a  # not < b\n    # µ < µ\n    < (b)\n)  # µm\n"
    mutants = mutants_of("pump/x.py", text)
    assert [mutant.apply(text.encode()).decode() for mutant in mutants] == [
        text.replace("    < (b)", "    <= (b)")
    ]
    assert mutants[0].line == 4


def test_statement_of_several_lines_is_left_out_whole_and_shown_on_one():
    (mutant,) = mutants_of("pump/x.py", "f(\n    a,  # why\n    b,\n)\n")
    assert (mutant.before, mutant.after) == ("f( a, b, )", "pass")


def test_mutant_knows_its_function():
    text = "def f(a):\n    def g(b):\n        return -b\n\n\nclass C:\n    n = 1\n\n    def m(self):\n        self.a = 2\n\n\nx = 3\n"
    functions = {mutant.function for mutant in mutants_of("pump/x.py", text)}
    assert functions == {"f.g", "C", "C.m", "module"}


def test_same_change_is_made_once():
    mutants = mutants_of("pump/x.py", "while True:\n    f()\nreturned = [1 if True else 2]\n")
    edits = [mutant.edit for mutant in mutants]
    assert len(edits) == len(set(edits))
