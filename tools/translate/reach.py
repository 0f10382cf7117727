"""Reach: what is needed of the sources, from the starting points on: functions, values, and of classes only methods in use.

A method is in use where its name is read anywhere in what is kept: which class an object is of is known only when it runs.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from .scopes import free_names
from .sources import Defined, Meaning, Module, Outside, Refused, Sources

ERASED = {"typing", "collections.abc", "abc"}
"""Libraries that say what things are, and compute nothing."""


PICKLING = {"__getstate__", "__setstate__"}


@dataclass
class Reach:
    """What is kept."""

    sources: Sources
    definitions: dict[Defined, ast.stmt] = field(default_factory=dict)
    outside: dict[str, str] = field(default_factory=dict)
    """Names of other libraries, each with a place that reads it."""
    attributes: set[str] = field(default_factory=set)
    """All names that are read behind a dot."""
    methods: dict[Defined, dict[str, ast.FunctionDef]] = field(default_factory=dict)
    """The methods of each class that are kept."""

    def start(self, starts: Iterable[Defined]) -> Reach:
        """Follow every name until there is nothing new."""
        self._waiting = list(starts)
        while self._waiting or self._more_methods():
            while self._waiting:
                self._keep(self._waiting.pop())
        return self

    def _keep(self, what: Defined) -> None:
        if what in self.definitions:
            return
        source = self.sources.module(what.module)
        if what.name not in source.definitions:
            raise Refused(f"{source.path}: {what.name} is not defined by a statement that is translated")
        statement = self.definitions[what] = source.definitions[what.name]
        if isinstance(statement, ast.ClassDef):
            self.methods[what] = {}
            rest = [each for each in statement.body if not isinstance(each, ast.FunctionDef)]
            for node in (*statement.bases, *statement.decorator_list, *rest):
                self._follow(what.module, node.value if isinstance(node, ast.AnnAssign) else node)
        else:
            self._follow(what.module, statement)

    def _more_methods(self) -> bool:
        """Keep methods whose names have come into use; whether there were any."""
        found = False
        for what, kept in list(self.methods.items()):
            statement = self.definitions[what]
            known = set(map(id, kept.values()))
            for method in methods_of(statement):
                if id(method) not in known and self._is_in_use(method):
                    setter = any(isinstance(each, ast.Attribute) for each in method.decorator_list)
                    kept[f"{method.name}=" if setter else method.name] = method
                    self._follow(what.module, method)
                    found = True
        return found

    def _is_in_use(self, method: ast.FunctionDef) -> bool:
        is_special = method.name.startswith("__") and method.name not in PICKLING
        return (method.name in self.attributes or is_special) and not _is_abstract(method)

    def _follow(self, module: str, node: ast.AST | None) -> None:
        if node is None:
            return
        for name in free_names(node):
            self._mean(self.sources.meaning(module, name), module, node)
        for each in ast.walk(node):
            if isinstance(each, ast.Attribute):
                self.attributes.add(each.attr)
                meaning = meaning_of(self.sources, module, each)
                if meaning is not None:
                    self._mean(meaning, module, each)
            elif isinstance(each, ast.Constant) and isinstance(each.value, str) and each.value.isidentifier():
                self.strings.add(each.value)

    def _mean(self, meaning: Meaning | None, module: str, node: ast.AST) -> None:
        if isinstance(meaning, Defined):
            self._waiting.append(meaning)
        elif isinstance(meaning, Outside) and meaning.name.rpartition(".")[0] not in ERASED:
            place = f"{self.sources.module(module).path}:{getattr(node, 'lineno', 0)}"
            self.outside.setdefault(meaning.name, place)

    def __post_init__(self) -> None:
        self._waiting: list[Defined] = []
        self.strings: set[str] = set()


def meaning_of(sources: Sources, module: str, node: ast.expr) -> Meaning | None:
    """What a dotted name means, `np.linalg.norm` or `shortcuts.shortcut`; None for an attribute of a value."""
    if isinstance(node, ast.Name):
        return sources.meaning(module, node.id)
    if not isinstance(node, ast.Attribute):
        return None
    before = meaning_of(sources, module, node.value)
    if isinstance(before, Module):
        return sources.meaning(before.name, node.attr)
    return Outside(f"{before.name}.{node.attr}") if isinstance(before, Outside) else None


def methods_of(statement: ast.stmt) -> Iterator[ast.FunctionDef]:
    """The methods of a class, in their order."""
    if isinstance(statement, ast.ClassDef):
        yield from (each for each in statement.body if isinstance(each, ast.FunctionDef))


def _is_abstract(method: ast.FunctionDef) -> bool:
    """Whether all that a method does is to say that a subclass must define it."""
    return len(method.body) == 1 and ast.unparse(method.body[0]).startswith("raise NotImplementedError")
