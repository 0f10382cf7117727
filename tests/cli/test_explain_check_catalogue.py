"""`clearprop explain`, `check` and `catalogue`: explain a row, check the gradients, list the parts."""

from __future__ import annotations

import json
import re

import click
import pytest
from rich.cells import cell_len

import clearprop as cp
from clearprop.cli import main
from clearprop.cli.part_lists import fitted_lines
from clearprop.formulas import CATALOGUE


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    """A model file of a classification, and the table that it names as its source."""
    path = tmp_path_factory.mktemp("models") / "blobs.clearprop"
    recipe = cp.Recipe(layers="3:tanh", epochs=1, penalty="l2(strength=0.5)", eta=0.25)
    cp.save_model(cp.fit(cp.load_table("blobs"), recipe, progress=False).model, path)
    return path


def run(capsys, *words):
    """Exit status, standard output and standard error of a command."""
    try:
        main([str(word) for word in words])
        status = 0
    except SystemExit as end:
        status = end.code
    said = capsys.readouterr()
    return status, said.out, said.err


# ---- explain


def test_a_row_of_the_table_that_the_model_was_trained_on_is_explained(model, capsys):
    status, out, _ = run(capsys, "explain", model, "blobs", "--row", 7, "--width", 100)
    assert status == 0
    assert "row 7 of blobs" in out
    assert "get weight gradient" in out


def test_a_row_without_a_target_is_refused_and_one_that_has_one_is_named(capsys, tmp_path):
    rows, path = [f"{k},{'' if k in (4, 5) else 'ab'[k % 2]}" for k in range(30)], tmp_path / "rows.csv"
    path.write_text("\n".join(["x,y", *rows]) + "\n")
    model = tmp_path / "m.clearprop"
    assert run(capsys, "train", path, "--target", "y", "--epochs", 1, "--quiet", "-o", model)[0] == 0
    status, _, said = run(capsys, "explain", model, path, "--row", 6)
    assert status == 1
    assert (
        f"--row 6: line 7 of {path} has no y, so it has no loss and no gradient; a row that has one is --row 7" in said
    )
    assert run(capsys, "explain", model, path, "--row", 7)[0] == 0
    status, _, said = run(capsys, "explain", model, path, "--row", 4, "--batch", "3-6")
    assert status == 1
    assert f"--batch 3-6: line 6 of {path} has no y, so it has no loss and no gradient; give a batch without it" in said
    assert run(capsys, "explain", model, path, "--row", 4, "--batch", "3-4")[0] == 0


def test_what_is_explained_is_the_step_of_the_training(model, capsys):
    _, out, _ = run(capsys, "explain", model, "blobs")
    assert "l2(strength=0.5)" in out
    assert "η(t) = 0.25" in out


def test_the_row_is_shown_with_the_numbers_that_scaled_it(model, capsys, tmp_path):
    held = cp.load_model(model)
    table, made = cp.load_table("blobs"), held.preprocessing
    _, out, _ = run(capsys, "explain", model, "blobs", "--row", 3, "--show", "row", "--digits", 17)
    for column in made.inputs:
        cell = float(table[column.name][2])
        for number in (column.mean, column.scale, (cell - column.mean) / column.scale):
            assert repr(number) in out
    data = tmp_path / "step.json"
    run(capsys, "explain", model, "blobs", "--row", 3, "--json", data)
    row = json.loads(data.read_text())["row"]
    assert [each["name"] for each in row["inputs"]] == made.input_names
    assert [each["value"] for each in row["inputs"]] == held.inputs(table)[2].tolist()


def test_a_prediction_is_brought_back_to_the_unit_of_the_row(capsys, tmp_path):
    path = tmp_path / "d.clearprop"
    held = cp.fit(cp.load_table("diabetes"), cp.Recipe(layers="3:tanh", epochs=1), progress=False).model
    cp.save_model(held, path)
    table = cp.load_table("diabetes")
    _, out, _ = run(capsys, "explain", path, "--row", 5, "--show", "row", "--digits", 17)
    assert float(out.split()[-1]) == pytest.approx(held.predict(table)[4], rel=1e-12)


def test_loss_penalty_and_step_size_may_be_chosen(model, capsys):
    words = ("--loss", "square", "--penalty", "none", "--eta", "inverse_time(start=1)", "--step", 4)
    _, out, _ = run(capsys, "explain", model, "blobs", *words)
    assert "square: L = Σⱼ (aⱼ − yⱼ)² = " in out
    assert "R = " not in out
    assert "t = 4, η(t) = 0.25" in out


def test_class_names_come_from_the_model(model, capsys):
    _, out, _ = run(capsys, "explain", model, "blobs")
    assert re.search(r"label +(top|left|right) ", out)


def test_the_numerator_layout_may_be_chosen(model, capsys):
    _, out, _ = run(capsys, "explain", model, "blobs", "--layout", "numerator")
    assert "numerator: ∂v/∂u has a row for each v" in out


def test_the_output_is_plain_where_nobody_looks(model, capsys):
    _, out, _ = run(capsys, "explain", model, "blobs")
    assert "\x1b" not in out


@pytest.mark.parametrize(
    ("words", "error"),
    [
        (["--row", "400000"], "has rows 1 to 400"),
        (["--layout", "numeratr"], "error: unknown layout 'numeratr'; did you mean 'numerator'?"),
        (["--loss", "nlm"], "unknown loss 'nlm'; did you mean 'nl"),
        (["--width", "10"], "error: width must be a whole number, 60 to 1000000; given 10"),
        (["--notation", "nielson"], "unknown notation 'nielson'; did you mean 'nielsen'?"),
        (["--entry", "1,2"], "--entry 1,2: give l,i,j, whole numbers counted from 1"),
        (["--entry", "1,2,9"], "layer 1 has 3 outputs, counted from 1"),
        (["--batch", "9-5"], "--batch 9-5: give the first and the last row, such as 1-8"),
        (["--show", "forwards"], "unknown section 'forwards'; did you mean 'forward'?"),
        (["--html", "no/such/folder.html"], "there is no folder no/such"),
    ],
)
def test_what_explain_cannot_do_is_said(model, capsys, words, error):
    status, _, err = run(capsys, "explain", model, "blobs", *words)
    assert status == 1
    assert error in err


def test_every_form_is_written_to_its_file_and_nothing_else_is_printed(model, capsys, tmp_path):
    names = {
        "--html": "a.html",
        "--latex": "a.tex",
        "--beamer": "c.tex",
        "--tikz": "b.tex",
        "--svg": "a.svg",
        "--json": "a.json",
        "--text": "a.txt",
    }
    words = [word for option, name in names.items() for word in (option, tmp_path / name)]
    status, out, _ = run(capsys, "explain", model, "blobs", "--row", 7, *words)
    assert status == 0
    assert [line.split()[1] for line in out.splitlines()] == [str(tmp_path / name) for name in names.values()]
    begins = {"a.html": "<!doctype html>", "a.tex": "\\documentclass", "b.tex": "\\definecolor", "a.svg": "<svg"}
    for name, begin in begins.items():
        assert (tmp_path / name).read_text().startswith(begin)
    assert json.loads((tmp_path / "a.json").read_text())["header"]["point"].startswith("row 7 of blobs")
    assert "row 7 of blobs" in (tmp_path / "a.txt").read_text()


def test_a_drawing_may_be_of_units_as_far_as_a_phase(model, capsys, tmp_path):
    words = ("--svg", tmp_path / "a.svg", "--tikz", tmp_path / "b.tex", "--drawn", "units", "--phase", 3)
    assert run(capsys, "explain", model, "blobs", *words)[0] == 0
    assert "unit by unit, phase 3" in (tmp_path / "a.svg").read_text()
    assert "controls" in (tmp_path / "b.tex").read_text()
    status, _, err = run(capsys, "explain", model, "blobs", "--svg", tmp_path / "a.svg", "--phase", 3)
    assert status == 1
    assert "--phase 3: phases are drawn with --drawn units" in err
    status, _, err = run(
        capsys, "explain", model, "blobs", "--svg", tmp_path / "a.svg", "--drawn", "units", "--phase", 99
    )
    assert status == 1
    assert "phase" in err


def test_latex_may_be_a_fragment_with_every_digit(model, capsys, tmp_path):
    words = ("--latex", tmp_path / "a.tex", "--fragment", "--digits", 17, "--show", "backward")
    assert run(capsys, "explain", model, "blobs", *words)[0] == 0
    latex = (tmp_path / "a.tex").read_text()
    assert "documentclass" not in latex
    assert "section{Forward}" not in latex
    assert re.search(r"-?0\.\d{15}", latex)


def test_a_weight_and_a_bias_may_be_asked_for(model, capsys):
    _, out, _ = run(capsys, "explain", model, "blobs", "--entry", "1,2,3", "--bias", "2,1", "--show", "entries")
    assert "∂L₁/∂w¹₂₃" in out  # of the point's own loss: the model has a penalty
    assert "∂L₁/∂w₀²₁" in out
    assert "Forward" not in out


def test_another_notation_may_be_chosen(model, capsys):
    _, out, _ = run(capsys, "explain", model, "blobs", "--notation", "nielsen")
    assert "δ³" in out
    assert "Symbols: Nielsen's" in out


def test_a_batch_of_rows_is_explained_with_one_of_them_shown(model, capsys):
    _, out, _ = run(capsys, "explain", model, "blobs", "--row", 7, "--batch", "5-9")
    assert "row 7 of blobs" in out
    assert "point 3 of 5 is shown" in out


def test_the_step_is_that_of_the_trainings_optimiser(tmp_path, capsys):
    path = tmp_path / "adam.clearprop"
    recipe = cp.Recipe(layers="3:tanh", epochs=1, optimizer="adam")
    cp.save_model(cp.fit(cp.load_table("blobs"), recipe, progress=False).model, path)
    _, out, _ = run(capsys, "explain", path, "--show", "header,update")
    assert "η(t) = 0.001" in out
    assert "adam(" in out
    assert "a model file does not keep an optimiser's state" in " ".join(out.split())
    _, plain, _ = run(capsys, "explain", path, "--optimizer", "sgd", "--show", "update")
    assert "adam" not in plain


def test_a_bare_network_is_refused_with_what_it_lacks(tmp_path, capsys):
    path = tmp_path / "bare.clearprop"
    cp.Network((2, 2), ("softmax",)).save(path)
    status, _, err = run(capsys, "explain", path)
    assert status == 1
    assert "does not say what it was trained on" in err


# ---- check


def test_right_gradients_are_passed(model, capsys):
    status, out, _ = run(capsys, "check", model, "blobs", "--rows", 5)
    assert status == 0
    assert "gradients agree" in out
    assert "complex step" in out
    assert re.search(r"rows +5 of ", out)


def test_wrong_gradients_end_with_status_1(model, capsys, monkeypatch):
    monkeypatch.setattr(CATALOGUE["activation"]["tanh"], "dA_dZ", lambda self, Z, A: 1 - A)
    status, out, _ = run(capsys, "check", model, "blobs")
    assert status == 1
    assert "gradients DISAGREE" in out
    assert "fault: layer 1, tanh" in out


@pytest.fixture
def at_the_target(tmp_path):
    """A model of a line that gives exactly the value of the table's one row, and the table."""
    table, path = tmp_path / "line.csv", tmp_path / "line.clearprop"
    table.write_text("x,y\n" + "".join(f"{x},{3 * x + x % 3}\n" for x in range(20)))
    recipe = cp.Recipe(layers="1:identity", loss="linear", target="y", epochs=1)
    model = cp.fit(cp.load_table(table), recipe, progress=False).model
    one = tmp_path / "one.csv"
    one.write_text("x,y\n5,17\n")
    y = model.targets(cp.load_table(one))[0, 0]
    net = model.network
    x = model.inputs(cp.load_table(one))[0, 0]
    w = next(w for w in (0.5**k for k in range(50)) if (y - w * x) + w * x == y)
    net.W[1], net.W0[1], net.W[2], net.W0[2] = [[1.0]], [0.0], [[w]], [y - w * x]
    cp.save_model(model, path)
    return path, one


def test_what_cannot_be_told_is_no_disagreement_and_ends_with_a_status_of_its_own(at_the_target, capsys):
    status, out, _ = run(capsys, "check", *at_the_target)
    assert status == 3
    assert "it cannot be told here whether gradients are right: all 5 entries at a kink" in out
    assert "from the left" in out
    assert "DISAGREE" not in out


def test_help_says_what_each_exit_status_means(capsys):
    _, out, _ = run(capsys, "check", "--help")
    assert "Exit status 0: they agree; 1: they disagree; 3: it cannot be told" in " ".join(out.split())


# ---- catalogue


def test_every_part_is_listed_with_formula_and_derivative(capsys):
    _, out, _ = run(capsys, "catalogue")
    for kind, parts in CATALOGUE.items():
        for name, part in parts.items():
            (line,) = [line for line in out.splitlines() if re.split(" {2,}", line)[:2] == [kind, name]]
            assert part.formula in line
            assert part.derivative in line


@pytest.mark.parametrize("kind", ["activation", "activations"])
def test_a_kind_lists_its_parts_only(capsys, kind):
    _, out, _ = run(capsys, "catalogue", kind)
    names = [re.split(" {2,}", line)[1] for line in out.splitlines()[1:]]
    assert names == list(CATALOGUE["activation"])


def test_a_name_that_two_kinds_have_is_shown_once_with_its_kind(capsys):
    both = run(capsys, "catalogue", "constant")[1]
    one = run(capsys, "catalogue", "constant", "--kind", "schedules")[1]
    assert one.count("constant(value=") == 1 + one.count('"constant(value=')
    assert one in both
    assert "initializer" not in one
    assert run(capsys, "catalogue", "--kind", "loss") == run(capsys, "catalogue", "losses")
    assert "unknown kind 'los'; did you mean 'loss'?" in run(capsys, "catalogue", "--kind", "los")[2]
    assert "unknown schedule 'relu'" in run(capsys, "catalogue", "relu", "--kind", "schedule")[2]


@pytest.mark.parametrize("width", [20, 40, 60, 80, 100, 140, 300])
def test_a_line_of_a_part_fits_any_terminal_and_names_the_part(width):
    parts = [part for of_kind in CATALOGUE.values() for part in of_kind.values()]
    lines = [click.unstyle(line) for line in fitted_lines(parts, width)]
    assert max(map(cell_len, lines)) <= max(width, *(len(f"{part.kind}s (00)") for part in parts))
    assert len(lines) == len(parts) + 2 * len(CATALOGUE) + 1
    for part in parts:
        shown = part.name if len(part.name) <= width else part.name[: width - 1].rstrip() + "…"
        assert any(line == shown or line.startswith(f"{shown} ") for line in lines), shown


def test_there_is_room_for_formulas_at_80_columns_and_for_descriptions_at_140():
    losses = list(CATALOGUE["loss"].values())
    assert any("Σⱼ (aⱼ − yⱼ)²" in line and "2 (a − y)" in line for line in fitted_lines(losses, 80))
    activations = list(CATALOGUE["activation"].values())
    assert any("The hyperbolic tangent" in line for line in fitted_lines(activations, 140))
    whole = fitted_lines(losses, 1000)
    assert not any("…" in line for line in whole)


@pytest.mark.parametrize(("asked", "paged"), [(("catalogue",), True), (("catalogue", "stops"), False)])
def test_what_is_longer_than_the_screen_goes_through_a_pager(capsys, monkeypatch, asked, paged):
    shown = []
    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("LINES", "24")
    monkeypatch.setattr("click.echo_via_pager", lambda text, color: shown.append(text))
    _, out, _ = run(capsys, *asked)
    assert bool(shown) == paged
    assert ("target_loss" in out) != paged


@pytest.mark.parametrize(("plural", "kind"), [("losses", "loss"), ("penalties", "penalty"), ("samplings", "sampling")])
def test_plurals_are_understood(capsys, plural, kind):
    assert run(capsys, "catalogue", plural) == run(capsys, "catalogue", kind)


def test_a_card_shows_the_range_that_its_hyper_parameters_make(capsys):
    assert "a in (-0.5, ∞)" in run(capsys, "catalogue", "elu(alpha=0.5)")[1]


def every_part():
    return [name for parts in CATALOGUE.values() for name in parts]


@pytest.mark.parametrize("name", every_part())
def test_every_part_has_a_card(capsys, name):
    status, out, _ = run(capsys, "catalogue", name)
    assert status == 0
    assert name in out.splitlines()[0]


@pytest.mark.parametrize("name", every_part())
def test_a_card_fits_a_terminal_of_80_columns(capsys, monkeypatch, name):
    monkeypatch.setenv("COLUMNS", "80")
    _, out, _ = run(capsys, "catalogue", name)
    lines = [
        line for line in out.splitlines() if "   " not in line or "┤" in line
    ]  # all but the title and blocks of code
    assert max(map(cell_len, lines)) <= 80, max(lines, key=cell_len)


def test_a_card_shows_hyper_parameters_with_bounds_and_default(capsys):
    _, out, _ = run(capsys, "catalogue", "leaky_relu(slope=0.5)")
    assert out.startswith("leaky_relu(slope=0.5)   activation")
    assert "slope = 0.01 in [0, 1], derivative for z < 0" in out


def test_an_activations_card_shows_its_curve_and_that_of_its_derivative(capsys):
    _, out, _ = run(capsys, "catalogue", "relu")
    rows = [line for line in out.splitlines() if "┤" in line]
    assert len(rows) == 8
    top = rows[0].split("┤")
    assert set(top[1][:24]) == {"⠀"}  # f is highest on the right
    assert top[1][31] != "⠀"
    assert set(top[2][:16]) == {"⠀"}  # f' jumps to 1 in the middle
    assert set(top[2][17:].strip()) == {"⠉"}


@pytest.mark.parametrize(
    ("asked", "error"),
    [
        ("rellu", "error: unknown kind or part 'rellu'; did you mean 'relu'?"),
        ("activatons", "error: unknown kind or part 'activatons'; did you mean 'activations'?"),
        ("mse", "error: unknown kind or part 'mse'; it is a loss that is called 'square' here"),
        ("leaky_relu(slop=1)", "error: leaky_relu has no hyper-parameter 'slop'; it has slope"),
        ("leaky_relu(slope=7)", "slope = 7 is outside [0.0, 1.0]"),
    ],
)
def test_unknown_names_get_the_nearest(capsys, asked, error):
    status, _, err = run(capsys, "catalogue", asked)
    assert status == 1
    assert error in err


def test_an_optimizer_s_card_has_its_recurrence_hyper_parameters_and_step_size(capsys):
    status, out, _ = run(capsys, "catalogue", "adam")
    assert status == 0
    for said in (
        "θ ← θ − η m̂ / (√v̂ + ε)",
        "beta2 = 0.999 in [0, 1]",
        "0.001 where none is given",
        "Kingma and Ba 2015",
    ):
        assert said in out


def test_a_schedule_s_card_has_its_picture_and_what_it_leads_to(capsys):
    status, out, _ = run(capsys, "catalogue", "warmup(steps=300, then=cosine(start=0.5))")
    assert status == 0
    assert out.startswith("warmup(steps=300, then=cosine(start=0.5, steps=1000, end=0.0))")
    assert re.search(r"0\.5 ┤[⠀-⣿]{64}\n", out)
    assert "then = constant(value=0.01), the schedule after it" in out
