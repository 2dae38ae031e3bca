"""The table of snippets is strong enough: whatever small thing is broken in a rule, some snippet notices.

Every function of the rule modules is changed in one place at a time (a comparison turned round, one side of an and/or
left out, a branch answered with the opposite), the module is built anew, and the snippets are judged again.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from types import ModuleType

import pytest

from tools.check_upy import check_text
from tools.tests.upy_snippets import SNIPPETS
from tools.upy_lint import builtin_gaps, dialect, house
from tools.upy_lint.source import Rule

MODULES = {"dialect": dialect, "builtin_gaps": builtin_gaps, "house": house}
TABLES = {"dialect": "SYNTAX_RULES", "builtin_gaps": "GAP_RULES", "house": "HOUSE_RULES"}

# Mutants that change nothing that a program can show. May only shrink.
KNOWN_SURVIVORS: set[str] = set()

OPPOSITE = {
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.Lt: ast.GtE,
    ast.And: ast.Or,
    ast.Or: ast.And,
}


@dataclass(frozen=True)
class Mutant:
    """One change: where it is, what it does to the node, in words."""

    module: str
    function: str
    node_index: int
    words: str
    change: Callable[[ast.AST], None]

    def __str__(self) -> str:
        return f"{self.module}.{self.function} {self.words}"


def changes(node: ast.AST) -> Iterator[tuple[str, Callable[[ast.AST], None]]]:
    """Every small change that fits this node."""
    match node:
        case ast.Compare(ops=[operator], lineno=line) if type(operator) in OPPOSITE:
            opposite = OPPOSITE[type(operator)]

            def turn(node, opposite=opposite):
                node.ops = [opposite()]

            yield f"line {line}: {opposite.__name__}", turn
        case ast.BoolOp(op=operator, values=values, lineno=line):
            # The operand that changes nothing: true in an and, false in an or.
            neutral = isinstance(operator, ast.And)
            for number in range(len(values)):

                def drop(node, number=number, neutral=neutral):
                    node.values[number] = ast.Constant(neutral)

                yield f"line {line}: without operand {number + 1}", drop
        case ast.Return(value=ast.Constant(value=bool(value)), lineno=line):

            def answer(node, value=value):
                node.value = ast.Constant(not value)

            yield f"line {line}: return {not value}", answer
        case ast.Call(func=ast.Name(id="any" | "all" as name), lineno=line):
            other = "all" if name == "any" else "any"

            def swap(node, other=other):
                node.func.id = other

            yield f"line {line}: {other}", swap
        case ast.UnaryOp(op=ast.Not(), lineno=line):

            def affirm(node):
                node.operand = ast.UnaryOp(ast.Not(), node.operand)

            yield f"line {line}: without not", affirm


def source_of(module: ModuleType) -> str:
    return Path(str(module.__file__)).read_text()


def mutants() -> Iterator[Mutant]:
    for name, module in MODULES.items():
        tree = ast.parse(source_of(module))
        owner = {}
        for function in tree.body:
            if isinstance(function, ast.FunctionDef):
                owner.update(dict.fromkeys(ast.walk(function), function.name))
        for index, node in enumerate(ast.walk(tree)):
            if node not in owner:
                continue
            for words, change in changes(node):
                yield Mutant(name, owner[node], index, words, change)


def rules_of(mutant: Mutant) -> tuple[Rule, ...]:
    """The module's table of rules with the change in it."""
    module = MODULES[mutant.module]
    tree = ast.parse(source_of(module))
    node = list(ast.walk(tree))[mutant.node_index]
    mutant.change(node)
    built = ModuleType(module.__name__)
    built.__file__ = module.__file__
    exec(compile(ast.fix_missing_locations(tree), str(module.__file__), "exec"), built.__dict__)
    return getattr(built, TABLES[mutant.module])


def is_noticed(rules: tuple[Rule, ...]) -> bool:
    """Does some snippet, or a place where a rule must hold or not, come out differently."""
    mine = {rule.id for rule in rules}
    for rule_id, (path, bad, good) in SNIPPETS.items():
        for text in bad + good:
            try:
                found = {item.rule_id for item in check_text(PurePosixPath(path), text, rules)}
            except Exception:  # a rule that falls over is noticed
                return True
            expected = {rule_id} & mine if text in bad else set()
            if found - {"UPY002"} != expected:
                return True
    return places_differ(rules)


# Where a rule of a folder holds, and where it does not.
PLACES = (
    ("UPY303", "firmware/executive.py", True),
    ("UPY303", "firmware/panel/x.py", False),
    ("UPY307", "firmware/safety/gate.py", False),
    ("UPY308", "firmware/boards/esp32s3.py", False),
    ("UPY308", "hub/x.py", False),
)


def places_differ(rules: tuple[Rule, ...]) -> bool:
    table = {rule.id: rule for rule in rules}
    return any(
        table[rule_id].holds_for(PurePosixPath(path)) is not holds
        for rule_id, path, holds in PLACES
        if rule_id in table
    ) or bench_differs(rules)


def bench_differs(rules: tuple[Rule, ...]) -> bool:
    """The virtual board may import select and nothing that CPython alone has."""
    if "UPY201" not in {rule.id for rule in rules}:
        return False
    path = PurePosixPath("hil_tests/virtual_board/x.py")
    return bool(check_text(path, "import select\n", rules)) or not check_text(
        path, "import dataclasses\n", rules
    )


ALL_MUTANTS = list(mutants())


def test_there_are_mutants_of_every_module():
    assert {mutant.module for mutant in ALL_MUTANTS} == set(MODULES)
    assert len(ALL_MUTANTS) > 60


def test_unchanged_rules_pass_the_same_judgement():
    for name, table in TABLES.items():
        assert not is_noticed(getattr(MODULES[name], table)), name


def test_every_broken_rule_is_noticed_by_some_snippet():
    survivors = {str(mutant) for mutant in ALL_MUTANTS if not is_noticed(rules_of(mutant))}
    assert survivors == KNOWN_SURVIVORS


@pytest.mark.parametrize("answer", [True, False])
def test_rule_that_always_gives_one_answer_is_noticed(answer: bool):
    for name, table in TABLES.items():
        rules: tuple[Rule, ...] = getattr(MODULES[name], table)
        for rule in rules:
            broken = copy.copy(rule)
            object.__setattr__(broken, "finds", lambda node, source: answer)
            others = tuple(other for other in rules if other is not rule)
            assert is_noticed((broken, *others)), rule.id
