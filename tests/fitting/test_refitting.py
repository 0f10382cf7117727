"""The network that validation chose is trained once more on all rows that are not held out; what is said knows of it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import clearprop as cp
from clearprop.advice import TrainingWarning
from clearprop.fitting import carry_out, plan
from clearprop.fitting.baselines import LINEAR
from clearprop.fitting.evaluating import evaluate
from clearprop.fitting.refitting import best_step
from clearprop.fitting.report import training_report
from clearprop.fitting.scores import score

IRIS, DIABETES = cp.load_table("iris"), cp.load_table("diabetes")
SHORT: dict[str, Any] = {"layers": "8:tanh", "penalty": "none", "epochs": 30, "eta": 0.05}


def repeated(fitted: cp.Fit, table: cp.Table, recipe: cp.Recipe, steps: int, eta: str) -> cp.Run:
    """The training of a recipe's network on all rows that are not held out, by hand."""
    planned = plan(table, recipe)
    rows = table.rows(np.sort(np.concatenate([fitted.split.training, fitted.split.validation])))
    start = planned.start
    return cp.train(
        start.network,  # type: ignore[arg-type]
        start.inputs(rows),
        start.targets(rows),
        loss=start.facts["loss"],
        optimizer=start.facts["optimizer"],
        eta=eta,
        steps=steps,
        batch_size=start.facts["batch_size"],
        averaging=recipe.averaging,
        seed=recipe.seed,
    )


def test_the_refit_is_the_first_training_on_more_rows_up_to_its_best_epoch() -> None:
    recipe = cp.Recipe(**SHORT | {"eta": "cosine(start=0.1, steps=0)"}, calibration="none")
    fitted = cp.fit(DIABETES, recipe)
    best = int(np.argmin(fitted.run.history["validation_loss"]))
    epoch = fitted.run.history["epoch"][best]
    learnt = len(fitted.split.training) + len(fitted.split.validation)
    steps = round(epoch * -(-learnt // 32))
    assert 0 < best < 29
    assert fitted.model.facts["refit_steps"] == steps == fitted.refit.history["step"][-1]  # type: ignore[union-attr]
    eta = f"cosine(start=0.1, steps={30 * -(-learnt // 32)})"
    again = repeated(fitted, DIABETES, recipe, steps, eta)
    assert fitted.model.network.parameters.tobytes() == again.network.parameters.tobytes()
    without = cp.fit(DIABETES, replace(recipe, refit=False)).model.network
    assert without.parameters.tobytes() != again.network.parameters.tobytes()


def test_the_scores_of_validation_rows_are_those_before_the_refit() -> None:
    recipe = cp.Recipe(**SHORT, calibration="none")
    fitted, without = cp.fit(IRIS, recipe), cp.fit(IRIS, replace(recipe, refit=False))
    assert fitted.before is not None
    assert fitted.before.network.parameters.tobytes() == without.model.network.parameters.tobytes()
    assert fitted.scores["validation"].loss == without.scores["validation"].loss
    assert fitted.scores["test"].loss == score(fitted.model, IRIS.rows(fitted.split.test)).loss
    assert fitted.model.facts["scores"]["validation"]["loss"] == without.scores["validation"].loss
    assert (fitted.model_of("validation"), fitted.model_of("test")) == (fitted.before, fitted.model)
    assert (without.before, without.refit, without.model.facts["refit"]) == (None, None, False)


@pytest.mark.parametrize("ensemble", [1, 3])
def test_temperatures_are_those_that_the_validation_rows_gave(ensemble: int) -> None:
    recipe = cp.Recipe(**SHORT, ensemble=ensemble)
    with_it, without = (cp.fit(IRIS, replace(recipe, calibration=how)) for how in ("temperature", "none"))
    nets = [[each.network, *()] if ensemble == 1 else list(each.network) for each in (with_it.model, without.model)]
    found = with_it.model.facts["temperature"]
    for T, one, other in zip([found] if ensemble == 1 else found, *nets, strict=True):
        assert T != 1
        np.testing.assert_allclose(one.W[2] * T, other.W[2], rtol=1e-12)
    first = cp.fit(IRIS, replace(recipe, calibration="temperature", refit=False)).model.facts["temperature"]
    assert first == found


def test_an_ensemble_is_refitted_up_to_the_median_of_the_best_epochs() -> None:
    fitted = cp.fit(IRIS, cp.Recipe(**SHORT, ensemble=3))
    middle = np.median([best_step(run) for run in fitted.run.members])
    learnt, training = len(fitted.split.training) + len(fitted.split.validation), len(fitted.split.training)
    assert fitted.model.facts["refit_steps"] == round(middle * -(-learnt // 32) / -(-training // 32))
    assert len(fitted.model.network) == 3  # type: ignore[arg-type]


def test_without_hidden_layers_a_penalised_training_is_repeated_whole() -> None:
    """Its loss is convex: what it has at its best epoch is chance."""
    whole = cp.fit(DIABETES, layers="", penalty="l2(strength=0.01)", eta=0.03, epochs=20)
    assert whole.model.facts["refit_steps"] == 20 * -(-354 // 32)
    assert best_step(whole.run) < whole.run.history["step"][-1]


@pytest.mark.parametrize(("averaging", "whole"), [("swa(start=0.5)", True), ("ema(decay=0.9)", False), (None, False)])
def test_an_average_over_the_end_of_a_training_needs_its_end(averaging: str | None, whole: bool) -> None:
    recipe = cp.Recipe(layers="16:relu", penalty="none", epochs=60, eta=0.1, averaging=averaging)
    fitted = cp.fit(DIABETES, recipe)
    assert best_step(fitted.run) < fitted.run.history["step"][-1]
    assert (fitted.model.facts["refit_steps"] == 60 * -(-354 // 32)) == whole


def test_early_stopping_ends_the_first_training_alone() -> None:
    fitted = cp.fit(
        DIABETES, layers="16:relu", penalty="none", epochs=200, eta=0.05, stop=("no_improvement(patience=3)",)
    )
    assert "no improvement" in fitted.run.stopped_because or fitted.run.history["epoch"][-1] < 200
    best = fitted.run.history["epoch"][int(np.argmin(fitted.run.history["validation_loss"]))]
    assert fitted.model.facts["refit_steps"] == round(best * -(-354 // 32))


@pytest.mark.parametrize(
    ("choices", "because"),
    [
        ({"validation": 0}, "there are none"),
        ({"restarts": 2}, "they choose a network"),
        ({"eta": "reduce_on_plateau(of=0.1)"}, "the schedule follows the validation loss"),
    ],
)
def test_a_refit_that_cannot_be_is_not_made_and_refused_where_it_is_asked_for(
    choices: dict[str, Any], because: str
) -> None:
    recipe = cp.Recipe(**SHORT | choices)
    fitted = cp.fit(IRIS, recipe)
    assert (fitted.refit, fitted.model.facts["refit"]) == (None, False)
    with pytest.raises(ValueError, match=f"cannot be refitted on validation rows: .*{because}.*; leave refit out"):
        plan(IRIS, replace(recipe, refit=True))


def test_a_limit_of_time_is_for_one_training_unless_asked() -> None:
    timed = cp.Recipe(**SHORT, stop=("time_limit(seconds=60)",))
    assert plan(IRIS, timed).recipe.refit is False
    assert plan(IRIS, replace(timed, refit=True)).recipe.refit is True


def test_what_a_limit_of_time_leaves_out_is_said_in_the_plan() -> None:
    timed = cp.Recipe(epochs=1, stop="time_limit(seconds=60)")
    planned = plan(IRIS, timed)
    assert planned.left_out_by_time == "the comparison of penalties and of no hidden layers and the refit"
    assert plan(IRIS, replace(timed, refit=True, penalty="none")).left_out_by_time == ""
    assert plan(IRIS, replace(timed, stop=())).left_out_by_time == ""
    with pytest.warns(cp.TrainingWarning, match="the limit of time is for one training, and leaves out"):
        cp.fit(IRIS, timed)


def test_a_refit_that_diverges_leaves_the_first_network_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    from clearprop.fitting import refitting

    recipe = cp.Recipe(**SHORT)
    without = cp.fit(IRIS, replace(recipe, refit=False))

    def diverging(*given: Any, **named: Any) -> cp.Run:
        raise cp.Diverged("training diverged in epoch 1", without.run)

    monkeypatch.setattr(refitting, "train_by", diverging)
    with pytest.warns(
        TrainingWarning, match="refit failed, so the network before it stays: training diverged in epoch 1"
    ):
        fitted = cp.fit(IRIS, recipe)
    assert fitted.model.network.parameters.tobytes() == without.model.network.parameters.tobytes()
    assert "refit_steps" not in fitted.model.facts
    assert "chose the network by them" in evaluate(fitted.model, IRIS, "validation").measured.about


# ---- what is said


def test_the_linear_model_has_the_same_rows_and_on_validation_rows_has_not_seen_them() -> None:
    recipe = cp.Recipe(**SHORT)
    held_out = cp.fit(DIABETES, recipe)
    beside, without = held_out.beside[LINEAR], cp.fit(DIABETES, replace(recipe, refit=False)).beside[LINEAR]
    assert beside.metrics["r2"] != without.metrics["r2"]
    assert evaluate(held_out.model, DIABETES).beside[LINEAR].metrics == beside.metrics
    all_learnt = replace(recipe, test=0.0)
    fitted, first = cp.fit(DIABETES, all_learnt), cp.fit(DIABETES, replace(all_learnt, refit=False))
    assert list(fitted.scores)[-1] == "validation"
    assert fitted.beside[LINEAR].metrics == first.beside[LINEAR].metrics
    assert fitted.baselines[LINEAR].network.parameters.tolist() != first.baselines[LINEAR].network.parameters.tolist()


def test_an_evaluation_says_that_the_validation_rows_were_seen(tmp_path: Path) -> None:
    fitted = cp.fit(IRIS, cp.Recipe(**SHORT))
    cp.save_model(fitted.model, tmp_path / "m.clearprop")
    model = cp.load_model(tmp_path / "m.clearprop")
    found = {part: evaluate(model, IRIS, part).measured for part in ("held-out", "all", "validation", "training")}
    assert [(each.part, len(each.table), each.held_out) for each in found.values()] == [
        *(("test", 30, True), ("all", 150, False), ("validation", 24, False), ("training", 96, False)),
    ]
    assert "it has learnt from 120 others" in found["held-out"].about
    assert "has learnt from 120 of them" in found["all"].about
    assert "the refit has learnt from them" in found["validation"].about
    nothing_held_out = cp.fit(IRIS, cp.Recipe(**SHORT, test=0.0)).model
    measured = evaluate(nothing_held_out, IRIS).measured
    assert (measured.part, measured.held_out) == ("all", False)
    assert "learnt from every one of them" in measured.about


def test_a_report_of_validation_rows_is_of_the_network_before() -> None:
    pytest.importorskip("matplotlib")
    planned = plan(IRIS, cp.Recipe(**SHORT | {"epochs": 3}, test=0.0))
    fitted = carry_out(planned)
    page = training_report(planned, fitted)
    share = f"{100 * fitted.scores['validation'].metrics['accuracy']:.2f} %"
    assert f"On 30 rows, {share} of the answers are right" in page
    assert "these scores are of the network before it" in page
    assert "used to choose the network, and learnt from by the refit" in page
    assert f"The refit took {fitted.model.facts['refit_steps']:,} steps" in page
