"""Syntax that MicroPython's compiler refuses or, worse, takes in another sense. Every row was run on the interpreter.

Most of these mpy-cross would refuse as well, with "invalid syntax" and nothing more; a rule says what to write instead.
"""

from __future__ import annotations

import ast
import io
import tokenize
from typing import cast

from tools.upy_lint.source import Rule, Source


def finds_match(node: ast.AST, source: Source) -> bool:
    return isinstance(node, ast.Match)


def finds_positional_only(node: ast.AST, source: Source) -> bool:
    return isinstance(node, ast.arguments) and bool(node.posonlyargs)


def finds_unpacking_in_display(node: ast.AST, source: Source) -> bool:
    match node:
        case ast.Dict(keys=keys):
            return None in keys
        case ast.List(ctx=ast.Load()) | ast.Tuple(ctx=ast.Load()) | ast.Set():
            return any(isinstance(item, ast.Starred) for item in node.elts)
    return False


def finds_parenthesised_with(node: ast.AST, source: Source) -> bool:
    """`with (a as b):`. The tree does not keep the parenthesis: it is open before the first item and still after it."""
    if not isinstance(node, ast.With):
        return False
    first = node.items[0]
    lines = source.text.splitlines(keepends=True)
    expression = first.context_expr
    last_line = cast(int, expression.end_lineno)
    last_column = cast(int, expression.end_col_offset)
    before = _between(
        lines, node.lineno, node.col_offset, expression.lineno, expression.col_offset
    )
    after = _between(lines, last_line, last_column, last_line + 1, 0).lstrip()
    return "(" in before and not after.startswith(")")


def _between(lines: list[str], line: int, column: int, end_line: int, end_column: int) -> str:
    """Source text between two positions; columns count bytes, as in the tree."""
    part = [text.encode() for text in lines[line - 1 : end_line]]
    if len(part) == end_line - line + 1:
        part[-1] = part[-1][:end_column]
    part[0] = part[0][column:]
    return b"".join(part).decode()


def finds_except_star(node: ast.AST, source: Source) -> bool:
    return isinstance(node, ast.TryStar)


def finds_raise_from(node: ast.AST, source: Source) -> bool:
    return isinstance(node, ast.Raise) and node.cause is not None


def finds_async(node: ast.AST, source: Source) -> bool:
    return isinstance(node, ast.AsyncFunctionDef | ast.AsyncFor | ast.AsyncWith | ast.Await) or (
        isinstance(node, ast.comprehension) and bool(node.is_async)
    )


def finds_decorator_expression(node: ast.AST, source: Source) -> bool:
    if not isinstance(node, ast.FunctionDef | ast.ClassDef):
        return False
    for decorator in node.decorator_list:
        name = decorator.func if isinstance(decorator, ast.Call) else decorator
        while isinstance(name, ast.Attribute):
            name = name.value
        if not isinstance(name, ast.Name):
            return True
    return False


def finds_class_keyword(node: ast.AST, source: Source) -> bool:
    return isinstance(node, ast.ClassDef) and bool(node.keywords)


def finds_hook_that_is_never_called(node: ast.AST, source: Source) -> bool:
    return isinstance(node, ast.FunctionDef) and node.name in {
        "__init_subclass__",
        "__class_getitem__",
        "__post_init__",
    }


def finds_lambda_in_fstring(node: ast.AST, source: Source) -> bool:
    return isinstance(node, ast.JoinedStr) and any(
        isinstance(part, ast.Lambda) for part in ast.walk(node)
    )


def finds_ascii_conversion(node: ast.AST, source: Source) -> bool:
    return isinstance(node, ast.FormattedValue) and node.conversion == ord("a")


def finds_fstring_beside_braces(node: ast.AST, source: Source) -> bool:
    """f"{a}" "{b}": the interpreter joins first and then formats both, so the plain one must hold no brace."""
    if not isinstance(node, ast.JoinedStr):
        return False
    text = cast(str, ast.get_source_segment(source.text, node))
    strings = []
    for token in tokenize.generate_tokens(io.StringIO(f"({text})").readline):
        if token.type == tokenize.STRING:
            prefix = token.string[: token.string.index(token.string[-1])].lower()
            strings.append(("f" in prefix, token.string))
    return any("{" in string or "}" in string for is_f, string in strings if not is_f)


def anywhere(path: object) -> bool:
    return True


SYNTAX_RULES = (
    Rule("UPY101", "no match statement", "a table or if/elif", finds_match, anywhere),
    Rule(
        "UPY102",
        "no positional-only parameters",
        "leave out the /",
        finds_positional_only,
        anywhere,
    ),
    Rule(
        "UPY103",
        "no * or ** unpacking inside a list, tuple, set or dict",
        "a + b, or update() on a copy",
        finds_unpacking_in_display,
        anywhere,
    ),
    Rule(
        "UPY104",
        "no parenthesised with items",
        "nest the with statements",
        finds_parenthesised_with,
        anywhere,
    ),
    Rule("UPY105", "no except*", "except", finds_except_star, anywhere),
    Rule(
        "UPY106",
        "`raise ... from` prints a warning and drops the cause",
        "put the code of the cause into the new exception",
        finds_raise_from,
        anywhere,
    ),
    Rule(
        "UPY107",
        "no async in the pump: the frame is the only loop",
        "a slice of the executive",
        finds_async,
        anywhere,
    ),
    Rule(
        "UPY108",
        "a decorator must be a name, a dotted name or a call of one",
        "give the expression a name first",
        finds_decorator_expression,
        anywhere,
    ),
    Rule(
        "UPY109",
        "no keywords or metaclass in a class statement",
        "a class without them",
        finds_class_keyword,
        anywhere,
    ),
    Rule(
        "UPY110",
        "the interpreter never calls this hook",
        "call a plain function where it is needed",
        finds_hook_that_is_never_called,
        anywhere,
    ),
    Rule(
        "UPY111",
        "no lambda inside an f-string",
        "compute it before the string",
        finds_lambda_in_fstring,
        anywhere,
    ),
    Rule("UPY112", "no !a in an f-string", "!r", finds_ascii_conversion, anywhere),
    Rule(
        "UPY113",
        "a plain string with braces beside an f-string is formatted with it",
        "one string, or + between them",
        finds_fstring_beside_braces,
        anywhere,
    ),
)
