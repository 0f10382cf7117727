"""The catalogue: every part by kind and name, and `find`, which looks a part up. Nothing is computed here.

A part is one named piece of mathematics. Validation, shell, documents and tests all read this catalogue.
"""

from __future__ import annotations

import ast
import difflib
import math
import re
from collections.abc import Iterable
from dataclasses import Field, dataclass, field, fields
from functools import cache
from typing import Any, ClassVar, TypeAlias, TypeVar

import numpy as np
import numpy.typing as npt

Array: TypeAlias = npt.NDArray[Any]
"""Floating point; complex only while a derivative is computed by a complex step."""


def hyper(default: float | tuple[float, ...], *, low: float, high: float, about: str) -> Any:
    """A hyper-parameter: a dataclass field with bounds, read by validation, shell, page and documents alike.

    Where the default is a tuple, the hyper-parameter is a tuple of any length, and the bounds hold for each number in it.
    """
    return field(default=default, metadata={"low": low, "high": high, "about": about})


def part_hyper(kind: type[Part], default: Part, *, about: str) -> Any:
    """A hyper-parameter that is a part itself, such as the schedule that follows a warm-up; given by text, or as a record."""
    return field(default=default, metadata={"kind": kind, "about": about})


@dataclass(frozen=True)
class Part:
    """One named piece of mathematics. A subclass is its definition; an instance fixes its hyper-parameters.

    Your own part is a subclass too: it needs a `name` and the formulas, and no registration.
    """

    kind: ClassVar[str] = "part"
    name: ClassVar[str] = ""
    formula: ClassVar[str] = ""
    derivative: ClassVar[str] = ""
    latex: ClassVar[str] = ""
    latex_derivative: ClassVar[str] = ""
    source: ClassVar[str] = ""
    other_names: ClassVar[tuple[str, ...]] = ()
    """What other software calls it, or calls what does the same there: an error message answers them with `name`."""

    def __post_init__(self) -> None:
        for own in _hypers_of(type(self)):  # type: ignore[arg-type]  # mypy takes a class for its instance
            object.__setattr__(self, own.name, self._checked(own))  # the dataclass is frozen

    def _checked(self, own: Field[Any]) -> Any:
        """The value of a hyper-parameter, if its field allows it: a part, a number, or a tuple of numbers."""
        given = getattr(self, own.name)
        if "kind" in own.metadata:
            return find(own.metadata["kind"], given)
        if not isinstance(own.default, tuple):
            return self._number(own, given, whole=own.type in {int, "int"})
        if not isinstance(given, tuple | list):
            raise ValueError(f"{self.name}: {own.name} must be several numbers, such as (10, 20), given {given!r}")
        return tuple(self._number(own, each, whole=own.type == "tuple[int, ...]") for each in given)

    def _number(self, own: Field[Any], given: object, *, whole: bool) -> float:
        """A finite Python number within the bounds, so that `find` can read what `str` writes."""
        hyper_name, low, high = own.name, own.metadata["low"], own.metadata["high"]
        value = given.item() if isinstance(given, np.generic) else given
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise ValueError(f"{self.name}: {hyper_name} must be a number, given {given!r}")
        if not math.isfinite(value):
            raise ValueError(f"{self.name}: {hyper_name} must be finite, given {value!r}")
        if whole and value % 1:
            raise ValueError(f"{self.name}: {hyper_name} must be a whole number, given {value!r}")
        if not low <= value <= high:
            raise ValueError(f"{self.name}: {hyper_name} = {value!r} is outside [{low}, {high}]")
        return int(value) if whole else value

    def __str__(self) -> str:
        """The text that `find` reads back to an equal part: `leaky_relu(slope=0.2)`."""
        hypers = ", ".join(f"{own.name}={_written(getattr(self, own.name), str(own.type))}" for own in fields(self))
        return f"{self.name}({hypers})" if hypers else self.name


@cache
def _hypers_of(definition: type[Part]) -> tuple[Field[Any], ...]:
    """The fields that are hyper-parameters. TypeError for a class of your own that has some and is no dataclass."""
    if any(isinstance(value, Field) for value in vars(definition).values()):
        raise TypeError(f"{definition.__name__} has hyper-parameters; decorate it with @dataclass(frozen=True)")
    return tuple(own for own in fields(definition) if own.metadata)


def _written(value: Any, kind: str) -> str:
    """A hyper-parameter's value as `find` reads it. A float has its point, also where numbers have no types, as on a page."""
    if isinstance(value, tuple):
        inner = [_written(each, kind.removeprefix("tuple[").partition(",")[0]) for each in value]
        return f"({', '.join(inner)}{',' if len(inner) == 1 else ''})"
    if kind in {"float", str(float)} and isinstance(value, float):
        return repr(float(value))
    return str(value) if isinstance(value, Part) else repr(value)


def of_shape(values: Array, shape: tuple[int, ...], part: Part, name: str, meaning: str) -> Array:
    """What a function of a part gives, if it has the shape it must have: NumPy would spread another over points or outputs."""
    if np.shape(values) != shape:
        raise ValueError(
            f"{part.kind} {part.name!r}: {name} must have shape {shape}, {meaning}; it has shape {np.shape(values)}"
        )
    return values


P = TypeVar("P", bound=Part)
Definition = TypeVar("Definition", bound=type[Part])

CATALOGUE: dict[str, dict[str, type[Part]]] = {}


def register(definition: Definition) -> Definition:
    """Add a part to the catalogue under its kind and name."""
    CATALOGUE.setdefault(definition.kind, {})[definition.name] = definition
    return definition


def names(kind: type[Part]) -> list[str]:
    """The names of all parts of a kind, in the order of their definition."""
    return list(CATALOGUE[kind.kind])


def find(kind: type[P], given: str | P) -> P:
    """The part that `given` names, or `given` itself where it is a part already.

    Raises ValueError for an unknown name (with the nearest one, or the name of what is called so elsewhere), an unknown
    hyper-parameter or one out of bounds, and TypeError for something that is neither text nor a part of this kind.

    >>> from clearprop.formulas.activations import Activation
    >>> find(Activation, "leaky_relu(slope=0.2)")
    LeakyReLU(slope=0.2)
    """
    if not (isinstance(kind, type) and issubclass(kind, Part) and kind.kind in CATALOGUE):
        raise TypeError(f"the first argument is a kind of part, such as {_kind_meant(kind)}; given {kind!r}")
    if isinstance(given, kind):
        return given
    if not isinstance(given, str):
        hint = "; give an instance of it, with ()" if isinstance(given, type) and issubclass(given, kind) else ""
        raise TypeError(f"{kind.kind} must be a name or a part of that kind, given {given!r}{hint}")
    name, hypers = (given, {}) if given in CATALOGUE[kind.kind] else parse(kind, given)
    definition = CATALOGUE[kind.kind].get(name)
    if definition is None:
        raise ValueError(f"unknown {kind.kind} {name!r}{nearest(name, names(kind), kind)}")
    allowed = [own.name for own in fields(definition)]
    for hyper_name in hypers:
        if hyper_name not in allowed:
            has = f"; it has {', '.join(allowed)}" if allowed else "; it has no hyper-parameters"
            raise ValueError(f"{name} has no hyper-parameter {hyper_name!r}{has}")
    return definition(**hypers)  # type: ignore[return-value]  # registered under its own kind


def _kind_meant(kind: object) -> str:
    """The class of a kind that was given by its name, `cp.Optimizer` for "optimizer"."""
    parts = CATALOGUE.get(kind, {}) if isinstance(kind, str) else {}
    definitions = [each for part in parts.values() for each in part.__mro__ if getattr(each, "kind", None) == kind]
    return f"cp.{definitions[-1].__name__}" if definitions else "cp.Optimizer"


def parse(kind: type[Part], text: str) -> tuple[str, dict[str, Any]]:
    """`"leaky_relu(slope=0.2)"` as `("leaky_relu", {"slope": 0.2})`. Literals only: nothing is evaluated.

    Where a hyper-parameter is a part, as in `warmup(steps=9, then=constant(value=0.1))`, its value is that part's text.
    """
    try:
        tree = _expression(text.strip())
        if isinstance(tree, ast.Call) and isinstance(tree.func, ast.Name) and not tree.args:
            inner = _part_hypers(tree.func.id)
            hypers = {word.arg: _value(word.value, word.arg in inner) for word in tree.keywords if word.arg}
            if len(hypers) == len(tree.keywords):  # no keyword twice, no **mapping
                return tree.func.id, hypers
        if isinstance(tree, ast.Name):
            return tree.id, {}
    except (SyntaxError, ValueError, RecursionError, MemoryError):  # the last two: nested too deeply
        pass
    if re.fullmatch(r"\s*\w+(-\w+)+\s*", text) or named_elsewhere(kind, text):
        raise ValueError(f"unknown {kind.kind} {text!r}{nearest(text, names(kind), kind)}")
    literal = re.search(r"\b(\w+)\s*=\s*([A-Za-z_]\w*)\s*[,)]", text)
    why = f"{literal[2]} is no number, and {literal[1]} must be written out" if literal else ""
    form = "write a name, or name(hyper_parameter=value, ...)"
    raise ValueError(f"cannot read {kind.kind} {text!r}; {why or form}")


READINGS = 100
"""How often a text is read before Python's own error is believed."""


def _expression(text: str, again: int = READINGS - 1) -> ast.expr:
    """The syntax tree of an expression.

    Older releases of Python 3.11, that of Debian 12 among them, count the depth of all parsers of a process in one place. One
    that another thread interrupts (which may be reading an array's file) finds a wrong depth and raises SystemError; the text
    is then read again.
    """
    try:
        return ast.parse(text, mode="eval").body
    except SystemError:
        if not again:
            raise
        return _expression(text, again - 1)


def _part_hypers(name: str) -> set[str]:
    """The hyper-parameters that are parts, of all parts with this name."""
    definitions = [parts[name] for parts in CATALOGUE.values() if name in parts]
    return {own.name for definition in definitions for own in fields(definition) if "kind" in own.metadata}


def _value(expression: ast.expr, may_be_part: bool) -> Any:
    """A literal's value, or the text of a part where one is allowed."""
    is_part = may_be_part and isinstance(expression, ast.Name | ast.Call)
    return ast.unparse(expression) if is_part else ast.literal_eval(expression)


def named_elsewhere(kind: type[Part], word: str) -> str | None:
    """The name of the part of this kind that other software calls `word`: case, hyphens and underscores do not count.

    >>> from clearprop.formulas.losses import Loss
    >>> named_elsewhere(Loss, "mse"), named_elsewhere(Loss, "BCELoss"), named_elsewhere(Loss, "square")
    ('square', 'nll', None)
    """
    for form in _forms(word, kind):
        for name, part in CATALOGUE[kind.kind].items():
            if form in map(_squashed, part.other_names):
                return name
    return None


def _forms(word: str, kind: type[Part] | None) -> list[str]:
    """A word as it is compared, and without the kind at its end: `MSELoss` as `mseloss` and `mse`."""
    squashed = _squashed(word)
    return [squashed] if kind is None else [squashed, squashed.removesuffix(_squashed(kind.kind))]


def _squashed(word: str) -> str:
    """A word as letters and digits: `cross_entropy`, `CrossEntropy` and `cross-entropy` are one."""
    return re.sub(r"[\W_]", "", word).lower()


def require_choice(given: object, allowed: Iterable[str], name: str) -> None:
    """ValueError, with the nearest, for what is none of several words."""
    words = list(allowed)
    if not isinstance(given, str) or given not in words:
        near = nearest(given, words) if isinstance(given, str) else f"; there are {', '.join(words)}"
        raise ValueError(f"unknown {name} {given!r}{near}")


def _with_two_swapped(word: str) -> list[str]:
    """A word with each pair of neighbouring letters swapped: of `adma`, `adam` is among them."""
    return [f"{word[:j]}{word[j + 1]}{word[j]}{word[j + 2 :]}" for j in range(len(word) - 1)]


def nearest(given: str, known: list[str], kind: type[Part] | None = None, *, far: str | None = None) -> str:
    """The end of an error message: the nearest known name; where none is near, `far`, or all of them without it.

    Of names of a `kind` of parts, what other software calls by the given word is the nearest.
    """
    of = {_squashed(name): name for name in reversed(known)}
    whole, *shorter = _forms(given, kind)
    if whole in of:
        return f"; did you mean {of[whole]!r}?"
    if kind is not None and (called := named_elsewhere(kind, given)) in known:
        return f"; it is called {called!r} here"
    parts = CATALOGUE[kind.kind] if kind else {}
    others = {_squashed(word): (word, name) for name in parts if name in known for word in parts[name].other_names}
    near = [form for form in (*shorter, *_with_two_swapped(whole)) if form in of]
    near = near or difflib.get_close_matches(whole, [*of, *others], n=1)
    if not near:
        return f"; there are {', '.join(known)}" if far is None else far
    word, called = (of[near[0]], None) if near[0] in of else others[near[0]]
    return f"; did you mean {word!r}, which is called {called!r} here?" if called else f"; did you mean {word!r}?"
