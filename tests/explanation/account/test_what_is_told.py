"""What every rendering has to tell, by what it is: each was once in one rendering and not in the other."""

from __future__ import annotations

import re

import numpy as np
import pytest

import clearprop as cp
from clearprop.explanation import NOTATIONS

X = np.array([[0.4, -1.2], [1.0, 0.3], [-0.6, 0.9]])
FORMS = ["text", "latex"]


def told(trace, form, **options):
    """What a rendering says, without what only marks it up."""
    written = getattr(trace, form)(**options)
    return re.sub(r"\s+", " ", re.sub(r"\$|\\clearprop[a-z]+|\\quad|\\[,;]", " ", written))


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("notation", list(NOTATIONS))
def test_the_header_of_a_regression_has_input_target_and_output(form, notation):
    trace = cp.explain(
        cp.Network((2, 3, 2), ("tanh", "identity"), seed=0), X[0], [1.5, -2.25], "square", notation=notation
    )
    header = told(trace, form, sections=["header"])
    Y, A = (
        getattr(trace.header.symbols.of(*each), "plain" if form == "text" else "latex") for each in (("Y",), ("A", 2))
    )
    assert "(0.4000, -1.2000)" in header
    assert f"{Y} = (1.5000, -2.2500)" in header
    assert re.search(rf"{re.escape(A)}\s*=\s*\(", header)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("optimizer", ["adam", "momentum", "amsgrad", "rmsprop", "adagrad"])
def test_the_step_has_what_the_optimiser_keeps_before_and_after(form, optimizer):
    trace = cp.explain(cp.Network((2, 3, 1), ("tanh", "identity"), seed=0), X[0], 1.5, "square", optimizer=optimizer)
    update = told(trace, form, sections=["update"], digits=17)
    assert trace.update[1].state
    for state in trace.update[1].state:
        name = state.name if form == "text" else state.name.replace("_", r"\_")
        assert re.search(rf"{re.escape(name)}\b[^.]*of[^.]*, after", update), state.name
        assert repr(float(state.after.flat[abs(state.after).argmax()])) in update, state.name


@pytest.mark.parametrize("form", FORMS)
def test_a_batch_has_the_norm_of_each_points_gradient(form):
    trace = cp.explain(cp.Network((2, 3, 2), ("tanh", "softmax"), seed=0), X, [1, 0, 1])
    batch = told(trace, form, sections=["batch"])
    for i in range(3):
        norm = np.sqrt(sum(layer.norms[i] ** 2 for layer in trace.batch.layers.values()))
        assert f"{norm:.4f}" in batch


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("widths", [(2, 3, 2), (1, 1, 1)])
def test_a_bias_gradient_has_its_reason(form, widths):
    net = cp.Network(widths, ("tanh", "sigmoid"), seed=0)
    trace = cp.explain(net, X[0, : widths[0]], np.ones(widths[-1]), "nll")
    assert told(trace, form, sections=["backward"]).count("a bias adds to z as it is") == 2


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("normalization", ["layer_norm", "batch_norm"])
def test_a_chain_of_single_neurons_tells_of_its_normalisation_and_of_dropout(form, normalization):
    net = cp.Network((1, 1, 1), ("tanh", "identity"), normalization=normalization, seed=0)
    forward = told(cp.explain(net, [0.4], 1.0, "square", factors={1: [[2.0]]}), form, sections=["forward"])
    assert "gain" in forward
    assert "dropout: what layer 2 takes" in forward


@pytest.mark.parametrize("form", FORMS)
def test_what_is_reused_is_counted_by_its_links(form):
    net = cp.Network((1, 1, 1), ("tanh", "identity"), normalization="layer_norm", seed=0)
    backward = told(cp.explain(net, [0.4], 1.0, "square"), form, sections=["backward"])
    assert "the first 2 factors are" in backward  # of six: three links are within layer 1, one leads to it


@pytest.mark.parametrize("fold", [3, 5, None])
def test_a_matrix_has_as_many_rows_as_are_asked_for(fold):
    net = cp.Network((2, 12, 2), ("tanh", "softmax"), seed=0)
    trace = cp.explain(net, X[0], 1)
    text, latex = (getattr(trace, form)(fold=fold, sections=["forward"]) for form in FORMS)
    assert ("⋮" in text) == (r"\vdots" in latex) == (fold is not None)
    if fold == 3:
        assert max(len(piece.split(r" \\ ")) for piece in re.findall(r"\\begin\{array\}\{r\}(.*?)\\end", latex)) == 4


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("widths", [(2, 3, 2), (1, 1, 1)])
@pytest.mark.parametrize("factors", [None, {0: [2.0]}])
def test_the_derivative_by_the_input_is_told_with_its_link_and_checked(form, widths, factors):
    points, targets = X[:2, : widths[0]], np.ones((2, widths[-1]))
    net = cp.Network(widths, ("tanh", "identity"), seed=0)
    M = None if factors is None else {0: np.full(points.shape, 2.0)}
    trace = cp.explain(net, points, targets, "square", at=1, factors=M)
    own = cp.back_propagate(net, cp.forward_pass(net, points[1:], targets[1:], "square", factors=M and {0: M[0][1:]}))
    np.testing.assert_allclose(trace.values["dL_dA:0"].array.T, own.dL_dA[0], rtol=1e-12)
    np.testing.assert_allclose(2 * trace.values["dL_dX:0"].array.T, own.dL_dA[0], rtol=1e-12)
    backward, symbols = told(trace, form, sections=["backward"]), trace.header.own
    for symbol in (symbols.of("dL_dA", 0), symbols.of("dZ_dA_taken" if factors else "dZ_dA", 1)):
        forms = [symbol.plain] if form == "text" else [symbol.latex, symbol.one_line]
        assert any(each in backward for each in forms)
    assert "the loss depends most on" in backward
    (checked,) = (each for each in trace.check.arrays if each.name == "dL_dX")
    assert (checked.outcome, checked.checked) == ("agrees", widths[0])
    np.testing.assert_allclose(checked.numeric, trace.values["dL_dX:0"].array, rtol=1e-9)
