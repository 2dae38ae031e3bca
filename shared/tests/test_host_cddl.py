"""Reads the part of CDDL (RFC 8610) that shared/schema.cddl uses, and checks values against it.

A second reader of the grammar, written apart from the tables it is compared with. CPython only.
Node kinds: ("range", low, high), ("bytes", low, high), ("text", low, high), ("literal", value),
("name", name), ("choice", nodes), ("array", entries), ("map", {key: node}), ("tag", n, node).
An array entry is (name or None, low count, high count, node); count None marks a single element.
"""

import re

import pytest

from shared.cbor import Tag

TOKEN = re.compile(
    r"""\s+|;[^\n]*|(?P<token>h'[0-9a-f]*'|"[^"]*"|\#6\.\d+|-?\d+\.\.-?\d+|\d+\*\d+|-?\d+|=>|"""
    r"""\.size|[A-Za-z][\w-]*|[=/\[\]{}():,])"""
)
ANY_SIZE = (0, 1 << 64)


class Grammar:
    def __init__(self, text: str):
        self._tokens = []
        position = 0
        while position < len(text):
            found = TOKEN.match(text, position)
            if found is None:
                raise ValueError(f"not understood: {text[position : position + 30]!r}")
            if found["token"]:
                self._tokens.append(found["token"])
            position = found.end()
        self.rules = {}
        self._at = 0
        while self._at < len(self._tokens):
            name = self._next()
            self._expect("=")
            if name in self.rules:
                raise ValueError(f"{name} is defined twice")
            self.rules[name] = self._type()

    def _peek(self, ahead: int = 0) -> str:
        index = self._at + ahead
        return self._tokens[index] if index < len(self._tokens) else ""

    def _next(self) -> str:
        self._at += 1
        return self._tokens[self._at - 1]

    def _expect(self, token: str) -> None:
        if self._next() != token:
            raise ValueError(f"{token} expected near {self._tokens[self._at - 5 : self._at + 2]}")

    def _type(self):
        nodes = [self._primary()]
        while self._peek() == "/":
            self._next()
            nodes.append(self._primary())
        return nodes[0] if len(nodes) == 1 else ("choice", nodes)

    def _primary(self):
        token = self._next()
        if ".." in token:
            low, high = token.split("..")
            return ("range", int(low), int(high))
        if re.fullmatch(r"-?\d+", token):
            return ("range", int(token), int(token))
        if token[0] == '"':
            return ("literal", token[1:-1])
        if token.startswith("h'"):
            return ("literal", bytes.fromhex(token[2:-1]))
        if token.startswith("#6."):
            self._expect("(")
            node = self._type()
            self._expect(")")
            return ("tag", int(token[3:]), node)
        if token == "[":
            return ("array", self._entries())
        if token == "{":
            return ("map", self._pairs())
        if token in ("bstr", "tstr"):
            return ({"bstr": "bytes", "tstr": "text"}[token], *self._size())
        if token == "null":
            return ("literal", None)
        return ("name", token)

    def _size(self) -> tuple:
        if self._peek() != ".size":
            return ANY_SIZE
        self._next()
        if self._peek() != "(":
            size = int(self._next())
            return size, size
        self._next()
        low, high = self._next().split("..")
        self._expect(")")
        return int(low), int(high)

    def _entries(self) -> list:
        entries = []
        while self._peek() != "]":
            name, low, high = None, None, None
            if self._peek(1) == ":":
                name = self._next()
                self._next()
            if re.fullmatch(r"\d+\*\d+", self._peek()):
                low, high = (int(part) for part in self._next().split("*"))
            entries.append((name, low, high, self._type()))
            if self._peek() == ",":
                self._next()
        self._next()
        return entries

    def _pairs(self) -> dict:
        pairs = {}
        while self._peek() != "}":
            key = int(self._next())
            self._expect("=>")
            pairs[key] = self._type()
            if self._peek() == ",":
                self._next()
        self._next()
        return pairs

    def resolve(self, node):
        while node[0] == "name":
            node = self.rules[node[1]]
        return node

    def matches(self, node, value) -> bool:
        """Whether a decoded value is in the language of a node or of a named rule."""
        if isinstance(node, str):
            node = self.rules[node]
        node = self.resolve(node)
        kind = node[0]
        if kind == "choice":
            return any(self.matches(each, value) for each in node[1])
        if kind == "range":
            return type(value) is int and node[1] <= value <= node[2]
        if kind == "bytes":
            return type(value) is bytes and node[1] <= len(value) <= node[2]
        if kind == "text":
            return type(value) is str and node[1] <= len(value.encode()) <= node[2]
        if kind == "literal":
            return type(value) is type(node[1]) and value == node[1]
        if kind == "tag":
            return (
                type(value) is Tag and value.number == node[1] and self.matches(node[2], value[1])
            )
        if kind == "map":
            return (
                type(value) is dict
                and sorted(value) == sorted(node[1])
                and all(self.matches(node[1][key], value[key]) for key in value)
            )
        return type(value) is list and self._array_matches(node[1], value)

    def _array_matches(self, entries: list, values: list) -> bool:
        if len(entries) == 1 and entries[0][1] is not None:
            _, low, high, node = entries[0]
            return low <= len(values) <= high and all(self.matches(node, each) for each in values)
        return len(entries) == len(values) and all(
            self.matches(entry[3], value) for entry, value in zip(entries, values, strict=True)
        )


SMALL = """
; a comment
small = 1..5
pair = [name: tstr .size (1..3), many: [0*2 small]]
either = pair / {0 => bstr .size 2, 7 => null} / #6.16("x")
exact = h'0a0b'
"""


@pytest.mark.parametrize(
    ("rule", "value", "wanted"),
    [
        ("small", 5, True),
        ("small", 6, False),
        ("small", True, False),
        ("pair", ["abc", [1, 2]], True),
        ("pair", ["abc", [1, 2, 3]], False),
        ("pair", ["abcd", []], False),
        ("pair", ["abc"], False),
        ("either", {0: b"ab", 7: None}, True),
        ("either", {0: b"ab"}, False),
        ("either", {0: b"ab", 7: None, 8: 1}, False),
        ("either", Tag(16, "x"), True),
        ("either", Tag(18, "x"), False),
        ("exact", b"\x0a\x0b", True),
        ("exact", b"\x0a\x0c", False),
    ],
)
def test_grammar_tells_members_from_others(rule, value, wanted):
    assert Grammar(SMALL).matches(rule, value) is wanted


@pytest.mark.parametrize("text", ["a = 1 a = 2", "a = [1", "a = %", "a 1", "a = {0 = 1}"])
def test_grammar_that_cannot_be_read_is_an_error(text):
    with pytest.raises((ValueError, IndexError)):
        Grammar(text)
