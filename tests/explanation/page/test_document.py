"""The document of a trace: it keeps to its schema, its ids lead somewhere, and its factors multiply to the gradients."""

from __future__ import annotations

import json
import math
from functools import reduce
from importlib.resources import files

import jsonschema
import numpy as np
import pytest

import clearprop as cp
from clearprop.explanation import NOTATIONS
from clearprop.explanation.page.json_values import in_script
from tests.explanation.samples import FOLDER, SAMPLES
from tests.parts import LEGAL_WITH_OUTPUTS, random_case

SCHEMA = json.loads(files("clearprop.explanation.page").joinpath("trace.schema.json").read_text(encoding="utf-8"))
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)
# Products of at most a dozen factors, taken in another order than the backward pass takes them.
ROUNDING = 1e-12


def require_valid(document):
    plain = json.loads(json.dumps(document, allow_nan=False))
    errors = [
        f"{'/'.join(map(str, error.absolute_path))}: {error.message[:200]}" for error in VALIDATOR.iter_errors(plain)
    ]
    assert not errors, errors[:5]
    return plain


def array(document, key):
    """A value of the document as an array."""
    return np.array([[float(each) for each in row] for row in document["values"][key]["values"]])


def product(document, factors, of=np.asarray):
    own = [of(array(document, each["value"])) for each in factors]
    return reduce(np.matmul, [a.T if each.get("transposed") else a for a, each in zip(own, factors, strict=True)])


def ids_in(plain):
    """Everything in a document that stands where an id does."""
    if isinstance(plain, dict):
        for name, each in plain.items():
            if isinstance(each, str) and name in ID_NAMES and each:
                yield each
            yield from ids_in(each)
    elif isinstance(plain, list):
        for each in plain:
            yield from ids_in(each)


ID_NAMES = {"quantity", "result", "slopes", "times", "long_way", "total", "before", "gradient", "after", "given"}


def test_the_schema_is_a_schema():
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("notation", list(NOTATIONS))
@pytest.mark.parametrize("layout", ["denominator", "numerator"])
@pytest.mark.parametrize("widths", [(1, 1, 1), (3, 1), (2, 3, 4, 2)])
def test_every_document_keeps_to_the_schema(widths, layout, notation):
    net = cp.Network(widths, (*["tanh"] * (len(widths) - 2), "sigmoid"), seed=3)
    x, y = np.linspace(-1, 1, widths[0]), np.ones(widths[-1])
    options = {"penalty": "l1", "optimizer": "adam", "layout": layout, "notation": notation}
    require_valid(cp.explain(net, x, y, "nll", **options).to_dict())
    require_valid(cp.explain(net, [x, -x], [y, 1 - y], "nll", at=1, sample_weight=[1, 3], **options).to_dict())


def test_a_document_with_values_that_are_not_finite_keeps_to_the_schema():
    net = cp.Network.from_weights([([[900.0, -900.0]], [0.0, 0.0])], ("softmax",))
    plain = require_valid(cp.explain(net, [1.0], 1).to_dict())
    assert plain["values"]["dL_dA:1"]["values"] == [[0.0], ["-inf"]]


@pytest.mark.parametrize("name", list(SAMPLES))
def test_a_sample_is_what_the_trace_gives_today(name):
    stored = json.loads((FOLDER / f"{name}.trace.json").read_text(encoding="utf-8"))
    require_valid(stored)
    assert_alike(json.loads(json.dumps(SAMPLES[name]().to_dict())), stored, name)


def assert_alike(now, stored, where):
    """Equal but for rounding, which differs between processors; texts with numbers in them are compared without them."""
    if isinstance(now, dict):
        assert now.keys() == stored.keys(), where
        for key in now:
            assert_alike(now[key], stored[key], f"{where}/{key}")
    elif isinstance(now, list):
        assert len(now) == len(stored), where
        for index, (a, b) in enumerate(zip(now, stored, strict=True)):
            assert_alike(a, b, f"{where}/{index}")
    elif isinstance(now, float) and isinstance(stored, float):
        assert math.isclose(now, stored, rel_tol=1e-9, abs_tol=1e-9), where
    elif not where.endswith("verdict"):
        assert now == stored, where


@pytest.mark.parametrize("name", list(SAMPLES))
def test_every_id_leads_to_a_value(name):
    document = SAMPLES[name]().to_dict()
    assert set(ids_in(document)) <= set(document["values"])
    nodes, edges = ({each["id"] for each in document["diagram"][kind]} for kind in ("nodes", "edges"))
    for phase in document["phases"]:
        assert set(phase["shows"]) <= set(document["values"])
        assert set(phase["edges"]) <= edges
        assert set(phase["nodes"]) <= nodes
    for edge in document["diagram"]["edges"]:
        assert {edge["from"], edge["to"]} <= nodes
        assert edge["value"] in document["values"]
        assert edge["link"] is None or edge["link"] in document["links"]


LEARNT = ("W", "W0", "alpha", "gain", "shift")
NAMED_IN_WORDS = ("step_", "numeric_", "wrong_", "slopes", "long_way")


@pytest.mark.parametrize("notation", list(NOTATIONS))
@pytest.mark.parametrize("layout", ["denominator", "numerator"])
@pytest.mark.parametrize("points", [1, 3])
@pytest.mark.parametrize("normalization", [None, "batch_norm"])
def test_every_value_has_the_symbol_of_its_own_layer(normalization, points, layout, notation):
    activations = ("parametric(of=tanh)", "tanh", "identity")
    net = cp.Network((3, 4, 2, 1), activations, seed=1, normalization=normalization if points > 1 else None)
    X, Y = np.linspace(-1, 1, 3 * points).reshape(points, 3) ** 3, np.ones((points, 1))
    trace = cp.explain(net, X, Y, "square", penalty="l2", optimizer="adam", notation=notation, layout=layout)
    written = trace.to_dict()["symbols"]
    for key in trace.values:
        name, l = key.split(":")
        if name.startswith(NAMED_IN_WORDS) or name.endswith(("_before", "_after")):
            assert key not in written
            continue
        whole = name.startswith(("batch_", "dR_")) or name in {f"dL_d{each}" for each in (*LEARNT, "X")}
        of_point = trace.header.of_point if name == "point_dL_dW" else trace.header.own
        symbols = trace.header.symbols if whole else of_point
        own = symbols.of(name.removeprefix("batch_").removeprefix("point_"), int(l))
        assert written[key] == {"plain": in_script(own), "latex": own.latex}, key


def test_after_dropout_the_product_of_the_batch_names_what_a_layer_takes_in():
    net = cp.Network((2, 3, 1), ("tanh", "identity"), seed=1)
    X, Y = np.array([[0.5, -1.0], [0.3, 0.2]]), np.ones((2, 1))
    factors = {1: [[0.0, 2.0, 2.0], [2.0, 0.0, 2.0]]}
    layers = cp.explain(net, X, Y, "square", factors=factors).to_dict()["batch"]["layers"]
    written = [[each["symbol"]["plain"] for each in layer["factors"]] for layer in layers]
    assert written == [["A⁰", "(∂ℒ/∂Z¹)ᵀ"], ["Ã¹", "(∂ℒ/∂Z²)ᵀ"]]


def test_every_arrow_is_lit_once_by_the_phases():
    document = SAMPLES["small"]().to_dict()
    lit = [edge for phase in document["phases"] for edge in phase["edges"]]
    assert sorted(lit) == sorted(each["id"] for each in document["diagram"]["edges"])


@pytest.mark.parametrize("seed", range(40))
def test_factors_multiply_to_every_gradient(seed):
    rng = np.random.default_rng(seed)
    output, loss, outputs = LEGAL_WITH_OUTPUTS[rng.integers(len(LEGAL_WITH_OUTPUTS))]
    case = random_case(rng, output, loss, outputs, weighted=seed % 3 == 0, penalised=seed % 5 == 0, n=1 + seed % 4)
    options = {
        "layout": ("denominator", "numerator")[seed % 2],
        "notation": list(NOTATIONS)[seed // 2 % 4],
        "penalty": case.penalty,
        "sample_weight": case.weights,
        "check": False,
    }
    document = require_valid(
        cp.explain(case.net, case.X, case.Y, case.loss, at=len(case.X) - 1, **options).to_dict(fold=None)
    )
    fwd = cp.forward_pass(case.net, case.X, case.Y, case.loss, penalty=case.penalty, sample_weight=case.weights)
    grads = cp.back_propagate(case.net, fwd)
    batch = {each["l"]: each for each in (document["batch"] or {"layers": []})["layers"]}
    for layer in document["backward"]:
        l, G = layer["l"], grads.dL_dW[layer["l"]]
        links = [document["links"][each["link"]] for each in layer["product"]["factors"]]
        key = layer["product"]["result"]
        if not layer["shortcut"] and np.isfinite(array(document, key)).all():
            close(product(document, links), array(document, key), terms=product(document, links, abs))
        close(product(document, layer["weights"]["factors"]), array(document, layer["weights"]["result"]))
        source = batch.get(l, layer["weights"])
        total = product(document, source["factors"])
        if source["penalty"]:
            total = total + array(document, source["penalty"])
        close(total, array(document, layer["weights"]["total"]))
        for each in layer["learnt"]:
            close(product(document, each["factors"]), array(document, each["result"]))
            learnt = array(document, each["total"])
            assert learnt.ravel().tolist() == grads.dL_dalpha[l].tolist()
        assert bool(layer["learnt"]) == (l in case.net.alpha)
        shown = array(document, layer["weights"]["total"])
        close(shown if shown.shape == G.shape and options_keep(options) else shown.T, G)


def options_keep(options):
    return (options["layout"] == "numerator") == NOTATIONS[options["notation"]].out_in


def close(ours, theirs, terms=0.0):
    """To rounding of the largest value, or of the `terms` whose sums they are, where those cancel."""
    size = np.abs(theirs[np.isfinite(theirs)]).max(initial=0.0)
    np.testing.assert_allclose(ours, theirs, rtol=ROUNDING, atol=ROUNDING * size + 1e-15 * np.max(terms))


def test_a_batch_of_fewer_points_than_are_kept_is_shown_whole_where_it_is_folded() -> None:
    net = cp.Network((2, 3, 1), ("tanh", "identity"), seed=0)
    X, Y = np.arange(10.0).reshape(5, 2), np.ones((5, 1))
    batch = cp.explain(net, X, Y, "square").to_dict(fold=4)["values"]["batch_A:0"]
    assert batch["columns"] == [0, 1, 2, 3, 4]
    assert np.shape(batch["values"]) == (2, 5)
