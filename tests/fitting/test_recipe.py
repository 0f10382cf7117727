"""What a recipe leaves open is decided by the preset, the task and the number of rows; what is chosen stays."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

import clearprop as cp
from clearprop.estimators import presets
from clearprop.fitting import Plan, carry_out, one_training, plan
from clearprop.fitting.presets import FEW_ROWS, FOLDS, PRESETS
from clearprop.fitting.recipe import DEFAULTS, NO_HIDDEN_LAYERS
from clearprop.fitting.settling import settled
from clearprop.fitting.splitting import Split, folds_of
from clearprop.formulas.scalings import SmoothClip, Standard
from clearprop.training.evaluation import HeldOut

DIABETES = cp.load_table("diabetes")


def line(n: int, classes: bool = False) -> cp.Table:
    x = np.random.default_rng(0).normal(size=n)
    return cp.Table.of({"x": x, "y": np.where(x > 0, "a", "b").tolist() if classes else x**2}, target="y")


def facts(recipe: cp.Recipe, n: int = 1000, classes: bool = False) -> dict[str, Any]:
    return dict(plan(line(n, classes), recipe).start.facts)


@pytest.mark.parametrize(
    ("n", "epochs", "strengths"),
    [
        (60, 200, (4 / 48,)),
        (100, 200, (1.5 / 80, 8 / 80, 40 / 80)),
        (375, 200, (1.5 / 300, 8 / 300, 40 / 300)),
        (1000, 75, (1.5 / 800, 8 / 800, 40 / 800)),
        (10_000, 40, (1.5 / 8000, 8 / 8000, 40 / 8000)),
    ],
)
def test_epochs_and_penalties_are_decided_by_the_rows_that_are_not_held_out(
    n: int, epochs: int, strengths: tuple[float, ...]
) -> None:
    planned = plan(line(n))
    assert planned.start.facts["epochs"] == planned.recipe.epochs == epochs
    assert planned.recipe.penalties == tuple(f"l2(strength={each:.3g})" for each in strengths)
    assert planned.start.facts["penalty"] == planned.recipe.penalties[len(strengths) // 2]


def test_the_default_is_adam_with_a_schedule_and_a_fifth_of_the_rest_for_validation() -> None:
    found = facts(cp.Recipe())
    names = ("optimizer", "eta", "batch_size", "layers", "validation", "dtype", "preset")
    assert tuple(found[name] for name in names) == (
        *("adam", "cosine(start=0.003, steps=0)", 32, "64:relu,64:relu", 0.16, "float64", "default"),
    )
    planned = plan(line(1000))
    assert tuple(len(rows) for rows in (planned.split.training, planned.split.validation, planned.split.test)) == (
        *(640, 160, 200),
    )
    assert len(plan(line(1000), cp.Recipe(test=0.9)).split.validation) == 20


CHOSEN: dict[str, Any] = {
    "layers": "3:tanh",
    "penalty": "l1(strength=0.5)",
    "eta": 0.01,
    "batch_size": 7,
    "epochs": 3,
    "validation": 0.3,
    "label_smoothing": 0.3,
    "dtype": "float32",
}


@pytest.mark.parametrize("preset", PRESETS)
@pytest.mark.parametrize("name", CHOSEN)
def test_a_choice_replaces_its_own_value_and_no_other(name: str, preset: str) -> None:
    before = facts(cp.Recipe(preset=preset), n=2000, classes=True)
    after = facts(cp.Recipe(preset=preset, **{name: CHOSEN[name]}), n=2000, classes=True)
    changed = {each for each in before if before[each] != after[each]}
    assert changed <= {name, "table"}  # the digest is of the table's columns, which stay
    assert after[name] == (f"label_smoothing(rate={CHOSEN[name]})" if name == "label_smoothing" else CHOSEN[name])


def test_a_penalty_that_was_chosen_is_not_searched_and_several_are() -> None:
    assert cp.fit(DIABETES, penalty="l2(strength=0.1)", epochs=1).model.facts.get("compared") is None
    assert cp.fit(DIABETES, penalty="none", epochs=1).model.facts["penalty"] is None
    chosen = cp.fit(DIABETES, penalty=("none", "l2(strength=9.0)"), epochs=30).model.facts
    assert (chosen["penalty"], list(chosen["compared"])) == (None, ["none", "l2(strength=9.0)"])


def test_steps_replace_epochs() -> None:
    found = facts(cp.Recipe(steps=12))
    assert (found["epochs"], found["steps"]) == (None, 12)


@pytest.mark.parametrize("preset", PRESETS)
@pytest.mark.parametrize(
    ("optimizer", "classes", "eta"),
    [
        ("sgd", True, 0.1),
        ("sgd", False, 0.003),
        ("adam", True, 0.001),
        ("momentum", False, 0.01),
        ("lbfgs", False, None),
    ],
)
def test_an_optimizer_that_was_chosen_has_its_own_step_size(
    optimizer: str, classes: bool, eta: float | None, preset: str
) -> None:
    found = facts(cp.Recipe(preset=preset, optimizer=optimizer), classes=classes)
    assert (found["optimizer"], found["eta"]) == (optimizer, eta)
    assert (found["batch_size"] is None) == (optimizer == "lbfgs")


def test_without_validation_rows_nothing_is_searched_or_calibrated() -> None:
    planned = plan(line(1000, classes=True), cp.Recipe(validation=0, epochs=1))
    assert planned.recipe.penalties == ("l2(strength=0.01)",)
    assert planned.start.facts["calibration"] is None
    assert (planned.rivals, carry_out(planned).model.facts.get("compared")) == ({}, None)


@pytest.mark.parametrize(
    ("choices", "calibration"),
    [
        ({}, "auto"),
        ({"calibration": "none"}, None),
        ({"output_activation": "sigmoid", "loss": "nll"}, "auto"),
        ({"output_activation": "tanh", "loss": "square"}, None),
    ],
)
def test_probabilities_are_calibrated_where_outputs_are_any(choices: dict[str, str], calibration: str | None) -> None:
    assert facts(cp.Recipe(**choices), classes=True)["calibration"] == calibration  # type: ignore[arg-type]
    assert facts(cp.Recipe())["calibration"] is None


def test_a_few_validation_rows_do_not_calibrate_unless_asked() -> None:
    few, enough = (facts(cp.Recipe(), n=n, classes=True)["calibration"] for n in (50, 80))
    assert (few, enough) == (None, "auto")
    assert facts(cp.Recipe(calibration="temperature"), n=50, classes=True)["calibration"] == "temperature"


def test_label_smoothing_of_a_preset_is_for_the_loss_of_the_task() -> None:
    assert facts(cp.Recipe(preset="tabular", loss="square"), n=2000, classes=True)["label_smoothing"] is None
    kept = facts(cp.Recipe(preset="tabular", loss="square", label_smoothing=0.1), n=2000, classes=True)
    assert kept["label_smoothing"] == "label_smoothing(rate=0.1)"
    assert facts(cp.Recipe(preset="tabular", loss="nllm"), n=2000, classes=True)["label_smoothing"] is not None


def test_the_penalty_with_the_lowest_validation_loss_is_taken() -> None:
    planned = plan(DIABETES, cp.Recipe(epochs=20, steps=None, layers="64:relu,64:relu", validation=0.2))
    fitted = carry_out(planned)
    losses: dict[str, list[float]] = {}
    learnt = np.concatenate([planned.split.training, planned.split.validation])
    folds = folds_of(planned.split, None, folds=FOLDS, seed=0)
    assert sorted(np.concatenate([fold.validation for fold in folds])) == sorted(learnt)
    for penalty in planned.recipe.penalties:
        losses[penalty] = []
        for fold in folds:
            alone = carry_out(plan_of(planned, penalty, fold))
            rows = planned.table.rows(fold.validation)
            judge = HeldOut(planned.start.inputs(rows), planned.start.targets(rows))
            A = judge.outputs(alone.run.network)[1]
            losses[penalty] += ((A - judge.Y) ** 2).ravel().tolist()
        if penalty == fitted.model.facts["penalty"]:
            one = carry_out(plan_of(planned, penalty, planned.split))
            assert one.model.network.parameters.tobytes() == fitted.model.network.parameters.tobytes()
    found, means = fitted.model.facts["compared"], {name: np.mean(each) for name, each in losses.items()}
    assert fitted.model.facts["penalty"] == min(means, key=lambda each: means[each])
    assert found[fitted.model.facts["penalty"]] == pytest.approx(means[fitted.model.facts["penalty"]])


def plan_of(planned: Plan, penalty: str, split: Split) -> Plan:
    """The plan of one training, with a penalty and a split."""
    facts = {**planned.start.facts, "penalty": penalty}
    start = cp.Model(planned.start.network, planned.start.preprocessing, facts)
    return replace(planned, recipe=replace(planned.recipe, penalty=penalty), start=start, split=split)


def test_a_plan_that_is_settled_is_the_same_training_with_one_penalty() -> None:
    planned = plan(DIABETES, cp.Recipe(epochs=5))
    one, run = settled(planned)
    fitted, again = carry_out(planned), carry_out(one)
    assert run is not None
    assert one.recipe.penalties == (one.start.facts["penalty"],)
    assert fitted.model.network.parameters.tobytes() == again.model.network.parameters.tobytes()
    assert fitted.model.facts == again.model.facts
    assert one.rivals == {}
    by_facts = cp.Recipe(**{n: one.start.facts[n] for n in ("penalty", "epochs", "batch_size", "layers", "eta")})
    assert cp.fit(DIABETES, by_facts).model.network.parameters.tobytes() == again.model.network.parameters.tobytes()


def test_an_ensemble_is_trained_once_with_the_penalty_of_a_single_network() -> None:
    single, several = (cp.fit(DIABETES, epochs=5, ensemble=k).model.facts for k in (1, 3))
    assert (single["penalty"], single["compared"]) == (several["penalty"], several["compared"])
    assert (single["ensemble"], several["ensemble"]) == (None, 3)


def test_few_rows_have_one_strength_and_fast_always() -> None:
    for task in ("classification", "regression"):
        assert len(PRESETS["default"](task, FEW_ROWS - 1)["penalty"]) == 1
        assert len(PRESETS["default"](task, FEW_ROWS)["penalty"]) == 3
        assert len(PRESETS["fast"](task, 5000)["penalty"]) == 1
        assert PRESETS["fast"](task, 5000)["epochs"] < PRESETS["default"](task, 5000)["epochs"]


@pytest.mark.parametrize("table", ["iris", "diabetes"])
@pytest.mark.parametrize("preset", PRESETS)
def test_every_preset_learns(preset: str, table: str) -> None:
    metrics = cp.fit(cp.load_table(table), preset=preset).scores["test"].metrics
    assert metrics.get("accuracy", 1.0) >= 0.9
    assert metrics.get("r2", 1.0) >= 0.35


@pytest.mark.parametrize(
    ("task", "estimators"), [("classification", presets.CLASSIFIER), ("regression", presets.REGRESSOR)]
)
def test_tabular_is_one_recipe_for_the_shell_and_the_estimators(task: str, estimators: dict[str, Any]) -> None:
    own, theirs = PRESETS["tabular"](task, 1000), estimators["tabular"]
    layers = ",".join(f"{width}:{theirs['activation']}" for width in theirs["hidden_layer_sizes"])
    assert (own["layers"], own["optimizer"], own["eta"]) == (layers, theirs["solver"], theirs["learning_rate"])
    assert (own["batch_size"], own["dtype"]) == (theirs["batch_size"], theirs["dtype"])
    assert own["label_smoothing"] == theirs.get("label_smoothing")


def test_tabular_takes_the_choices_of_the_default_unless_its_own_are_clearly_better() -> None:
    few, default = (cp.fit(line(1000), preset=name, epochs=2) for name in ("tabular", "default"))
    assert few.model.network.parameters.tobytes() == default.model.network.parameters.tobytes()  # type: ignore[union-attr]
    assert (few.model.facts["preset"], few.model.facts["decided_by"]) == ("tabular", "default")
    planned = plan(line(2000, classes=True), cp.Recipe(preset="tabular", epochs=2))
    assert "decided_by" not in planned.start.facts
    theirs = list(plan(line(2000, classes=True), cp.Recipe(epochs=2)).recipe.penalties)
    assert list(planned.rivals) == [*(f"default, {text}" for text in theirs), NO_HIDDEN_LAYERS]
    one, _ = settled(planned)
    start = one.start  # two epochs are too few for the preset's own network
    assert start.facts["chosen"] in planned.rivals
    assert start.facts["scaling"] == "standard"
    assert {each.scaling for each in start.prepared.inputs} == {Standard()}  # type: ignore[union-attr]
    assert start.network.dtype == np.float64
    assert list(start.facts["compared"]) == ["tabular", *planned.rivals]


def test_a_chosen_network_of_tabular_is_compared_with_nothing() -> None:
    planned = plan(line(200), cp.Recipe(preset="tabular", layers="8:selu"))
    assert (planned.rivals, planned.recipe.scaling) == ({}, "smooth_clip(bound=3.0, of=robust)")


def test_inputs_are_scaled_as_the_recipe_says() -> None:
    table = cp.Table.of({"x": [*range(99), 1e6], "y": [0.5 * k for k in range(100)]}, target="y")
    X = {
        scaling: plan(table, cp.Recipe(scaling=scaling, test=0, validation=0)).start.points(table)[:, 0]
        for scaling in ("standard", "robust", "smooth_clip")
    }
    assert X["robust"][-1] > 1e4
    assert 2.9 < X["smooth_clip"][-1] <= 3
    assert np.ptp(X["standard"][:-1]) < 0.01
    wanted = SmoothClip()
    raw = np.array(table["x"], float)[:, None]
    np.testing.assert_allclose(X["smooth_clip"], wanted.scaled(raw, *wanted.learnt(raw))[:, 0], rtol=1e-12)
    with pytest.raises(ValueError, match="unknown scaling 'robst'; did you mean 'robust'"):
        cp.Recipe(scaling="robst")


def test_an_unknown_preset_is_refused() -> None:
    with pytest.raises(ValueError, match="unknown preset 'slow'; there are default, fast, tabular"):
        cp.Recipe(preset="slow")


def test_a_scaling_of_your_own_that_files_could_not_hold_is_refused() -> None:
    class Squared(cp.Scaling):
        name = "squared_for_a_test"

        def learnt(self, X: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
            return np.zeros(X.shape[1]), np.ones(X.shape[1])

        def scaled(self, X: np.ndarray, centre: np.ndarray, factor: np.ndarray) -> np.ndarray:
            return X**2

    with pytest.raises(ValueError, match="defines scaled; for tables it must define limited too"):
        cp.Recipe(scaling=Squared())  # type: ignore[arg-type]


def test_no_hidden_layers_by_hand_are_those_that_a_search_takes() -> None:
    x = np.random.default_rng(0).normal(size=(120, 3))
    table = cp.Table.of({"a": x[:, 0], "b": x[:, 1], "c": x[:, 2], "y": x @ [1.0, -2.0, 0.5] + x[:, 0] / 9}, target="y")
    searched, by_hand = cp.fit(table, progress=False), cp.fit(table, layers="", progress=False)
    assert searched.model.facts["chosen"] == NO_HIDDEN_LAYERS
    assert searched.model.network.parameters.tobytes() == by_hand.model.network.parameters.tobytes()  # type: ignore[union-attr]


@pytest.mark.parametrize("preset", ["default", "fast"])
def test_what_is_chosen_beside_no_hidden_layers_stays(preset: str) -> None:
    filled = cp.Recipe(layers="", preset=preset).filled("regression", 1000, validation_rows=200)
    assert (filled.penalties, filled.eta) == (("l2(strength=0.001)",), "cosine(start=0.03, steps=0)")
    own = cp.Recipe(layers="", preset=preset, optimizer="sgd", penalty="none")
    filled = own.filled("regression", 1000, validation_rows=200)
    assert (filled.penalties, filled.eta) == (("none",), DEFAULTS["regression"].eta)


def test_threads_change_the_time_and_not_the_model(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def told(*given: Any, **choices: Any) -> cp.Run:
        asked.append(choices["threads"])
        return cp.train(*given, **choices)

    monkeypatch.setattr(one_training, "train", told)
    one, two = (cp.fit(cp.load_table("iris"), epochs=3, threads=k, progress=False).model for k in (1, 2))
    assert set(asked[: len(asked) // 2]) == {1}
    assert set(asked[len(asked) // 2 :]) == {2}
    assert one.network.parameters.tobytes() == two.network.parameters.tobytes()  # type: ignore[union-attr]
    assert "threads" not in one.facts
    with pytest.raises(ValueError, match="threads"):
        cp.Recipe(threads=0)
