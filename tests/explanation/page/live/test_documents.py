"""The page makes a step's document itself, from the same sources: it is Python's, in every key, text, order and number."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

from clearprop import Network, explain
from clearprop.explanation.page.live import catalogue, first_parameters, step_document
from clearprop.formulas.catalogue import CATALOGUE

from .comparing import differences, place_of, plain, undetermined
from .random_steps import random_steps
from .script import in_page
from .values import RECORD, values

DRAWS, STEPS = 40, 6
NOT_HELD = {"lbfgs", "ntk", "scaling_layer", "reduce_on_plateau"}


def python_document(given: dict[str, Any]) -> dict[str, Any]:
    """Python's document, or the text of its error."""
    try:
        found: dict[str, Any] = plain(step_document(given))
    except (ValueError, TypeError) as error:
        return {"error": str(error)}
    return found


BY_SIGNS = ("lion", "rprop", "quickprop")


@pytest.mark.lengthy
@pytest.mark.parametrize("draw", range(DRAWS))
def test_the_page_s_document_of_a_random_step_is_python_s(draw: int) -> None:
    steps = list(random_steps(STEPS, seed=draw))
    rounded = 0
    for given, there in zip(steps, in_page("explainStep", steps), strict=True):
        found = dict(differences(python_document(given), there))
        assert "error" not in there or "" not in found, (there, given)
        if found:  # is it more than rounding makes of a gradient that is 0 but for rounding, or of two equal paths?
            free = undetermined(python_document, given)
            if given["optimizer"].startswith(
                BY_SIGNS
            ):  # no step where a gradient is 0 exactly, and rounding decides that
                free |= {f".health[{layer}].change" for layer in range(len(given["widths"]) - 1)}
            left = {path: text for path, text in found.items() if place_of(path) not in free}
            assert not left, "\n".join([*(f"{path}: {text}" for path, text in left.items()), repr(given)])
            rounded += 1
    assert rounded <= STEPS // 2


def test_the_document_is_that_of_explain() -> None:
    net = Network((2, 3, 2), ("tanh", "softmax"), seed=3)
    X, Y = [[0.5, -1.0], [0.25, 2.0]], [[1.0, 0.0], [0.0, 1.0]]
    trace = explain(net, X, Y, "nllm", eta=0.1, optimizer="adam", penalty="l2(strength=0.1)", at=1, classes=["a", "b"])
    given = {
        "widths": [2, 3, 2],
        "activations": ["tanh", "softmax"],
        "parameters": net.parameters.tolist(),
        "X": X,
        "Y": Y,
        "loss": "nllm",
        "eta": 0.1,
        "optimizer": "adam",
        "penalty": "l2(strength=0.1)",
        "at": 1,
        "classes": ["a", "b"],
    }
    assert plain(step_document(given)) == plain(trace.to_dict())
    assert not dict(differences(plain(trace.to_dict()), in_page("explainStep", [given])[0]))


@pytest.mark.parametrize(
    ("X", "warned"),
    [
        ([[2500.0, 0.5], [1800.0, -0.5], [3.0, 0.1]], True),
        ([[40.0, 0.5], [0.1, -0.5], [0.2, 0.1]], False),
        ([[2500.0, 0.5]], True),
        ([[6.0, 0.5]], False),
        ([[1e-5, 2e-5]], True),
    ],
)
def test_inputs_out_of_scale_are_said_there_too(X: Any, warned: bool) -> None:
    given = {"widths": [2, 2], "activations": ["softmax"], "X": X, "Y": [[1.0, 0.0]] * len(X), "loss": "nllm"}
    given |= {"parameters": [0.1, -0.2, 0.3, 0.4, 0.0, 0.1], "eta": 0.1, "optimizer": "sgd"}
    wanted, there = python_document(given), in_page("explainStep", [given])[0]
    assert not dict(differences(wanted, there))
    assert ("unscaled inputs" in json.dumps(wanted)) == warned


@pytest.mark.parametrize("init", list(CATALOGUE["initializer"]))
def test_the_page_draws_the_weights_that_python_draws(init: str) -> None:
    asked = [
        {"widths": [3, m, 8, 2], "activations": ["relu", "prelu", "tanh"], "init": init, "seed": seed}
        for m, seed in ((5, 0), (1, 1), (8, 2**40 + 3))
    ]
    for given, there in zip(asked, in_page("firstParameters", asked), strict=True):
        np.testing.assert_allclose(there, first_parameters(given), rtol=1e-14, atol=1e-14)


def test_gaussian_weights_are_the_same_to_the_bit() -> None:
    asked = [{"widths": [50, 60], "activations": ["tanh"], "seed": seed} for seed in range(20)]
    assert in_page("firstParameters", asked) == [first_parameters(given) for given in asked]


def test_the_page_offers_the_catalogue_s_parts() -> None:
    here = plain(catalogue())
    for kind, parts in here["parts"].items():
        here["parts"][kind] = [part for part in parts if part["name"] not in NOT_HELD]
    assert not dict(differences(here, in_page("catalogue", [{}])[0]))


@pytest.mark.parametrize(
    "change",
    [
        {"loss": "nlm"},
        {"activations": ["tanh(", "softmax"]},
        {"activations": ["leaky_relu(slope=7)", "softmax"]},
        {"activations": ["__import__('os')", "softmax"]},
        {"optimizer": "adam(beta3=1)"},
        {"parameters": [1.0]},
        {"widths": [2, 0, 2]},
    ],
)
def test_what_does_not_fit_is_an_error_with_python_s_words(change: dict[str, Any]) -> None:
    given = {"widths": [2, 3, 2], "activations": ["tanh", "softmax"], "parameters": [0.1] * 17, "loss": "nllm"}
    given |= {"X": [[1.0, 2.0]], "Y": [[0.0, 1.0]], "optimizer": "sgd"} | change
    there = in_page("explainStep", [given])[0]
    # A page offers what there is: it does not guess what was meant, as Python does, and knows no difference of 1 and 1.0.
    said, here = (
        error.partition(";")[0].replace(".0", "") for error in (there["error"], python_document(given)["error"])
    )
    assert said == here


def test_what_the_runtime_s_own_tests_compare_with_is_what_python_gives() -> None:
    assert json.loads(RECORD.read_text(encoding="utf-8")) == plain(values())
