"""`clearprop train`."""

from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np
import pytest

import clearprop as cp
from clearprop.cli import train as train_command
from clearprop.formulas.catalogue import CATALOGUE
from clearprop.io import Dataset
from clearprop.training import History

from .conftest import Shell

FEW = ("--epochs", "1")


def test_it_writes_a_model_that_is_named_after_the_source(shell: Shell) -> None:
    outcome = shell("train", "blobs", *FEW)
    assert outcome.status == 0
    assert cp.load_model("blobs.clearprop").facts["source"].startswith("blobs(")


def test_it_says_what_was_trained_and_how_good_it_is(shell: Shell) -> None:
    outcome = shell("train", "iris", *FEW, "-o", "flowers.clearprop")
    for expected in (
        "150 rows, 96 for training, 24 for validation, 30 held out",
        "4-64-64-3 (relu, relu, softmax)",
        "accuracy",
        "flowers.clearprop",
    ):
        assert expected in outcome.out


def test_it_is_plain_where_it_is_piped(shell: Shell) -> None:
    outcome = shell("train", "blobs", *FEW)
    assert "\x1b" not in outcome.out + outcome.err


def test_quiet_is_silent(shell: Shell) -> None:
    outcome = shell("train", "blobs", *FEW, "--quiet")
    assert (outcome.out, outcome.err) == ("", "")


def test_every_choice_reaches_the_training(shell: Shell) -> None:
    chosen = {
        "layers": "4:tanh,3:leaky_relu(slope=0.2)",
        "output_activation": "sigmoid",
        "loss": "nll",
        "penalty": "none",
        "optimizer": "sgd",
        "eta": "inverse_time(start=0.5)",
        "batch_size": 8,
        "steps": 30,
        "sampling": "with_replacement",
        "init": "gaussian",
        "validation": 0.1,
        "test": 0.3,
        "seed": 7,
        "dtype": "float32",
    }
    options = [text for name, value in chosen.items() for text in (f"--{name.replace('_', '-')}", str(value))]
    outcome = shell("train", "blobs", *options, "--patience", "3", "--stop", "target_loss(value=0.0)", "-o", "m")
    assert outcome.status == 0, outcome.err
    model = cp.load_model("m")
    kept = {name: model.facts[name] for name in chosen}
    assert kept == chosen | {"penalty": None}
    assert model.facts["stop"] == ["target_loss(value=0.0)", "no_improvement(patience=3)"]
    assert model.network.widths == (2, 4, 3, 3)
    assert model.network.dtype == "float32"


def test_an_optimizer_may_be_chosen_by_name_alone(shell: Shell) -> None:
    outcome = shell("train", "blobs", *FEW, "--optimizer", "adam", "-o", "m")
    assert outcome.status == 0, outcome.err
    assert "adam, eta 0.001" in outcome.out
    assert {name: cp.load_model("m").facts[name] for name in ("optimizer", "eta")} == {
        "optimizer": "adam",
        "eta": 0.001,
    }


def test_the_help_names_every_part_of_the_catalogue(shell: Shell) -> None:
    said = shell("train", "--help").out
    kinds = ("activation", "loss", "penalty", "optimizer", "schedule", "sampling", "initializer", "stop", Dataset.kind)
    assert [name for kind in kinds for name in CATALOGUE[kind] if name not in said] == []


def test_the_same_command_writes_the_same_bytes(shell: Shell) -> None:
    for name in ("a", "b"):
        shell("train", "moons", *FEW, "--seed", "3", "-o", name)
    assert Path("a").read_bytes() == Path("b").read_bytes()


def test_a_csv_file_with_text_columns(shell: Shell, penguins: Path) -> None:
    outcome = shell("train", str(penguins), "--target", "species", "--epochs", "30")
    assert outcome.status == 0
    assert "classification of species, 2 classes, from 3 columns" in outcome.out
    assert "100.00 %" in outcome.out


def test_a_csv_file_for_regression(shell: Shell, penguins: Path) -> None:
    outcome = shell("train", str(penguins), "--target", "mass", "--task", "regression", "--epochs", "50")
    assert "regression of mass" in outcome.out
    assert "RMSE" in outcome.out


def test_columns_can_be_left_out_or_called_text(shell: Shell, penguins: Path) -> None:
    shell("train", str(penguins), "--target", "species", "--ignore", "island", "--text", "bill", *FEW)
    names = cp.load_model("penguins.clearprop").prepared.input_names
    assert "mass" in names
    assert "bill = 38.0" in names
    assert not [name for name in names if name.startswith("island")]


def test_a_picture_of_the_loss(shell: Shell) -> None:
    shell("train", "blobs", *FEW, "--plot", "loss.svg")
    assert Path("loss.svg").read_text().startswith("<?xml")


def test_a_model_that_is_there_is_replaced(shell: Shell) -> None:
    for seed in ("1", "2"):
        assert shell("train", "blobs", *FEW, "--seed", seed).status == 0
    assert cp.load_model("blobs.clearprop").facts["seed"] == 2


def never(*args: object, **more: object) -> None:
    raise AssertionError("training began")


REFUSED = {
    "an unknown data set": (["digit"], "unknown dataset 'digit'; did you mean 'digits'?"),
    "a file that is not there": (["nowhere.csv"], "there is no file nowhere.csv"),
    "an unknown activation": (["blobs", "--layers", "32:rellu"], "unknown activation 'rellu'; did you mean 'relu'?"),
    "an unknown loss": (["blobs", "--loss", "nlm"], "unknown loss 'nlm'; did you mean 'nllm'?"),
    "an unknown penalty": (["blobs", "--penalty", "l22"], "unknown penalty 'l22'; did you mean 'l2'?"),
    "an unknown optimizer": (["blobs", "--optimizer", "sdg"], "unknown optimizer 'sdg'; did you mean 'sgd'?"),
    "an unknown schedule": (["blobs", "--eta", "constnt"], "unknown schedule 'constnt'; did you mean 'constant'?"),
    "no target named": (["penguins.csv"], "which column of penguins.csv is the target? It has 'species', 'island'"),
    "a target that is missing": (
        ["penguins.csv", "--target", "specis"],
        "has no column 'specis'; did you mean 'species'? There are species, island, bill, mass",
    ),
    "an ignored column that is missing": (["blobs", "--ignore", "x3"], "no column 'x3'"),
    "one class": (["one.csv", "--target", "y"], "is 'a' in every row; at least two classes are needed"),
    "an empty table": (["empty.csv", "--target", "y"], "empty.csv has the columns x, y and no rows"),
    "a number that is not finite": (
        ["inf.csv", "--target", "y"],
        "inf.csv, line 3, column 'x': inf is not a finite number",
    ),
    "a loss that does not fit": (["blobs", "--output-activation", "tanh"], "nllm takes predictions in"),
    "a folder that is not there": (["blobs", "-o", "no/m"], "cannot write no/m: there is no folder no"),
    "a folder as the file": (["blobs", "-o", "."], "cannot write .: it is a folder"),
    "another file in the way": (["blobs", "-o", "penguins.csv"], "penguins.csv exists and is not a model file"),
    "a picture of no known kind": (["blobs", "--plot", "loss.gif"], "its suffix must be one of .svg, .png, .pdf"),
    "a picture nowhere": (["blobs", "--plot", "no/loss.svg"], "cannot write no/loss.svg"),
    "all rows held out": (["blobs", "--test", "1"], "test must be a fraction of the rows"),
    "epochs and steps": (["blobs", "--epochs", "1", "--steps", "1"], "epochs or steps, not both"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_it_is_refused_in_one_line_before_training(
    shell: Shell, penguins: Path, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    Path("one.csv").write_text("x,y\n1,a\n2,a\n")
    Path("empty.csv").write_text("x,y\n")
    Path("inf.csv").write_text("x,y\n1,a\n1e999,b\n")
    monkeypatch.setattr(train_command, "carry_out", never)
    before = sorted(Path().iterdir())
    args, message = REFUSED[what]
    outcome = shell("train", *args)
    assert outcome.status == 1
    assert message in outcome.err
    assert outcome.err.startswith("error: ")
    assert outcome.err.count("\n") == 1
    assert sorted(Path().iterdir()) == before
    assert penguins.read_text().startswith("species")


def test_divergence_is_one_line(shell: Shell) -> None:
    outcome = shell("train", "diabetes", "--optimizer", "sgd", "--eta", "100")
    assert outcome.status == 1
    assert outcome.err.startswith("error: training diverged in epoch 1, step ")
    assert outcome.err.count("\n") == 1
    assert not Path("diabetes.clearprop").exists()


def test_ctrl_c_saves_what_was_learnt_and_exits_with_130(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    appended = History.append

    def interrupting(self: History, report: cp.Report) -> None:
        appended(self, report)
        if len(self) == 2:
            raise KeyboardInterrupt

    monkeypatch.setattr(History, "append", interrupting)
    outcome = shell("train", "blobs", "--epochs", "50")
    assert outcome.status == 130
    assert "interrupted" in outcome.out
    facts = cp.load_model("blobs.clearprop").facts
    assert (facts["stopped_because"], facts["steps_taken"]) == ("interrupted", 16)


def test_facts_are_plain_json(shell: Shell) -> None:
    shell("train", "blobs", *FEW)
    facts = cp.load_model("blobs.clearprop").facts
    assert json.loads(json.dumps(facts)) == facts


def test_the_plan_says_what_was_decided_and_the_results_what_was_chosen(shell: Shell) -> None:
    outcome = shell("train", "diabetes", "--seed", "0", "-o", "m")
    assert outcome.status == 0, outcome.err
    said = [" ".join(line.split()) for line in outcome.out.splitlines()]
    assert "steps adam, eta cosine(start=0.003, steps=0) over the whole training, batches of 32, 169 epochs" in said
    assert "loss square, penalty (the best of 3 by validation loss)" in said
    assert "l2(strength=0.00424), l2(strength=0.0226), l2(strength=0.113)" in said
    facts = cp.load_model("m").facts
    assert "or no hidden layers, where they are not clearly better by validation loss; --layers keeps them" in said
    assert f"chosen {'' if facts['layers'] else 'no hidden layers, '}{facts['penalty']}; validation losses:" in said
    for name, loss in facts["compared"].items():
        assert any(line.startswith(f"{name} {loss:.4g}") for line in said), name
    assert any(line.startswith(f"refit {facts['refit_steps']:,} steps on 354 rows") for line in said)
    assert any(line.startswith("validation (before refit)") for line in said)
    assert any(line.startswith("The ") and "linear model" in line for line in said)


def test_a_preset_is_chosen_in_the_shell_and_what_is_given_stays(shell: Shell) -> None:
    outcome = shell("train", "iris", "--preset", "tabular", "--epochs", "2", "--layers", "", "-o", "m")
    assert outcome.status == 0, outcome.err
    facts = cp.load_model("m").facts
    assert (facts["preset"], facts["epochs"], facts["layers"], facts["dtype"]) == ("tabular", 2, "", "float32")
    assert shell("train", "iris", "--preset", "slow").status == 2


def test_a_table_in_files_says_that_it_is_not_refitted(shell: Shell) -> None:
    Path("rows.csv").write_text("x,y\n" + "".join(f"{i % 7},{i % 7 + i % 2}.5\n" for i in range(60)))
    command = ("train", "rows.csv", "--target", "y", "--epochs", "1")
    assert "--refit asks for it" in shell(*command, "--on-disk").out
    asked = shell(*command, "--on-disk", "--refit").out
    assert "asks for it" not in asked
    assert "a refit on training and validation rows" in asked
    for without in (("--on-disk", "--no-refit"), ("--on-disk", "--validation", "0"), ("--in-memory",)):
        assert "asks for it" not in shell(*command, *without).out


def test_what_is_compared_on_fewer_folds_stands_beside_the_chosen_one_there_and_the_refit_says_its_epochs(
    shell: Shell,
) -> None:
    rng = np.random.default_rng(0)
    x = rng.normal(size=(100, 4))
    y = x @ [3.0, -2.0, 1.0, 0.5] + 0.01 * rng.normal(size=100)
    cells = np.column_stack([x, y])
    np.savetxt("line.csv", cells, delimiter=",", header="a,b,c,d,y", comments="")
    outcome = shell("train", "line.csv", "--target", "y", "-o", "m")
    assert outcome.status == 0, outcome.err
    losses = re.findall(r"l2\(\S+\) (\S+), on 1 fold alone, where the chosen one has (\S+)", outcome.out)
    assert losses
    assert all(float(chosen) < float(own) for own, chosen in losses)
    assert "; every epoch, because without hidden layers a penalised loss has one minimum" in outcome.out
    with_layers = shell("train", "line.csv", "--target", "y", "--layers", "4:tanh", "-o", "m", "--epochs", "3")
    assert "every epoch" not in with_layers.out


@pytest.mark.parametrize("way", ["option", "toml", "run"])
def test_all_rows_may_be_taken_in_each_step(way: str, shell: Shell) -> None:
    given = ("iris", "--steps", "3", "--optimizer", "adam", "-o", "m.clearprop")
    if way == "toml":
        Path("t.toml").write_text(
            'source = "iris"\nsteps = 3\noptimizer = "adam"\noutput = "m.clearprop"\nbatch_size = "all"\n'
        )
        outcome = shell("train", "t.toml")
    else:
        outcome = shell("train", *given, "--batch-size", "all", *(("--run", "r") if way == "run" else ()))
    assert outcome.status == 0, outcome.err
    assert "all rows in a step" in outcome.out
    assert cp.load_model("m.clearprop").facts["batch_size"] is None
    if way == "run":
        assert 'batch_size = "all"' in Path("r/run.toml").read_text()
        gone_on = shell("train", "--resume", "r", "--steps", "5")
        assert gone_on.status == 0, gone_on.err
        assert "all rows in a step" in gone_on.out


@pytest.mark.parametrize("given", ["0", "1.5", "every"])
def test_another_word_for_a_batch_is_refused(given: str, shell: Shell) -> None:
    outcome = shell("train", "iris", "--batch-size", given)
    assert outcome.status == 2
    assert "--batch-size" in outcome.err
    if given == "every":
        assert "or all" in outcome.err


def test_an_optimiser_of_the_whole_set_says_the_option_that_gives_it_all_rows(shell: Shell) -> None:
    refused = shell("train", "iris", "--optimizer", "lbfgs", "--batch-size", "8")
    assert "--batch-size all" in refused.err
    assert "batch_size" not in refused.err
    assert shell("train", "iris", "--optimizer", "lbfgs", "--batch-size", "all", "--epochs", "2", "-o", "m").status == 0
