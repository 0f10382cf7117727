"""What the document says of a step as it is walked: the growing product, forks, the algorithm, questions, texts read out."""

from __future__ import annotations

import json
from functools import reduce

import numpy as np
import pytest

import clearprop as cp
from clearprop.explanation import NOTATIONS
from tests.explanation.samples import SAMPLES

from .test_document import array, require_valid

WAYS = [(layout, notation) for layout in ("denominator", "numerator") for notation in NOTATIONS]
ROUNDING = 1e-12
"""Products of at most a dozen factors, taken in another order than the backward pass takes them."""


def dropped(**options):
    """A normalised layer, and units left out of the point and of a layer."""
    net = cp.Network((2, 3, 4, 2), ("tanh", "relu", "softmax"), seed=2, normalization=("layer_norm", None, None))
    factors = {0: [[2.0, 1.0]], 1: [[2.0, 0.0, 2.0]]}
    return cp.explain(net, [0.4, -1.2], [0.0, 1.0], loss="nllm", factors=factors, eta=0.1, **options)


def deep(**options):
    net = cp.Network((3, 3, 4, 2), ("relu", "tanh", "identity"), seed=1)
    return cp.explain(net, [0.4, -1.2, 0.1], [0.3, 0.8], loss="square", eta=0.1, **options)


def chain(**options):
    net = cp.Network((1, 1, 1, 1), ("tanh", "tanh", "sigmoid"), seed=1)
    return cp.explain(net, [0.7], [1], loss="nll", eta=0.5, **options)


def learnt(**options):
    net = cp.Network((2, 3, 2), ("prelu", "parametric(of=tanh)"), seed=3)
    return cp.explain(net, [0.5, -1.0], [1.0, 0.0], loss="square", eta=0.1, **options)


MAKERS = [deep, dropped, chain, learnt]


def multiplied(document, chain):
    """The pieces of a product as they stand, brackets and transposes heeded."""
    factors, inner, inside = [], [], False
    for piece in [*chain["pieces"], {"sign": chain["close"], "link": None}]:
        sign = piece["sign"]
        if inside and ")" in sign:
            product = reduce(np.matmul, inner)
            factors.append(product.T if "ᵀ" in sign else product)
            inside = False
        inside |= "(" in sign
        if piece["link"] is not None:
            value = array(document, piece["link"])
            (inner if inside else factors).append(value.T if piece["transposed"] else value)
    return reduce(np.matmul, factors)


@pytest.mark.parametrize(("layout", "notation"), WAYS)
@pytest.mark.parametrize("make", MAKERS, ids=lambda make: make.__name__)
def test_the_product_of_every_backward_phase_multiplies_to_its_gradient(make, layout, notation):
    document = require_valid(make(layout=layout, notation=notation).to_dict())
    for phase in document["phases"]:
        chain = phase["chain"]
        assert (chain is None) == (phase["kind"] not in ("backward", "gradient"))
        if chain:
            assert chain["result"] in {
                *phase["shows"],
                *(each.replace("dL_dW", "point_dL_dW") for each in phase["shows"]),
            }
            found, wanted = multiplied(document, chain), array(document, chain["result"])
            np.testing.assert_allclose(found, wanted, rtol=ROUNDING, atol=ROUNDING)


def test_each_phase_adds_one_factor():
    before = set()
    for phase in deep().to_dict()["phases"]:
        if phase["kind"] != "backward":
            continue
        links = {piece["link"] for piece in phase["chain"]["pieces"]}
        (newest,) = (piece["link"] for piece in phase["chain"]["pieces"] if piece["new"])
        assert links - before == {newest}
        before = links


def test_at_each_linear_unit_the_chain_ends_or_goes_on_and_never_through_the_weights():
    document = deep().to_dict()
    kinds = [[way["kind"] for way in fork["ways"]] for fork in document["forks"]]
    assert [fork["l"] for fork in document["forks"]] == [3, 2, 1]
    assert kinds == [["end", "on", "struck"]] * 2 + [["end", "none", "struck"]]
    struck = [fork["ways"][2] for fork in document["forks"]]
    assert [way["symbol"]["plain"] for way in struck] == ["∂W³/∂A²", "∂W²/∂A¹", "∂W¹/∂A⁰"]
    assert all("is not a function of" in way["says"] and way["source"] == "7.12, 7.13" for way in struck)
    told = [(phase["shows"][0], phase["fork"]) for phase in document["phases"] if phase["fork"]]
    assert told == [
        ("dL_dZ:3", {"l": 3, "taken": None}),
        ("dL_dW:3", {"l": 3, "taken": "end"}),
        ("dL_dA:2", {"l": 3, "taken": "on"}),
        ("dL_dZ:2", {"l": 2, "taken": None}),
        ("dL_dW:2", {"l": 2, "taken": "end"}),
        ("dL_dA:1", {"l": 2, "taken": "on"}),
        ("dL_dZ:1", {"l": 1, "taken": None}),
        ("dL_dW:1", {"l": 1, "taken": "end"}),
    ]


def test_phases_are_at_the_line_that_computes_what_they_show():
    document = deep().to_dict()
    lines = [each["written"] and each["written"]["plain"] for each in document["pseudocode"]]
    found = {phase["shows"][0].split(":")[0]: lines[phase["line"]] for phase in document["phases"] if phase["shows"]}
    assert found == {
        "Z": "Zˡ = (Wˡ)ᵀ Aˡ⁻¹ + W₀ˡ",
        "A": "Aˡ = f(Zˡ)",
        "dL_dA": "∂ℒ/∂Aˡ = ∂Zˡ⁺¹/∂Aˡ · ∂ℒ/∂Zˡ⁺¹",
        "dL_dZ": "∂ℒ/∂Zˡ = ∂Aˡ/∂Zˡ · ∂ℒ/∂Aˡ",
        "dL_dW": "∂ℒ/∂Wˡ = ∂Zˡ/∂Wˡ · (∂ℒ/∂Zˡ)ᵀ",
        "W_after": None,
    }
    assert lines[-2:] == ["Wˡ ← Wˡ − η ∂ℒ/∂Wˡ", "W₀ˡ ← W₀ˡ − η ∂ℒ/∂W₀ˡ"]


@pytest.mark.parametrize(("layout", "notation"), WAYS)
@pytest.mark.parametrize("make", MAKERS, ids=lambda make: make.__name__)
def test_every_question_has_one_right_answer_and_says_why_each_other_is_wrong(make, layout, notation):
    document = make(layout=layout, notation=notation).to_dict()
    kinds = set()
    for phase in document["phases"]:
        if phase["kind"] in ("backward", "gradient") and "alpha" not in phase["shows"][0]:
            assert phase["questions"], phase["shows"]
        for question in phase["questions"]:
            kinds.add(question["kind"])
            choices = question["choices"]
            assert len(choices) > 1
            assert sum(choice["right"] for choice in choices) == 1
            assert len({choice["written"]["plain"] for choice in choices}) == len(choices)
            assert all(choice["says"].endswith(".") for choice in choices)
    assert kinds == ({"factor", "sign"} if make is chain else {"factor", "sign", "transpose", "shape"})


def test_a_wrong_order_is_told_the_numbers_that_it_computes():
    trace = deep()
    W, came = trace.links["dZ_dA", 2].value, trace.backward[2].dL_dZ
    (question,) = (
        each
        for phase in trace.to_dict()["phases"]
        if phase["shows"] == ["dL_dA:1"]
        for each in phase["questions"]
        if each["kind"] == "transpose"
    )
    says = {choice["written"]["plain"]: choice["says"] for choice in question["choices"]}
    assert W.shape == (3, 4)
    assert came.shape == (4, 1)
    assert says["(∂Z²/∂A¹)ᵀ ∂ℒ/∂Z²"] == "4 × 3 times 4 × 1 has no value: 3 meets 4."
    assert says["∂Z²/∂A¹ (∂ℒ/∂Z²)ᵀ"] == "3 × 4 times 1 × 4 has no value: 4 meets 1."
    square = chain_of_squares().to_dict()["phases"]
    wrong = [
        c["says"] for phase in square for q in phase["questions"] for c in q["choices"] if "wrong numbers" in c["says"]
    ]
    W, came = chain_of_squares().links["dZ_dA", 2].value, chain_of_squares().backward[2].dL_dZ
    computed, right = (", ".join(f"{each:.4f}" for each in found.ravel()) for found in (W.T @ came, W @ came))
    assert wrong == [f"It has the right shape and the wrong numbers: ({computed}) instead of ({right})."]


def chain_of_squares():
    net = cp.Network((3, 3, 3), ("tanh", "identity"), seed=1)
    return cp.explain(net, [0.3, -0.4, 0.5], [1.0, 0.0, 0.5], loss="square", eta=0.1)


def test_the_sign_of_the_step_is_not_asked_where_the_rule_is_not_plain():
    assert deep().to_dict()["phases"][-1]["questions"][0]["kind"] == "sign"
    assert deep(optimizer="adam").to_dict()["phases"][-1]["questions"] == []


@pytest.mark.parametrize("name", list(SAMPLES))
def test_each_phase_is_read_out_in_words_with_its_layer_and_shape(name):
    document = SAMPLES[name]().to_dict()
    for phase in document["phases"]:
        said = phase["spoken"]
        assert not set(said) & set("∂²¹₀ᵀ·→")
        if phase["kind"] in ("forward", "backward"):
            rows, columns = document["values"][phase["shows"][0]]["shape"]
            assert f"of layer {int(phase['shows'][0].split(':')[1]) + document['notation']['first_layer'] - 1}" in said
            assert rows * columns == 1 or f"{rows} by {columns}" in said


def test_a_layer_is_a_row_of_boxes_one_for_each_value():
    document = dropped().to_dict()
    boxes = [node["id"] for node in document["diagram"]["nodes"]]
    first = ["input", "dropout:0", "linear:1", "norm:1", "scale:1", "activation:1", "dropout:1", "linear:2"]
    assert boxes[:8] == first
    forward = [edge for edge in document["diagram"]["edges"] if edge["direction"] == "forward"]
    assert [edge["value"] for edge in forward][:7] == ["A:0", "A_taken:0", "Z:1", "Z_hat:1", "V:1", "A:1", "A_taken:1"]
    shown = [phase["shows"][0] for phase in document["phases"] if phase["kind"] == "forward"]
    assert shown[:6] == ["A_taken:0", "Z:1", "Z_hat:1", "V:1", "A:1", "A_taken:1"]
    stages = {stage["quantity"] for layer in document["forward"] for stage in layer["stages"]}
    assert set(shown) <= stages


def test_the_document_of_a_wide_network_grows_little():
    document = SAMPLES["wide"]().to_dict()
    more = {name: document[name] for name in ("phases", "forks", "pseudocode", "words", "opening")}
    assert len(json.dumps(more, ensure_ascii=False)) < 24_000
