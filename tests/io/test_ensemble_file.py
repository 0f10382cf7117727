"""A model file with an ensemble: all its networks come back, and a bare network is one of them by its number."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import clearprop as cp

from .test_model_file import TABLE, reseal, small_model


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "several.clearprop"


def ensemble_model(**more: object) -> cp.Model:
    made = cp.Preprocessing.fitted(TABLE, target="y")
    nets = [cp.Network((3, 2 + k, 2), ("tanh", "softmax"), seed=k, **more) for k in range(3)]
    return cp.Model(cp.Ensemble(nets), made, {"loss": "nllm"})


@pytest.mark.parametrize("more", [{}, {"dtype": "float32"}, {"normalization": "batch_norm"}], ids=str)
def test_an_ensemble_comes_back_to_the_bit(path: Path, more: dict[str, object]) -> None:
    model = ensemble_model(**more)
    cp.save_model(model, path)
    again = cp.load_model(path)
    assert isinstance(again.network, cp.Ensemble)
    for one, other in zip(again.network, model.network, strict=True):
        assert one.parameters.tobytes() == other.parameters.tobytes()
        assert one.statistics.tobytes() == other.statistics.tobytes()
        assert (one.widths, one.activations, one.normalizations) == (
            other.widths,
            other.activations,
            other.normalizations,
        )
    np.testing.assert_array_equal(again.probabilities(TABLE), model.probabilities(TABLE))
    assert again.predict(TABLE).tolist() == model.predict(TABLE).tolist()
    expected = np.mean([net.predict(model.inputs(TABLE)) for net in model.network], axis=0)
    np.testing.assert_allclose(model.probabilities(TABLE), expected, rtol=1e-6)


def test_the_same_ensemble_gives_the_same_bytes(path: Path, tmp_path: Path) -> None:
    cp.save_model(ensemble_model(), path)
    cp.save_model(ensemble_model(), tmp_path / "again.clearprop")
    assert path.read_bytes() == (tmp_path / "again.clearprop").read_bytes()


def test_a_bare_network_is_one_of_them_by_its_number(path: Path) -> None:
    model = ensemble_model()
    cp.save_model(model, path)
    with pytest.warns(UserWarning, match="preprocessing"), pytest.raises(ValueError, match=r"mean of 3.*member=0\)"):
        cp.load(path)
    with pytest.warns(UserWarning, match="preprocessing"):
        assert cp.load(path, member=2).parameters.tobytes() == model.network[2].parameters.tobytes()
    with pytest.warns(UserWarning, match="preprocessing"), pytest.raises(ValueError, match="counted from 0 to 2"):
        cp.load(path, member=3)


def test_a_file_with_one_network_has_no_list_of_networks(path: Path) -> None:
    model = small_model()
    cp.save_model(model, path)
    content = path.read_bytes()
    assert b'\\"networks\\"' not in content
    assert isinstance(cp.load_model(path).network, cp.Network)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (b"[3,4,2]", b"[3,5,2]", "its weights are those of Network 3-4-2"),
        (b'"2/W[1]"', b'"7/W[1]"', "of none of its 3 networks"),
        (b'"2/W[1]"', b'"0/W[3]"', r"cannot be read"),
        (b"softmax", b"sigmoid", "networks of an ensemble have the same inputs"),
    ],
)
def test_contents_that_make_no_sense_are_refused_though_the_digest_is_right(
    path: Path, old: bytes, new: bytes, message: str
) -> None:
    cp.save_model(ensemble_model(), path)
    reseal(path, old, new)
    with pytest.raises(ValueError, match=message):
        cp.load_model(path)


def test_a_network_that_cannot_be_saved_is_refused_whichever_it_is(path: Path) -> None:
    model = ensemble_model()
    model.network[2].parameters[0] = np.nan
    with pytest.raises(ValueError, match="not finite"):
        cp.save_model(model, path)
    assert not path.exists()
