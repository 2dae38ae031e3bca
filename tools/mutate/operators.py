"""The small wrong changes: what may stand in place of what.

Each function takes a node and gives edits: a span of bytes and the text that replaces it. Brackets and comments stay where they are.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import NamedTuple

from tools.mutate.source import Source


class Edit(NamedTuple):
    """Bytes `start` to `end` of a file become `text`."""

    start: int
    end: int
    text: str


COMPARISONS: dict[type[ast.cmpop], tuple[str, str]] = {
    ast.Lt: ("<", "<="),
    ast.LtE: ("<=", "<"),
    ast.Gt: (">", ">="),
    ast.GtE: (">=", ">"),
    ast.Eq: ("==", "!="),
    ast.NotEq: ("!=", "=="),
    ast.Is: ("is", "is not"),
    ast.IsNot: ("is not", "is"),
    ast.In: ("in", "not in"),
    ast.NotIn: ("not in", "in"),
}
ARITHMETIC: dict[type[ast.operator], tuple[str, str]] = {
    ast.Add: ("+", "-"),
    ast.Sub: ("-", "+"),
    ast.Mult: ("*", "//"),
    ast.FloorDiv: ("//", "*"),
    ast.Mod: ("%", "//"),
    ast.LShift: ("<<", ">>"),
    ast.RShift: (">>", "<<"),
    ast.BitAnd: ("&", "|"),
    ast.BitOr: ("|", "&"),
    ast.BitXor: ("^", "|"),
}
UNARY: dict[type[ast.unaryop], str] = {ast.Not: "not", ast.Invert: "~", ast.USub: "-"}
OTHER_FUNCTION = {"min": "max", "max": "min", "any": "all", "all": "any"}
# Words in a table's row that are choices: priority, reaction, signal.
OTHER_CHOICE = {
    "HIGH": "MEDIUM",
    "MEDIUM": "LOW",
    "LOW": "MEDIUM",
    "STOP": "KVO",
    "KVO": "RUN",
    "RUN": "KVO",
    "CHIME": "BY_PRIORITY",
    "BY_PRIORITY": "CHIME",
}


def comparison(source: Source, node: ast.Compare) -> Iterator[Edit]:
    sides = [node.left, *node.comparators]
    for index, operator in enumerate(node.ops):
        word, other = COMPARISONS[type(operator)]
        yield between(source, sides[index], sides[index + 1], word, other)


def both_or_either(source: Source, node: ast.BoolOp) -> Iterator[Edit]:
    word, other = ("and", "or") if isinstance(node.op, ast.And) else ("or", "and")
    for index in range(len(node.values) - 1):
        yield between(source, node.values[index], node.values[index + 1], word, other)


def arithmetic(source: Source, node: ast.BinOp) -> Iterator[Edit]:
    if is_text(node.left) or is_text(node.right) or type(node.op) not in ARITHMETIC:
        return
    word, other = ARITHMETIC[type(node.op)]
    yield between(source, node.left, node.right, word, other)


def unary(source: Source, node: ast.UnaryOp) -> Iterator[Edit]:
    """`not`, `~` or the sign left out."""
    word = UNARY.get(type(node.op))
    if word:
        start, end = source.span(node)
        yield Edit(*source.find_word(start, end, word), "")


def constant(source: Source, node: ast.Constant) -> Iterator[Edit]:
    """A whole number one more and one less, in its own way of writing; a truth value turned round."""
    start, end = source.span(node)
    written = source.text(start, end)
    if type(node.value) is bool:
        yield Edit(start, end, str(not node.value))
    elif type(node.value) is int:
        style = {"0x": "#x", "0b": "#b", "0o": "#o"}.get(written[:2].lower(), "d")
        if "_" in written:
            style = style.replace("d", "_d")
        for value in (node.value + 1, node.value - 1):
            yield Edit(start, end, format(value, style))


def augmented(source: Source, node: ast.AugAssign) -> Iterator[Edit]:
    """Another operator, no operator, or nothing at all."""
    if type(node.op) in ARITHMETIC:
        word, other = ARITHMETIC[type(node.op)]
        yield between(source, node.target, node.value, word + "=", other + "=")
        yield between(source, node.target, node.value, word + "=", "=")
    yield left_out(source, node)


def condition(source: Source, test: ast.expr, never_ending: bool = False) -> Iterator[Edit]:
    """Always and never. `never_ending`: a loop that always goes on costs its time limit and says little."""
    if isinstance(test, ast.Constant):
        return
    if not never_ending:
        yield Edit(*source.span(test), "True")
    yield Edit(*source.span(test), "False")


def answer(source: Source, node: ast.Return, says_bool: bool) -> Iterator[Edit]:
    """Another answer. `says_bool`: the function is annotated so."""
    if node.value is None:
        yield left_out(source, node)
        return
    span = source.span(node.value)
    written = source.text(*span)
    yes_or_no = isinstance(node.value, (ast.Compare, ast.BoolOp)) or says_bool
    others = ("True", "False") if yes_or_no or written in ("True", "False") else ("None", "0")
    for other in others:
        if other != written:
            yield Edit(*span, other)


def statement(source: Source, node: ast.stmt) -> Iterator[Edit]:
    """A statement left out: calls, jumps, and assignments to what outlives the function."""
    match node:
        case ast.Continue() | ast.Break() | ast.Raise() | ast.Expr(value=ast.Call()):
            yield left_out(source, node)
        case ast.Assign(targets=targets):
            if all(isinstance(target, (ast.Attribute, ast.Subscript)) for target in targets):
                yield left_out(source, node)


def function(source: Source, node: ast.Call) -> Iterator[Edit]:
    if isinstance(node.func, ast.Name) and node.func.id in OTHER_FUNCTION:
        yield Edit(*source.span(node.func), OTHER_FUNCTION[node.func.id])


def choices(source: Source, node: ast.Tuple) -> Iterator[Edit]:
    for item in node.elts:
        if isinstance(item, ast.Name) and item.id in OTHER_CHOICE:
            yield Edit(*source.span(item), OTHER_CHOICE[item.id])


def between(source: Source, left: ast.expr, right: ast.expr, word: str, other: str) -> Edit:
    """The operator between two sides becomes another one."""
    start, end = source.find_word(source.span(left)[1], source.span(right)[0], word)
    return Edit(start, end, other)


def left_out(source: Source, node: ast.stmt) -> Edit:
    return Edit(*source.span(node), "pass")


def is_text(node: ast.expr) -> bool:
    """A text or bytes: + joins and % formats, and nothing of that is arithmetic."""
    return isinstance(node, ast.JoinedStr) or (
        isinstance(node, ast.Constant) and isinstance(node.value, (str, bytes))
    )
