"""Fitting: from a table to a model."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import clearprop as cp
from clearprop.fitting import carry_out, plan, split_again

BLOBS = cp.load_table("blobs")


@pytest.mark.parametrize("name", ["moons", "circles", "blobs", "xor", "iris", "wine", "breast_cancer"])
def test_the_defaults_learn_a_named_set(name: str) -> None:
    fitted = cp.fit(cp.load_table(name), cp.Recipe(epochs=60))
    assert fitted.scores["test"].metrics["accuracy"] >= 0.9


def test_the_defaults_learn_digits() -> None:
    fitted = cp.fit(cp.load_table("digits"))
    assert str(fitted.model.network).startswith("Network 64-64-64-10 (relu, relu, softmax)")
    assert fitted.scores["test"].metrics["accuracy"] >= 0.975


def test_the_defaults_learn_diabetes() -> None:
    assert cp.fit(cp.load_table("diabetes")).scores["test"].metrics["r2"] >= 0.4


def test_the_same_seed_gives_the_same_model_and_another_one_another() -> None:
    first, again, other = (cp.fit(BLOBS, cp.Recipe(epochs=2, seed=seed)).model for seed in (1, 1, 2))
    assert first.network.parameters.tobytes() == again.network.parameters.tobytes()
    assert first.facts == again.facts
    assert first.network.parameters.tobytes() != other.network.parameters.tobytes()


def test_preprocessing_sees_training_rows_only() -> None:
    fitted = cp.fit(BLOBS, cp.Recipe(epochs=1, validation=0.2))
    column = fitted.model.prepared.inputs[0]
    assert column.mean == pytest.approx(BLOBS["x1"][fitted.split.training].mean(), rel=1e-12)  # type: ignore[union-attr]


def test_regression_is_scored_in_the_targets_own_unit() -> None:
    table = cp.load_table("diabetes")
    fitted = cp.fit(table)
    held_out = table.rows(fitted.split.test)
    error = fitted.model.predict(held_out) - held_out["progression"]
    assert fitted.scores["test"].metrics["rmse"] == pytest.approx(np.sqrt((error**2).mean()), rel=1e-12)


def test_the_confusion_matrix_counts_what_predict_says() -> None:
    fitted = cp.fit(BLOBS, cp.Recipe(epochs=2))
    held_out = BLOBS.rows(fitted.split.test)
    classes, said = list(fitted.model.prepared.classes or ()), fitted.model.predict(held_out)
    counted = np.zeros((3, 3), int)
    for truth, answer in zip(held_out["class"], said, strict=True):
        counted[classes.index(truth), classes.index(answer)] += 1
    confusion = fitted.scores["test"].confusion
    assert confusion is not None
    assert confusion.tolist() == counted.tolist()


def test_the_last_training_score_is_the_loss_that_training_minimises() -> None:
    recipe = cp.Recipe(epochs=1, batch_size=320, eta=0.0, validation=0.0)
    fitted = cp.fit(BLOBS, recipe)
    assert fitted.scores["training"].loss == pytest.approx(fitted.run.history["loss"][-1], rel=1e-12)


def test_the_held_out_rows_are_found_again() -> None:
    fitted = cp.fit(BLOBS, cp.Recipe(epochs=1, seed=4, validation=0.1))
    again = split_again(fitted.model, cp.load_table("blobs"))
    assert again.test.tolist() == fitted.split.test.tolist()
    assert again.validation.tolist() == fitted.split.validation.tolist()


def test_the_held_out_rows_of_another_table_are_not_known() -> None:
    model = cp.fit(BLOBS, cp.Recipe(epochs=1)).model
    with pytest.raises(ValueError, match="is not the table that the model was trained on"):
        split_again(model, cp.load_table("blobs(seed=1)"))


def test_what_was_asked_for_is_kept_with_what_was_not() -> None:
    facts = cp.fit(BLOBS, cp.Recipe(epochs=1, loss="square", eta="inverse_time(start=0.1)", batch_size=16)).model.facts
    assert (facts["loss"], facts["eta"], facts["output_activation"]) == ("square", "inverse_time(start=0.1)", "softmax")
    assert (facts["batch_size"], facts["steps_taken"], facts["rows"]) == (16, 16, 400)


@pytest.mark.parametrize(
    ("table", "optimizer", "eta"),
    [
        ("blobs", "sgd", 0.1),
        ("diabetes", "sgd", 0.003),
        ("diabetes", "clip_norm(largest=2.0)", 0.003),
        ("blobs", "adam", 0.001),
        ("diabetes", "adam", 0.001),
        ("blobs", "adam(beta1=0.8)", 0.001),
        ("blobs", "clip_value(then=nadam)", 0.002),
        ("blobs", "momentum", 0.01),
    ],
)
def test_without_eta_plain_sgd_has_the_task_s_and_every_other_optimizer_its_own(
    table: str, optimizer: str, eta: float
) -> None:
    fitted = cp.fit(cp.load_table(table), cp.Recipe(optimizer=optimizer, steps=1))
    assert fitted.model.facts["eta"] == eta == fitted.run.history["eta"][0]
    assert fitted.model.facts["optimizer"] == optimizer


def test_an_eta_that_was_asked_for_is_every_optimizer_s() -> None:
    recipe = cp.Recipe(optimizer="adam", eta="warmup(steps=3, then=cosine(start=0.5, steps=9))", steps=4)
    fitted = cp.fit(BLOBS, recipe)
    assert fitted.model.facts["eta"] == recipe.eta
    assert fitted.run.history["eta"].tolist() == [0.5]


def test_a_class_that_was_left_out_of_training_cannot_be_scored() -> None:
    model = cp.fit(BLOBS, cp.Recipe(epochs=1)).model
    with pytest.raises(ValueError, match="row 1, column 'class': 'below' did not occur in training"):
        cp.score(model, cp.Table.of({"x1": [0], "x2": [0], "class": ["below"]}))


def test_an_empty_table_cannot_be_scored() -> None:
    model = cp.fit(BLOBS, cp.Recipe(epochs=1)).model
    with pytest.raises(ValueError, match="has no rows"):
        cp.score(model, BLOBS.rows(np.array([], int)))


CANNOT: dict[str, tuple[dict[str, Any], str]] = {
    "no target": ({"a": [1, 2], "b": [3, 4]}, "which column of table is the target\\? It has 'a', 'b'"),
    "an empty table": ({}, "which column"),
}


@pytest.mark.parametrize("what", CANNOT)
def test_a_table_that_cannot_be_learnt_from_is_refused(what: str) -> None:
    columns, message = CANNOT[what]
    with pytest.raises(ValueError, match=message):
        plan(cp.Table.of(columns))


def test_a_table_without_rows_is_refused() -> None:
    with pytest.raises(ValueError, match="has no rows"):
        plan(cp.Table.of({"x": np.empty(0), "y": np.empty(0)}), cp.Recipe(target="y"))


def test_a_loss_that_does_not_go_with_the_output_is_refused_before_training() -> None:
    with pytest.raises(ValueError, match="nllm takes predictions in"):
        plan(BLOBS, cp.Recipe(loss="nllm", output_activation="tanh"))


def test_divergence_is_raised_with_the_last_finite_network() -> None:
    planned = plan(cp.load_table("diabetes"), cp.Recipe(optimizer="sgd", eta=10.0))
    with pytest.raises(cp.Diverged, match="training diverged in epoch 1") as caught:
        carry_out(planned)
    assert np.isfinite(caught.value.run.network.parameters).all()


BAD_RECIPES: dict[str, tuple[dict[str, Any], str]] = {
    "an unknown activation": ({"layers": "32:rellu"}, "unknown activation 'rellu'; did you mean 'relu'"),
    "a layer without width": ({"layers": "relu"}, "cannot read layer 'relu'; write WIDTH:ACTIVATION"),
    "a layer of width 0": ({"layers": "0:relu"}, "cannot read layer '0:relu'"),
    "a comma too many": ({"layers": "3:relu,"}, "cannot read layer ''"),
    "an unknown loss": ({"loss": "nlm"}, "unknown loss 'nlm'; did you mean 'nllm'"),
    "an unknown optimiser": ({"optimizer": "sgdd"}, "unknown optimizer 'sgdd'; did you mean 'sgd'"),
    "an unknown schedule": ({"eta": "inverse"}, "unknown schedule 'inverse'; did you mean 'inverse_time'"),
    "a negative eta": ({"eta": -1.0}, "eta must be a finite number"),
    "an unknown penalty": ({"penalty": "l3"}, "unknown penalty 'l3'"),
    "a batch of nothing": ({"batch_size": 0}, "batch_size must be a whole number, 1 or more"),
    "epochs and steps": ({"epochs": 1, "steps": 1}, "epochs or steps, not both"),
    "negative epochs": ({"epochs": -1}, "epochs must be a finite number, 0 or more"),
}


@pytest.mark.parametrize("what", BAD_RECIPES)
def test_a_recipe_that_cannot_work_is_refused_when_it_is_made(what: str) -> None:
    choices, message = BAD_RECIPES[what]
    with pytest.raises(ValueError, match=message):
        cp.Recipe(**choices)


def test_layers_may_have_hyper_parameters() -> None:
    hidden = cp.Recipe(layers="8:leaky_relu(slope=0.2), 4:tanh").hidden
    assert [(width, str(f)) for width, f in hidden] == [(8, "leaky_relu(slope=0.2)"), (4, "tanh")]


def test_no_layers_is_a_linear_model() -> None:
    assert plan(BLOBS, cp.Recipe(layers="")).start.network.widths == (2, 3)


def test_no_penalty_can_be_asked_for() -> None:
    assert plan(BLOBS, cp.Recipe(penalty="none")).start.facts["penalty"] is None


def test_a_model_says_how_long_a_schedule_lasted_that_was_to_last_for_the_whole_training() -> None:
    table = cp.Table.of({"x": [0.0, 1.0, 2.0, 3.0] * 9, "y": ["low", "low", "high", "high"] * 9})
    fitted = cp.fit(table, cp.Recipe(target="y", epochs=3, batch_size=8, eta="cosine(start=0.1, steps=0)"))
    steps = 3 * -(-(len(fitted.split.training) + len(fitted.split.validation)) // 8)
    assert fitted.model.facts["eta"] == f"cosine(start=0.1, steps={steps}, end=0.0)"


FRAME: dict[str, list[Any]] = {
    "size": [None if k % 7 == 0 else k / 3 for k in range(40)],
    "colour": [("red", "blue", None)[k % 3] for k in range(40)],
    "key": [f"K-{k}" for k in range(40)],
    "y": [None if k == 5 else ("low", "high")[k > 20] for k in range(40)],
}


@pytest.mark.parametrize("library", ["dict", "pandas", "polars", "pyarrow"])
def test_a_frame_is_learnt_from_and_predicted_as_it_is(library: str) -> None:
    if library == "dict":
        frame: Any = FRAME
    else:
        imported = pytest.importorskip(library)
        frame = imported.table(FRAME) if library == "pyarrow" else imported.DataFrame(FRAME)
    said = "1 row without y left out|Left out as inputs: 'key' .identifier"
    with pytest.warns(cp.ColumnWarning, match=said) as caught:
        fitted = cp.fit(frame, target="y", epochs=3, seed=1, progress=False)
    assert len(caught) == 2
    assert str(caught[1].message).endswith("To keep one, say what it is: kinds={'key': 'category'}")
    assert all(each.filename == __file__ for each in caught)
    model = fitted.model
    assert (model.facts["epochs"], model.facts["rows"]) == (3, 39)
    assert model.predict(frame).shape == (40,)
    np.testing.assert_allclose(model.probabilities(frame), model.probabilities(FRAME))
    assert cp.score(model, cp.Table.of(frame)).rows == 39


def test_choices_as_keywords_are_those_of_a_recipe_and_change_a_given_one() -> None:
    whole = cp.fit(BLOBS, cp.Recipe(epochs=2, layers="3:tanh"), progress=False)
    parts = cp.fit(BLOBS, cp.Recipe(layers="3:tanh"), epochs=2, progress=False)
    plain = cp.fit(BLOBS, epochs=2, layers="3:tanh", progress=False)
    assert whole.model.network.parameters.tobytes() == parts.model.network.parameters.tobytes()
    assert whole.model.network.parameters.tobytes() == plain.model.network.parameters.tobytes()
    with pytest.raises(TypeError, match="epoch"):
        cp.fit(BLOBS, epoch=2)


def test_a_target_is_named_by_the_label_of_a_frame() -> None:
    rows = {k: np.arange(40) % (k + 2) for k in range(4)}
    table = pytest.importorskip("pandas").DataFrame(rows)
    assert cp.fit(table, target=3, epochs=1).model.prepared.target.name == "3"
    with pytest.raises(TypeError, match=r"target is the name of a column, given \['0', '1'\]"):
        cp.fit(table, target=["0", "1"])  # type: ignore[arg-type]
