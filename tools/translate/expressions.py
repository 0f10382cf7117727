"""Expressions of Python as expressions of JavaScript, over the runtime in `studio-ui/src/python`.

An operator becomes a function of the runtime, because numbers, texts and arrays share it: `a + b` is `py.add(a, b)`.
"""

from __future__ import annotations

import ast
import builtins
import json
from collections.abc import Callable

from .classes import kind_of
from .names import OF_NUMBERS, Names, safe
from .reach import Reach, meaning_of
from .scopes import own_names
from .sources import Defined, Module, Outside, Refused

OPERATORS: dict[type[ast.AST], str] = {
    ast.Add: "add",
    ast.Sub: "sub",
    ast.Mult: "mul",
    ast.Div: "div",
    ast.FloorDiv: "floordiv",
    ast.Mod: "mod",
    ast.Pow: "pow",
    ast.MatMult: "matmul",
    ast.BitAnd: "and",
    ast.BitOr: "or",
    ast.BitXor: "xor",
    ast.Eq: "eq",
    ast.NotEq: "ne",
    ast.Lt: "lt",
    ast.LtE: "le",
    ast.Gt: "gt",
    ast.GtE: "ge",
    ast.USub: "neg",
    ast.UAdd: "pos",
    ast.Invert: "invert",
}


class Expressions:
    """The expressions of one module; `statements.Statements` adds statements."""

    def __init__(self, reach: Reach, names: Names, module: str) -> None:
        self.reach, self.names, self.module = reach, names, module
        self.source = reach.sources.module(module)
        self.scopes: list[set[str]] = []
        """The names of the functions around the place that is written, the innermost last."""
        self.temporary: list[list[str]] = []
        """Variables that the functions need beside their own."""
        self.inner_functions: set[str] = set()
        """Functions that are defined inside of the one that is written."""
        self.in_class: Defined | None = None
        self.of_class: set[str] = set()
        """The attributes of that class that stand before this place."""

    def refuse(self, node: ast.AST, why: str) -> Refused:
        """The error for what is not translated."""
        return self.source.refuse(node, why)

    def fresh(self, node: ast.AST) -> str:
        """A variable of the function that is written."""
        if not self.temporary:
            raise self.refuse(node, "needs a variable outside of a function")
        names = self.temporary[-1]
        names.append(f"${sum(map(len, self.temporary))}")
        return names[-1]

    def of(self, node: ast.expr) -> str:
        """An expression."""
        method: Callable[[ast.expr], str] | None = getattr(self, f"_{type(node).__name__}", None)
        if method is None:
            raise self.refuse(node, f"the expression {type(node).__name__} is not translated: {ast.unparse(node)[:60]}")
        return method(node)

    def listed(self, nodes: list[ast.expr]) -> str:
        """Arguments or elements, with commas."""
        return ", ".join(
            f"...{self.of(each.value)}" if isinstance(each, ast.Starred) else self.of(each) for each in nodes
        )

    # Literals

    def _Constant(self, node: ast.Constant) -> str:
        value = node.value
        if value is None or value is Ellipsis:
            return "null" if value is None else "py.ELLIPSIS"
        if isinstance(value, str):
            return json.dumps(value, ensure_ascii=False)
        if isinstance(value, bool):
            return "true" if value else "false"
        if isinstance(value, complex):
            return f"py.complex({value.real!r}, {value.imag!r})"
        if isinstance(value, int | float):
            return repr(int(value)) if value == int(value) and abs(value) < 1e15 else repr(value)
        raise self.refuse(node, f"the literal {value!r} is not translated")

    def _JoinedStr(self, node: ast.JoinedStr) -> str:
        pieces = []
        for each in node.values:
            if isinstance(each, ast.Constant):
                pieces.append(
                    json.dumps(each.value, ensure_ascii=False)[1:-1]
                    .replace('\\"', '"')
                    .replace("`", "\\`")
                    .replace("${", "\\${")
                )
            elif isinstance(each, ast.FormattedValue):
                pieces.append(f"${{{self._placed(each)}}}")
        return f"`{''.join(pieces)}`"

    def _placed(self, each: ast.FormattedValue) -> str:
        value = self._repr(each.value) if each.conversion == ord("r") else self.of(each.value)
        if each.format_spec is None:
            return value if each.conversion == ord("r") else f"py.str({value})"
        return f"py.format({value}, {self.of(each.format_spec)})"

    def _repr(self, node: ast.expr) -> str:
        """`repr(float(x))` says that a number is one with a point, which JavaScript's numbers do not know."""
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "float":
            return f"py.repr_float({self.of(node.args[0])})"
        return f"py.repr({self.of(node)})"

    def _Tuple(self, node: ast.Tuple) -> str:
        return f"py.tuple_of({self.listed(node.elts)})"

    def _List(self, node: ast.List) -> str:
        return f"[{self.listed(node.elts)}]"

    def _Set(self, node: ast.Set) -> str:
        return f"py.set([{self.listed(node.elts)}])"

    def _Dict(self, node: ast.Dict) -> str:
        pairs = [
            f"...{self.of(value)}.items()" if key is None else f"[{self.of(key)}, {self.of(value)}]"
            for key, value in zip(node.keys, node.values, strict=True)
        ]
        return f"py.dict([{', '.join(pairs)}])"

    # Names and what is behind a dot

    def is_local(self, name: str) -> bool:
        """Whether a function around this place has the name for itself."""
        return any(name in scope for scope in self.scopes)

    def meaning(self, node: ast.expr) -> Defined | Module | Outside | None:
        """What a dotted name means; None for a value of a function."""
        root = node
        while isinstance(root, ast.Attribute):
            root = root.value
        if not isinstance(root, ast.Name) or self.is_local(root.id):
            return None
        found = meaning_of(self.reach.sources, self.module, node)
        if found is None and isinstance(node, ast.Name) and hasattr(builtins, node.id):
            return Outside(f"builtins.{node.id}")
        return found

    def _Name(self, node: ast.Name) -> str:
        if self.is_local(node.id):
            return safe(node.id)
        if node.id in self.of_class and self.in_class:
            return f"{self.names.of(self.in_class)}.{node.id}"
        return self.named(node, self.meaning(node))

    def named(self, node: ast.expr, meaning: Defined | Module | Outside | None) -> str:
        """What stands at the top of a module, or in the runtime."""
        if isinstance(meaning, Defined):
            return self.names.of(meaning)
        if isinstance(meaning, Outside):
            return self.names.outside(meaning.name, lambda why: self.refuse(node, why))
        raise self.refuse(node, f"what is {ast.unparse(node)}?")

    def _Attribute(self, node: ast.Attribute) -> str:
        meaning = self.meaning(node)
        if meaning is not None:
            return self.named(node, meaning)
        name = node.attr
        if isinstance(node.value, ast.Call) and ast.unparse(node.value) == "super()":
            return f"super.{name}"
        value = self.of(node.value)
        if name in OF_NUMBERS:
            return f"py.of_number({value}, {json.dumps(name)})"
        if self.is_method(name):
            return f"py.bound({value}, {json.dumps(name)})"
        return f"{value}.{name}"

    def is_method(self, name: str) -> bool:
        """Whether some class has a method of that name, and none a property or field."""
        found = {kind_of(method) for kept in self.reach.methods.values() for key, method in kept.items() if key == name}
        return bool(found) and found <= {"method", "classmethod", "staticmethod"}

    # Operators

    def _BinOp(self, node: ast.BinOp) -> str:
        return f"py.{OPERATORS[type(node.op)]}({self.of(node.left)}, {self.of(node.right)})"

    def _UnaryOp(self, node: ast.UnaryOp) -> str:
        if isinstance(node.op, ast.Not):
            return f"!{self.condition(node.operand)}"
        if isinstance(node.op, ast.USub) and isinstance(node.operand, ast.Constant):
            return f"-{self.of(node.operand)}"
        return f"py.{OPERATORS[type(node.op)]}({self.of(node.operand)})"

    def _BoolOp(self, node: ast.BoolOp) -> str:
        if all(self.is_boolean(each) for each in node.values):
            return self.condition(node)
        first, *rest = node.values
        whole = self.of(first)
        for each in rest:
            kept = self.fresh(node)
            then, otherwise = (self.of(each), kept) if isinstance(node.op, ast.And) else (kept, self.of(each))
            whole = f"(py.truth({kept} = {whole}) ? {then} : {otherwise})"
        return whole

    def is_boolean(self, node: ast.expr) -> bool:
        """Whether an expression is certainly true or false, and not an array of such."""
        if isinstance(node, ast.BoolOp):
            return all(map(self.is_boolean, node.values))
        if isinstance(node, ast.UnaryOp):
            return isinstance(node.op, ast.Not)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            return node.func.id in {"isinstance", "any", "all", "hasattr", "bool", "issubclass"}
        if not isinstance(node, ast.Compare):
            return False
        literal = any(isinstance(each, ast.Constant) and isinstance(each.value, str) for each in node.comparators)
        return literal or all(isinstance(each, ast.Is | ast.IsNot | ast.In | ast.NotIn) for each in node.ops)

    def condition(self, node: ast.expr) -> str:
        """An expression as JavaScript's true or false, by Python's rules."""
        if isinstance(node, ast.BoolOp):
            return f"({(' && ' if isinstance(node.op, ast.And) else ' || ').join(map(self.condition, node.values))})"
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
            return f"!{self.condition(node.operand)}"
        return self.of(node) if self.is_boolean(node) else f"py.truth({self.of(node)})"

    def _Compare(self, node: ast.Compare) -> str:
        links, left = [], node.left
        for op, right in zip(node.ops, node.comparators, strict=True):
            here = again = right
            if right is not node.comparators[-1] and not isinstance(right, ast.Name | ast.Constant):
                kept = self.fresh(node)  # what stands in the middle is computed once
                self.scopes[-1].add(kept)
                again = ast.copy_location(ast.Name(kept, ast.Load()), node)
                here = ast.copy_location(ast.NamedExpr(ast.Name(kept, ast.Store()), right), node)
            links.append(self._compared(left, op, here))
            left = again
        return links[0] if len(links) == 1 else f"({' && '.join(links)})"

    def _compared(self, left: ast.expr, op: ast.cmpop, right: ast.expr) -> str:
        one, other = self.of(left), self.of(right)
        if isinstance(op, ast.Is | ast.IsNot):
            return f"({one} {'===' if isinstance(op, ast.Is) else '!=='} {other})"
        if isinstance(op, ast.In | ast.NotIn):
            return f"{'' if isinstance(op, ast.In) else '!'}py.contains({other}, {one})"
        literal = any(isinstance(each, ast.Constant) and isinstance(each.value, str) for each in (left, right))
        if literal and isinstance(op, ast.Eq | ast.NotEq):
            return f"({one} {'===' if isinstance(op, ast.Eq) else '!=='} {other})"
        return f"py.{OPERATORS[type(op)]}({one}, {other})"

    def _IfExp(self, node: ast.IfExp) -> str:
        return f"({self.condition(node.test)} ? {self.of(node.body)} : {self.of(node.orelse)})"

    def _NamedExpr(self, node: ast.NamedExpr) -> str:
        return f"({safe(node.target.id)} = {self.of(node.value)})"

    # Places in an array, a list, a text or a mapping

    def _Subscript(self, node: ast.Subscript) -> str:
        return f"py.item({self.of(node.value)}, {self.of(node.slice)})"

    def _Slice(self, node: ast.Slice) -> str:
        ends = ["null" if each is None else self.of(each) for each in (node.lower, node.upper, node.step)]
        return f"py.slice({', '.join(ends)})"

    # Comprehensions

    def _ListComp(self, node: ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp) -> str:
        for comp in node.generators:
            self.scopes.append({each.id for each in ast.walk(comp.target) if isinstance(each, ast.Name)})
        element = (
            f"[{self.of(node.key)}, {self.of(node.value)}]" if isinstance(node, ast.DictComp) else self.of(node.elt)
        )
        for index, comp in reversed(list(enumerate(node.generators))):
            target, ifs = self.target(comp.target), " && ".join(map(self.condition, comp.ifs))
            self.scopes.pop()
            over = "map" if index == len(node.generators) - 1 else "flat_map"
            only = f", ({target}) => {ifs}" if ifs else ""
            element = f"py.{over}_over({self.of(comp.iter)}, ({target}) => {element}{only})"
        return element

    _GeneratorExp = _ListComp  # what is summed or joined need not be made one by one

    def _SetComp(self, node: ast.SetComp) -> str:
        return f"py.set({self._ListComp(node)})"

    def _DictComp(self, node: ast.DictComp) -> str:
        return f"py.dict({self._ListComp(node)})"

    def target(self, node: ast.expr) -> str:
        """What is assigned to: a name, or several in brackets."""
        if isinstance(node, ast.Name):
            return safe(node.id)
        if isinstance(node, ast.Tuple | ast.List):
            skipped = ["" if isinstance(each, ast.Name) and each.id == "_" else self.target(each) for each in node.elts]
            return f"[{', '.join(skipped)}]"
        if isinstance(node, ast.Starred):
            return f"...{self.target(node.value)}"
        if isinstance(node, ast.Attribute):
            return f"{self.of(node.value)}.{node.attr}"
        raise self.refuse(node, f"cannot assign to {ast.unparse(node)} here")

    def _Lambda(self, node: ast.Lambda) -> str:
        self.scopes.append(own_names(node))
        body = self.of(node.body)
        given = self.parameters(node)
        self.scopes.pop()
        return f"({given}) => {body}"

    def parameters(self, node: ast.FunctionDef | ast.Lambda, *, method: bool = False) -> str:
        """The parameters with their defaults."""
        arguments = node.args
        if arguments.vararg and (arguments.kwonlyargs or arguments.kwarg):
            raise self.refuse(node, "parameters by keyword behind * are not translated")
        positional = [*arguments.posonlyargs, *arguments.args]
        defaults = [None] * (len(positional) - len(arguments.defaults)) + [*arguments.defaults, *arguments.kw_defaults]
        given = [
            safe(arg.arg) + ("" if default is None else f" = {self.of(default)}")
            for arg, default in zip([*positional, *arguments.kwonlyargs], defaults, strict=True)
        ][method:]
        given += [f"...{safe(arguments.vararg.arg)}"] if arguments.vararg else []
        given += [f"{safe(arguments.kwarg.arg)} = py.dict()"] if arguments.kwarg else []
        return ", ".join(given)
