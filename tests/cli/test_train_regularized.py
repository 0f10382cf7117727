"""`clearprop train` with normalisation and regularisation, and the other commands with such a model."""

from __future__ import annotations

import numpy as np
import pytest

import clearprop as cp

from .conftest import Shell

CHOSEN = {
    "--normalization": "batch_norm",
    "--dropout": "0.1,0.3",
    "--input-noise": "0.05",
    "--max-norm": "0.5",
    "--label-smoothing": "0.1",
    "--class-weight": "balanced",
    "--averaging": "ema(decay=0.9)",
}


def trained(shell: Shell, *more: str) -> cp.Model:
    flags = [word for flag in CHOSEN.items() for word in flag]
    outcome = shell("train", "moons", "--layers", "8:tanh", "--epochs", "3", *flags, *more, "-o", "model.clearprop")
    assert outcome.status == 0, outcome.err
    return cp.load_model("model.clearprop")


def test_every_choice_reaches_the_training(shell: Shell) -> None:
    model = trained(shell)
    table = cp.load_table("moons")
    recipe = cp.Recipe(
        layers="8:tanh",
        epochs=3,
        normalization="batch_norm",
        dropout=(0.1, 0.3),
        input_noise=0.05,
        max_norm=0.5,
        label_smoothing=0.1,
        class_weight="balanced",
        averaging="ema(decay=0.9)",
    )
    assert cp.fit(table, recipe).model.network.parameters.tolist() == model.network.parameters.tolist()
    assert model.facts["dropout"] == "dropout(rates=(0.1, 0.3))"
    assert model.facts["averaging"] == "ema(decay=0.9)"
    assert str(model.network.normalization[1]) == "batch_norm(epsilon=1e-05, momentum=0.1)"


@pytest.mark.parametrize("left_out", CHOSEN)
def test_each_of_them_makes_a_difference(shell: Shell, left_out: str, monkeypatch) -> None:
    whole = trained(shell).network.parameters.tolist()
    monkeypatch.delitem(CHOSEN, left_out)
    assert trained(shell).network.parameters.tolist() != whole or left_out == "--class-weight", "moons are balanced"


def test_the_plan_says_what_is_added(shell: Shell) -> None:
    flags = [word for flag in CHOSEN.items() for word in flag]
    said = " ".join(shell("train", "moons", "--epochs", "1", *flags).out.split())
    for expected in ("batch_norm", "dropout(rates=(0.1, 0.3))", "label_smoothing(rate=0.1)", "ema(decay=0.9)"):
        assert expected in said


def test_such_a_model_is_evaluated_used_checked_explained_and_described(shell: Shell) -> None:
    model = trained(shell)
    evaluated = shell("evaluate", "model.clearprop", "moons", "--split", "test")
    expected = model.facts["scores"]["test"]["accuracy"]
    assert f"{100 * expected:.2f} %" in evaluated.out
    assert shell("predict", "model.clearprop", "moons").status == 0
    checked = shell("check", "model.clearprop")
    assert checked.status == 0
    assert "gain" in checked.out
    assert shell("explain", "model.clearprop", "--row", "3").status == 0
    assert "batch_norm(epsilon=1e-05, momentum=0.1), tanh" in shell("info", "model.clearprop").out


def test_lbfgs_takes_all_rows_and_needs_no_eta(shell: Shell) -> None:
    outcome = shell("train", "diabetes", "--optimizer", "lbfgs", "--epochs", "20", "-o", "model.clearprop")
    assert outcome.status == 0, outcome.err
    assert "lbfgs, all rows in a step, 20 epochs loss square" in " ".join(outcome.out.split())
    facts = cp.load_model("model.clearprop").facts
    assert facts["batch_size"] is None
    assert facts["eta"] is None
    assert shell("explain", "model.clearprop").status == 0


def test_a_plateau_is_an_eta_like_any_other(shell: Shell) -> None:
    eta = "reduce_on_plateau(of=constant(value=0.1), patience=1, factor=0.5)"
    assert shell("train", "moons", "--eta", eta, "--epochs", "2", "-o", "model.clearprop").status == 0


@pytest.mark.parametrize(
    ("flags", "message"),
    [
        (("--dropout", "1.5"), "rates = 1.5 is outside"),
        (("--dropout", "0.1,0.2"), "dropout: give one rate, or 3"),
        (("--normalization", "batchnorm"), "did you mean 'batch_norm'"),
        (("--averaging", "sma"), "unknown averaging 'sma'"),
        (("--max-norm", "wide"), "unknown regularizer 'wide'"),
        (("--optimizer", "lbfgs", "--eta", "0.1"), "lbfgs finds its step size by a line search; leave eta out"),
        (("--optimizer", "lbfgs", "--batch-size", "4"), "lbfgs uses every point in each step"),
        (("--normalization", "batch_norm", "--batch-size", "1"), "batches of one point"),
    ],
)
def test_a_mistake_is_named(shell: Shell, flags: tuple[str, ...], message: str) -> None:
    outcome = shell("train", "moons", "--epochs", "1", *flags)
    assert outcome.status != 0
    assert message in " ".join(outcome.err.split())


def test_classes_are_weighed_in_classification_alone(shell: Shell) -> None:
    outcome = shell("train", "diabetes", "--class-weight", "balanced", "--epochs", "1")
    assert "class_weight is for classification, and the task is regression" in " ".join(outcome.err.split())


def test_balanced_classes_count_alike(shell: Shell) -> None:
    rng = np.random.default_rng(0)
    rows = "".join(f"{rng.normal() + (k % 10 == 0):.3f},{'rare' if k % 10 == 0 else 'often'}\n" for k in range(400))
    with open("rare.csv", "w") as file:
        file.write("x,kind\n" + rows)
    found = {}
    for flags in ((), ("--class-weight", "balanced")):
        assert (
            shell("train", "rare.csv", "--target", "kind", "--epochs", "10", *flags, "-o", "rare.clearprop").status == 0
        )
        model = cp.load_model("rare.clearprop")
        found[flags] = (model.predict(cp.load_table("rare.csv")) == "rare").mean()
    assert found[()] < 0.1 < found["--class-weight", "balanced"]
