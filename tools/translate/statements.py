"""Statements, functions and classes of Python as those of JavaScript."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator

from .calls import Calls
from .classes import bases_of, fields_of, is_dataclass, kind_of
from .expressions import OPERATORS
from .names import safe
from .reach import ERASED
from .scopes import own_names
from .sources import Defined, Outside

SILENT = {"numpy.errstate", "warnings.catch_warnings"}
"""Contexts that keep warnings quiet; here nothing warns."""
DROPPED = {"dataclass", "abstractmethod", "property", "staticmethod", "classmethod", "cached_property", "setter"}
"""Decorators that are written in another way."""


class Statements(Calls):
    """The statements of one module, and its definitions."""

    def block(self, body: list[ast.stmt], indent: str) -> str:
        """Statements, a line each."""
        return "".join(self.statement(each, indent) for each in body)

    def statement(self, node: ast.stmt, indent: str) -> str:
        """One statement."""
        method = getattr(self, f"_{type(node).__name__}", None)
        if method is None or isinstance(node, ast.expr):
            raise self.refuse(node, f"the statement {type(node).__name__} is not translated: {ast.unparse(node)[:60]}")
        text: str = method(node, indent)
        return text

    def _Pass(self, node: ast.Pass, indent: str) -> str:
        return ""

    def _Expr(self, node: ast.Expr, indent: str) -> str:
        if isinstance(node.value, ast.Yield):
            return f"{indent}yield {self.of(node.value.value) if node.value.value else ''};\n"
        if isinstance(node.value, ast.YieldFrom):
            return f"{indent}yield* {self.of(node.value.value)};\n"
        return f"{indent}{self.of(node.value)};\n"

    def _Return(self, node: ast.Return, indent: str) -> str:
        return f"{indent}return {self.of(node.value) if node.value else 'null'};\n"

    def _Continue(self, node: ast.Continue, indent: str) -> str:
        return f"{indent}continue;\n"

    def _Break(self, node: ast.Break, indent: str) -> str:
        return f"{indent}break;\n"

    def _Raise(self, node: ast.Raise, indent: str) -> str:
        return f"{indent}throw {self.of(node.exc) if node.exc else '$caught'};\n"

    def _If(self, node: ast.If, indent: str) -> str:
        text = f"{indent}if ({self.condition(node.test)}) {{\n{self.block(node.body, indent + '  ')}{indent}}}"
        if node.orelse:
            text += f" else {{\n{self.block(node.orelse, indent + '  ')}{indent}}}"
        return text + "\n"

    def _While(self, node: ast.While, indent: str) -> str:
        if node.orelse:
            raise self.refuse(node, "else of a loop is not translated")
        return f"{indent}while ({self.condition(node.test)}) {{\n{self.block(node.body, indent + '  ')}{indent}}}\n"

    def _For(self, node: ast.For, indent: str) -> str:
        if node.orelse:
            raise self.refuse(node, "else of a loop is not translated")
        head = f"for ({self.target(node.target)} of {self.of(node.iter)})"
        return f"{indent}{head} {{\n{self.block(node.body, indent + '  ')}{indent}}}\n"

    def _With(self, node: ast.With, indent: str) -> str:
        for item in node.items:
            meaning = self.meaning(item.context_expr.func) if isinstance(item.context_expr, ast.Call) else None
            if not isinstance(meaning, Outside) or meaning.name not in SILENT:
                raise self.refuse(node, f"with {ast.unparse(item.context_expr)} is not translated")
        return self.block(node.body, indent)

    def _Try(self, node: ast.Try, indent: str) -> str:
        text = f"{indent}try {{\n{self.block(node.body, indent + '  ')}{indent}}}"
        if node.orelse:
            raise self.refuse(node, "else of try is not translated")
        if node.handlers:
            text += f" catch ($caught) {{\n{self._handlers(node.handlers, indent + '  ')}{indent}}}"
        if node.finalbody:
            text += f" finally {{\n{self.block(node.finalbody, indent + '  ')}{indent}}}"
        return text + "\n"

    def _handlers(self, handlers: list[ast.ExceptHandler], indent: str) -> str:
        text = ""
        for handler in handlers:
            kinds = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type] if handler.type else []
            test = " || ".join(f"$caught instanceof {self.of(kind)}" for kind in kinds) or "true"
            named = f"{indent}  {handler.name} = $caught;\n" if handler.name else ""
            text += f"{indent}if ({test}) {{\n{named}{self.block(handler.body, indent + '  ')}{indent}}} else "
        return text + "throw $caught;\n"

    def _Assign(self, node: ast.Assign, indent: str) -> str:
        value = self.of(node.value)
        if len(node.targets) > 1:
            if not all(isinstance(each, ast.Name) for each in node.targets):
                raise self.refuse(node, "several targets are translated for names only")
            return f"{indent}{' = '.join([*map(self.target, node.targets), value])};\n"
        return self.assignment(node.targets[0], value, indent)

    def assignment(self, target: ast.expr, value: str, indent: str) -> str:
        """What is assigned to a target."""
        if isinstance(target, ast.Subscript):
            return f"{indent}py.setitem({self.of(target.value)}, {self.of(target.slice)}, {value});\n"
        if isinstance(target, ast.Tuple) and any(isinstance(each, ast.Subscript) for each in target.elts):
            kept = [self.fresh(target) for _ in target.elts]
            text = f"{indent}[{', '.join(kept)}] = {value};\n"
            return text + "".join(
                self.assignment(one, name, indent) for one, name in zip(target.elts, kept, strict=True)
            )
        if isinstance(target, ast.Tuple) and any(isinstance(each, ast.Starred) for each in target.elts[:-1]):
            behind = (
                len(target.elts) - 1 - next(i for i, each in enumerate(target.elts) if isinstance(each, ast.Starred))
            )
            value = f"py.unpacked({value}, {len(target.elts)}, {behind})"
            elements = [each.value if isinstance(each, ast.Starred) else each for each in target.elts]
            return f"{indent}[{', '.join(map(self.target, elements))}] = {value};\n"
        return f"{indent}{self.target(target)} = {value};\n"

    def _AugAssign(self, node: ast.AugAssign, indent: str) -> str:
        name, value = f"i{OPERATORS[type(node.op)]}", self.of(node.value)
        if isinstance(node.target, ast.Subscript):
            owner, key = self.of(node.target.value), self.of(node.target.slice)
            if not isinstance(node.target.value, ast.Name):
                kept = self.fresh(node)
                changed = f"py.setitem({kept}, {key}, py.{name}(py.item({kept}, {key}), {value}))"
                return f"{indent}{kept} = {owner};\n{indent}{changed};\n"
            return f"{indent}py.setitem({owner}, {key}, py.{name}(py.item({owner}, {key}), {value}));\n"
        target = self.target(node.target)
        return f"{indent}{target} = py.{name}({target}, {value});\n"

    # Functions

    def _FunctionDef(self, node: ast.FunctionDef, indent: str) -> str:
        self.inner_functions.add(node.name)
        return f"{indent}{safe(node.name)} = function{self.star(node)} {self.function(node, indent)};\n"

    def star(self, node: ast.FunctionDef) -> str:
        """The mark of a generator."""
        return "*" if _yields(node.body) else ""

    def function(self, node: ast.FunctionDef, indent: str, *, method: str = "") -> str:
        """Parameters and body; a method's `self` or `cls` becomes a variable, so that functions inside it have it too."""
        own = own_names(node)
        given = [arg.arg for arg in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs)]
        given += [arg.arg for arg in (node.args.vararg, node.args.kwarg) if arg is not None]
        with_self = method not in {"", "staticmethod"}
        self.scopes.append(set(own))
        self.temporary.append([])
        parameters, body = self.parameters(node, method=with_self), self.block(node.body, indent + "  ")
        self.scopes.pop()
        variables = [*(safe(name) for name in sorted(own - set(given))), *self.temporary.pop()]
        head = f"{indent}  const {given[0]} = this;\n" if with_self and given[0] in body else ""
        head += f"{indent}  let {', '.join(variables)};\n" if variables else ""
        return f"({parameters}) {{\n{head}{body}{_none(node)}{indent}}}"

    # What stands at the top of a module

    def definition(self, what: Defined) -> str:
        """A function, a class or a value, as the module has it."""
        statement = self.reach.definitions[what]
        if isinstance(statement, ast.ClassDef):
            return self.class_(what, statement)
        if isinstance(statement, ast.FunctionDef):
            return self._top_function(what, statement)
        assert isinstance(statement, ast.Assign)
        target = statement.targets[0]
        if isinstance(target, ast.Tuple):
            elements = [each.id for each in target.elts if isinstance(each, ast.Name)]
            if isinstance(statement.value, ast.Tuple):
                value: ast.expr = statement.value.elts[elements.index(what.name)]
                return f"const {self.names.of(what)} = {self.of(value)};\n"
            return f"const {self.names.of(what)} = py.item({self.of(statement.value)}, {elements.index(what.name)});\n"
        return f"const {self.names.of(what)} = {self._alias(statement.value) or self.of(statement.value)};\n"

    def _alias(self, value: ast.expr) -> str | None:
        """Of a name for a type what can be asked of it: the texts of a Literal."""
        if isinstance(value, ast.Subscript) and ast.unparse(value.value) == "Literal":
            texts = value.slice.elts if isinstance(value.slice, ast.Tuple) else [value.slice]
            return f"[{self.listed(texts)}]"
        return None

    def _top_function(self, what: Defined, statement: ast.FunctionDef) -> str:
        name = self.names.of(what)
        text = f"function{self.star(statement)} {name}{self.function(statement, '')}\n"
        for decorator in statement.decorator_list:
            text += f"{name} = {self.of(decorator)}({name});\n".replace("()(", "(")
        return text

    def class_(self, what: Defined, statement: ast.ClassDef) -> str:
        """A class with the methods that are in use, then its attributes, its fields, its decorators."""
        name, indent, self.in_class = self.names.of(what), "  ", what
        base, *more = [*self._bases(what), "py.Object"]
        base = f"py.mixed({', '.join([base, *more[:-1]])})" if len(more) > 1 else base
        text = f"class {name} extends {base} {{\n"
        kept, shared = self.reach.methods[what], []
        for key, method in kept.items():
            kind = kind_of(method)
            shared += [method.name] if kind in {"classmethod", "staticmethod"} else []
            text += self._method(key.rstrip("="), method, kind, indent)
        text += "}\n"
        text += "".join(f"py.attributes({name}, {{ {each} }});\n" for each in self._attributes(statement))
        if shared:
            text += f"py.shared({name}, {json.dumps(shared)});\n"
        if is_dataclass(statement):
            fields = ", ".join(self._field(each) for each in fields_of(statement))
            plain = any("eq=False" in ast.unparse(each) for each in statement.decorator_list)
            text += f"py.dataclass({name}, [{fields}]{', false' if plain else ''});\n"
        for decorator in statement.decorator_list:
            if _name_of(decorator) not in DROPPED:
                text += f"{self.of(decorator)}({name});\n"
        self.in_class = None
        return text

    def _bases(self, what: Defined) -> list[str]:
        found = []
        for base in bases_of(self.reach, what):
            if isinstance(base, Defined):
                found.append(self.names.of(base))
            elif base.name.endswith("Mapping"):
                found.append("py.Mapping")
            elif base.name.rpartition(".")[0] not in ERASED:
                found.append(self.names.outside(base.name, lambda why: self.refuse(self.reach.definitions[what], why)))
        return found

    def _method(self, name: str, node: ast.FunctionDef, kind: str, indent: str) -> str:
        """A member of a class: any word can be its name, for it is asked for behind a dot."""
        if kind == "cached_property":
            body = self.function(node, indent, method=kind).removeprefix("()")
            return f"{indent}get {name}() {{\n{indent}return py.cached(this, {json.dumps(name)}, () => {body});\n{indent}}}\n"
        before = {"property": "get ", "setter": "set ", "classmethod": "static ", "staticmethod": "static "}.get(
            kind, ""
        )
        return f"{indent}{before}{self.star(node)}{name}{self.function(node, indent, method=kind)}\n"

    def _attributes(self, statement: ast.ClassDef) -> Iterator[str]:
        fields = fields_of(statement)
        for each in statement.body:
            pairs: list[tuple[ast.expr, ast.expr]] = []
            if isinstance(each, ast.AnnAssign) and each not in fields and each.value is not None:
                pairs = [(each.target, each.value)]
            elif (
                isinstance(each, ast.Assign)
                and isinstance(each.targets[0], ast.Tuple)
                and isinstance(each.value, ast.Tuple)
            ):
                pairs = list(zip(each.targets[0].elts, each.value.elts, strict=True))
            elif isinstance(each, ast.Assign):
                pairs = [(each.targets[0], each.value)]
            if pairs:
                yield ", ".join(f"{ast.unparse(target)}: {self.of(value)}" for target, value in pairs)
            self.of_class |= {ast.unparse(target) for target, _ in pairs}
        self.of_class = set()

    def _field(self, own: ast.AnnAssign) -> str:
        name, value = ast.unparse(own.target), "" if own.value is None else f", {self.of(own.value)}"
        # Only hyper-parameters are asked for their type.
        kind = ast.unparse(own.annotation) if isinstance(own.value, ast.Call) else ""
        return f"[{json.dumps(name)}, {json.dumps(kind)}{value}]"


def _yields(body: list[ast.stmt]) -> bool:
    inner = (ast.FunctionDef, ast.Lambda)
    waiting: list[ast.AST] = list(body)
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Yield | ast.YieldFrom):
            return True
        if not isinstance(node, inner):
            waiting += ast.iter_child_nodes(node)
    return False


def _none(node: ast.FunctionDef) -> str:
    """A function that ends without a return gives None."""
    return "" if isinstance(node.body[-1], ast.Return | ast.Raise) or _yields(node.body) else "    return null;\n"


def _name_of(decorator: ast.expr) -> str:
    inner = decorator.func if isinstance(decorator, ast.Call) else decorator
    return getattr(inner, "id", getattr(inner, "attr", ""))
