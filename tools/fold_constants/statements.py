"""What one statement or expression is, without asking what its names mean."""

from __future__ import annotations

import ast
import re

_CAPITALS = re.compile(r"_?[A-Z][A-Z0-9_]*")


def is_constant_name(name: str) -> bool:
    return _CAPITALS.fullmatch(name) is not None


def bound_by(node: ast.Import | ast.ImportFrom, alias: ast.alias) -> str:
    if alias.asname:
        return alias.asname
    return alias.name.partition(".")[0] if isinstance(node, ast.Import) else alias.name


def target_name(node: ast.stmt) -> str | None:
    if isinstance(node, ast.Assign) and len(node.targets) == 1:
        target = node.targets[0]
    elif isinstance(node, ast.AnnAssign) and node.value is not None:
        target = node.target
    else:
        return None
    return target.id if isinstance(target, ast.Name) else None


def assigned(node: ast.stmt) -> ast.expr | None:
    return node.value if isinstance(node, (ast.Assign, ast.AnnAssign)) else None


def is_words(node: ast.stmt) -> bool:
    return isinstance(node, ast.Pass) or (
        isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    )


def binds_only(node: ast.stmt) -> bool:
    """Nothing is called to make this statement of a class."""
    if isinstance(node, ast.FunctionDef):
        return not node.args.defaults or all(
            isinstance(part, (ast.Constant, ast.Name, ast.Attribute))
            for part in node.args.defaults
        )
    return is_words(node) or (
        target_name(node) is not None
        and not any(isinstance(part, ast.Call) for part in ast.walk(node))
    )


def members_of(node: ast.ClassDef) -> dict[str, ast.stmt]:
    """The statements of a class that bind one name in capitals each, once, to what calls nothing."""
    bound = [(target_name(part), part) for part in node.body]
    names = [name for name, _ in bound]
    return {
        name: part
        for name, part in bound
        if name and is_constant_name(name) and names.count(name) == 1 and binds_only(part)
    }


def path_of(node: ast.expr) -> tuple[str, ...]:
    """A name and the attributes that follow it; empty if it does not begin with a name."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.insert(0, node.attr)
        node = node.value
    if not isinstance(node, ast.Name):
        return ()
    return (node.id, *parts)
