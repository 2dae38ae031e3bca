"""One file as the rules see it: its tree, its text, and which parts the chip never runs."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

# `x = 1  # upy: allow UPY302 the board has a wall clock of its own`. The reason is not optional.
ALLOW = re.compile(r"#\s*upy:\s*allow\s+(UPY\d{3})\s+(\S.*)")


@dataclass(frozen=True)
class Source:
    """A parsed file. `path` is relative to the tree, with forward slashes."""

    path: PurePosixPath
    text: str
    tree: ast.Module

    def nodes(self) -> Iterator[ast.AST]:
        """Every node that the chip may run, outermost first. Annotations are not run at all."""
        yield from _walk(self.tree)

    def allowed(self) -> dict[int, set[str]]:
        """Line number → rules that a comment on that line lets pass."""
        found: dict[int, set[str]] = {}
        for number, line in enumerate(self.text.splitlines(), 1):
            for match in ALLOW.finditer(line):
                found.setdefault(number, set()).add(match[1])
        return found


Finder = Callable[[ast.AST, Source], bool]


@dataclass(frozen=True)
class Rule:
    """`finds` is asked for every node of every file for which `holds_for` is true."""

    id: str
    sentence: str
    instead: str
    finds: Finder
    holds_for: Callable[[PurePosixPath], bool]


def parse(path: PurePosixPath, text: str) -> Source:
    """Raises SyntaxError."""
    return Source(path, text, ast.parse(text))


def is_interpreter_test(node: ast.AST) -> bool:
    """Is it `sys.implementation.name == "micropython"`, the one way shared/ may tell the two apart."""
    match node:
        case ast.Compare(
            left=ast.Attribute(value=ast.Attribute(attr="implementation"), attr="name"),
            ops=[ast.Eq()],
            comparators=[ast.Constant(value="micropython")],
        ):
            return True
    return False


def _run_children(node: ast.AST) -> Iterator[ast.AST]:
    """Children that MicroPython evaluates: no annotations, no branch that is CPython's."""
    skipped: list[ast.AST | None] = []
    match node:
        case ast.arg() | ast.AnnAssign():
            skipped.append(node.annotation)
        case ast.FunctionDef() | ast.AsyncFunctionDef():
            skipped.append(node.returns)
        case ast.If(test=test) if is_interpreter_test(test):
            skipped.extend(node.orelse)
        case ast.IfExp(test=test) if is_interpreter_test(test):
            skipped.append(node.orelse)
    for child in ast.iter_child_nodes(node):
        if not any(child is other for other in skipped):
            yield child


def _walk(node: ast.AST) -> Iterator[ast.AST]:
    yield node
    for child in _run_children(node):
        yield from _walk(child)


def imported_modules(node: ast.AST) -> list[str]:
    """Absolute names of the modules that an import statement asks for."""
    match node:
        case ast.Import(names=names):
            return [alias.name for alias in names]
        case ast.ImportFrom(module=str(module), level=0):
            return [module]
    return []


def called_name(node: ast.AST) -> str:
    """`f` for f(...), `.m` for x.m(...), else an empty string."""
    match node:
        case ast.Call(func=ast.Name(id=name)):
            return name
        case ast.Call(func=ast.Attribute(attr=name)):
            return "." + name
    return ""
