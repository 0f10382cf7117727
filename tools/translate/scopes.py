"""Scopes: which names a function has for itself, and which of its class or module it reads."""

from __future__ import annotations

import ast
from collections.abc import Iterator

Scoped = ast.FunctionDef | ast.Lambda
COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


def parameters(function: Scoped) -> list[ast.arg]:
    """All parameters but those of `*` and `**`, in their order."""
    return [*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs]


def own_names(function: Scoped) -> set[str]:
    """What a function binds: parameters, assigned names, names of inner functions. Not those of comprehensions inside."""
    bound = {arg.arg for arg in parameters(function)}
    bound |= {arg.arg for arg in (function.args.vararg, function.args.kwarg) if arg is not None}
    return bound | (set() if isinstance(function, ast.Lambda) else assigned(function.body))


def assigned(body: list[ast.stmt]) -> set[str]:
    """The names that statements bind."""
    return {name for statement in body for name in _bound(statement)}


def _bound(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.FunctionDef):
        yield node.name
        return
    if isinstance(node, ast.Lambda):
        return
    if isinstance(node, COMPREHENSIONS):  # a walrus inside binds outside; its loop variables do not
        for inner in ast.walk(node):
            if isinstance(inner, ast.NamedExpr):
                yield inner.target.id
        return
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
        yield node.id
    if isinstance(node, ast.ExceptHandler) and node.name:
        yield node.name
    for child in ast.iter_child_nodes(node):
        yield from _bound(child)


def free_names(node: ast.AST, bound: frozenset[str] = frozenset()) -> Iterator[str]:
    """The names that a tree reads and does not bind itself, in the order in which they stand."""
    if isinstance(node, ast.FunctionDef | ast.Lambda):
        for outer in (*getattr(node, "decorator_list", ()), *node.args.defaults, *filter(None, node.args.kw_defaults)):
            yield from free_names(outer, bound)
        inside = bound | own_names(node)
        for statement in node.body if isinstance(node, ast.FunctionDef) else [node.body]:
            yield from free_names(statement, inside)
        return
    if isinstance(node, COMPREHENSIONS):
        bound = bound | {
            each.id for comp in node.generators for each in ast.walk(comp.target) if isinstance(each, ast.Name)
        }
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and node.id not in bound:
        yield node.id
    for child in ast.iter_child_nodes(node):
        yield from free_names(child, bound)
