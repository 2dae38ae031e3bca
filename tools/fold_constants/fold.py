"""The whole program: what each name means across modules, which uses become numbers, and what nobody needs after that."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from dataclasses import dataclass

from tools.fold_constants.edit import Edits
from tools.fold_constants.meaning import Item, Program
from tools.fold_constants.scopes import Module, Statement, Use
from tools.fold_constants.values import is_scalar

# Called by what is not part of the program: start.py of the virtual board, main.py of a board.
ROOTS = ("firmware.main:main",)
# With one of these a program looks at its own names.
_REFUSED = ("dir", "eval", "exec", "globals", "locals", "vars")

# Written around a number, so that the compiler does not see one.
_MADE_BY = "int"


class FoldError(Exception):
    """A sentence for a person: the program does something that cannot be folded safely, or the folded one would not find a name."""


@dataclass(frozen=True)
class Folded:
    """sources: by file name, as given. dropped: names that are gone, sorted; who asks for one of them from outside has to say so to `fold`."""

    sources: dict[str, str]
    dropped: tuple[str, ...]


def fold(sources: dict[str, str], keep: Iterable[str] = ()) -> Folded:
    """Fold a program. sources: text by file name, `firmware/main.py`. keep: names that somebody outside the program asks for; they stay everywhere.

    The same sources give the same text. FoldError: see there. SyntaxError: a source is no Python.
    """
    program = Program(sources)
    for module in program.modules.values():
        _refuse(module)
    work = _Work(program, frozenset(keep))
    work.fold_uses()
    work.find_live()
    folded = {name: work.written(name) for name in sorted(sources)}
    _check(program, Program(folded))
    return Folded(folded, tuple(sorted(work.dropped)))


def _refuse(module: Module) -> None:
    for node in ast.walk(module.tree):
        if isinstance(node, ast.ImportFrom) and node.names[0].name == "*":
            raise FoldError(f"{module.name} line {node.lineno}: import * hides what is used")
        if isinstance(node, ast.Call) and _imports_by_text(node):
            raise FoldError(f"{module.name} line {node.lineno}: __import__ hides what is used")
        if (
            isinstance(node, ast.Name) and node.id == _MADE_BY and isinstance(node.ctx, ast.Store)
        ) or (isinstance(node, ast.arg) and node.arg == _MADE_BY):
            raise FoldError(f"{module.name} line {node.lineno}: {_MADE_BY} means something else")
        if isinstance(node, ast.Name) and node.id in _REFUSED:
            raise FoldError(f"{module.name} line {node.lineno}: {node.id} hides what is used")
        if isinstance(node, ast.Attribute) and node.attr == "__dict__":
            raise FoldError(f"{module.name} line {node.lineno}: __dict__ hides what is used")


def _imports_by_text(node: ast.Call) -> bool:
    """`__import__` of anything but a module of the interpreter, named by a string."""
    if not isinstance(node.func, ast.Name) or node.func.id != "__import__":
        return False
    name = node.args[0] if len(node.args) == 1 else None
    return not (isinstance(name, ast.Constant) and str(name.value).isidentifier())


class _Work:
    def __init__(self, program: Program, keep: frozenset[str]) -> None:
        self._program = program
        self._keep = keep
        self._edits = {name: Edits(module.text) for name, module in program.modules.items()}
        self._folded: set[int] = set()  # id of each use that became a number
        self._live: set[Item] = set()
        self._waiting: list[Item] = []
        self._loose: set[str] = set(keep)
        self.dropped: set[str] = set()

    # -- numbers where the names were

    def fold_uses(self) -> None:
        for module in self._program.modules.values():
            edits = self._edits[module.name]
            for statement in _all_statements(module):
                numbers: dict[ast.expr, str] = {}
                for use in statement.uses:
                    self._fold_use(module, statement, use, numbers)
                for made in statement.tuples:
                    _keep_made(made, numbers)
                for node, number in numbers.items():
                    edits.replace(node, number)

    def _fold_use(
        self, module: Module, statement: Statement, use: Use, numbers: dict[ast.expr, str]
    ) -> None:
        if not use.foldable:
            return
        for length in range(1, len(use.path) + 1):
            item = self._program.constant(module, use.path[:length])
            if item is None:
                continue
            value = self._program.value(item)
            if is_scalar(value):
                numbers[use.nodes[length - 1]] = repr(value)
                self._folded.add(id(use))
                statement.loose.update(use.path[length:])
            return

    # -- what still is asked for

    def find_live(self) -> None:
        items = self._program.items
        for item in items:
            if item.name in self._keep:
                self._mark(item)
        for root in ROOTS:
            module, _, name = root.partition(":")
            self._mark(Item(module, "", name))
        for module in self._program.modules.values():
            for statement in module.statements:
                if not self._program.droppable(module, statement.node):
                    for part in self._program.with_parts(module, statement.node):
                        self._take(module, part)
        before = -1
        while before != len(self._live):
            before = len(self._live)
            while self._waiting:
                self._spread(self._waiting.pop())
            for item in items:
                # By its name alone anybody may reach what stands in a class: an instance has it too.
                if item.holder and item.name in self._loose and self._holder_lives(item):
                    self._mark(item)

    def _holder_lives(self, item: Item) -> bool:
        holder = Item(item.module, "", item.holder)
        return holder in self._live or not self._program.could_go(holder)

    def _mark(self, item: Item) -> None:
        if item not in self._live and self._program.could_go(item):
            self._live.add(item)
            self._waiting.append(item)
            if item.holder:
                self._mark(Item(item.module, "", item.holder))

    def _spread(self, item: Item) -> None:
        """What an item that stays asks for itself."""
        module = self._program.modules[item.module]
        for target in self._program.imported(item):
            self._reach(target)
        for statement in self._program.statements_of(item):
            self._take(module, statement)

    def _take(self, module: Module, statement: Statement) -> None:
        self._loose |= statement.loose
        for use in statement.uses:
            if id(use) not in self._folded:
                reached, rest = self._program.follow(module, use.path)
                for target in reached:
                    self._mark(target)
                self._loose.update(rest)
                if not rest:
                    self._reach_last(module, use.path)
        for node in statement.imports:
            for target in self._program.targets(module, node):
                self._reach(target)

    def _reach_last(self, module: Module, path: tuple[str, ...]) -> None:
        end = self._program.meaning(module, path)
        if end is not None and (isinstance(end, Module) or self._program.is_number_class(end)):
            self._reach(end)

    def _reach(self, target: Item | Module) -> None:
        """Handed on as a value: all that is in it may be asked for."""
        if isinstance(target, Item):
            self._mark(target)
        for item in self._program.inside(target):
            self._mark(item)

    # -- the new text

    def written(self, file_name: str) -> str:
        module = self._program.module_of_file[file_name]
        edits = self._edits[module.name]
        for statement in module.statements:
            self._drop(module, statement, edits)
        return edits.text()

    def _drop(self, module: Module, statement: Statement, edits: Edits) -> None:
        node = statement.node
        if not self._program.droppable(module, node):
            if isinstance(node, ast.ClassDef):
                self._drop_members(module, node, edits)
            return
        names = self._program.names_of(module, node)
        gone = [name for name in names if Item(module.name, "", name) not in self._live]
        if len(gone) == len(names):
            edits.drop(node)
        elif gone:
            assert isinstance(node, (ast.Import, ast.ImportFrom))
            edits.drop_aliases(node, gone)
        elif isinstance(node, ast.ClassDef):
            self._drop_members(module, node, edits)
        self.dropped.update(gone)
        if isinstance(node, ast.ClassDef) and gone:
            self.dropped.update(item.name for item in self._program.members(module, node.name))

    def _drop_members(self, module: Module, node: ast.ClassDef, edits: Edits) -> None:
        for item in self._program.members(module, node.name):
            if item not in self._live:
                edits.drop(self._program.node_of(item))
                self.dropped.add(item.name)


def _keep_made(node: ast.Tuple, numbers: dict[ast.expr, str]) -> None:
    """A tuple that a function makes when it runs must not become one that stands on the heap for ever: of constants alone, the compiler would make it so."""
    new = [part for part in ast.walk(node) if part in numbers]
    if new and _is_constant(node, numbers):
        first = new[0]
        assert isinstance(first, ast.expr)
        numbers[first] = f"{_MADE_BY}({numbers[first]})"


def _is_constant(node: ast.expr, numbers: dict[ast.expr, str]) -> bool:
    if node in numbers:
        return not numbers[node].startswith(_MADE_BY)
    if isinstance(node, ast.Tuple):
        return all(_is_constant(part, numbers) for part in node.elts)
    if isinstance(node, ast.UnaryOp):
        return _is_constant(node.operand, numbers)
    if isinstance(node, ast.BinOp):
        return _is_constant(node.left, numbers) and _is_constant(node.right, numbers)
    return isinstance(node, ast.Constant)


def _all_statements(module: Module) -> list[Statement]:
    return module.statements + [part for parts in module.members.values() for part in parts]


def _check(before: Program, after: Program) -> None:
    """Every name that the folded program asks for is still there, as far as the source shows it."""
    for module in after.modules.values():
        old = before.modules[module.name]
        known = {name for part in _all_statements(old) for name in part.free} | {_MADE_BY}
        for statement in _all_statements(module):
            for name in sorted(statement.free - known):
                raise FoldError(f"{module.name}: {name} is used and gone")
            for use in statement.uses:
                _check_use(before, after, old, module, use)


def _check_use(before: Program, after: Program, old: Module, module: Module, use: Use) -> None:
    reached, rest = after.follow(module, use.path)
    expected, expected_rest = before.follow(old, use.path)
    if rest != expected_rest or len(reached) != len(expected):
        raise FoldError(f"{module.name}: {'.'.join(use.path)} leads to something that is gone")
