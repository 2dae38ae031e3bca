"""The value of an expression, if it follows from the source alone: numbers, words, tuples, and pure functions of them."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Callable
from copy import deepcopy

# Of a MicroPython with 32-bit words: 31 bits with the sign. Anything beyond is an object.
SMALL_MIN, SMALL_MAX = -(1 << 30), (1 << 30) - 1
_PURE = ("abs", "bool", "len", "max", "min", "range", "sum", "tuple")
_EXPRESSIONS = (
    *(ast.Constant, ast.Name, ast.Attribute, ast.Tuple, ast.List, ast.Subscript, ast.Slice),
    *(ast.BinOp, ast.UnaryOp, ast.BoolOp, ast.Compare, ast.IfExp, ast.Call),
    *(ast.GeneratorExp, ast.ListComp, ast.comprehension, ast.Starred),
    *(ast.operator, ast.unaryop, ast.boolop, ast.cmpop, ast.expr_context),
)
_STATEMENTS = (
    *(ast.FunctionDef, ast.arguments, ast.arg, ast.Assign, ast.AugAssign),
    *(ast.For, ast.If, ast.Return),
)
_KINDS = (bool, int, str, bytes, tuple)


class Unknown(Exception):
    """The value does not follow from the source, or is none that a constant has."""


def evaluate(expression: ast.expr, look_up: Callable[[ast.expr], object]) -> object:
    """The value: bool, int, str, bytes or a tuple of such. look_up: of a name or an attribute; raises Unknown.

    Unknown: anything else in it, or an expression that fails.
    """
    for node in ast.walk(expression):
        if not isinstance(node, _EXPRESSIONS):
            raise Unknown
        if isinstance(node, ast.Call) and (not isinstance(node.func, ast.Name) or node.keywords):
            raise Unknown
    own = _bound(expression)
    found: dict[str, object] = {}
    # Names and attributes become names of one dict, so that nothing but what was looked up can be reached.
    renamed = _Renamed(own, found, look_up).visit(deepcopy(expression))
    code = compile(ast.fix_missing_locations(ast.Expression(renamed)), "constant", "eval")
    try:
        value = eval(code, {"__builtins__": {}, **found})
    except Exception:
        raise Unknown from None
    if not _plain(value):
        raise Unknown
    return value


def pure_function(node: ast.FunctionDef) -> Callable[..., object]:
    """A function of its arguments and nothing else, to be called with constants. Unknown if it is more than that."""
    if node.decorator_list:
        raise Unknown
    bound = _bound(node)
    for part in ast.walk(node):
        if not isinstance(part, (*_EXPRESSIONS, *_STATEMENTS)) or isinstance(part, ast.Attribute):
            raise Unknown
        if isinstance(part, ast.Name) and part.id not in bound and part.id not in _PURE:
            raise Unknown
    scope: dict = {"__builtins__": {name: getattr(builtins, name) for name in _PURE}}
    module = ast.Module([deepcopy(node)], [])
    exec(compile(ast.fix_missing_locations(module), "constant", "exec"), scope)
    return scope[node.name]


def is_scalar(value: object) -> bool:
    """Is it free where it is written: a bool, or an integer that needs no object on a 32-bit chip."""
    return type(value) is bool or (type(value) is int and SMALL_MIN <= value <= SMALL_MAX)


def _plain(value: object) -> bool:
    if type(value) is tuple:
        return all(_plain(part) for part in value)
    return type(value) in _KINDS


def _bound(node: ast.AST) -> set[str]:
    """Names that the expression or function binds itself."""
    names = {
        part.id
        for part in ast.walk(node)
        if isinstance(part, ast.Name) and not isinstance(part.ctx, ast.Load)
    }
    return names | {part.arg for part in ast.walk(node) if isinstance(part, ast.arg)}


class _Renamed(ast.NodeTransformer):
    def __init__(self, own: set[str], found: dict[str, object], look_up) -> None:
        self._own = own
        self._found = found
        self._look_up = look_up

    def visit_Name(self, node: ast.Name) -> ast.AST:
        if node.id in self._own:
            return node
        return self._looked_up(node)

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        return self._looked_up(node)

    def _looked_up(self, node: ast.expr) -> ast.Name:
        try:
            value = self._look_up(node)
        except Unknown:
            if not (isinstance(node, ast.Name) and node.id in _PURE):
                raise
            value = getattr(builtins, node.id)
        name = f"v{len(self._found)}_"
        self._found[name] = value
        return ast.Name(name, ast.Load())
