"""Calls: of the project's functions and classes, of the runtime, of methods, and of what a variable holds.

Arguments by keyword are put in their places here; for the runtime they become an object behind the other arguments.
"""

from __future__ import annotations

import ast
import json

from .classes import Signature, kind_of, signature_of, signature_of_class
from .expressions import Expressions
from .names import METHODS_OF_VALUES, safe
from .sources import Defined, Outside


class Calls(Expressions):
    """The calls of one module."""

    def _Call(self, node: ast.Call) -> str:
        meaning = self.meaning(node.func)
        if isinstance(meaning, Defined):
            return self._call_of(node, meaning)
        if isinstance(meaning, Outside):
            return self._call_outside(node, meaning)
        if isinstance(node.func, ast.Attribute):
            return self._call_method(node, node.func)
        return self._call_value(node)

    def _call_value(self, node: ast.Call) -> str:
        """What a variable holds, or what another call gave."""
        function = self.of(node.func)
        if isinstance(node.func, ast.Call) or any(each.arg is None for each in node.keywords):
            return f"py.call({function}, [{self.listed(node.args)}]{self._mapping(node)})"
        if node.keywords:
            placed = self.placed(node, self._signature_of_any(node))
            return f"{function}({placed})" if self._is_function(node.func) else f"py.call({function}, [{placed}])"
        if isinstance(node.func, ast.Name) and not self._is_function(node.func):
            return f"py.call({function}, [{self.listed(node.args)}])"
        return f"{function}({self.listed(node.args)})"

    def _is_function(self, node: ast.expr) -> bool:
        """Whether it is a function of this one's own: another variable may hold a class."""
        return isinstance(node, ast.Name) and node.id in self.inner_functions

    def _mapping(self, node: ast.Call) -> str:
        both = [f"...{self.of(each.value)}.items()" for each in node.keywords if each.arg is None]
        pairs = self._pairs([each for each in node.keywords if each.arg is not None])
        return f", py.dict([{', '.join([*both, *([pairs] if pairs else [])])}])" if node.keywords else ""

    def _pairs(self, keywords: list[ast.keyword]) -> str:
        return ", ".join(f"[{json.dumps(each.arg)}, {self.of(each.value)}]" for each in keywords)

    def _call_of(self, node: ast.Call, what: Defined) -> str:
        """A function or a class of the project: keywords are put in their places here."""
        statement, name = self.reach.definitions[what], self.names.of(what)
        if isinstance(statement, ast.ClassDef):
            if node.keywords and (None in {each.arg for each in node.keywords} or _is_starred(node.args)):
                return f"py.call({name}, [{self.listed(node.args)}]{self._mapping(node)})"
            return f"new {name}({self.placed(node, signature_of_class(self.reach, what))})"
        if isinstance(statement, ast.FunctionDef):
            return f"{name}({self.placed(node, signature_of(statement))})"
        return f"{name}({self.placed(node, Signature((), rest=True))})"

    def placed(self, node: ast.Call, signature: Signature) -> str:
        """The arguments of a call in the order of the parameters."""
        if not node.keywords:
            return self.listed(node.args)
        if signature.named and len(node.args) == len(signature.names) and not _is_starred(node.args):
            return f"{self.listed(node.args)}{self._mapping(node)}"
        if _is_starred(node.args) or any(each.arg is None for each in node.keywords):
            raise self.refuse(node, f"* and ** beside keywords are not translated: {ast.unparse(node)[:60]}")
        given = {each.arg: self.of(each.value) for each in node.keywords}
        placed = [self.of(each) for each in node.args]
        placed += [given.pop(name, "undefined") for name in signature.names[len(placed) :]]
        while placed and placed[-1] == "undefined" and not (given and signature.named):
            placed.pop()
        if given and not signature.named:
            raise self.refuse(node, f"no parameter {', '.join(map(str, given))} in {ast.unparse(node.func)}")
        if given:
            placed.append(f"py.dict([{', '.join(f'[{json.dumps(name)}, {value}]' for name, value in given.items())}])")
        return ", ".join(placed)

    def _call_outside(self, node: ast.Call, meaning: Outside) -> str:
        """A function of the runtime: keywords are its last argument, an object."""
        name = meaning.name
        if name == "builtins.repr":
            return self._repr(node.args[0])
        if name == "builtins.super":
            raise self.refuse(node, "super() is translated before a dot only")
        function = self.named(node.func, meaning)
        if name == "dataclasses.replace":
            return f"{function}({self.of(node.args[0])}{self._mapping(node)})"
        new = "new " if name.startswith("builtins.") and name.endswith(("Error", "Exception")) else ""
        return f"{new}{function}({self.with_options(node)})"

    def with_options(self, node: ast.Call) -> str:
        """Arguments, and keywords as an object behind them."""
        if any(each.arg is None for each in node.keywords):
            raise self.refuse(node, "** in a call of another library is not translated")
        options = ", ".join(f"{each.arg}: {self.of(each.value)}" for each in node.keywords if each.arg != "strict")
        return ", ".join(filter(None, [self.listed(node.args), f"{{ {options} }}" if options else ""]))

    def _call_method(self, node: ast.Call, function: ast.Attribute) -> str:
        name, owner = function.attr, function.value
        if isinstance(owner, ast.Call) and ast.unparse(owner) == "super()":
            return f"super.{name}({self.listed(node.args)})"
        if ast.unparse(owner) == "object" and name == "__setattr__":
            return f"py.setattr({self.listed(node.args)})"
        if name == "__new__":
            return f"Object.create({self.of(node.args[0])}.prototype)"
        if isinstance(self.meaning(owner), Outside) and ast.unparse(owner) == "str":
            return f"py.str.{name}({self.listed(node.args)})"
        signature = self._signature_of_method(node, name) if node.keywords else None
        arguments = self.placed(node, signature) if signature else self.with_options(node)
        if name in METHODS_OF_VALUES:
            return f"m.{safe(name)}({self.of(owner)}{', ' if arguments else ''}{arguments})"
        return f"{self.of(owner)}.{name}({arguments})"

    def _signature_of_any(self, node: ast.Call) -> Signature:
        """The parameters of a function that a variable holds: those of all that have such keywords, if they agree."""
        asked = {each.arg for each in node.keywords}
        all_methods = [method for kept in self.reach.methods.values() for method in kept.values()]
        found = {signature_of(method, method=True) for method in all_methods}
        found |= {signature_of(each) for each in self.reach.definitions.values() if isinstance(each, ast.FunctionDef)}
        found = {one for one in found if asked <= set(one.names)}
        if len({tuple(map(one.names.index, sorted(map(str, asked)))) for one in found}) != 1:
            raise self.refuse(
                node, f"which function is {ast.unparse(node.func)}, that takes {', '.join(map(str, asked))}?"
            )
        return found.pop()

    def _signature_of_method(self, node: ast.Call, name: str) -> Signature | None:
        """The parameters that all methods of a name agree on; None where only other libraries have such a method."""
        found = {
            signature_of(method, method=kind_of(method) != "staticmethod")
            for kept in self.reach.methods.values()
            for key, method in kept.items()
            if key == name and kind_of(method) in {"method", "classmethod", "staticmethod"}
        }
        found = {one for one in found if one.named or all(each.arg in one.names for each in node.keywords)}
        if len(found) > 1:
            places = {
                tuple(one.names.index(each.arg) for each in node.keywords if each.arg in one.names) for one in found
            }
            if len(places) > 1:
                raise self.refuse(node, f"methods called {name} have their keywords in different places")
        return max(found, key=lambda one: len(one.names)) if found else None


def _is_starred(nodes: list[ast.expr]) -> bool:
    return any(isinstance(each, ast.Starred) for each in nodes)
