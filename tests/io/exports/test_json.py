"""JSON reads back to the same model, to the bit, and anybody can compute with it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import numpy as np
import pytest

import clearprop as cp
from clearprop.formulas.catalogue import CATALOGUE
from clearprop.io.exports import read_json
from clearprop.io.exports.json_file import SCHEMA
from clearprop.network import Network
from tests.io.exports.models import FITTED, bytes_of, fitted
from tests.operators.test_operators import Cubic
from tests.test_folding import random_network

pytestmark = pytest.mark.filterwarnings("ignore::clearprop.columns.ColumnWarning")  # of categories that were rare


def written(model: Any, path: Path) -> dict[str, Any]:
    cp.export(model, path)
    document: dict[str, Any] = json.loads(path.read_text())
    jsonschema.validate(document, SCHEMA)
    return document


@pytest.mark.parametrize("name", FITTED)
def test_a_model_reads_back_to_the_same(name: str, tmp_path: Path) -> None:
    model, table = fitted(name)
    written(model, tmp_path / "model.json")
    back = read_json(tmp_path / "model.json")
    assert back.preprocessing == model.preprocessing
    assert back.facts == model.facts
    assert type(back.network) is type(model.network)
    assert bytes_of(back.network) == bytes_of(model.network)
    assert back.predict(table).tolist() == model.predict(table).tolist()


@pytest.mark.parametrize("seed", range(40))
@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_every_number_of_a_random_network_reads_back_to_the_bit(seed: int, dtype: str, tmp_path: Path) -> None:
    net = random_network(seed, dtype)
    written(net, tmp_path / "net.json")
    back = read_json(tmp_path / "net.json").network
    assert back.activations == net.activations
    assert back.normalizations == net.normalizations
    assert back.dtype == net.dtype
    assert back.parameters.tobytes() == net.parameters.tobytes()
    assert back.statistics.tobytes() == net.statistics.tobytes()


@pytest.mark.parametrize("name", CATALOGUE["activation"])
def test_every_activation_reads_back(name: str, tmp_path: Path) -> None:
    net = Network((2, 3), (name,), seed=0)
    document = written(net, tmp_path / "net.json")
    assert document["layers"][0]["formula"] == net.activations[0].formula
    assert read_json(tmp_path / "net.json").network.activations == net.activations


def test_it_is_computed_from_the_file_alone(tmp_path: Path) -> None:
    model, table = fitted("classes of text")
    document = written(model, tmp_path / "model.json")
    inputs = []
    for column in document["preprocessing"]["inputs"]:
        x = table[column["name"]]
        if column["kind"] == "number":
            inputs.append((x - column["mean"]) / column["scale"])
        else:
            inputs += [(x == each).astype(float) for each in column["categories"]]
    A = np.stack(inputs, axis=1)
    functions = {
        "gelu": model.network.f[1].A,
        "tanh": np.tanh,
        "softmax": lambda Z: np.exp(Z) / np.exp(Z).sum(axis=1, keepdims=True),
    }
    for layer in document["layers"]:
        A = functions[layer["activation"]](A @ np.array(layer["W"]) + np.array(layer["W0"]))
    np.testing.assert_allclose(A, model.probabilities(table), rtol=1e-10)


def test_a_text_that_looks_like_a_list_is_kept(tmp_path: Path) -> None:
    name = "[ 1, 2 ] [\n  1,\n  2\n]"
    table = cp.Table.of({name: [0.0, 1, 2, 3], "y": [1.0, 2, 3, 4.5]})
    model = cp.fit(table, cp.Recipe(target="y", epochs=1, test=0.0)).model
    assert written(model, tmp_path / "m.json")["preprocessing"]["inputs"][0]["name"] == name


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda document: document.pop("format"), "its format is not 'clearprop model'"),
        (lambda document: document.update(version=2), "has version 2, and this clearprop reads version 1"),
        (lambda document: document["layers"][0].pop("W"), "cannot be read: 'W'"),
        (lambda document: document["layers"][0].update(W=[[1.0]]), "cannot be read"),
        (lambda document: document["layers"][0].update(gain=[1.0, 2.0]), "gain of layer 1 must be"),
        (lambda document: document["layers"][0].update(activation="os.system"), "cannot be read"),
        (lambda document: document.update(dtype="object"), "dtype is float32 or float64, given 'object'"),
        (lambda document: document.update(layers=[]), "cannot be read"),
        (lambda document: document.update(networks=[]), "it has layers and networks, and a model has one of them"),
        (
            lambda document: document.update(networks=[{"layers": document.pop("layers")}, {"layers": []}]),
            "cannot be read",
        ),
        (
            lambda document: document.pop("layers") and document.update(networks=[]),
            "an ensemble needs at least one network",
        ),
        (lambda document: document.update(layers=7), "cannot be read"),
        (lambda document: document.update(preprocessing={"inputs": 3}), "cannot be read"),
        (lambda document: document["layers"][0].update(W0=[10**400, 0, 0]), "cannot be read"),
        (lambda document: document["layers"][0].update(W0=["a", "b", "c"]), "cannot be read"),
    ],
)
def test_another_document_is_refused_with_the_reason(change: Any, message: str, tmp_path: Path) -> None:
    path = tmp_path / "net.json"
    document = written(Network((2, 3, 1), ("tanh", "identity"), normalization="batch_norm"), path)
    change(document)
    path.write_text(json.dumps(document))
    with pytest.raises(ValueError, match=message):
        read_json(path)


@pytest.mark.parametrize("text", ["", "[]", "nonsense", "[" * 100_000, '{"format": NaN}', '{"format": 1e999}'])
def test_what_is_no_such_json_is_refused(text: str, tmp_path: Path) -> None:
    (tmp_path / "x.json").write_text(text)
    with pytest.raises(ValueError, match=r"x\.json is not a clearprop model in JSON"):
        read_json(tmp_path / "x.json")


def test_a_part_that_is_not_in_the_catalogue_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="layer 1's activation 'cubic' is not in the catalogue"):
        cp.export(Network((2, 1), (Cubic(),)), tmp_path / "net.json")
    assert not list(tmp_path.iterdir())
