"""Model files: what is saved is loaded again, and altered or foreign files are rejected."""

from __future__ import annotations

import json
import re
import warnings
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save as save_tensors

import clearprop as cp
from clearprop.formulas.catalogue import names
from clearprop.io import sealed, sealed_rules

TABLE = cp.Table.of({"size": [1.0, 3.0, 5.0], "colour": ["red", "blue", "red"], "y": ["a", "b", "a"]})


def small_model(seed: int = 0) -> cp.Model:
    made = cp.Preprocessing.fitted(TABLE, target="y")
    net = cp.Network((3, 2, 2), ("leaky_relu(slope=0.2)", "softmax"), seed=seed)
    return cp.Model(net, made, {"loss": "nllm", "note": 'a "quoted" name, é'})


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "small.clearprop"


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("activation", names(cp.Activation))
def test_a_network_comes_back_to_the_bit(path: Path, activation: str, dtype: str) -> None:
    net = cp.Network((3, 4, 2), (activation, "identity"), dtype=dtype, seed=3)
    net.save(path)
    again = cp.load(path)
    assert again.parameters.tobytes() == net.parameters.tobytes()
    assert (again.widths, again.activations, again.dtype) == (net.widths, net.activations, net.dtype)


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize(
    "normalization", ["batch_norm(momentum=0.3)", "layer_norm", (None, "batch_norm", "layer_norm")]
)
def test_a_normalised_network_comes_back_with_its_running_statistics(
    path: Path, normalization: cp.network.Normalizations, dtype: str
) -> None:
    rng = np.random.default_rng(0)
    net = cp.Network((3, 4, 5, 2), ("tanh", "relu", "identity"), normalization=normalization, dtype=dtype)
    net.parameters, net.statistics[...] = rng.normal(size=net.parameters.shape), rng.gamma(2, size=len(net.statistics))
    net.save(path)
    again, X = cp.load(path), rng.normal(size=(4, 3))
    assert again.normalizations == net.normalizations
    assert again.parameters.tobytes() == net.parameters.tobytes()
    assert again.statistics.tobytes() == net.statistics.tobytes()
    assert again.predict(X).tobytes() == net.predict(X).tobytes()


def test_a_file_of_the_schema_before_normalisation_is_read(path: Path) -> None:
    net = cp.Network((2, 3, 1), ("tanh", "identity"), seed=4)
    network = {"widths": [2, 3, 1], "activations": ["tanh", "identity"], "dtype": "float64"}
    tensors = {f"{name}[{l}]": view for l, name, view in net.arrays}
    content = sealed.seal(tensors, {"network": network, "preprocessing": None, "facts": {}})
    path.write_bytes(content)
    reseal(path, b'\\"schema\\":3', b'\\"schema\\":1')
    assert cp.load(path).parameters.tobytes() == net.parameters.tobytes()


@pytest.mark.parametrize("which", ["classes", "values"])
def test_a_file_written_before_columns_had_gaps_predicts_what_it_did(which: str) -> None:
    folder = Path(__file__).parent / "recorded"
    model = cp.load_model(folder / f"schema-2-{which}.clearprop")
    recorded = json.loads((folder / "schema-2.json").read_text())
    given = model.probabilities if which == "classes" else model.predict
    expected = recorded["probabilities" if which == "classes" else "values"]
    np.testing.assert_allclose(given(recorded["rows"]), expected, rtol=1e-12)
    gaps = recorded["rows"] | {"code": [None, 3, 1], "colour": ["pink", None, "blue"]}
    with pytest.warns(cp.ColumnWarning, match="that training did not have"):
        assert np.isfinite(given(gaps)[2] if which == "values" else given(gaps)).all()


def test_a_file_without_the_statistics_that_its_network_needs_is_refused(path: Path) -> None:
    cp.Network((2, 3, 1), ("tanh", "identity"), normalization="batch_norm").save(path)
    reseal(path, b"running_mean[1]", b"running_meat[1]")
    with pytest.raises(ValueError, match="its weights are those of Network 2-3-1"):
        cp.load_model(path)


def test_weights_that_lie_transposed_in_memory_come_back_right(path: Path) -> None:
    W = np.arange(6.0).reshape(2, 3)
    cp.Network.from_weights([(W.T, np.zeros(2))], ("identity",)).save(path)
    assert cp.load(path).W[1].tolist() == W.T.tolist()


def test_preprocessing_and_facts_come_back(path: Path) -> None:
    model = small_model()
    cp.save_model(model, path)
    again = cp.load_model(path)
    assert again.preprocessing == model.preprocessing
    assert again.facts == model.facts
    assert again.predict(TABLE).tolist() == model.predict(TABLE).tolist()


def test_the_same_model_gives_the_same_bytes(path: Path, tmp_path: Path) -> None:
    for each in (path, tmp_path / "again.clearprop"):
        cp.save_model(small_model(), each)
    assert path.read_bytes() == (tmp_path / "again.clearprop").read_bytes()


def test_the_bare_network_comes_with_a_warning_where_preprocessing_is_left_out(path: Path) -> None:
    cp.save_model(small_model(), path)
    with pytest.warns(UserWarning, match=r"clearprop.load_model"):
        cp.load(path)


def test_the_bare_network_comes_without_a_warning_where_there_is_no_preprocessing(path: Path) -> None:
    small_model().network.save(path)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        cp.load(path)


@pytest.mark.parametrize("change", [0x01, 0x80, 0xFF])
def test_every_byte_that_changes_is_noticed(path: Path, change: int) -> None:
    cp.save_model(small_model(), path)
    content = path.read_bytes()
    for place in range(len(content)):
        path.write_bytes(content[:place] + bytes([content[place] ^ change]) + content[place + 1 :])
        with pytest.raises(ValueError, match="small"):
            cp.load_model(path)


def test_white_space_that_changes_in_the_header_is_noticed(path: Path) -> None:
    cp.save_model(small_model(), path)
    content = path.read_bytes()
    spaces = [match.start() for match in re.finditer(b" ", content[: content.rindex(b"}") + 8])]
    assert spaces
    for place in spaces:
        path.write_bytes(content[:place] + b"\t" + content[place + 1 :])
        with pytest.raises(ValueError, match="small"):
            cp.load_model(path)


def test_a_file_cut_anywhere_is_noticed(path: Path) -> None:
    cp.save_model(small_model(), path)
    content = path.read_bytes()
    for length in range(len(content)):
        path.write_bytes(content[:length])
        with pytest.raises(ValueError, match="small"):
            cp.load_model(path)


def test_a_truncated_file_is_called_truncated(path: Path) -> None:
    cp.save_model(small_model(), path)
    content = path.read_bytes()
    for length in (100, len(content) - 1):
        path.write_bytes(content[:length])
        with pytest.raises(ValueError, match=r"small.clearprop is truncated"):
            cp.load_model(path)


def test_an_altered_weight_is_called_altered(path: Path) -> None:
    cp.save_model(small_model(), path)
    content = bytearray(path.read_bytes())
    content[-3] ^= 1
    path.write_bytes(content)
    with pytest.raises(ValueError, match=r"small.clearprop was altered: its SHA-256"):
        cp.load_model(path)


def test_bytes_after_the_end_are_noticed(path: Path) -> None:
    cp.save_model(small_model(), path)
    path.write_bytes(path.read_bytes() + b"\0")
    with pytest.raises(ValueError, match="altered: 1 bytes follow its end"):
        cp.load_model(path)


def test_a_file_that_is_not_there_is_said_to_be_missing(path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"there is no model file .*small.clearprop"):
        cp.load_model(path)


FOREIGN = {
    "an empty file": b"",
    "text": b"size,colour\n1,red\n",
    "a picture": b"\x89PNG\r\n\x1a\n" + bytes(100),
    "a pickle": b"\x80\x04\x95\x0f\x00\x00\x00\x00\x00\x00\x00\x8c\x08",
    "another program's safetensors": save_tensors({"weight": np.zeros(3)}, {"format": "pt"}),
    "safetensors without metadata": save_tensors({"weight": np.zeros(3)}),
    "a JSON that never closes": (20).to_bytes(8, "little") + b"{" + b"[" * 19,
    "deep JSON": (200_001).to_bytes(8, "little") + b"{" + b"[" * 200_000,
    "a header over 1 MB": (2_000_000).to_bytes(8, "little") + b"{" + bytes(2_000_000),
}


@pytest.mark.parametrize("what", FOREIGN)
def test_a_foreign_file_is_refused(path: Path, what: str) -> None:
    path.write_bytes(FOREIGN[what])
    with pytest.raises(ValueError, match=r"is not a clearprop model file|is empty"):
        cp.load_model(path)


def test_a_header_that_claims_more_than_1_mb_is_not_read(path: Path) -> None:
    path.write_bytes(FOREIGN["a header over 1 MB"])
    with pytest.raises(ValueError, match="header claims 2,000,000 bytes, and at most 1,000,000 are read"):
        cp.load_model(path)


def reseal(path: Path, old: bytes, new: bytes) -> None:
    """Rewrite the header's text as a liar would: with a digest that is right again."""
    content = path.read_bytes()
    assert old in content
    length = int.from_bytes(content[:8], "little") + len(new) - len(old)
    content = length.to_bytes(8, "little") + content[8:].replace(old, new, 1)
    start, stop = sealed._digest_place(content)
    path.write_bytes(content[:start] + sealed._digest(content).encode() + content[stop:])


def test_a_newer_schema_is_refused_with_what_to_do(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (sealed, sealed_rules):
        monkeypatch.setattr(module, "SCHEMA", 4)
    cp.save_model(small_model(), path)
    monkeypatch.undo()
    with pytest.raises(ValueError, match=r"is from a newer clearprop.*schema is 4.*reads up to 3"):
        cp.load_model(path)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (b"softmax", b"softmix", "unknown activation 'softmix'; did you mean 'softmax'"),
        (b"[3,2,2]", b"[3,2,3]", "its weights are those of Network 3-2-2"),
        (b'\\"kind\\":\\"number\\"', b'\\"kind\\":\\"nimber\\"', "cannot read the preprocessing"),
        (b'\\"facts\\":', b'\\"fects\\":', "cannot be read: 'facts'"),
        (b'\\"facts\\":', b'\\"schema\\":', "the key 'schema' occurs twice"),
    ],
)
def test_contents_that_make_no_sense_are_refused_though_the_digest_is_right(
    path: Path, old: bytes, new: bytes, message: str
) -> None:
    cp.save_model(small_model(), path)
    reseal(path, old, new)
    with pytest.raises(ValueError, match=message):
        cp.load_model(path)


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_weights_that_are_not_finite_are_not_written(path: Path, value: float) -> None:
    net = cp.Network((2, 1), ("identity",))
    net.parameters[1] = value
    with pytest.raises(ValueError, match="weights that are not finite"):
        net.save(path)
    assert not path.exists()


def test_weights_that_are_not_finite_are_not_read(path: Path) -> None:
    document = {
        "network": {"widths": [1, 1], "activations": ["identity"], "dtype": "float64"},
        "preprocessing": None,
        "facts": {},
    }
    path.write_bytes(sealed.seal({"W[1]": np.array([[np.nan]]), "W0[1]": np.zeros(1)}, document))
    with pytest.raises(ValueError, match="weights that are not finite"):
        cp.load_model(path)


def test_an_activation_of_ones_own_cannot_be_saved_and_says_what_to_do(path: Path) -> None:
    @dataclass(frozen=True)
    class Quadratic(cp.Elementwise):
        name = "quadratic"

    with pytest.raises(ValueError, match=r"layer 1's activation 'quadratic' is not in the catalogue.*register"):
        cp.Network((2, 1), (Quadratic(),)).save(path)


@pytest.mark.parametrize("fact", [object(), float("nan"), {1, 2}])
def test_facts_that_are_not_json_are_refused(path: Path, fact: object) -> None:
    with pytest.raises(ValueError, match="plain JSON"):
        cp.save_model(cp.Model(small_model().network, None, {"fact": fact}), path)


def test_too_much_to_say_is_refused_when_writing(path: Path) -> None:
    with pytest.raises(ValueError, match="more than the 1,000,000 bytes"):
        cp.save_model(cp.Model(small_model().network, None, {"note": "x" * 1_000_000}), path)


def test_the_file_has_one_metadata_key_of_canonical_json(path: Path) -> None:
    cp.save_model(small_model(), path)
    content = path.read_bytes()
    header = json.loads(content[8 : 8 + int.from_bytes(content[:8], "little")])
    (key, text), *others = header["__metadata__"].items()
    assert (key, others) == ("clearprop", [])
    assert text == json.dumps(json.loads(text), sort_keys=True, separators=(",", ":"))


def test_a_bare_network_cannot_take_a_table(path: Path) -> None:
    small_model().network.save(path)
    with pytest.raises(ValueError, match="bare network, without names for its inputs"):
        cp.load_model(path).predict(TABLE)


def test_a_model_reads_text_as_it_learnt_it(tmp_path: Path) -> None:
    table = cp.Table.of({"code": ["007", "12A"], "y": ["a", "b"]})
    model = cp.Model(cp.Network((2, 2), ("softmax",)), cp.Preprocessing.fitted(table, target="y"))
    (tmp_path / "new.csv").write_text("code\n007\n")
    assert model.inputs(model.read(tmp_path / "new.csv")).tolist() == [[1.0, 0.0]]


@pytest.mark.parametrize("output", ["sigmoid", "log_softmax"])
def test_probabilities_sum_to_1_whatever_says_them(output: str) -> None:
    model = small_model()
    widths = model.network.widths
    other = replace(model, network=cp.Network(widths, (*["tanh"] * (len(widths) - 2), output), seed=1))
    P = other.probabilities(TABLE)
    np.testing.assert_allclose(P.sum(axis=1), 1, rtol=1e-12)
    assert [other.prepared.classes[k] for k in P.argmax(axis=1)] == other.predict(TABLE).tolist()  # type: ignore[index]


def test_margins_are_no_probabilities() -> None:
    model = small_model()
    widths = model.network.widths
    other = replace(model, network=cp.Network(widths, ("tanh",) * (len(widths) - 2) + ("identity",)))
    with pytest.raises(ValueError, match="probabilities need outputs from 0 to 1, and identity gives"):
        other.probabilities(TABLE)


def test_probabilities_sum_to_1_and_belong_to_the_classes() -> None:
    model = small_model()
    P = model.probabilities(TABLE)
    np.testing.assert_allclose(P.sum(axis=1), 1, rtol=1e-12)
    assert [model.prepared.classes[k] for k in P.argmax(axis=1)] == model.predict(TABLE).tolist()  # type: ignore[index]
