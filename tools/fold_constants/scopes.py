"""One module as names: what its top binds, and where each of those names is used, by the rules of Python's scopes."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field

_COMPREHENSIONS = (ast.GeneratorExp, ast.ListComp, ast.SetComp, ast.DictComp)


@dataclass(frozen=True)
class Use:
    """A name of the module's top, with the attributes that follow it: `limits.FRAME_MS` is ("limits", "FRAME_MS"). nodes: one for each of them."""

    path: tuple[str, ...]
    nodes: tuple[ast.expr, ...]
    foldable: bool  # false where no number may stand: a target, a piece of an f-string


@dataclass
class Statement:
    """A statement at the top of the module or of a class there."""

    node: ast.stmt
    uses: list[Use] = field(default_factory=list)
    # Attributes of what is not a name of the module's top, and strings: by them anything may be reached.
    loose: set[str] = field(default_factory=set)
    # Imports that are no statement of the top: in a function, or under a condition.
    imports: list[ast.Import | ast.ImportFrom] = field(default_factory=list)
    # Names that nothing in the module binds: the language's own.
    free: set[str] = field(default_factory=set)
    # Tuples that a function makes, the inner ones first.
    tuples: list[ast.Tuple] = field(default_factory=list)


class Module:
    """name: dotted. bindings: the statements that bind a name at the top. statements: what stands there, in order."""

    def __init__(self, name: str, is_package: bool, text: str, file_name: str) -> None:
        """SyntaxError, with the file's name, if it is no Python."""
        self.name = name
        self.package = name if is_package else name.rpartition(".")[0]
        self.text = text
        self.tree = ast.parse(text, file_name)
        self.bindings: dict[str, list[ast.stmt]] = {}
        self.statements: list[Statement] = []
        # Of each class at the top: its statements, by name of the class.
        self.members: dict[str, list[Statement]] = {}
        self._rebound: set[str] = set()
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Global):
                self._rebound.update(node.names)
        for node in self.tree.body:
            for bound in names_bound([node]):
                self.bindings.setdefault(bound, []).append(node)
        for node in self.tree.body:
            statement = Statement(node)
            inner = _Uses(self, statement)
            if isinstance(node, ast.ClassDef):
                members = [Statement(part) for part in node.body]
                self.members[node.name] = members
                # Twice bound: both classes stay as they are.
                inner.visit_class(node, members)
            else:
                inner.visit(node)
            self.statements.append(statement)

    def once(self, name: str) -> ast.stmt | None:
        """The one statement that binds the name, if there is one and it always runs."""
        bound = self.bindings.get(name, [])
        if len(bound) != 1 or name in self._rebound:
            return None
        plain = (ast.Assign, ast.AnnAssign, ast.Import, ast.ImportFrom)
        return bound[0] if isinstance(bound[0], (*plain, ast.FunctionDef, ast.ClassDef)) else None


def names_bound(body: list[ast.stmt]) -> list[str]:
    """What these statements bind in their own scope, once for each place."""
    found: list[str] = []
    waiting: list[ast.AST] = list(body)
    while waiting:
        node = waiting.pop()
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            found.append(node.name)
            continue
        if isinstance(node, ast.Lambda):
            continue
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            found += [alias.asname or alias.name.partition(".")[0] for alias in node.names]
        elif isinstance(node, ast.ExceptHandler) and node.name:
            found.append(node.name)
        elif isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            found.append(node.id)
        # The targets of a comprehension are its own; to count them here is to fold less, never wrongly.
        waiting += ast.iter_child_nodes(node)
    return found


def _names_of_function(node: ast.AST) -> frozenset[str]:
    arguments = node.args  # type: ignore[attr-defined]
    names = [argument.arg for argument in ast.walk(arguments) if isinstance(argument, ast.arg)]
    body = node.body if isinstance(node.body, list) else [node.body]  # type: ignore[attr-defined]
    names += names_bound(body)
    declared = {
        name for part in ast.walk(node) if isinstance(part, ast.Global) for name in part.names
    }
    return frozenset(names) - declared


class _Uses(ast.NodeVisitor):
    """Collects what one statement uses. Annotations are left out: MicroPython never looks at them."""

    def __init__(self, module: Module, statement: Statement) -> None:
        self._module = module
        self._statement = statement
        self._scopes: list[frozenset[str]] = []
        self._class_names: frozenset[str] | None = None
        self._whole = True

    def visit_class(self, node: ast.ClassDef, members: list[Statement]) -> None:
        """A class at the top. Each of its statements keeps its own uses."""
        for part in [*node.decorator_list, *node.bases, *(word.value for word in node.keywords)]:
            self.visit(part)
        for member in members:
            own = _Uses(self._module, member)
            own._class_names = frozenset(names_bound(node.body))
            own.visit(member.node)

    def visit_Name(self, node: ast.Name) -> None:
        self._path((node,), node)

    def visit_Attribute(self, node: ast.Attribute) -> None:
        nodes: list[ast.expr] = [node]
        while isinstance(nodes[0], ast.Attribute):
            nodes.insert(0, nodes[0].value)
        if isinstance(nodes[0], ast.Name):
            self._path(tuple(nodes), node)
        else:
            self._statement.loose.update(
                part.attr for part in nodes if isinstance(part, ast.Attribute)
            )
            self.visit(nodes[0])

    def _path(self, nodes: tuple[ast.expr, ...], outer: ast.Name | ast.Attribute) -> None:
        root = nodes[0]
        assert isinstance(root, ast.Name)
        names = tuple(part.attr for part in nodes if isinstance(part, ast.Attribute))
        if self._class_names is not None and root.id in self._class_names:
            self._statement.loose.add(root.id)
        if self._is_local(root.id) or root.id not in self._module.bindings:
            self._statement.loose.update(names)
            if not self._is_local(root.id):
                self._statement.free.add(root.id)
            return
        foldable = self._whole and isinstance(outer.ctx, ast.Load)
        self._statement.uses.append(Use((root.id, *names), nodes, foldable))

    def _is_local(self, name: str) -> bool:
        if any(name in scope for scope in self._scopes):
            return True
        return self._class_names is not None and name in self._class_names

    def visit_Constant(self, node: ast.Constant) -> None:
        if isinstance(node.value, str):
            self._statement.loose.add(node.value)

    def visit_Tuple(self, node: ast.Tuple) -> None:
        self.generic_visit(node)
        if isinstance(node.ctx, ast.Load) and self._scopes:
            self._statement.tuples.append(node)

    def visit_JoinedStr(self, node: ast.JoinedStr) -> None:
        before, self._whole = self._whole, False
        self.generic_visit(node)
        self._whole = before

    def visit_Import(self, node: ast.Import) -> None:
        if node is not self._statement.node or self._class_names is not None:
            self._statement.imports.append(node)

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        if node is not self._statement.node or self._class_names is not None:
            self._statement.imports.append(node)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        self.visit(node.target)
        if node.value is not None:
            self.visit(node.value)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        for part in [*node.decorator_list, *node.args.defaults, *node.args.kw_defaults]:
            if part is not None:
                self.visit(part)
        self._inside(_names_of_function(node), node.body)

    visit_AsyncFunctionDef = visit_FunctionDef  # type: ignore[assignment]

    def visit_Lambda(self, node: ast.Lambda) -> None:
        for part in [*node.args.defaults, *node.args.kw_defaults]:
            if part is not None:
                self.visit(part)
        self._inside(_names_of_function(node), [node.body])

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        """A class inside something: its names hide those of the top, which folds less."""
        for part in [*node.decorator_list, *node.bases]:
            self.visit(part)
        self._inside(frozenset(names_bound(node.body)), node.body)

    def _comprehension(self, node) -> None:
        # The first iterable belongs to the scope outside; the names are its own.
        self.visit(node.generators[0].iter)
        names = [part for one in node.generators for part in names_bound([one.target])]
        before, self._class_names = self._class_names, None
        self._scopes.append(frozenset(names))
        for index, one in enumerate(node.generators):
            if index:
                self.visit(one.iter)
            for part in one.ifs:
                self.visit(part)
        for part in [node.key, node.value] if isinstance(node, ast.DictComp) else [node.elt]:
            self.visit(part)
        self._scopes.pop()
        self._class_names = before

    visit_GeneratorExp = visit_ListComp = visit_SetComp = visit_DictComp = _comprehension

    def _inside(self, names: frozenset[str], body: list) -> None:
        """Names of a class are not seen in its functions."""
        before, self._class_names = self._class_names, None
        self._scopes.append(names)
        for part in body:
            self.visit(part)
        self._scopes.pop()
        self._class_names = before
