"""`clearprop diagnose`: what is read from a file, what is said, and the exit status."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner, Result

import clearprop as cp
from clearprop.cli import clearprop

NET = cp.Network((2, 3, 1), ("tanh", "identity"), seed=1)
X, Y = np.array([[1.0, 2.0], [0.5, -1.0], [0.0, 1.0]]), np.array([[1.0], [0.0], [2.0]])
GRADS = cp.back_propagate(NET, cp.forward_pass(NET, X, Y, loss="square"))
GIVEN = {"X": X, "Y": Y, **{f"W_{l}": NET.W[l] for l in NET.layers}, **{f"W0_{l}": NET.W0[l] for l in NET.layers}}


def run(*args: str) -> Result:
    return CliRunner().invoke(clearprop, ["diagnose", *args])


def npz(path: Path, **arrays: Any) -> str:
    np.savez(path, **arrays)
    return str(path)


def test_arrays_of_numpy_are_read_with_the_layer_in_their_names(tmp_path: Path) -> None:
    gradients = {f"dL_dW_{l}": GRADS.dL_dW[l] for l in NET.layers} | {f"dL_dW0{l}": GRADS.dL_dW0[l] for l in NET.layers}
    file = npz(tmp_path / "a.npz", **GIVEN, **gradients)
    result = run(file, "--activations", "tanh,identity", "--loss", "square")
    assert result.exit_code == 0
    assert result.output.startswith("right: all 4 arrays agree")


def test_weights_with_a_row_for_each_unit_are_read(tmp_path: Path) -> None:
    turned = GIVEN | {f"W_{l}": NET.W[l].T for l in NET.layers}
    file = npz(tmp_path / "a.npz", **turned, dL_dW_1=-GRADS.dL_dW[1].T, dL_dW_2=-GRADS.dL_dW[2].T)
    result = run(file, "--activations", "tanh,identity", "--loss", "square", "--json")
    assert result.exit_code == 1
    said = json.loads(result.output)
    assert said["mistakes"][0]["name"] == "loss_sign"
    assert said["format"] == "clearprop.diagnosis"


def test_a_model_file_can_give_the_network_and_a_page_is_written(tmp_path: Path) -> None:
    NET.save(tmp_path / "m.clearprop")
    file = npz(tmp_path / "a.npz", X=X, Y=Y, dL_dZ_2=GRADS.dL_dZ[2], dL_dZ_1=GRADS.dL_dA[1])
    page = tmp_path / "page.html"
    result = run(file, "--model", str(tmp_path / "m.clearprop"), "--loss", "square", "--html", str(page))
    assert result.exit_code == 1
    assert "missing_f_prime" in page.read_text(encoding="utf-8")
    again = run(file, "--model", str(tmp_path / "m.clearprop"), "--loss", "square", "--html", str(page))
    assert again.exit_code == 1  # a page of its own is replaced
    page.write_text("mine", encoding="utf-8")
    refused = run(file, "--model", str(tmp_path / "m.clearprop"), "--loss", "square", "--html", str(page))
    assert isinstance(refused.exception, ValueError)
    assert page.read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize(
    ("content", "options", "words"),
    [
        ({"X": [[1]], "Y": [[1]], "loss": "square"}, [], 'no "activations"'),
        ({"X": [[1]], "Y": [[1]], "activations": ["tanh"]}, ["--loss", "square"], 'no weights "W"'),
        ({"W": [[[1]]], "activations": ["identity"], "loss": "square"}, [], "has no X and no Y"),
        ({"W": [[[1]]], "X": [[1]], "Y": [[1]], "activations": ["identity"]}, [], 'no "loss"'),
        ({"W": [[[1]]], "dL_dw": [[[1]]]}, [], "'dL_dw', which means nothing here; did you mean 'dL_dW'"),
        ({"dL_dW": {"one": [[1]]}}, [], "they are numbers from 1"),
        ([1, 2], [], "must be one JSON object"),
        ("{", [], "is no JSON"),
    ],
)
def test_a_file_that_lacks_something_is_refused_in_words(
    content: Any, options: list[str], words: str, tmp_path: Path
) -> None:
    path = tmp_path / "a.json"
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    with pytest.raises(ValueError, match=words.replace("(", r"\(")):
        CliRunner().invoke(clearprop, ["diagnose", str(path), *options], catch_exceptions=False)


def test_a_file_that_is_none_is_refused(tmp_path: Path) -> None:
    assert isinstance(run(str(tmp_path / "none.json")).exception, FileNotFoundError)
    (tmp_path / "a.npz").write_bytes(b"text")
    assert "is no .npz file" in str(run(str(tmp_path / "a.npz")).exception)
