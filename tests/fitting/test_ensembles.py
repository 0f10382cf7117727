"""A recipe with several networks, and with a temperature: the model is their mean, as sure as it is right."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import clearprop as cp
from clearprop.fitting import carry_out, plan

WINE = cp.load_table("wine")
SHORT = {"epochs": 10, "validation": 0.25, "seed": 1}


@pytest.mark.parametrize(
    "options",
    [{}, {"batch_size": 1, "optimizer": "sgd", "layers": "8:relu"}],
    ids=["one after another", "side by side"],
)
def test_the_model_is_the_mean_of_its_networks(options: dict) -> None:
    fitted = cp.fit(WINE, cp.Recipe(**SHORT, **options, ensemble=4))
    ensemble = fitted.model.network
    assert isinstance(ensemble, cp.Ensemble)
    assert len(ensemble) == 4
    assert ("lanes" in fitted.model.facts["engine"] or "lanes" in str(fitted.run.engine)) == bool(options)
    expected = np.mean([net.predict(fitted.model.inputs(WINE)) for net in ensemble], axis=0)
    np.testing.assert_allclose(fitted.model.probabilities(WINE), expected, rtol=1e-12)
    assert fitted.model.facts["ensemble"] == 4


def test_its_scores_are_of_the_mean() -> None:
    planned = plan(WINE, cp.Recipe(**SHORT, ensemble=3, penalty="l2(strength=0.001)"))
    fitted = carry_out(planned)
    rows = planned.rows("test")
    P, Y = fitted.model.probabilities(rows), fitted.model.targets(rows)
    found = fitted.scores["test"]
    assert found.metrics["accuracy"] == (P.argmax(axis=1) == Y.argmax(axis=1)).mean()
    penalty = np.mean([sum(0.001 * (net.W[l] ** 2).sum() for l in net.layers) for net in fitted.model.network])
    without = cp.score(cp.Model(fitted.model.network, fitted.model.preprocessing, {"loss": "nllm"}), rows)
    assert without.loss == pytest.approx(-np.log((P * Y).sum(axis=1)).mean(), rel=1e-12)
    assert found.loss > without.loss
    assert (found.loss - without.loss) / penalty in (pytest.approx(1), pytest.approx(0.5))


def test_a_regression_is_the_mean_of_values() -> None:
    table = cp.load_table("diabetes")
    fitted = cp.fit(table, cp.Recipe(epochs=3, ensemble=3))
    each = [cp.Model(net, fitted.model.preprocessing).predict(table) for net in fitted.model.network]
    np.testing.assert_allclose(fitted.model.predict(table), np.mean(each, axis=0), rtol=1e-10)


def test_each_network_has_a_temperature_from_the_validation_rows(tmp_path: Path) -> None:
    with_it, without = (
        cp.fit(WINE, cp.Recipe(**SHORT, ensemble=3, calibration=how, refit=False)) for how in ("temperature", "none")
    )
    rows = plan(WINE, cp.Recipe(**SHORT)).rows("validation")
    for k, T in enumerate(with_it.model.facts["temperature"]):
        plain = without.model.network[k]
        assert (
            pytest.approx(cp.calibrate(plain, without.model.inputs(rows), without.model.targets(rows)).temperature) == T
        )
        np.testing.assert_allclose(with_it.model.network[k].W[plain.L] * T, plain.W[plain.L], rtol=1e-12)
    cp.save_model(with_it.model, tmp_path / "m.clearprop")
    again = cp.load_model(tmp_path / "m.clearprop")
    np.testing.assert_array_equal(again.probabilities(WINE), with_it.model.probabilities(WINE))
    one = cp.fit(WINE, cp.Recipe(**SHORT, calibration="temperature")).model
    assert isinstance(one.facts["temperature"], float)


def test_a_temperature_lowers_the_loss_of_smoothed_labels_and_changes_no_class() -> None:
    recipes = (
        cp.Recipe(**SHORT, label_smoothing=0.2, penalty="none", calibration=how) for how in ("temperature", "none")
    )
    with_it, without = (cp.fit(WINE, recipe) for recipe in recipes)
    assert with_it.model.predict(WINE).tolist() == without.model.predict(WINE).tolist()
    assert with_it.scores["validation"].loss < without.scores["validation"].loss


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"calibration": "temperature", "validation": 0}, "validation=0.2"),
        ({"calibration": "platt", "validation": 0.2}, "temperature, auto, none or left out"),
        ({"ensemble": 0}, "ensemble"),
    ],
)
def test_a_recipe_that_cannot_be_is_refused_when_it_is_made(options: dict, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        cp.Recipe(**options)


def test_numbers_have_no_temperature() -> None:
    with pytest.raises(ValueError, match="softmax, log_softmax or sigmoid, and identity"):
        plan(cp.load_table("diabetes"), cp.Recipe(validation=0.2, calibration="temperature"))
