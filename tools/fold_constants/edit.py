"""Changes in a source text that leave every line its number."""

from __future__ import annotations

import ast
from copy import copy


class Edits:
    def __init__(self, text: str) -> None:
        self._data = text.encode()
        self._starts = [0]
        for line in self._data.splitlines(keepends=True):
            self._starts.append(self._starts[-1] + len(line))
        self._changes: list[tuple[int, int, bytes]] = []

    def replace(self, node: ast.expr, number: str) -> None:
        """Write a number where the node was."""
        start, end = self._span(node)
        # 1 .real and -1 ** 2 mean something else without them.
        if number.startswith("-") or self._data[end : end + 1] == b".":
            number = f"({number})"
        self._change(start, end, number)

    def drop(self, node: ast.stmt) -> None:
        """Nothing in the place of a statement: `pass`, which the compiler makes no code of."""
        start, end = self._span(node)
        self._changes = [one for one in self._changes if not start <= one[0] < end]
        self._change(start, end, "pass")

    def drop_aliases(self, node: ast.Import | ast.ImportFrom, names: list[str]) -> None:
        """Leave out what an import binds under one of these names."""
        kept = [
            alias
            for alias in node.names
            if (alias.asname or alias.name.partition(".")[0]) not in names
        ]
        left = copy(node)
        left.names = kept
        self._change(*self._span(node), ast.unparse(left))

    def text(self) -> str:
        """The text with all changes."""
        made, at = [], 0
        for start, end, new in sorted(self._changes):
            made += [self._data[at:start], new]
            at = end
        return b"".join([*made, self._data[at:]]).decode()

    def _change(self, start: int, end: int, new: str) -> None:
        lines = self._data.count(b"\n", start, end)
        self._changes.append((start, end, new.encode() + b"\n" * lines))

    def _span(self, node: ast.expr | ast.stmt) -> tuple[int, int]:
        assert node.end_lineno is not None and node.end_col_offset is not None
        start = self._starts[node.lineno - 1] + node.col_offset
        return start, self._starts[node.end_lineno - 1] + node.end_col_offset
