"""Sources: the modules of the project as trees, without annotations and docstrings, and what each name in them means."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

PACKAGE = "clearprop"
ROOT = Path(__file__).parents[2] / "src"


class Refused(Exception):
    """A construct that the translator does not know, with its file and line."""


@dataclass(frozen=True)
class Defined:
    """A function, a class or a value at the top of a module."""

    module: str
    name: str


@dataclass(frozen=True)
class Module:
    """A module of the project, named in an import."""

    name: str


@dataclass(frozen=True)
class Outside:
    """Something of another library, by its full name: `numpy.where`; a builtin is `builtins.len`."""

    name: str


Meaning = Defined | Module | Outside


@dataclass
class Source:
    """One module."""

    name: str
    path: Path
    definitions: dict[str, ast.stmt] = field(default_factory=dict)
    """The statement that defines each name, in their order."""
    imports: dict[str, tuple[str, str | None]] = field(default_factory=dict)
    """For each imported name its module, and the name there; None where it is the module itself."""

    def refuse(self, node: ast.AST, why: str) -> Refused:
        """The error for a construct in this file."""
        return Refused(f"{self.path}:{getattr(node, 'lineno', 0)}: {why}")


class Sources:
    """All modules of the project, each read when it is first asked for."""

    def __init__(self, root: Path = ROOT, replaced: Mapping[str, str] | None = None) -> None:
        self.root, self.replaced = root, replaced or {}
        """Functions of the project in whose place the runtime has its own."""
        self.read: dict[str, Source] = {}
        self.order: list[str] = []
        """The modules in the order in which Python would have run them."""

    def path_of(self, name: str) -> Path | None:
        """The file of a module of the project; None where there is none."""
        base = self.root.joinpath(*name.split("."))
        return next((path for path in (base.with_suffix(".py"), base / "__init__.py") if path.exists()), None)

    def module(self, name: str) -> Source:
        """A module by its full name."""
        if name not in self.read:
            path = self.path_of(name)
            if path is None:
                raise Refused(f"no module {name} under {self.root}")
            source = self.read[name] = Source(name, path)
            tree = _Plain().visit(ast.parse(path.read_text(encoding="utf-8"), str(path)))
            for statement in tree.body:
                self._define(source, statement)
            self.order.append(name)
        return self.read[name]

    def _define(self, source: Source, statement: ast.stmt) -> None:
        if isinstance(statement, ast.ImportFrom):
            base = self._imported_from(source, statement)
            for alias in statement.names:
                source.imports[alias.asname or alias.name] = (base, alias.name)
                for name in (base, f"{base}.{alias.name}"):
                    if name.startswith(PACKAGE + ".") and self.path_of(name):
                        self.module(name)
        elif isinstance(statement, ast.Import):
            for alias in statement.names:
                source.imports[alias.asname or alias.name.partition(".")[0]] = (alias.name, None)
        elif isinstance(statement, ast.FunctionDef | ast.ClassDef):
            source.definitions[statement.name] = statement
        elif isinstance(statement, ast.Assign):
            for name in (each.id for each in ast.walk(statement) if isinstance(each, ast.Name) and _is_stored(each)):
                source.definitions[name] = statement

    def _imported_from(self, source: Source, statement: ast.ImportFrom) -> str:
        if not statement.level:
            return statement.module or ""
        parts = source.name.split(".")
        up = statement.level - (source.path.name == "__init__.py")
        return ".".join([*parts[: len(parts) - up], *([statement.module] if statement.module else [])])

    def meaning(self, module: str, name: str) -> Meaning | None:
        """What a name at the top of a module means, followed through every import; None for a name it has not."""
        source = self.module(module)
        if f"{module}.{name}" in self.replaced:
            return Outside(self.replaced[f"{module}.{name}"])
        if name in source.definitions:
            return Defined(module, name)
        if name not in source.imports:
            return None
        base, inside = source.imports[name]
        full = base if inside is None else f"{base}.{inside}"
        if not base.startswith(PACKAGE):
            return Outside(full)
        return Module(full) if inside is None or self.path_of(full) else self.meaning(base, inside)


def _is_stored(name: ast.Name) -> bool:
    return isinstance(name.ctx, ast.Store)


class _Plain(ast.NodeTransformer):
    """Without docstrings, annotations, assertions and what is for type checkers only."""

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        node.returns = None
        for arg in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs, node.args.vararg, node.args.kwarg):
            if arg is not None:
                arg.annotation = None
        self.generic_visit(node)
        node.body = node.body or [ast.Pass()]
        return node

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:
        node.bases = [base.value if isinstance(base, ast.Subscript) else base for base in node.bases]
        # A field of a dataclass keeps its annotation: it is what makes it one.
        node.body = [each if isinstance(each, ast.AnnAssign) else self.visit(each) for each in node.body]
        node.body = [each for each in node.body if each is not None]
        return node

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST | None:
        if node.value is None:
            return None
        return ast.copy_location(ast.Assign([node.target], self.visit(node.value)), node)

    def visit_Expr(self, node: ast.Expr) -> ast.AST | None:
        return None if isinstance(node.value, ast.Constant) else self.generic_visit(node)

    def visit_Assert(self, node: ast.Assert) -> None:
        return None

    def visit_If(self, node: ast.If) -> ast.AST | None:
        return None if isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING" else self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        if isinstance(node.func, ast.Subscript):  # dict[str, int]() is dict()
            node.func = node.func.value
        return node
