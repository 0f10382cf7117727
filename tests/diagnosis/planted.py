"""Mistakes planted in three students' programs, and right programs in other conventions: how many are named rightly.

`python -m tests.diagnosis.planted` prints the figures and the confusions; the tests run a short form.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

import clearprop as cp
from clearprop.diagnosis import Diagnosis

from . import batches, loops, matrices
from .problem import SLOPE, Problem, draw

STYLES: dict[str, Callable[[Problem], dict[str, dict[int, Any]]]] = {
    "loops": loops.solve,
    "matrices": matrices.solve,
    "batches": batches.solve,
}
ALL = ("dL_dA", "dL_dZ", "dL_dW", "dL_dW0")
GRADIENTS = ("dL_dW", "dL_dW0")
STEP = ("dL_dW", "dL_dW0", "W_after", "W0_after")
NAMES = {"dL_dW": "dW", "dL_dW0": "dW0", "dL_dZ": "dZ", "dL_dA": "dA", "W_after": "W_after", "W0_after": "W0_after"}


@dataclass(frozen=True)
class Plant:
    """What a mistake needs to be made, and where: the output layer, hidden layers, layers with one before, all."""

    name: str
    where: str = "all"
    wishes: dict[str, Any] = field(default_factory=dict)
    arrays: tuple[tuple[str, ...], ...] = (GRADIENTS, ALL)
    styles: tuple[str, ...] = tuple(STYLES)


def _loss(name: str, **wishes: Any) -> Plant:
    return Plant(name, "output", wishes)


def _update(name: str, **wishes: Any) -> Plant:
    return Plant(name, "all", wishes, (STEP, (*ALL, "W_after", "W0_after")))


SMOOTH = ("tanh", "sigmoid")
MANY = {"least": 3}
PLANTS = (
    _loss("loss_sign"),
    _loss("loss_itself"),
    _loss("nll_one_term", loss=("nll",), least=3),
    _loss("nll_inner_sign", loss=("nll",), least=3),
    _loss("nllm_without_target", loss=("nllm",)),
    _loss("derivative_of_another_loss", loss=("square", "linear")),
    _loss("rounded_outputs", loss=("square",), output=("sigmoid", "softmax")),
    _loss("fused_twice", loss=("nll", "nllm")),
    _loss("nll_saturated", loss=("nll",), saturated=True, least=4),
    _loss("outputs_changed_in_place", output=("sigmoid", "tanh")),
    Plant("missing_f_prime", "hidden"),
    Plant("f_prime_at_a", "hidden", {"hidden": SMOOTH}),
    Plant("formula_in_a_on_z", "hidden", {"hidden": SMOOTH}),
    Plant("f_for_f_prime", "hidden"),
    Plant("part_of_f_prime", "hidden", {"hidden": SMOOTH}),
    Plant("sign_inside_f_prime", "hidden", {"hidden": SMOOTH}),
    Plant("f_prime_twice", "hidden", {"hidden": SMOOTH}),
    Plant("square_inside_tanh", "hidden", {"hidden": ("tanh",)}),
    Plant("relu_of_the_gradient", "hidden", {"hidden": ("relu",), "least": 3}),
    Plant("slope_below_zero_lost", "hidden", {"hidden": ("leaky_relu",)}),
    Plant("f_prime_of_another_layer", "inner", {"hidden": SMOOTH, "same": True, "L": 4}),
    _loss("softmax_by_element", output=("softmax",)),
    _loss("softmax_half", output=("softmax",)),
    Plant("gradient_changed_in_place", "hidden", arrays=(ALL,)),
    Plant("moments_as_constants", "hidden", {"normalized": True, "least": 4}, styles=("matrices", "batches")),
    Plant("gain_lost", "hidden", {"normalized": True, "least": 4}, styles=("matrices", "batches")),
    Plant("normalization_skipped", "hidden", {"normalized": True, "least": 4}, styles=("matrices", "batches")),
    Plant("W_transposed", "later", {"same": True, "L": 3}),
    Plant("updated_weights", "later"),
    Plant("W_of_another_layer", "later", {"same": True, "L": 3}),
    Plant("missing_W", "later", {"same": True, "L": 3}),
    Plant("through_the_weight_gradient", "later"),
    Plant("link_from_dA", "later"),
    Plant("link_sign", "one later"),
    Plant("W_times_A", "later"),
    Plant("dropout_scale_lost", "hidden", {"dropout": True, "least": 3}),
    Plant("dropout_skipped", "hidden", {"dropout": True, "least": 3}),
    Plant("dropout_twice", "hidden", {"dropout": True, "least": 3}),
    Plant("weights_from_own_output", "hidden", {"same": True, "L": 3}),
    Plant("weights_from_Z", "later"),
    Plant("weights_from_another_layer", "later", {"same": True, "L": 3}),
    Plant("weights_from_undropped", "later", {"dropout": True, "least": 3}),
    Plant("gradient_from_dA", "hidden"),
    Plant("sum_and_mean", "all", MANY),
    Plant("accumulated", "all", MANY),
    Plant("gradient_sign", "all"),
    Plant("last_point_only", "all", MANY),
    Plant("only_the_last_layer", "hidden"),
    Plant("gradient_transposed", "one"),
    Plant("gradient_reshaped", "all", MANY),
    Plant("product_of_means", "all", MANY),
    Plant("weights_without_input", "all"),
    Plant("penalty_in_the_gradient", "all", {"penalty": True}),
    Plant("penalty_on_biases", "all", {"penalty": True}),
    Plant("bias_missing", "all"),
    Plant("bias_wrong_axis", "all", MANY),
    Plant("bias_not_summed", "all", MANY),
    Plant("bias_broadcast", "all", MANY),
    Plant("bias_with_a_factor", "all"),
    _update("ascent"),
    _update("eta_missing"),
    _update("eta_twice"),
    _update("update_averaged_again", least=3),
    _update("replaced_by_the_step"),
    Plant("update_transposed", "one", {"same": True, "L": 3}, (STEP,)),
    _update("step_taken_twice"),
    _update("eta_on_the_weights"),
    _update("not_updated"),
    _update("momentum_sign", momentum=True),
    _update("momentum_form", momentum=True),
)


def layers_of(plant: Plant, p: Problem, rng: np.random.Generator) -> set[int]:
    """The layers in which a mistake is made: mostly all that it can be made in, sometimes one of them."""
    every = {
        "all": range(1, p.L + 1),
        "one": range(1, p.L + 1),
        "output": (p.L,),
        "hidden": range(1, p.L),
        "inner": range(2, p.L),
        "later": range(2, p.L + 1),
        "one later": range(2, p.L + 1),
    }[plant.where]
    square = {
        "W_transposed",
        "W_of_another_layer",
        "missing_W",
        "weights_from_own_output",
        "weights_from_another_layer",
        "update_transposed",
    }
    if plant.name in square:
        every = [l for l in every if p.widths[l] == p.widths[l - 1]]
    if plant.name in {
        "gradient_transposed",
        "gradient_reshaped",
    }:  # of one row, or of squares alone, it is a convention
        every = [l for l in every if p.widths[l] > 1 < p.widths[l - 1] and p.widths[l] != p.widths[l - 1]]
        every = every if len({*every}) > 2 or plant.name != "gradient_transposed" else []
    if plant.name == "weights_from_own_output":
        every = [l for l in every if l < p.L]
    if plant.name == "link_from_dA" and p.pair:
        every = [l for l in every if l < p.L]
    one = plant.where.startswith("one") or rng.random() < 0.25
    return {int(rng.choice(list(every)))} if one and every else {int(l) for l in every}


def problem_of(plants: tuple[Plant, ...], rng: np.random.Generator) -> Problem | None:
    """A problem in which these mistakes can be made; None where their needs exclude each other."""
    wishes: dict[str, Any] = {}
    for plant in plants:
        for key, wish in plant.wishes.items():
            if key in wishes and wishes[key] != wish and isinstance(wish, tuple):
                both = tuple(each for each in wish if each in wishes[key])
                if not both:
                    return None
                wishes[key] = both
                continue
            wishes[key] = max(wish, wishes[key]) if key in {"least", "L"} and key in wishes else wish
    try:
        p = draw(rng, **wishes)
    except ValueError:
        return None
    for plant in plants:
        layers = layers_of(plant, p, rng)
        if not layers:
            return None
        p.wrong[plant.name] = layers
        if plant.name == "accumulated":  # a factor that is that of a convention would be taken for one
            p.half, odd = False, p.n - 1 + p.n % 2
            p.X, p.Y = p.X[:odd], p.Y[:odd]
            p.masks = {l: mask[:odd] for l, mask in p.masks.items()}
    if p.penalty:
        p.sums = "mean"
    p.fused = p.fused and "nll_saturated" not in p.wrong  # that student goes the long way
    return p


def network_of(p: Problem) -> cp.Network:
    """The same network in the package."""
    acts = [f"leaky_relu(slope={SLOPE})" if name == "leaky_relu" else name for name in p.f.values()]
    norm = ["batch_norm" if l in p.gain else None for l in range(1, p.L + 1)]
    net = cp.Network(p.widths, acts, init=[(p.W[l], p.W0[l]) for l in p.W], normalization=norm if p.gain else None)
    for l in p.gain:
        net.gain[l], net.shift[l] = p.gain[l], p.shift[l]
    return net


def diagnosis_of(p: Problem, solved: dict[str, dict[int, Any]], arrays: tuple[str, ...], **more: Any) -> Diagnosis:
    """What the package says of a student's arrays."""
    net = network_of(p)
    given = {name: solved[NAMES[name]] for name in arrays}
    if p.velocity is not None:
        of = {"W": p.velocity[0], "W0": p.velocity[1]}
        v = np.concatenate([of[name][l].ravel() if name in of else np.zeros(shape) for l, name, shape in net.shapes])
        more |= {"optimizer": "momentum", "state": {"v": v}}
    if p.penalty:
        more |= {"penalty": f"l2(strength={p.penalty})"}
    if p.masks:
        more |= {"factors": p.masks}
    return cp.diagnose(net, p.X, p.Y, loss=p.loss, eta=p.eta, **given, **more)


def differs(p: Problem, style: str, arrays: tuple[str, ...], without: str | None = None) -> bool:
    """Whether the mistakes (or one of them) show in the arrays."""
    with np.errstate(all="ignore"):
        wrong = STYLES[style](p)
        left = {name: layers for name, layers in p.wrong.items() if without is not None and name != without}
        right = STYLES[style](replace(p, wrong=left))
    for name in arrays:
        for l in p.W:
            one, two = np.asarray(wrong[NAMES[name]][l]), np.asarray(right[NAMES[name]][l])
            if one.shape != two.shape or not np.allclose(one, two, rtol=1e-5, atol=1e-7, equal_nan=True):
                return True
    return False


@dataclass
class Tally:
    """Trials, those named rightly, and what was said instead."""

    trials: int = 0
    right: int = 0
    several: int = 0
    first: int = 0
    confusions: Counter[tuple[str, str]] = field(default_factory=Counter)
    missed: list[str] = field(default_factory=list)

    @property
    def share(self) -> float:
        return self.right / max(self.trials, 1)


def singles(seeds: range, tally: Tally, only: str | None = None) -> None:
    """Every mistake in every style, on a network for each seed."""
    for number, plant in enumerate(PLANTS):
        if only and plant.name != only:
            continue
        for style in plant.styles:
            for seed in seeds:
                rng = np.random.default_rng((seed, number, list(STYLES).index(style)))
                trial(tally, (plant,), style, rng, f"{plant.name} {style} {seed}")


def pairs(count: int, tally: Tally, start: int = 0) -> None:
    """Pairs of mistakes, drawn at random."""
    seed = start
    while tally.trials < count:
        seed += 1
        rng = np.random.default_rng((seed, 77))
        first, second = (PLANTS[i] for i in rng.choice(len(PLANTS), 2, replace=False))
        if excluded(first, second):
            continue
        styles = [each for each in first.styles if each in second.styles]
        if styles:
            trial(tally, (first, second), str(rng.choice(styles)), rng, f"{first.name}+{second.name} {seed}")


def excluded(first: Plant, second: Plant) -> bool:
    """Whether two cannot be made in one program: both in the same line, or one hides the other."""
    kinds = [_line_of(each) for each in (first, second)]
    if {"bias_wrong_axis", "bias_not_summed"} & {first.name, second.name} and "update" in kinds:
        return True  # the step would not fit
    hides = {"only_the_last_layer", "not_updated", "bias_missing"}
    return kinds[0] == kinds[1] or ((first.name in hides or second.name in hides) and {"update"} & {*kinds} != set())


def _line_of(plant: Plant) -> str:
    from clearprop.formulas import CATALOGUE

    links = CATALOGUE["mistake"][plant.name].links
    if plant.where == "output":
        return "output"
    if {"weights", "biases"} & {*links}:
        return "gradients"
    return {"loss": "activation"}.get(links[0], links[0])


def trial(tally: Tally, plants: tuple[Plant, ...], style: str, rng: np.random.Generator, told: str) -> None:
    """One program with mistakes that show."""
    for _ in range(12):
        p = problem_of(plants, rng)
        if p is None:
            continue
        if style == "loops" and p.gain:
            return
        options = [arrays for plant in plants for arrays in plant.arrays]
        arrays = max(options, key=len) if len(plants) > 1 else options[rng.integers(len(options))]
        step = any("W_after" in each for plant in plants for each in plant.arrays)
        arrays = tuple(dict.fromkeys((*arrays, *(STEP if step else ()))))
        try:
            shows = differs(p, style, arrays)
        except ValueError:  # two mistakes whose shapes do not fit: such a program does not run
            continue
        if not shows:
            continue
        if len(plants) > 1 and not all(differs(p, style, arrays, plant.name) for plant in plants):
            continue
        with np.errstate(all="ignore"):
            solved = STYLES[style](p)
        found = diagnosis_of(p, solved, arrays)
        tally.trials += 1
        names = [set(each.names) for each in found.mistakes]
        wanted = {plant.name for plant in plants}
        first = {each.name for each in found.mistakes}
        tally.first += len(names) == len(wanted) and first == wanted
        right = len(names) == len(wanted) and all(any(name in each for each in names) for name in wanted)
        tally.right += right
        tally.several += any(len(each) > 1 for each in names)
        if not right:
            said = " + ".join("|".join(sorted(each)) for each in names) or "nothing"
            tally.confusions["+".join(sorted(wanted)), said] += 1
            tally.missed.append(f"{told} given {arrays}: {said}")
        return


def rights(count: int) -> Iterator[tuple[int, Diagnosis, Problem]]:
    """Right programs in every convention, and what is said of them that blames them."""
    for seed in range(count):
        rng = np.random.default_rng((seed, 5))
        wishes: dict[str, Any] = {}
        for key, chance in (("dropout", 0.15), ("penalty", 0.15), ("momentum", 0.15), ("same", 0.3)):
            if rng.random() < chance:
                wishes[key] = True
        style = str(rng.choice(list(STYLES)))
        if style != "loops" and rng.random() < 0.2:
            wishes |= {"normalized": True, "least": 3}
        p = draw(rng, **wishes)
        if rng.random() < 0.2:  # whole numbers, so that units stand at their kink
            p.X = np.rint(p.X)
            p.W = {l: np.rint(w * 2) / 2 for l, w in p.W.items()}
            p.W0 = {l: np.rint(w) for l, w in p.W0.items()}
            p.sign_at_0 = float(rng.choice([-1, 0, 1]))
            if p.loss in {"square", "linear"}:
                p.Y = np.rint(p.Y)
        if p.penalty and p.sums == "points":
            p.sums = "mean"
        solved = STYLES[style](p)
        arrays = [ALL, GRADIENTS, ("dL_dW",), ("dL_dZ",), ("dL_dA", "dL_dW"), STEP, (*ALL, "W_after", "W0_after")]
        chosen = arrays[rng.integers(len(arrays))]
        found = diagnosis_of(p, dressed(p, solved, chosen, rng), chosen)
        yield seed, found, p


def dressed(
    p: Problem, solved: dict[str, dict[int, Any]], arrays: tuple[str, ...], rng: np.random.Generator
) -> dict[str, Any]:
    """The arrays as somebody else would hand them in: other orders, shapes and types."""
    turn_points, turn_weights, way = rng.random() < 0.5, rng.random() < 0.5, int(rng.integers(3))
    single, decimals, listed = rng.random() < 0.15, rng.random() < 0.1, rng.random() < 0.5
    out: dict[str, Any] = {}
    for name in arrays:
        layers = {}
        for l, array in solved[NAMES[name]].items():
            a = np.asarray(array, dtype=float)
            if name in {"dL_dZ", "dL_dA"}:
                a = a.T if turn_points else a
            elif name in {"dL_dW", "W_after"}:
                a = a.T if turn_weights else a
            else:
                a = a.reshape([(-1,), (-1, 1), (1, -1)][way])
            if single:
                a = a.astype(np.float32)
            elif decimals and not name.endswith("_after"):
                a = np.round(a, 6)
            layers[l] = a
        out[NAMES[name]] = [layers[l] for l in sorted(layers)] if listed else layers
    return out


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--pairs", type=int, default=400)
    parser.add_argument("--rights", type=int, default=2000)
    parser.add_argument("--only")
    parser.add_argument("--verbose", action="store_true")
    asked = parser.parse_args()
    alone, two = Tally(), Tally()
    singles(range(asked.seeds), alone, asked.only)
    print(
        f"{len(PLANTS)} mistakes x styles x {asked.seeds} networks: {alone.right} of {alone.trials} named ({alone.share:.1%})"
    )
    print(
        f"  named first: {alone.first} ({alone.first / max(alone.trials, 1):.1%}); with an alternative: {alone.several}"
    )
    if not asked.only:
        pairs(asked.pairs, two)
        print(
            f"pairs: {two.right} of {two.trials} named ({two.share:.1%}), first {two.first}, with an alternative: {two.several}"
        )
    blamed = [(seed, found) for seed, found, _ in rights(0 if asked.only else asked.rights) if not found.ok]
    print(f"right solutions blamed: {len(blamed)} of {asked.rights}")
    for tally in (alone, two):
        for (wanted, said), count in tally.confusions.most_common(60):
            print(f"  {count:3d}  {wanted}  ->  {said}")
    for seed, found in blamed[:40]:
        print(f"  right {seed}: {found.verdict}; {found.conventions}")
    if asked.verbose:
        print("\n".join(alone.missed + two.missed))
    sys.exit(bool(blamed))


if __name__ == "__main__":
    main()
