"""Classes: their bases, the fields of dataclasses, and where a call by keywords puts its arguments."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from .reach import Reach, meaning_of
from .scopes import parameters
from .sources import Defined, Outside


@dataclass(frozen=True)
class Signature:
    """The parameters of a call, in their order; `rest` takes further ones, `named` further keywords."""

    names: tuple[str, ...]
    rest: bool = False
    named: bool = False


def is_dataclass(statement: ast.ClassDef) -> bool:
    """Whether the class is decorated so."""
    return any(
        isinstance(each, ast.Name | ast.Attribute)
        for decorator in statement.decorator_list
        for each in ast.walk(decorator)
        if getattr(each, "id", getattr(each, "attr", "")) == "dataclass"
    )


def fields_of(statement: ast.ClassDef) -> list[ast.AnnAssign]:
    """A dataclass's own fields."""
    if not is_dataclass(statement):
        return []
    own = (each for each in statement.body if isinstance(each, ast.AnnAssign))
    return [each for each in own if not ast.unparse(each.annotation).startswith("ClassVar")]


def bases_of(reach: Reach, what: Defined) -> list[Defined | Outside]:
    """The classes that a class is made from."""
    statement = reach.definitions[what]
    assert isinstance(statement, ast.ClassDef)
    found = (meaning_of(reach.sources, what.module, base) for base in statement.bases)
    return [each for each in found if isinstance(each, Defined | Outside)]


def lineage(reach: Reach, what: Defined) -> list[Defined]:
    """The class and all of the project's that it is made from, the class itself first."""
    found = [what]
    for base in bases_of(reach, what):
        if isinstance(base, Defined):
            found += [each for each in lineage(reach, base) if each not in found]
    return found


def signature_of_class(reach: Reach, what: Defined) -> Signature:
    """What a class is called with: its `__init__`, or its fields with those of its bases before."""
    fields: dict[str, None] = {}
    for each in reversed(lineage(reach, what)):
        statement = reach.definitions[each]
        assert isinstance(statement, ast.ClassDef)
        fields |= {own.target.id: None for own in fields_of(statement) if isinstance(own.target, ast.Name)}
    for each in lineage(reach, what):
        if "__init__" in reach.methods[each]:
            return signature_of(reach.methods[each]["__init__"], method=True)
        statement = reach.definitions[each]
        if isinstance(statement, ast.ClassDef) and is_dataclass(statement):
            break
    return Signature(tuple(fields))


def signature_of(function: ast.FunctionDef | ast.Lambda, *, method: bool = False) -> Signature:
    """What a function is called with; of a method without `self`."""
    names = [arg.arg for arg in parameters(function)]
    return Signature(tuple(names[method:]), function.args.vararg is not None, function.args.kwarg is not None)


def kind_of(method: ast.FunctionDef) -> str:
    """What a method is by its decorators: "method", "property", "setter", "cached_property", "classmethod", "staticmethod"."""
    for decorator in method.decorator_list:
        if isinstance(decorator, ast.Attribute) and decorator.attr == "setter":
            return "setter"
        name = getattr(decorator, "id", getattr(decorator, "attr", ""))
        if name in {"property", "cached_property", "classmethod", "staticmethod"}:
            return name
    return "method"
