"""An activation's own parameters in the explanation: alpha going forward, one more link and its product, the step."""

from __future__ import annotations

import json

import jsonschema
import numpy as np
import pytest

import clearprop as cp
from clearprop.explanation import NOTATIONS
from tests.explanation.page.test_document import SCHEMA
from tests.explanation.test_numbers_in_every_rendering import READERS, holds

ROUNDING = 1e-12
X = [[0.4, -1.2], [1.0, 0.3], [-0.6, 0.9]]
Y = [[0.5, -1.0], [0.2, 0.4], [-0.3, 1.5]]
ALL = pytest.mark.parametrize(
    ("activations", "loss", "target"),
    [
        (("prelu", "parametric(of=mish)", "softmax"), "nllm", [1, 0, 1]),
        (("parametric(of=tanh, start=0.5)", "tanh", "prelu"), "square", Y),
    ],
    ids=["hidden", "last"],
)


def network(activations, normalization=None, seed=1):
    net = cp.Network((2, 3, 4, 2), activations, normalization=normalization, seed=seed)
    net.parameters[...] += 0.2 * np.random.default_rng(seed).normal(size=net.parameters.size)
    return net


@ALL
@pytest.mark.parametrize("points", [1, 3])
@pytest.mark.parametrize("layout", ["denominator", "numerator"])
@pytest.mark.parametrize("notation", list(NOTATIONS))
@pytest.mark.parametrize("form", list(READERS))
def test_equations_read_back_hold_and_give_the_gradient_by_alpha(
    activations, loss, target, points, layout, notation, form
) -> None:
    net = network(activations, None if points == 1 else "layer_norm")
    trace = cp.explain(net, X[:points], target[:points], loss, layout=layout, notation=notation, check=False)
    equations = list(READERS[form](trace))
    assert all(holds(equation) for equation in equations)
    alone = cp.back_propagate(net, cp.forward_pass(net, X[:1], target[:1], loss))
    for l in net.alpha:
        column = alone.dL_dalpha[l][:, None]
        shown = column if layout == "denominator" else column.T
        left = [equation.left for equation in equations if equation.left.shape == shown.shape]
        assert any(np.allclose(each, shown, rtol=ROUNDING, atol=1e-15) for each in left), f"dL/dalpha of layer {l}"


@ALL
@pytest.mark.parametrize("layout", ["denominator", "numerator"])
def test_the_document_has_the_link_the_product_and_the_step(activations, loss, target, layout) -> None:
    net = network(activations)
    trace = cp.explain(net, X, target, loss, layout=layout, at=1, eta=0.5)
    document = json.loads(json.dumps(trace.to_dict()))
    jsonschema.Draft202012Validator(SCHEMA).validate(document)
    grads = cp.back_propagate(net, cp.forward_pass(net, X, target, loss))

    def array(key):
        return np.array(document["values"][key]["values"], float)

    for layer in document["backward"]:
        l = layer["l"]
        assert len(layer["learnt"]) == (l in net.alpha)
        assert (f"dA_dalpha:{l}" in document["links"]) == (l in net.alpha)
        for each in layer["learnt"]:
            first, second = (array(factor["value"]) for factor in each["factors"])
            np.testing.assert_allclose(first @ second, array(each["result"]), rtol=ROUNDING, atol=1e-15)
            assert array(each["total"]).ravel().tolist() == grads.dL_dalpha[l].tolist()
    for layer in document["update"]["layers"]:
        for each in layer["others"]:
            assert each["name"] == "alpha"
            step = array(each["before"]) - 0.5 * array(each["gradient"])
            np.testing.assert_allclose(array(each["after"]), step, rtol=ROUNDING)
            assert array(each["before"]).ravel().tolist() == net.alpha[layer["l"]].tolist()
    assert document["header"]["network"]["parameters"] == net.parameters.size
    told = [key for phase in document["phases"] for key in phase["shows"]]
    assert {f"point_dL_dalpha:{l}" for l in net.alpha} <= set(told)


def test_the_check_and_the_sum_over_paths_are_those_of_the_same_step() -> None:
    net = network(("prelu", "parametric", "softmax"))
    trace = cp.explain(net, X[0], 1, "nllm", entry=(1, 2, 3))
    assert trace.check.ok
    assert {(each.name, each.l) for each in trace.check.arrays} >= {("dL_dalpha", 1), ("dL_dalpha", 2)}
    (entry,) = trace.entries
    assert entry.value == pytest.approx(trace.backward[1].weights.value[1, 2], rel=ROUNDING)


def test_it_is_said_in_words_what_is_learnt_and_who_does_not_feel_it() -> None:
    net = cp.Network.from_weights([([[1.0, -1.0]], [0.0, 0.0]), ([[1.0], [1.0]], [0.0])], ("prelu", "identity"))
    text = " ".join(cp.explain(net, [2.0], 1.0, "square").text(110).split())
    for said in (
        "A¹ = max(0, z) + α min(0, z)",
        "∂A¹/∂α¹ = diag(min(0, z))",
        "α¹ is learnt, and each unit has its own; 1 of 2 units does not depend on it at this point",
        "α¹, after α¹, before η ∂L/∂α¹",
    ):
        assert said in text, said


@pytest.mark.parametrize("notation", list(NOTATIONS))
def test_a_chain_of_single_neurons_has_the_product_and_the_step_in_numbers(notation) -> None:
    net = cp.Network.from_weights([([[-2.0]], [0.0]), ([[0.5]], [0.0])], ("prelu(start=0.5)", "identity"))
    trace = cp.explain(net, [1.0], 0.5, "square", notation=notation, eta=0.125)
    # z = -2, a = -1, dL/da = 2 (-0.5 - 0.5) 0.5 = -1; dL/dalpha = -2 · -1
    lines = trace.text(200, digits=4).splitlines()
    alpha = trace.header.symbols.of("alpha", 1).plain
    assert any(
        line.strip().startswith(f"∂{trace.header.symbols.of('L').plain}/∂{alpha} = ") and line.endswith("= 2")
        for line in lines
    )
    assert any(line.endswith("0.5000 − 0.125 · 2 = 0.2500") for line in lines)
    latex = trace.latex()
    assert trace.header.symbols.of("alpha", 1).latex in latex
    assert "?" not in latex


def test_a_recorded_step_has_the_alpha_of_its_time() -> None:
    net = network(("prelu", "parametric", "softmax"))
    run = cp.train(net, X, [1, 0, 1], loss="nllm", record=[1, 4], batch_size=3, eta=0.5, steps=6)
    first, later = (cp.replay(run).at(t) for t in (1, 4))
    assert first.forward[1].alpha[:, 0].tolist() == net.alpha[1].tolist()
    (change,) = later.update[1].others
    assert (later.forward[1].alpha != first.forward[1].alpha).any()
    np.testing.assert_allclose(change.after, change.before - 0.5 * change.gradient, rtol=1e-10)


def test_a_layer_that_learns_nothing_of_its_own_shows_nothing() -> None:
    trace = cp.explain(network(("tanh", "relu", "softmax")), X[0], 1)
    assert "α" not in trace.text()
    assert all(layer.alpha is None for layer in trace.backward.values())
