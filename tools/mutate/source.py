"""A file's text with the places of its syntax nodes, in bytes."""

from __future__ import annotations

import ast
import re

COMMENT = re.compile(rb"#[^\n]*")


class Source:
    """Text, tree and places of one file. Raises SyntaxError for a file that does not parse."""

    def __init__(self, path: str, text: str):
        self.path = path
        self.data = text.encode()
        self.tree = ast.parse(text)
        self._starts = [0]
        for line in self.data.split(b"\n"):
            self._starts.append(self._starts[-1] + len(line) + 1)

    def span(self, node: ast.expr | ast.stmt) -> tuple[int, int]:
        """First byte of a node and the byte after its last. Brackets around an expression are not part of it."""
        if node.end_lineno is None or node.end_col_offset is None:
            raise ValueError("a node without an end")
        start = self._starts[node.lineno - 1] + node.col_offset
        return start, self._starts[node.end_lineno - 1] + node.end_col_offset

    def text(self, start: int, end: int) -> str:
        return self.data[start:end].decode()

    def line_of(self, at: int) -> int:
        """Number of the line that holds a byte, from 1."""
        return self.data.count(b"\n", 0, at) + 1

    def lines_around(self, start: int, end: int) -> tuple[int, int]:
        """The span of the whole lines that some bytes stand in, without the last line end."""
        first = self.data.rfind(b"\n", 0, start) + 1
        last = self.data.find(b"\n", end)
        return first, len(self.data) if last < 0 else last

    def find_word(self, start: int, end: int, word: str) -> tuple[int, int]:
        """Where an operator stands between its two sides, where nothing else is but brackets, comments and space.

        `word` may be two words, with any space between them.
        """
        gap = COMMENT.sub(lambda comment: b" " * len(comment[0]), self.data[start:end])
        pattern = rb"\s+".join(re.escape(part.encode()) for part in word.split())
        found = re.search(pattern, gap)
        if found is None:
            line = self.line_of(start)
            raise ValueError(f"{self.path}:{line}: no {word!r} where the tree says it is")
        return start + found.start(), start + found.end()
