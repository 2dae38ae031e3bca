"""What a dotted name means in a program of several modules, and which statements could go if nobody asked for them."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from tools.fold_constants.scopes import Module, Statement, names_bound
from tools.fold_constants.statements import (
    assigned,
    binds_only,
    bound_by,
    is_constant_name,
    is_words,
    members_of,
    path_of,
    target_name,
)
from tools.fold_constants.values import Unknown, evaluate, pure_function


@dataclass(frozen=True, order=True)
class Item:
    """A name at the top of a module; holder: the class that it stands in, or ""."""

    module: str
    holder: str
    name: str


class Program:
    """sources: text by file name. items: every name that a statement of its own binds, and that could go."""

    def __init__(self, sources: dict[str, str]) -> None:
        self.modules: dict[str, Module] = {}
        self.module_of_file: dict[str, Module] = {}
        for file_name in sorted(sources):
            parts = file_name.removesuffix(".py").split("/")
            is_package = parts[-1] == "__init__"
            name = ".".join(parts[:-1] if is_package else parts)
            module = Module(name, is_package, sources[file_name], file_name)
            self.modules[name] = self.module_of_file[file_name] = module
        self._values: dict[Item, object] = {}
        self._nodes: dict[Item, ast.stmt] = {}
        for module in self.modules.values():
            for node in module.tree.body:
                if isinstance(node, ast.ClassDef) and module.once(node.name) is node:
                    for name, part in members_of(node).items():
                        self._nodes[Item(module.name, node.name, name)] = part
        for module in self.modules.values():
            for node in module.tree.body:
                if self.droppable(module, node):
                    for bound in self.names_of(module, node):
                        self._nodes[Item(module.name, "", bound)] = node
        self.items: list[Item] = sorted(self._nodes)
        self._members: dict[tuple[str, str], list[Item]] = {}
        for item in self.items:
            if item.holder:
                self._members.setdefault((item.module, item.holder), []).append(item)

    # -- what a name means

    def meaning(self, module: Module, path: tuple[str, ...]) -> Item | Module | None:
        """What the whole path leads to: a module, or a name in one; None if that cannot be said."""
        reached, rest = self._walk(module, path)
        return None if rest or not reached else reached[-1]

    def follow(self, module: Module, path: tuple[str, ...]) -> tuple[list[Item], list[str]]:
        """The names that are needed on the way, and the attributes that are left where the way ends in something unknown."""
        reached, rest = self._walk(module, path)
        return [part for part in reached if isinstance(part, Item)], rest

    def _walk(
        self, module: Module, path: tuple[str, ...]
    ) -> tuple[list[Item | Module], list[str]]:
        reached: list[Item | Module] = self._named(module, path[0], 0)
        for at in range(1, len(path)):
            last = reached[-1]
            if isinstance(last, Module):
                found = self._named(last, path[at], 0)
                submodule = self.modules.get(f"{last.name}.{path[at]}")
                if not found and submodule is not None:
                    found = [submodule]
            else:
                member = Item(last.module, last.name, path[at])
                found = [member] if not last.holder and member in self._nodes else []
            if not found:
                return reached, list(path[at:])
            reached += found
        return reached, []

    def _named(self, module: Module, name: str, depth: int) -> list[Item | Module]:
        """The name, and what it was imported from, and so on."""
        if name not in module.bindings or depth > len(self.modules):
            return []
        node = module.once(name)
        reached: list[Item | Module] = [Item(module.name, "", name)]
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            for alias in node.names:
                if bound_by(node, alias) == name:
                    target = self._target(module, node, alias)
                    if isinstance(target, Module):
                        reached.append(target)
                    elif target is not None:
                        inner = self.modules[target.module]
                        reached += self._named(inner, target.name, depth + 1)
        return reached

    def _target(self, module: Module, node: ast.stmt, alias: ast.alias) -> Item | Module | None:
        """What an alias stands for, if it is of this program."""
        if isinstance(node, ast.Import):
            name = alias.name if alias.asname else alias.name.partition(".")[0]
            return self.modules.get(name)
        assert isinstance(node, ast.ImportFrom)
        origin = node.module or ""
        if node.level:
            parts = module.package.split(".")
            above = parts[: len(parts) - node.level + 1]
            origin = ".".join([*above, *([origin] if origin else [])])
        source = self.modules.get(origin)
        if source is not None and alias.name in source.bindings:
            return Item(origin, "", alias.name)
        return self.modules.get(f"{origin}.{alias.name}")

    def targets(self, module: Module, node: ast.stmt) -> list[Item | Module]:
        assert isinstance(node, (ast.Import, ast.ImportFrom))
        found = []
        for alias in node.names:
            found.append(self._target(module, node, alias))
            if isinstance(node, ast.Import):
                found.append(self.modules.get(alias.name))
        return [target for target in found if target is not None]

    # -- constants

    def constant(self, module: Module, path: tuple[str, ...]) -> Item | None:
        """The name in capitals that the path leads to, if its value is known."""
        end = self.meaning(module, path)
        if not isinstance(end, Item) or not is_constant_name(end.name):
            return None
        try:
            self.value(end)
        except Unknown:
            return None
        return end

    def value(self, item: Item) -> object:
        """Unknown if it does not follow from the source."""
        if item not in self._values:
            self._values[item] = Unknown  # while it is being looked for: a circle has no value
            self._values[item] = self._evaluated(item)
        if self._values[item] is Unknown:
            raise Unknown
        return self._values[item]

    def _evaluated(self, item: Item) -> object:
        module = self.modules[item.module]
        node = self._nodes.get(item) if item.holder else module.once(item.name)
        expression = assigned(node) if node is not None else None
        if expression is None:
            return Unknown
        holder = module.once(item.holder) if item.holder else None
        hidden = names_bound(holder.body) if isinstance(holder, ast.ClassDef) else []

        def look_up(part: ast.expr) -> object:
            path = path_of(part)
            if not path:
                raise Unknown
            if path[0] in hidden:
                return self.value(Item(item.module, item.holder, path[0]))
            end = self.meaning(module, path)
            if not isinstance(end, Item):
                raise Unknown
            function = self._function(end)
            return self.value(end) if function is None else pure_function(function)

        try:
            return evaluate(expression, look_up)
        except Unknown:
            return Unknown

    def _function(self, item: Item) -> ast.FunctionDef | None:
        node = self.modules[item.module].once(item.name)
        return node if not item.holder and isinstance(node, ast.FunctionDef) else None

    # -- statements that could go

    def droppable(self, module: Module, node: ast.stmt) -> bool:
        """Does the statement do nothing but bind names of its own, each bound nowhere else."""
        names = self.names_of(module, node)
        if not names or any(module.once(name) is not node for name in names):
            return False
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            return all(self._target(module, node, alias) is not None for alias in node.names)
        if isinstance(node, ast.FunctionDef):
            return not node.decorator_list and not node.name.startswith("__")
        if isinstance(node, ast.ClassDef):
            return not node.decorator_list and all(binds_only(part) for part in node.body)
        if names == ["__all__"]:
            return True
        return self.value_or_none(Item(module.name, "", names[0])) is not None

    def value_or_none(self, item: Item) -> object:
        try:
            return self.value(item)
        except Unknown:
            return None

    def names_of(self, module: Module, node: ast.stmt) -> list[str]:
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            return [bound_by(node, alias) for alias in node.names]
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            return [node.name]
        name = target_name(node)
        return [name] if name else []

    def could_go(self, item: Item) -> bool:
        return item in self._nodes

    def node_of(self, item: Item) -> ast.stmt:
        return self._nodes[item]

    def members(self, module: Module, holder: str) -> list[Item]:
        """The constants of a class."""
        return self._members.get((module.name, holder), [])

    def is_number_class(self, target: Item | Module) -> bool:
        """A class that holds constants and nothing else."""
        if isinstance(target, Module) or target.holder:
            return False
        node = self.modules[target.module].once(target.name)
        if not isinstance(node, ast.ClassDef) or node.bases:
            return False
        return all(target_name(part) or is_words(part) for part in node.body)

    def inside(self, target: Item | Module) -> list[Item]:
        if isinstance(target, Module):
            return [item for item in self.items if item.module == target.name]
        if self.is_number_class(target):
            return self.members(self.modules[target.module], target.name)
        return []

    def imported(self, item: Item) -> list[Item]:
        """What a name that an import binds stands for, if that is a name itself."""
        reached = [] if item.holder else self._named(self.modules[item.module], item.name, 0)[1:]
        return [part for part in reached if isinstance(part, Item)]

    def statements_of(self, item: Item) -> list[Statement]:
        """What has to be kept with it: the statement, and of a class all that is no constant."""
        module, node = self.modules[item.module], self._nodes[item]
        if item.holder:
            return [part for part in module.members[item.holder] if part.node is node]
        return self.with_parts(module, node)

    def with_parts(self, module: Module, node: ast.stmt) -> list[Statement]:
        """A statement at the top, and of a class all that is no constant that could go by itself."""
        found = [part for part in module.statements if part.node is node]
        if isinstance(node, ast.ClassDef):
            alone = {id(self._nodes[item]) for item in self.members(module, node.name)}
            found += [part for part in module.members[node.name] if id(part.node) not in alone]
        return found
