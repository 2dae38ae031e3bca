"""Where a requirement is named.

In code every mention counts. In a test, a docstring, a comment or the test's own name: a number in other text may be what the test is
about (a scenario that has to be refused) and proves nothing. In a scenario, its `requirements`.
"""

from __future__ import annotations

import ast
import io
import re
import token
import tokenize
import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from tools.trace.requirements import id_of

# One number, or a range of them; a comment may break the line in the middle.
NAMED = re.compile(r"SR-(\d+)(?:[\s#]*(?:\.\.|…|–|-|to)[\s#]*SR-(\d+))?")
IN_TEST_NAME = re.compile(r"sr_?(\d{3})(?!\d)", re.IGNORECASE)
CODE = ("firmware", "shared", "hub", "clinic")
TESTED = (*CODE, "hil_tests")
TEXTS = {"STRING", "FSTRING_MIDDLE"}


class Mention(NamedTuple):
    """id: as it was written, which may be no requirement at all. test: the function it stands in, or empty."""

    id: str
    path: str
    line: int
    is_test: bool
    test: str = ""


def ids_in(text: str) -> Iterator[tuple[str, int]]:
    """Every requirement named in a text, with the place of its name. A range names all of its numbers.

    A range that leads nowhere is given back as it is written, which is no requirement.
    """
    for found in NAMED.finditer(text):
        first, last = found[1], found[2]
        if last is None:
            yield f"SR-{first}", found.start()
        elif len(first) != 3 or len(last) != 3 or int(first) >= int(last):
            yield " ".join(found[0].split()), found.start()
        else:
            for number in range(int(first), int(last) + 1):
                yield id_of(number), found.start()


def in_code(path: str, text: str) -> Iterator[Mention]:
    for name, at in ids_in(text):
        yield Mention(name, path, text.count("\n", 0, at) + 1, False)


def in_test(path: str, text: str) -> Iterator[Mention]:
    tree = ast.parse(text)
    functions = [
        node
        for node in ast.walk(tree)
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
        and node.name.startswith("test_")
    ]
    for name, at in ids_in(without_texts(text, docstring_lines(tree))):
        line = text.count("\n", 0, at) + 1
        around = [node.name for node in functions if node.lineno <= line <= (node.end_lineno or 0)]
        yield Mention(name, path, line, True, around[0] if around else "")
    for node in functions:
        for number in IN_TEST_NAME.findall(node.name):
            yield Mention(f"SR-{number}", path, node.lineno, True, node.name)


def docstring_lines(tree: ast.AST) -> set[int]:
    """First lines of the docstrings of a file."""
    found = set()
    for node in ast.walk(tree):
        match node:
            case (
                ast.Module(body=[ast.Expr(value=ast.Constant(value=str())) as first, *_])
                | ast.ClassDef(body=[ast.Expr(value=ast.Constant(value=str())) as first, *_])
                | ast.FunctionDef(body=[ast.Expr(value=ast.Constant(value=str())) as first, *_])
                | ast.AsyncFunctionDef(
                    body=[ast.Expr(value=ast.Constant(value=str())) as first, *_]
                )
            ):
                found.add(first.lineno)
    return found


def without_texts(text: str, kept_lines: set[int]) -> str:
    """The file with every text blanked that does not begin on one of the lines. Places stay."""
    lines = text.splitlines(keepends=True)
    for item in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.tok_name[item.type] not in TEXTS or item.start[0] in kept_lines:
            continue
        for number in range(item.start[0], item.end[0] + 1):
            line = lines[number - 1]
            first = item.start[1] if number == item.start[0] else 0
            last = item.end[1] if number == item.end[0] else len(line.rstrip("\n"))
            lines[number - 1] = line[:first] + " " * (last - first) + line[last:]
    return "".join(lines)


def in_scenario(path: str, text: str) -> Iterator[Mention]:
    line = text[: text.find("requirements")].count("\n") + 1
    for words in tomllib.loads(text).get("requirements", ()):
        for name, _ in ids_in(str(words)):
            yield Mention(name, path, line, True)


def python_files(root: Path, folders: Iterable[str]) -> Iterator[tuple[str, Path]]:
    for folder in folders:
        for path in sorted((root / folder).rglob("*.py")):
            yield path.relative_to(root).as_posix(), path


def all_mentions(root: Path) -> list[Mention]:
    """Every mention in the tree. Files that help tests prove nothing by themselves and are not read."""
    found: list[Mention] = []
    for name, path in python_files(root, TESTED):
        if "/tests/" in name:
            if path.name.startswith("test_"):
                found += in_test(name, path.read_text())
        elif not name.startswith("hil_tests/"):
            found += in_code(name, path.read_text())
    for path in sorted((root / "hil_tests" / "scenarios").glob("*.toml")):
        found += in_scenario(path.relative_to(root).as_posix(), path.read_text())
    return found
