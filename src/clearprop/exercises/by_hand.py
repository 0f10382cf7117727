"""Exercises with numbers: an entry, or the whole gradient of a small network; a wrong answer is told what it computed."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from ..diagnosis import Mistake
from ..diagnosis.chain import Key, Setting, links_of, replay
from ..diagnosis.wording import at_layer
from ..formulas.catalogue import CATALOGUE, Array
from .exercise import Choice, Exercise, Wrong, rows, short
from .networks import Small, small
from .of_trace import given_of

BACK = ("loss", "activation", "layers", "weights", "biases")
TARGETS = (("dL_dW", 1), ("dL_dW", 2), ("dL_dW0", 1))
NAMES = {("dL_dW", 1): "∂L/∂W¹", ("dL_dW", 2): "∂L/∂W²", ("dL_dW0", 1): "∂L/∂W₀¹"}


def made(drawn: Small) -> Iterator[tuple[type[Mistake], tuple[int, ...], dict[tuple[str, int], Array]]]:
    """Every mistake of the catalogue that can be made here, in every layer and in each alone, with what comes out."""
    net = drawn.net
    setting = Setting(net, drawn.forward())
    keys: list[Key] = [key for l in (2, 1) for key in links_of(net, setting.fwd, l) if key[0] in BACK]
    for mistake in CATALOGUE["mistake"].values():
        assert issubclass(mistake, Mistake)
        links = [key for key in keys if key[0] in mistake.links]
        places = [links, *([key] for key in links)] if len(links) > 1 else [links] if links else []
        for variant in range(max(1, len(mistake.variants))):
            for chosen in places:
                with np.errstate(all="ignore"):
                    try:
                        arrays = replay(setting, dict.fromkeys(chosen, (mistake.name, variant)))
                    except ValueError:  # its shapes do not multiply here
                        continue
                yield (
                    mistake,
                    tuple(sorted({key[1] for key in chosen})),
                    {at: matrix(arrays[at[0]][at[1]]) for at in TARGETS},
                )


def matrix(array: Array) -> Array:
    """A column for biases, as the notes have them."""
    values = np.asarray(array, dtype=float)
    return values[:, None] if values.ndim == 1 else values


def right_of(drawn: Small, at: tuple[str, int]) -> Array:
    """What is right."""
    name, l = at
    return matrix(getattr(drawn.gradients, name)[l])


def wrong_of(drawn: Small, at: tuple[str, int], entry: tuple[int, int] | None = None) -> tuple[Wrong, ...]:
    """What each mistake gives for an array, or for one entry of it: its numbers, and what was computed.

    Mistakes that give the same numbers are said together: which of them was made cannot be told.
    """
    right, found = right_of(drawn, at), dict[tuple[float, ...], dict[str, str]]()
    if entry is None and right.shape[0] == right.shape[1] > 1 and not np.array_equal(right, right.T):
        told = "That is its transpose: entry i, j belongs to the weight from input i to unit j."
        found[_key(right.T)] = {"gradient_transposed": told}
    for mistake, layers, arrays in made(drawn):
        value = arrays[at]
        if value.shape != right.shape or not np.isfinite(value).all():
            continue
        numbers, correct = (value, right) if entry is None else (value[entry], right[entry])
        if not np.allclose(numbers, correct):
            names = found.setdefault(_key(numbers), {})
            more = "" if names else f" Computed: {formula_of(mistake, layers)}. {mistake.lesson}"
            names.setdefault(mistake.name, about(mistake) + more)
    return tuple(Wrong(values, " Or: ".join(list(told.values())[:MOST_TOLD])) for values, told in found.items())


MOST_TOLD = 3
"""More mistakes that give the same numbers are not listed."""


def _key(numbers: Array) -> tuple[float, ...]:
    return tuple((np.ravel(numbers) + 0.0).tolist())


def formula_of(mistake: type[Mistake], layers: tuple[int, ...]) -> str:
    """Its formula, with the layer's number where it is one layer."""
    return at_layer(mistake.formula, layers[0]) if len(layers) == 1 else mistake.formula


def about(mistake: type[Mistake]) -> str:
    """What it is, in a sentence."""
    return " ".join((mistake.__doc__ or "").split())


def hints_of(drawn: Small, l: int) -> tuple[str, ...]:
    """The links with their numbers, from the loss down to layer l, one a hint."""
    fwd, grads, net = drawn.forward(), drawn.gradients, drawn.net
    hints = [
        f"Forward: Z¹ = {rows(fwd.Z[1].T)}, A¹ = {rows(fwd.A[1].T)}, A² = {short(float(fwd.A[2][0, 0]))}.",
        f"The loss unit: ∂L/∂A² = 2 (a² − y) = {rows(grads.dL_dA[2].T)}, and ∂L/∂Z² is the same.",
    ]
    if l == 1:
        hints.append(f"The link between the layers: ∂L/∂A¹ = W² ∂L/∂Z² = {rows((grads.dL_dZ[2] @ net.W[2].T).T)}.")
        hints.append(f"The activation: ∂L/∂Z¹ = ReLU′(Z¹) ∗ ∂L/∂A¹ = {rows(grads.dL_dZ[1].T)}.")
    return tuple(hints)


def entry(rng: np.random.Generator) -> Exercise:
    """One entry of the first layer's weight gradient."""
    drawn, at = small(rng, hidden=3), TARGETS[0]
    right = right_of(drawn, at)
    i, j = next(
        (i, j) for i, j in rng.permutation([(i, j) for i in range(2) for j in range(3)]).tolist() if right[i, j] != 0
    )
    return Exercise(
        "entry", f"What is the derivative of L by w¹, from input {i + 1} to unit {j + 1}?", given_of(drawn),
        f"It is x{_LOW[i]} · ∂L/∂z¹{_LOW[j]} = {short(float(drawn.x[i]))} · "
        f"{short(float(drawn.gradients.dL_dZ[1][0, j]))} = {short(float(right[i, j]))}.",
        hints_of(drawn, 1), numbers=(float(right[i, j]),), shape=(1, 1), wrong=wrong_of(drawn, at, (i, j)),
    )  # fmt: skip


_LOW = "₁₂₃"


def gradient(rng: np.random.Generator) -> Exercise:
    """The whole weight gradient of the first layer, by hand."""
    drawn, at = small(rng, hidden=2), TARGETS[0]
    right = right_of(drawn, at)
    return Exercise(
        "gradient", f"Work out {NAMES[at]}, row by row.", given_of(drawn),
        f"{NAMES[at]} = A⁰ (∂L/∂Z¹)ᵀ = {rows(right)} (7.29).",
        hints_of(drawn, 1), numbers=tuple(right.ravel().tolist()), shape=(2, 2), wrong=wrong_of(drawn, at),
    )  # fmt: skip


def planted(rng: np.random.Generator) -> Exercise:
    """A gradient with a mistake in it, to be found among four."""
    for _ in range(50):
        drawn, at = small(rng, hidden=3), TARGETS[int(rng.integers(2))]
        right = right_of(drawn, at)
        told: dict[bytes, tuple[type[Mistake], tuple[int, ...], Array]] = {}
        for mistake, layers, arrays in made(drawn):
            value = arrays[at] + 0.0
            fits = value.shape == right.shape and np.isfinite(value).all() and np.abs(value).max() <= 99
            if (
                fits
                and not np.allclose(value, right)
                and all(mistake.name != each.name for each, _, _ in told.values())
            ):
                told.setdefault(value.tobytes(), (mistake, layers, value))
        if len(told) >= CHOICES:
            break
    else:
        raise RuntimeError("no network showed four mistakes")
    picked = [list(told.values())[int(i)] for i in rng.choice(len(told), CHOICES, replace=False)]
    true, layers, shown = picked[0]
    choices = [_mistake(each, at, right_one=index == 0, shown=shown) for index, each in enumerate(picked)]
    choices = [choices[int(i)] for i in rng.permutation(CHOICES)]
    return Exercise(
        "mistake", f"Somebody computed {NAMES[at]} = {rows(shown)}. Which mistake was made?", given_of(drawn),
        f"{about(true)} {true.lesson} Right is {rows(right)}.", (*hints_of(drawn, at[1]), f"Right would be {rows(right)}."),
        tuple(choices),
    )  # fmt: skip


CHOICES = 4


def _mistake(
    told: tuple[type[Mistake], tuple[int, ...], Array], at: tuple[str, int], *, right_one: bool, shown: Array
) -> Choice:
    mistake, layers, value = told
    where = f"layer {layers[0]}" if len(layers) == 1 else "every layer"
    says = (
        f"{mistake.lesson}"
        if right_one
        else f"That would give {NAMES[at]} = {rows(value)}, and {rows(shown)} was computed."
    )
    return Choice(f"{about(mistake)} ({where})", says, right_one)
