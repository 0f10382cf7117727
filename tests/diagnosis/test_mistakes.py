"""The catalogue of mistakes: every record is whole, and its formula gives something else than what is right."""

from __future__ import annotations

import numpy as np
import pytest

import clearprop as cp
from clearprop.diagnosis.chain import Coming, Setting, links_of, place, replay, take
from clearprop.diagnosis.mistake import RULES, Mistake, Place
from clearprop.formulas import CATALOGUE

MISTAKES = [each() for each in CATALOGUE["mistake"].values()]
every_mistake = pytest.mark.parametrize("mistake", MISTAKES, ids=lambda each: each.name)
RNG = np.random.default_rng(0)


def places() -> list[Place]:
    """Every link of some networks, with what is right there."""
    found = []
    for activations, loss, norm in (
        (("tanh", "relu", "sigmoid"), "nll", "batch_norm"),
        (("sigmoid", "leaky_relu", "softmax"), "nllm", None),
        (("relu", "tanh", "tanh"), "square", None),
        (("relu", "tanh", "sigmoid"), "square", None),
    ):
        net = cp.Network((3, 3, 3, 3), activations, normalization=norm, seed=1)
        for l in net.gain:
            net.gain[l] = RNG.uniform(0.5, 2, 3)
        factors = {1: (RNG.random((6, 3)) > 0.4) * 2.0}
        targets = np.eye(3)[RNG.integers(3, size=6)]
        fwd = cp.forward_pass(net, RNG.normal(size=(6, 3)), targets, loss, factors=factors, penalty="l2(strength=0.1)")
        for optimizer in ("sgd", "momentum"):
            state = {"v": RNG.normal(size=net.parameters.shape)} if optimizer == "momentum" else {}
            setting = Setting(net, fwd, eta=0.1, optimizer=cp.find(cp.Optimizer, optimizer), state=state)
            came = Coming()
            for l in reversed(net.layers):
                for key in links_of(net, fwd, l):
                    at = place(setting, key, came)
                    assert at is not None
                    found.append(at)
                    came = take(came, key, at.right)
    return found


PLACES = places()


@every_mistake
def test_it_says_all_that_a_person_reads(mistake: Mistake) -> None:
    assert mistake.formula
    assert mistake.lesson.endswith((".", "..."))
    assert mistake.source
    assert set(mistake.links) <= set(RULES)
    assert type(mistake).__doc__


@every_mistake
def test_its_formula_runs_and_gives_something_else_than_what_is_right(mistake: Mistake) -> None:
    if mistake.name in {"gradient_changed_in_place", "nll_saturated"}:
        pytest.skip("found by comparing two given arrays; made at saturated outputs")
    wrong = 0
    for at in PLACES:
        if at.link not in mistake.links:
            continue
        before = at.G.copy()
        with np.errstate(all="ignore"):
            made = list(mistake.computed(at))
        np.testing.assert_array_equal(at.G, before)  # nothing is changed in place
        assert len(made) <= max(1, len(mistake.variants))
        wrong += sum(
            each is not None and (each.shape != at.right.shape or not np.allclose(each, at.right)) for each in made
        )
    assert wrong, "nowhere among these networks is it seen"


@pytest.mark.parametrize("long", [False, True])
def test_without_a_mistake_the_chain_is_that_of_back_propagation(long: bool) -> None:
    net = cp.Network((3, 4, 2), ("tanh", "sigmoid"), normalization=["batch_norm", None], seed=5)
    targets = RNG.integers(2, size=(6, 2)).astype(float)
    weights = RNG.uniform(0.5, 2, 6)
    fwd = cp.forward_pass(net, RNG.normal(size=(6, 3)), targets, "nll", penalty="l2", sample_weight=weights)
    right, arrays = cp.back_propagate(net, fwd, long_way=long), replay(Setting(net, fwd), {})
    for name in ("dL_dA", "dL_dZ", "dL_dW", "dL_dW0"):
        for l in net.layers:
            np.testing.assert_allclose(arrays[name][l], getattr(right, name)[l], rtol=1e-10, atol=1e-15)
