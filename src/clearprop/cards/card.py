"""The card of a part: its description, domains, kinks, default step size and hyper-parameters, read from its record."""

from __future__ import annotations

import re
from dataclasses import MISSING, Field, dataclass, fields
from importlib import import_module
from typing import Any

from ..diagnosis.mistake import RULES, Mistake
from ..formulas import CATALOGUE, Part
from ..formulas.activations import Activation
from ..formulas.learnt_activations import Learnt
from ..formulas.losses import Loss
from ..formulas.metrics import Metric
from ..formulas.optimizers import Optimizer
from ..formulas.penalties import Penalty

ROOMS_WITH_PARTS = ("training", "io.tables.datasets", "diagnosis")
"""Rooms beyond `formulas` that register parts when they are imported."""
OTHER_SOFTWARE = re.compile(r"\b(PyTorch|Keras|scikit-learn|JAX|Optax|NumPy|GPT-2)\b")
LONG = 12
"""Letters of a number from which on it is shown to three digits."""
END_OF_SENTENCE = re.compile(r"(?<=\.)(?<!al\.)\s+(?=[A-Zη]|f'|scikit-learn)")


@dataclass(frozen=True)
class Hyper:
    """A hyper-parameter: its name, default, bounds and meaning."""

    name: str
    default: str
    bounds: str
    about: str

    def __str__(self) -> str:
        default = f" = {self.default}" if self.default else ""
        bounds = f" in {self.bounds}" if self.bounds else ""
        return f"{self.name}{default}{bounds}" + (f", {self.about}" if self.about else "")


@dataclass(frozen=True)
class Card:
    """What a record says of a part. Texts are empty where it says nothing."""

    part: Part
    said: str
    """The description of the part itself, from its docstring."""
    elsewhere: str
    """How other software defines it, also from its docstring."""
    by_alpha: str
    """The derivative by alpha, for a trainable activation."""
    where: str
    """The sets of values: range or domain."""
    kinks: str
    """Where a derivative jumps, and its value there."""
    right: str
    """What is right in place of a mistake, with its equation."""
    lesson: str
    """What to remember of a mistake."""
    eta: str
    """An optimiser's default step size."""
    hypers: tuple[Hyper, ...]


def card_of(part: Part) -> Card:
    """The card of a part with its hyper-parameters."""
    said, elsewhere = _split_off_other_software(_docstring(type(part)))
    return Card(
        part=part,
        said=said,
        elsewhere=elsewhere,
        by_alpha=part.derivative_by_alpha if isinstance(part, Learnt) else "",
        where=where(part),
        kinks=_kinks(part),
        right=_right(part) if isinstance(part, Mistake) else "",
        lesson=part.lesson if isinstance(part, Mistake) else "",
        eta=_eta(part) if isinstance(part, Optimizer) else "",
        hypers=hypers_of(type(part)),
    )


def first_sentence(definition: type[Part]) -> str:
    """What a record says of its part first."""
    return END_OF_SENTENCE.split(_docstring(definition))[0].removesuffix(".")


def kinds() -> list[str]:
    """Every kind of part. Kinds of other rooms come last, sorted, because they are registered in the order of imports."""
    for room in ROOMS_WITH_PARTS:
        import_module(f"...{room}", __name__)

    def of_other_rooms(kind: str) -> tuple[bool, str]:
        first = next(iter(CATALOGUE[kind].values()))
        other = ".formulas." not in first.__module__
        return other, kind if other else ""

    return sorted(CATALOGUE, key=of_other_rooms)


def where(part: Part | type[Part]) -> str:
    """The sets of values, where a part has them; a range may depend on its hyper-parameters."""
    definition = part if isinstance(part, type) else type(part)
    if issubclass(definition, Activation):
        return f"a in {part.range}"  # type: ignore[union-attr]  # an activation, or one's definition
    if issubclass(definition, Loss):
        return f"a in {part.domain_A}; y in {part.domain_Y}"  # type: ignore[union-attr]  # a loss, or one's definition
    if issubclass(definition, Metric):
        return f"values in {definition.range}; {definition.better} is better"
    if issubclass(definition, Mistake):
        return ", ".join(RULES[link].title for link in definition.links)
    return ""


def hypers_of(definition: type[Part]) -> tuple[Hyper, ...]:
    """The hyper-parameters of a definition, in their order."""
    return tuple(_hyper(own) for own in fields(definition))


def _right(mistake: Mistake) -> str:
    rules = [RULES[link] for link in mistake.links]
    return "; ".join(f"{rule.formula} ({rule.equation})" for rule in rules)


def _eta(optimizer: Optimizer) -> str:
    """Empty for a rule that finds its steps by a line search: it takes no step size."""
    return "" if optimizer.rule.whole_set else f"{optimizer.rule.default_eta:g} where none is given"


def _hyper(own: Field[Any]) -> Hyper:
    default = "" if own.default is MISSING else _short(own.default)
    bounds = _interval(own.metadata["low"], own.metadata["high"]) if "low" in own.metadata else ""
    return Hyper(own.name, default, bounds, own.metadata.get("about", ""))


def _interval(low: float, high: float) -> str:
    return f"[{_bound(low)}, {_bound(high)}]".replace("inf]", "∞)").replace("[-inf", "(-∞")


def _bound(number: float) -> str:
    """A large whole number in full, in groups of three digits."""
    return f"{number:,.0f}" if 1e5 < abs(number) < 1e16 and number == int(number) else f"{number:g}"


def _short(default: Any) -> str:
    """A default as a person would write it: of a number to the last bit, such as SciPy's tolerances are, three digits."""
    return f"{default:.3g}" if isinstance(default, float) and len(repr(default)) > LONG else str(default)


def _kinks(part: Part) -> str:
    """The kinks as values of z, w or a − y, and the derivative there."""
    kinks = getattr(part, "kinks", ())
    if not kinks:
        return ""
    variable = "w" if isinstance(part, Penalty) else "a − y" if isinstance(part, Loss) else "z"
    side = "0 is taken there" if isinstance(part, Penalty) else "the derivative is that of the piece to the right"
    # At y a = 1 the piece with a loss above 0 is to the right for y = -1 and to the left for y = 1.
    if part.name == "hinge":
        side = "the derivative is that of the piece where the loss is above 0"
    return f"at {variable} = {', '.join(f'{kink:g}' for kink in kinks)}: {side}"


def _docstring(definition: type[Part]) -> str:
    """The docstring without examples."""
    text = (definition.__doc__ or "").partition(">>>")[0]
    return " ".join(text.split())


def _split_off_other_software(text: str) -> tuple[str, str]:
    """The sentences about the part itself, and the sentences about other software."""
    sentences = END_OF_SENTENCE.split(text)
    others = [bool(OTHER_SOFTWARE.search(sentence)) and index > 0 for index, sentence in enumerate(sentences)]
    itself = " ".join(sentence for sentence, other in zip(sentences, others, strict=True) if not other)
    return itself, " ".join(sentence for sentence, other in zip(sentences, others, strict=True) if other)
