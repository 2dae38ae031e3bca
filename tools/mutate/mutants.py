"""Every mutant of a file."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from tools.mutate import operators
from tools.mutate.operators import Edit
from tools.mutate.source import Source

COMMENT = re.compile(r"(^|  )\s*#.*$", re.MULTILINE)
MODULE = "module"  # where a change outside every function stands


class Place(NamedTuple):
    """function: dotted name, or MODULE. says_bool: its answer is annotated as bool."""

    function: str = MODULE
    says_bool: bool = False


@dataclass(frozen=True)
class Mutant:
    """One change. `before` and `after`: the lines that it touches, without their indent; `line` is the first of them."""

    path: str
    line: int
    function: str
    before: str
    after: str
    edit: Edit

    def __str__(self) -> str:
        return (
            f"{self.path}:{self.line}: {self.before}\n{'':>{len(self.path)}}  becomes {self.after}"
        )

    def apply(self, data: bytes) -> bytes:
        """The whole file with the change made; everything else stays byte for byte."""
        return data[: self.edit.start] + self.edit.text.encode() + data[self.edit.end :]


def mutants_of(path: str, text: str) -> list[Mutant]:
    """In the order of the text, each once."""
    source = Source(path, text)
    found: dict[Edit, Place] = {}
    for node, place in visit(source.tree, Place()):
        for edit in edits(source, node, place):
            found.setdefault(edit, place)
    return [describe(source, edit, found[edit].function) for edit in sorted(found)]


def describe(source: Source, edit: Edit, function: str) -> Mutant:
    start, end = source.lines_around(edit.start, edit.end)
    after = source.text(start, edit.start) + edit.text + source.text(edit.end, end)
    line = source.line_of(edit.start)
    return Mutant(
        source.path, line, function, one_line(source.text(start, end)), one_line(after), edit
    )


def one_line(text: str) -> str:
    """Code without comments and line breaks. The formatter puts two spaces before a comment."""
    return " ".join(COMMENT.sub("", text).split())


def visit(node: ast.AST, place: Place) -> Iterator[tuple[ast.AST, Place]]:
    """Every node that runs, with its place. Not annotations and decorators, and not the inside of an f-string, whose places are not exact."""
    yield node, place
    if isinstance(node, ast.JoinedStr):
        return
    inner = place
    if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
        name = node.name if place.function == MODULE else f"{place.function}.{node.name}"
        returns = node.returns if isinstance(node, ast.FunctionDef) else None
        inner = Place(name, isinstance(returns, ast.Name) and returns.id == "bool")
    for field, value in ast.iter_fields(node):
        if field in ("annotation", "returns", "decorator_list"):
            continue
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST):
                yield from visit(child, inner)


def edits(source: Source, node: ast.AST, place: Place) -> Iterator[Edit]:
    """What may be changed at one node."""
    match node:
        case ast.Compare():
            yield from operators.comparison(source, node)
        case ast.BoolOp():
            yield from operators.both_or_either(source, node)
        case ast.BinOp():
            yield from operators.arithmetic(source, node)
        case ast.UnaryOp():
            yield from operators.unary(source, node)
        case ast.Constant():
            yield from operators.constant(source, node)
        case ast.Call():
            yield from operators.function(source, node)
        case ast.Tuple():
            yield from operators.choices(source, node)
        case ast.If(test=test) | ast.IfExp(test=test):
            yield from operators.condition(source, test)
        case ast.While(test=test):
            yield from operators.condition(source, test, never_ending=True)
        case ast.comprehension(ifs=tests):
            for test in tests:
                yield from operators.condition(source, test)
        case ast.Return():
            yield from operators.answer(source, node, place.says_bool)
        case ast.AugAssign():
            yield from operators.augmented(source, node)
        case ast.stmt():
            yield from operators.statement(source, node)
