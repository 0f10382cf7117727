"""What stands around the two passes: a weight's paths, the optimiser's own step, what if, the check, cost, health, batches."""

from __future__ import annotations

import numpy as np
import pytest

import clearprop as cp
from clearprop.explanation import NOTATIONS
from clearprop.formulas import CATALOGUE
from tests.parts import LEGAL_WITH_OUTPUTS, random_case

ROUNDING = 1e-12
X = [0.4, -1.2]


def network(widths=(2, 3, 4, 2), f="tanh", output="softmax", seed=3):
    return cp.Network(widths, (*[f] * (len(widths) - 2), output), seed=seed)


# ---- One entry


@pytest.mark.parametrize("seed", range(30))
def test_the_sum_over_paths_is_the_entry_of_the_gradient(seed):
    rng = np.random.default_rng(seed)
    output, loss, outputs = LEGAL_WITH_OUTPUTS[rng.integers(len(LEGAL_WITH_OUTPUTS))]
    case = random_case(rng, output, loss, outputs, n=1)
    net = case.net
    l = int(rng.integers(1, net.L + 1))
    i, j = (int(rng.integers(1, width + 1)) for width in net.W[l].shape)
    options = {"entry": (l, i, j), "bias": (l, j), "notation": list(NOTATIONS)[seed % 4], "check": False}
    weight, bias = cp.explain(net, case.X, case.Y, case.loss, **options).entries
    grads = cp.back_propagate(net, cp.forward_pass(net, case.X, case.Y, case.loss))
    for entry, gradient in ((weight, grads.dL_dW[l][i - 1, j - 1]), (bias, grads.dL_dW0[l][j - 1])):
        sizes = sum(abs(path.product) for path in entry.paths) + abs(entry.rest)
        if not np.isfinite(gradient):
            continue
        assert entry.value == pytest.approx(gradient, rel=ROUNDING, abs=ROUNDING * sizes)
        total = sum(path.product for path in entry.paths) + entry.rest
        assert total == pytest.approx(gradient, rel=ROUNDING, abs=ROUNDING * sizes)
        for path in entry.paths:
            assert np.prod([value for _, value in path.factors]) == pytest.approx(path.product, rel=ROUNDING)


def test_all_paths_of_a_small_network_are_listed_largest_first():
    (entry,) = cp.explain(network(), X, 1, entry=(1, 1, 2)).entries
    assert entry.count == 8  # four units, then two outputs
    assert len(entry.paths) == 8
    assert entry.rest == 0
    sizes = [abs(path.product) for path in entry.paths]
    assert sizes == sorted(sizes, reverse=True)
    assert len({path.units for path in entry.paths}) == 8


def test_paths_through_a_layer_that_mixes_its_units_pass_through_its_jacobian():
    (entry,) = cp.explain(network(output="identity", f="softmax"), X, [1.0, 2.0], "square", entry=(3, 1, 2)).entries
    assert entry.count == 1
    (deep,) = cp.explain(network(output="identity", f="softmax"), X, [1.0, 2.0], "square", entry=(2, 1, 2)).entries
    assert deep.count == 4 * 2  # every a of the softmax, then every output
    assert "∂a²" in deep.paths[0].factors[1][0].plain


def test_a_wide_network_lists_the_largest_paths_and_sums_the_rest():
    net = cp.Network((5, 40, 40, 3), ("tanh", "tanh", "softmax"), seed=0)
    (entry,) = cp.explain(net, np.ones(5), 1, entry=(1, 2, 7)).entries
    assert entry.count == 120
    assert len(entry.paths) == 12
    fwd = cp.forward_pass(net, np.ones((1, 5)), [1], "nllm")
    a1, a2 = fwd.A[1][0, 6], fwd.A[2][0]
    step = (1 - a1**2) * net.W[2][6] * (1 - a2**2)
    every = np.sort(abs(step[:, None] * net.W[3] * cp.back_propagate(net, fwd).dL_dZ[3][0]).ravel())[::-1]
    shown = [abs(path.product) for path in entry.paths]
    np.testing.assert_allclose(shown, every[:12], rtol=ROUNDING)


def test_without_being_asked_the_weight_that_matters_most_is_shown():
    trace = cp.explain(network(), X, 1)
    (entry,) = trace.entries
    assert entry.l == 1
    i, j = np.unravel_index(abs(trace.backward[1].dL_dW).argmax(), (2, 3))
    assert entry.indices == (i + 1, j + 1)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"entry": (4, 1, 1)}, r"entry=\(4, 1, 1\): layers count 1..3"),
        ({"entry": (1, 3, 1)}, r"entry=\(1, 3, 1\): layer 1 has 2 inputs, counted from 1"),
        ({"entry": (1, 1, 0)}, "layer 1 has 3 outputs, counted from 1"),
        ({"bias": (3, 3)}, r"bias=\(3, 3\): layer 3 has 2 outputs"),
        ({"entry": (1, 1)}, r"entry must be \(l, i, j\)"),
        ({"bias": (1, 1, 1)}, r"bias must be \(l, j\)"),
    ],
)
def test_an_entry_that_is_not_there_is_refused(asked, said):
    with pytest.raises(ValueError, match=said):
        cp.explain(network(), X, 1, **asked)


def test_several_entries_may_be_asked_for():
    entries = cp.explain(network(), X, 1, entry=[(1, 1, 1), (2, 3, 4)], bias=[(3, 1)]).entries
    assert [(each.name, each.l, each.indices) for each in entries] == [
        ("W", 1, (1, 1)),
        ("W", 2, (3, 4)),
        ("W0", 3, (1,)),
    ]


# ---- The update


ONE_GRADIENT = [name for name, part in CATALOGUE["optimizer"].items() if not part.whole_set]


def test_a_rule_that_searches_its_steps_has_the_plain_one_shown_and_says_so():
    net = cp.Network((2, 3, 1), ("tanh", "sigmoid"), seed=0)
    trace = cp.explain(net, X, 1.0, "nll", optimizer="lbfgs", eta=0.1)
    assert trace.rule.plain
    assert (trace.update[1].W_after == net.W[1] - 0.1 * trace.update[1].dW).all()
    assert "lbfgs searches its steps over every point; shown is the plain one" in " ".join(trace.text(100).split())


@pytest.mark.parametrize("optimizer", ONE_GRADIENT)
def test_the_step_shown_is_the_step_that_training_takes(optimizer):
    net = cp.Network((2, 3, 1), ("tanh", "sigmoid"), seed=0)
    trace = cp.explain(net, X, 1.0, "nll", optimizer=optimizer, eta=0.05)
    options = {"optimizer": optimizer, "eta": 0.05, "steps": 1, "batch_size": 1, "engine": "numpy"}
    run = cp.train(net, [X], [[1.0]], loss="nll", **options)
    for l, update in trace.update.items():
        assert (update.W_after == run.network.W[l]).all()
        assert (update.W0_after[:, 0] == run.network.W0[l]).all()
    assert trace.rule.plain == (optimizer == "sgd")
    assert trace.rule.loss_after == cp.forward_pass(run.network, [X], [[1.0]], "nll").loss


def test_an_optimisers_memory_is_shown_before_and_after_without_its_working_room():
    net = cp.Network((2, 3, 1), ("tanh", "sigmoid"), seed=0)
    trace = cp.explain(net, X, 1.0, "nll", optimizer="adam")
    m, v = trace.update[1].state
    assert (m.name, v.name) == ("m", "v")
    gradient = trace.update[1].dW
    np.testing.assert_allclose(m.after, 0.1 * gradient, rtol=ROUNDING)
    np.testing.assert_allclose(v.after, 0.001 * gradient**2, rtol=ROUNDING)
    assert not m.before.any()
    for name in ("nadam", "lion", "rprop", "nesterov", "clip_norm(largest=1.0, then=adam)"):
        shown = {state.name for state in cp.explain(net, X, 1.0, "nll", optimizer=name).update[1].state}
        assert not shown & {"spare", "step", "ahead", "agreement", "scaled", "g"}, name


def test_a_later_step_begins_with_what_the_optimiser_remembers():
    net, rule = cp.Network((2, 3, 1), ("tanh", "sigmoid"), seed=0), cp.find(cp.Optimizer, "momentum")
    state = {"v": np.full(net.parameters.size, 0.5)}
    trace = cp.explain(net, X, 1.0, "nll", optimizer=rule, eta=0.1, state=state)
    expected = net.W[1] - 0.1 * (0.9 * 0.5 + trace.update[1].dW)
    np.testing.assert_allclose(trace.update[1].W_after, expected, rtol=ROUNDING)
    assert (state["v"] == 0.5).all()


def test_what_if_the_layer_after_had_been_updated_first():
    net, eta = network((2, 3, 2)), 0.5
    trace = cp.explain(net, X, 1, eta=eta)
    what = trace.what_if[1]
    updated = net.copy()
    updated.W[2] = trace.update[2].W_after
    fwd = cp.forward_pass(net, [X], [1], "nllm")
    grads = cp.back_propagate(net, fwd)
    wrong = np.outer(X, (1 - fwd.A[1][0] ** 2) * (updated.W[2] @ grads.dL_dZ[2][0]))
    np.testing.assert_allclose(what.wrong, wrong, rtol=ROUNDING)
    np.testing.assert_allclose(what.difference, wrong - grads.dL_dW[1], rtol=1e-9)
    assert what.relative == pytest.approx(np.linalg.norm(wrong - grads.dL_dW[1]) / np.linalg.norm(grads.dL_dW[1]))
    assert set(trace.what_if) == {1}


# ---- Check, cost, health


@pytest.mark.parametrize("layout", ["denominator", "numerator"])
def test_every_gradient_stands_beside_its_numeric_value(layout):
    trace = cp.explain(network(), X, 1, layout=layout, penalty="l2(strength=0.1)")
    assert trace.check.ok
    assert trace.check.method == "complex step"
    for each in trace.check.arrays:
        given = trace.values[f"{each.name}:{each.l}"].array
        np.testing.assert_allclose(given, each.numeric, rtol=1e-11, atol=1e-14)
        assert each.checked == each.size


def test_a_wrong_derivative_is_told_and_named(monkeypatch):
    monkeypatch.setattr(CATALOGUE["activation"]["tanh"], "dA_dZ", lambda self, Z, A: 1 - A)
    check = cp.explain(network(), X, 1).check
    assert not check.ok
    assert any("fault: layer 1, tanh" in caveat for caveat in check.caveats)


def test_a_kink_is_a_caveat_that_says_which_side_is_shown():
    net = cp.Network.from_weights([([[1.0, 2.0]], [0.0, -1.0]), ([[1.0], [1.0]], [0.0])], ("relu", "identity"))
    check = cp.explain(net, [0.0], 3.0, "square").check
    assert (
        "an entry of Z¹ is exactly 0, a kink of relu: the slope f′(z) used there is the right-hand one, for z just above 0"
        in check.caveats
    )
    assert any("cannot be told: at a kink the loss has no derivative" in caveat for caveat in check.caveats)


@pytest.mark.parametrize(
    ("slope", "said"), [(0.0, "the left-hand one, for z just below 0"), (0.5, "the formula's own"), (1.0, "right-hand")]
)
def test_the_side_that_an_activation_of_your_own_takes_is_looked_up(monkeypatch, slope, said):
    relu = CATALOGUE["activation"]["relu"]
    monkeypatch.setattr(relu, "dA_dZ", lambda self, Z, A: np.where(Z == 0, slope, np.where(Z > 0, 1.0, 0.0)))
    net = cp.Network.from_weights([([[1.0]], [0.0]), ([[1.0]], [0.0])], ("relu", "identity"))
    assert any(said in each for each in cp.explain(net, [0.0], 3.0, "square").check.caveats)


@pytest.mark.parametrize("name", [name for name, f in CATALOGUE["activation"].items() if f().kinks])
def test_every_activation_of_the_catalogue_takes_the_slope_to_the_right_of_its_kinks(name):
    f = CATALOGUE["activation"][name]()
    for kink in f.kinks:
        net = cp.Network.from_weights([([[1.0]], [kink]), ([[1.0]], [0.0])], (f, "identity"))
        caveats = cp.explain(net, [0.0], 3.0, "square").check.caveats
        assert any(f"the right-hand one, for z just above {kink:g}" in each for each in caveats)


def test_a_large_network_is_checked_in_some_entries_and_says_so():
    net = cp.Network((30, 20, 3), ("tanh", "softmax"), seed=0)
    check = cp.explain(net, np.ones(30), 1).check
    assert check.ok
    assert "35 of 713 entries were compared one by one" in check.caveats[0]
    assert np.isnan(check.arrays[0].numeric).sum() == 600 - 8


def test_the_check_may_be_left_out():
    assert cp.explain(network(), X, 1, check=False).check is None


@pytest.mark.parametrize("widths", [(2, 3, 4, 2), (5, 1, 3), (2, 2), (1, 1, 1)])
def test_cost_is_what_the_products_take_when_they_are_multiplied_out(widths):
    output = "softmax" if widths[-1] > 1 else "sigmoid"
    trace = cp.explain(network(widths, output=output), np.ones(widths[0]), 1, "nllm" if output == "softmax" else "nll")
    for cost in trace.cost.layers:
        factors = [trace.links[key].value for key in trace.backward[cost.l].product]
        if trace.is_chain:
            factors.reverse()
        assert cost.from_loss == multiplications(factors, from_the_end=True)
        assert cost.to_loss == multiplications(factors, from_the_end=False)
        assert cost.reused <= cost.from_loss <= cost.to_loss


def multiplications(factors, *, from_the_end):
    """Multiplications of numbers in a product of matrices, two at a time from one end."""
    count = 0
    factors = list(factors)
    while len(factors) > 1:
        place = len(factors) - 2 if from_the_end else 0
        a, b = factors[place : place + 2]
        count += a.shape[0] * a.shape[1] * b.shape[1]
        factors[place : place + 2] = [a @ b]
    return count


def test_health_is_norms_shares_and_ratios():
    trace = cp.explain(network(), X, 1, eta=0.1)
    for l, each in trace.health.items():
        assert each.dL_dW == pytest.approx(np.linalg.norm(trace.backward[l].dL_dW))
        assert each.ratio == pytest.approx(0.1 * each.dL_dW / each.W)
        assert sum(each.units) == pytest.approx(1)
    assert sum(each.blame for each in trace.health.values()) == pytest.approx(1)


# ---- Batches


def test_a_batch_shows_one_point_and_the_mean_over_all():
    net, points, labels = network(), np.random.default_rng(0).normal(size=(4, 2)), [0, 1, 1, 0]
    weights = [1.0, 2.0, 0.5, 0.5]
    trace = cp.explain(net, points, labels, at=2, sample_weight=weights)
    alone = cp.explain(net, points[2], labels[2])
    assert (trace.backward[1].dL_dZ == alone.backward[1].dL_dZ).all()
    assert (trace.forward[2].A == alone.forward[2].A).all()
    fwd = cp.forward_pass(net, points, labels, "nllm", sample_weight=weights)
    grads = cp.back_propagate(net, fwd)
    assert (trace.backward[1].dL_dW == grads.dL_dW[1]).all()
    assert trace.header.loss_value == fwd.loss
    each = [cp.explain(net, x, y, check=False).backward[1].dL_dW for x, y in zip(points, labels, strict=True)]
    mean = sum(weight * gradient for weight, gradient in zip(weights, each, strict=True)) / 4
    np.testing.assert_allclose(trace.backward[1].dL_dW, mean, rtol=ROUNDING, atol=1e-15)
    norms = [np.linalg.norm(gradient) for gradient in each]
    np.testing.assert_allclose(trace.batch.layers[1].norms, norms, rtol=ROUNDING)
    assert trace.batch.shares == (0.25, 0.5, 0.125, 0.125)


def test_the_text_of_a_batch_names_its_points():
    text = cp.explain(network(), [[0.4, 1.0], [1.0, 2.0], [0.0, 1.0]], [0, 1, 1], at=1).text(100)
    assert "point 2 of 3 is shown; the step is that of their mean" in text
    assert "2 (shown above)" in text
    assert "The batch: 3 points" in text
