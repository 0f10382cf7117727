"""Frozen layers, masks and step sizes of layers and arrays: in `train`, in `Trainer`, across a stop, in restarts, in a file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import clearprop as cp

RNG = np.random.default_rng(17)
X, Y = RNG.normal(size=(60, 4)), RNG.normal(size=(60, 2))
MASK = RNG.random((7, 5)) < 0.6
ENGINES = pytest.mark.parametrize("engine", ["numpy", "compiled"])


def a_network(**more: Any) -> cp.Network:
    return cp.Network((4, 7, 5, 2), ("tanh", "tanh", "identity"), **{"seed": 1} | more)


def trained(net: cp.Network, **more: Any) -> cp.Run:
    return cp.train(net, X, Y, **{"loss": "square", "optimizer": "adam", "eta": 0.01, "epochs": 4} | more)


@ENGINES
@pytest.mark.parametrize("batch_size", [1, 8, None])
@pytest.mark.parametrize(
    ("frozen", "changed"),
    [
        ([1], {"W[2]", "W0[2]", "W[3]", "W0[3]"}),
        (2, {"W[1]", "W0[1]", "W[3]", "W0[3]"}),
        ("W0", {"W[1]", "W[2]", "W[3]"}),
        (["W[1]", 2], {"W0[1]", "W[3]", "W0[3]"}),
        (range(1, 3), {"W[3]", "W0[3]"}),
    ],
)
def test_what_is_frozen_keeps_its_bits_and_all_else_is_trained(
    engine: str, batch_size: int | None, frozen: Any, changed: set[str]
) -> None:
    net = a_network()
    run = trained(net, frozen=frozen, batch_size=batch_size, engine=engine, penalty="l2(strength=0.01)")
    pairs = zip(net.arrays, run.network.arrays, strict=True)
    assert {f"{name}[{l}]" for (l, name, before), (_, _, after) in pairs if (before != after).any()} == changed


@pytest.mark.parametrize(
    ("engine", "more"),
    [
        *(
            (engine, more)
            for engine in ("numpy", "compiled")
            for more in ({}, {"averaging": "ema"}, {"averaging": "swa"})
        ),
        ("numpy", {"max_norm": 0.5}),
    ],
)
@pytest.mark.parametrize("rule", ["momentum", "adamw(weight_decay=0.3)", "clip_norm(largest=0.1, then=adam)", "rprop"])
def test_a_mask_stays_whatever_comes_after_the_step(engine: str, more: dict[str, Any], rule: str) -> None:
    run = trained(a_network(), mask={2: MASK}, frozen="W[3]", optimizer=rule, engine=engine, **more)
    assert (run.network.W[2][~MASK] == 0).all()
    assert (run.network.W[2][MASK] != 0).all()
    assert (run.network.W[3] == a_network().W[3]).all()


def test_lbfgs_searches_among_what_is_not_held() -> None:
    pytest.importorskip("scipy")
    net = a_network()
    run = trained(net, mask={"W[2]": MASK}, frozen=1, optimizer="lbfgs", eta=None, batch_size=None, epochs=20)
    assert (run.network.W[2][~MASK] == 0).all()
    assert (run.network.W[1] == net.W[1]).all()
    assert run.history["loss"][-1] < run.history["loss"][0]


def test_a_pruned_network_is_that_of_its_zeros() -> None:
    """The masked weights are set to 0 before the first step; the network that was given is not changed."""
    net = a_network()
    zeros = net.copy()
    zeros.W[2][~MASK] = 0
    assert (trained(net, mask={2: MASK}, epochs=0).network.parameters == zeros.parameters).all()
    assert (net.parameters == a_network().parameters).all()


@ENGINES
def test_step_sizes_of_arrays_are_those_of_steps_of_each(engine: str) -> None:
    """Plain descent on all points: each array's first step is its own step size times its gradient."""
    etas = {"W[1]": 0.01, "W0": 0.3, 2: 0.05, "W0[2]": 0.02, "else": 0.001}
    net = a_network()
    run = trained(net, optimizer="sgd", eta=etas, batch_size=None, steps=1, epochs=None, engine=engine)
    grads = cp.back_propagate(net, cp.forward_pass(net, X, Y, "square"))
    expected = {1: (0.01, 0.3), 2: (0.05, 0.02), 3: (0.001, 0.3)}
    for l, (of_W, of_W0) in expected.items():
        np.testing.assert_allclose(run.network.W[l] - net.W[l], -of_W * grads.dL_dW[l], rtol=1e-9, atol=1e-15)
        np.testing.assert_allclose(run.network.W0[l] - net.W0[l], -of_W0 * grads.dL_dW0[l], rtol=1e-9, atol=1e-15)


def test_factors_go_with_a_schedule() -> None:
    by_factors = trained(a_network(), eta="cosine(start=0.04)", eta_factors={1: 0.25, 2: 0.5})
    as_function = trained(a_network(), eta={1: 0.01, 2: 0.02, 3: 0.04})
    constant = trained(a_network(), eta=0.04, eta_factors={1: 0.25, 2: 0.5})
    assert (as_function.network.parameters == constant.network.parameters).all()
    assert (by_factors.network.parameters != constant.network.parameters).all()
    assert (trained(a_network(), eta_factors={}).network.parameters == trained(a_network()).network.parameters).all()


HELD: dict[str, Any] = {"frozen": "W0[1]", "mask": {2: MASK}, "eta_factors": {1: 0.5}}


@ENGINES
def test_a_training_that_stops_and_goes_on_has_the_bits_of_one_that_does_not(engine: str) -> None:
    whole = trained(a_network(), engine=engine, **HELD)
    half = trained(a_network(), engine=engine, steps=4, epochs=None, **HELD)
    assert half.state is not None
    assert (
        trained(a_network(), engine=engine, resume=half.state, **HELD).network.parameters == whole.network.parameters
    ).all()


def test_frozen_may_change_where_a_training_goes_on_and_a_mask_may_not() -> None:
    half = trained(a_network(), epochs=2, mask={2: MASK}, frozen=[1])
    run = trained(a_network(), resume=half, mask={2: MASK})
    assert (run.network.W[1] != a_network().W[1]).any()
    with pytest.raises(ValueError, match="weights that mask holds at 0 are not those of the training"):
        trained(a_network(), resume=half)


@pytest.mark.parametrize("several", [{"restarts": 3}, {"ensemble": 3}])
def test_every_restart_has_the_given_frozen_weights_and_the_mask(several: dict[str, int]) -> None:
    net = a_network()
    run = trained(net, optimizer="sgd", batch_size=1, mask={2: MASK}, frozen=1, **several)
    for member in run.members or (run,):
        assert (member.network.W[1] == net.W[1]).all()
        assert (member.network.W[2][~MASK] == 0).all()
    assert all((member.network.W[3] != net.W[3]).all() for member in run.members)


@ENGINES
def test_a_trainer_holds_the_same_to_the_same_bits(engine: str, tmp_path: Path) -> None:
    """Also in halves, after a state is taken, and from a file."""
    rows = [np.arange(8) + 8 * k for k in range(6)]
    settings: dict[str, Any] = {"loss": "square", "optimizer": "adam", "eta": 0.01, "engine": engine}

    def steps(trainer: cp.Trainer, first: int, last: int) -> np.ndarray:
        for k in range(first, last):
            trainer.step(X[rows[k]], Y[rows[k]])
        return trainer.network.parameters.copy()

    whole = steps(cp.Trainer(a_network(), **settings, **HELD), 0, 6)
    first = cp.Trainer(a_network(), **settings, **HELD)
    steps(first, 0, 3)
    first.save(tmp_path / "half.clearprop")
    assert (steps(cp.Trainer(a_network(), **settings, **HELD, resume=first.state()), 3, 6) == whole).all()
    assert (steps(cp.Trainer.load(tmp_path / "half.clearprop", engine=engine), 3, 6) == whole).all()
    freed = steps(cp.Trainer.load(tmp_path / "half.clearprop", engine=engine, frozen=()), 3, 6)
    assert (freed[28:35] != first.network.parameters[28:35]).all()
    halves = cp.Trainer(a_network(), **settings, **HELD)
    for row in rows:
        halves.apply(halves.gradient(X[row], Y[row]))
    assert (halves.network.parameters == whole).all()


def test_a_trainer_that_goes_on_with_a_new_mask_prunes() -> None:
    trainer = cp.Trainer(a_network(), loss="square")
    trainer.step(X, Y)
    pruned = cp.Trainer(a_network(), loss="square", mask={2: MASK}, resume=trainer.state())
    assert (pruned.network.W[2][~MASK] == 0).all()
    pruned.step(X, Y)
    assert (pruned.network.W[2][~MASK] == 0).all()
    assert (pruned.network.W[2][MASK] != trainer.network.W[2][MASK]).all()


def test_recorded_steps_show_that_frozen_weights_stay() -> None:
    run = trained(a_network(), frozen=1, record=3)
    step = cp.replay(run).at(1)
    assert "W" in step.text()
    assert run.recording is not None
    assert (run.recording.network(1, after=True).W[1] == a_network().W[1]).all()


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"frozen": 4}, r"frozen: this network has layers 1..3 and the arrays W\[1\], .*; given 4"),
    ({"frozen": 0}, "given 0"),
    ({"frozen": -1}, "given -1"),
    ({"frozen": "w[1]"}, r"given 'w\[1\]'; did you mean 'W\[1\]'"),
    ({"frozen": "gain"}, "given 'gain'"),
    ({"frozen": True}, "frozen names layers, such as 1, or arrays"),
    ({"frozen": [1.5]}, "frozen names layers, such as 1, or arrays"),
    ({"frozen": {1: True}}, "frozen must be layers or arrays"),
    ({"frozen": [1, 2, 3]}, "no parameter is left to train"),
    ({"frozen": ["W", "W0"]}, "no parameter is left to train"),
    ({"mask": MASK}, "mask must be a dict"),
    ({"mask": {1: MASK}}, r"mask\[1\] must be \(4, 7\), as W\[1\]; given \(7, 5\)"),
    ({"mask": {2: MASK * 0.5}}, r"mask\[2\] must be 0 where a weight stays 0, and else 1"),
    ({"mask": {"W": MASK}}, r"mask is for one array each; 'W' is not one of W\[1\]"),
    ({"mask": {9: MASK}}, "mask: this network has layers 1..3"),
    ({"eta": {1: 0.1}}, r"eta has no step size for W\[2\], W0\[2\], W\[3\], W0\[3\]"),
    ({"eta": {1: 0.1, "W": 0.2, "else": 0.1}}, r"eta names W\[1\] twice, by 1 and by 'W'"),
    ({"eta": {"else": 0}}, "every step size is 0"),
    ({"eta": {"else": -0.1}}, r"eta\['else'\] must be a number, a step size, 0 or more"),
    ({"eta": {"else": "cosine"}}, r"eta\['else'\] must be a number"),
    ({"eta": {"else": float("nan")}}, r"eta\['else'\] must be a number"),
    ({"eta": {"else": 0.1}, "eta_factors": {1: 0.5}}, "leave eta_factors out"),
    ({"eta_factors": {1: 2.0}}, r"eta_factors\[1\] must be a number, from 0 to 1: give the largest step size as eta"),
    ({"eta_factors": 0.5}, "eta_factors must be a dict"),
    ({"eta_factors": {1: 0.5}, "optimizer": "rprop"}, "rprop does not take steps in proportion to eta"),
    ({"frozen": 1, "optimizer": "ntk(then=scaling_layer)"}, "scaling_layer moves the weights of layer 1"),
]


@pytest.mark.parametrize(("given", "message"), WRONG)
def test_what_names_no_array_or_leaves_nothing_to_train_is_refused(given: dict[str, Any], message: str) -> None:
    for call in (trained, lambda net, **more: cp.Trainer(net, loss="square", **more)):
        with pytest.raises((ValueError, TypeError), match=message):
            call(a_network(), **given)


def test_an_array_with_a_step_size_of_0_is_frozen() -> None:
    net = a_network()
    run = trained(net, eta={1: 0.0, "else": 0.01})
    assert (run.network.W[1] == net.W[1]).all()
    assert (run.network.W[2] != net.W[2]).all()


@pytest.mark.parametrize("part", ["batch_norm", "layer_norm"])
def test_a_normalised_layer_is_frozen_with_its_gain_and_shift(part: str) -> None:
    net = a_network(normalization=part)
    run = trained(net, frozen=1)
    for name in ("W", "W0", "gain", "shift"):
        assert (getattr(run.network, name)[1] == getattr(net, name)[1]).all()
        assert (getattr(run.network, name)[2] != getattr(net, name)[2]).any()


def test_trainable_activations_are_frozen_too() -> None:
    net = cp.Network((4, 7, 2), ("prelu", "identity"), seed=1)
    run = trained(net, frozen="alpha")
    assert (run.network.alpha[1] == net.alpha[1]).all()
    assert (trained(net).network.alpha[1] != net.alpha[1]).any()


def test_sparse_tables_hold_the_same() -> None:
    sparse = pytest.importorskip("scipy.sparse")
    net, table = a_network(), np.where(RNG.random(X.shape) < 0.5, X, 0)
    for engine in ("numpy", "compiled"):
        run = cp.train(
            net, sparse.csr_matrix(table).toarray(), Y, loss="square", frozen=1, mask={2: MASK}, engine=engine
        )
        assert (run.network.W[1] == net.W[1]).all()
        assert (run.network.W[2][~MASK] == 0).all()


def test_each_layer_may_have_an_initialiser_of_its_own() -> None:
    net = a_network(init=["zeros", "he_uniform", "gaussian"])
    assert (net.W[1] == 0).all()
    bound = np.sqrt(6 / 7)
    assert (abs(net.W[2]) <= bound).all()
    assert abs(net.W[2]).max() > 0.7 * bound
    again = cp.train(net, X, Y, loss="square", restarts=2, epochs=0)
    assert str(again.network.init) == str(net.init)
    one = cp.Network((4, 7, 2), ("tanh", "identity"), init=["he_uniform"] * 2, seed=3)
    assert (one.parameters == cp.Network((4, 7, 2), ("tanh", "identity"), init="he_uniform", seed=3).parameters).all()
    with pytest.raises(ValueError, match="init must be one initialiser, or one for each of 3 layers"):
        cp.Network((4, 7, 5, 2), ("tanh",) * 3, init=["zeros", "he_uniform"])
    assert (net.copy().init, net.with_parameters(net.parameters.copy()).init) == (net.init, net.init)
