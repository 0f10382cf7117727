"""Cells that training did not know: one rule in predictions and evaluations, and targets that are written differently."""

from __future__ import annotations

from pathlib import Path

import pytest

import clearprop as cp
from clearprop.columns.number_forms import NumberForm

from .conftest import Shell

DATES = "when,kind,y\n" + "".join(f"2020-{1 + k % 12:02}-{1 + k % 28:02},{'ab'[k % 2]},{k}\n" for k in range(60))
MONEY = 'years,Salary\n9,"$1,250,000"\n' + "".join(f'{k % 20},"${400 + 10 * k},{k % 10}00"\n' for k in range(60))


@pytest.fixture
def model(shell: Shell, penguins: Path) -> str:
    assert shell("train", "penguins.csv", "--target", "species", "--epochs", "1", "-o", "m").status == 0
    return "m"


@pytest.mark.parametrize("rows", [2, 3, 40, 200])
@pytest.mark.parametrize("odd", [1, 2, 7])
def test_a_text_among_numbers_is_a_gap_in_predictions_and_evaluations(
    shell: Shell, model: str, rows: int, odd: int
) -> None:
    odd = min(odd, rows - 1)
    lines = [f"Gentoo,Biscoe,47.{k},{f'word{k}' if k < odd else 5000 + k}\n" for k in range(rows)]
    Path("new.csv").write_text("species,island,bill,mass\n" + "".join(lines))
    cells = "1 cell" if odd == 1 else f"{odd} cells"
    said = f"column 'mass': {cells} with what could not be read as training's cells were ("
    predicted, evaluated = shell("predict", model, "new.csv"), shell("evaluate", model, "new.csv")
    assert said in predicted.err
    assert predicted.out.split()[1:].count("Gentoo") + predicted.out.split()[1:].count("Adelie") == rows
    assert evaluated.status == 0
    assert said in evaluated.out
    gaps = Path("new.csv").read_text()
    for k in range(odd):
        gaps = gaps.replace(f"word{k}", "")
    Path("gaps.csv").write_text(gaps)
    assert shell("predict", model, "gaps.csv", "--proba").out == shell("predict", model, "new.csv", "--proba").out


def test_a_text_among_dates_is_a_gap_in_predictions_and_evaluations(shell: Shell) -> None:
    Path("t.csv").write_text(DATES)
    assert shell("train", "t.csv", "--target", "y", "--epochs", "1", "-o", "m").status == 0
    Path("new.csv").write_text("when,kind,y\nsoon,a,1\n2020-02-03,b,2\nlater,b,2\n")
    said = "column 'when': 2 cells with what could not be read as training's cells were ('later', 'soon')"
    predicted = shell("predict", "m", "new.csv")
    assert said in predicted.err
    assert "problem" not in predicted.out
    assert said in shell("evaluate", "m", "new.csv").out


@pytest.mark.parametrize("command", ["predict", "evaluate"])
@pytest.mark.parametrize(
    ("bad", "said"),
    [
        (["heavy", "light"], "new.csv, line 2: column 'mass' has 'heavy', which is not a number, and no cell that is"),
        (["36,5", "37,5"], "if a comma is before decimals, give --decimal ,; try: clearprop"),
        (["36,5", "37"], "new.csv, line 2: column 'mass' has '36,5', which is not a number as the others are"),
    ],
)
def test_a_column_that_is_another_is_refused_with_its_line(
    shell: Shell, model: str, command: str, bad: list[str], said: str
) -> None:
    lines = "".join(f"Gentoo;Biscoe;47;{mass}\n" for mass in bad)
    Path("new.csv").write_text(f"species;island;bill;mass\n{lines}")
    outcome = shell(command, model, "new.csv")
    assert outcome.status == 1
    assert said in outcome.err
    if "," in bad[0]:
        assert shell(command, model, "new.csv", "--decimal", ",").status == 0


def test_targets_that_are_written_plainly_are_read_where_training_had_money(shell: Shell) -> None:
    Path("t.csv").write_text(MONEY)
    assert shell("train", "t.csv", "--target", "Salary", "--epochs", "1", "-o", "m").status == 0
    rows = [(k % 20, 400_000 + 10_000 * k + k % 10 * 100) for k in range(20)]
    Path("plain.csv").write_text("years,Salary\n" + "".join(f"{x},{y:.1f}\n" for x, y in rows))
    Path("money.csv").write_text("years,Salary\n" + "".join(f'{x},"${y:,}"\n' for x, y in rows))
    plain, money = (shell("evaluate", "m", f"{name}.csv").out for name in ("plain", "money"))
    assert plain.replace("plain.csv", "money.csv") == money
    Path("some.csv").write_text(Path("plain.csv").read_text() + "3,much\n4,\n5,more\n")
    said = shell("evaluate", "m", "some.csv").out
    assert "1 without Salary and 2 rows whose Salary could not be read as in training, such as 'more', left out" in said
    Path("none.csv").write_text("years,Salary\n3,much\n4,more\n")
    assert (
        "none.csv, line 2: column 'Salary' has 'much', which is not a number" in shell("evaluate", "m", "none.csv").err
    )


@pytest.mark.parametrize(("text", "value"), [("39.1", 39.1), ("39", 39.0), ("-1.2345", -1.2345), ("39,1", 39.1)])
def test_a_point_is_read_where_it_can_only_be_before_decimals(shell: Shell, text: str, value: float) -> None:
    lines = "".join(f"{36 + k % 9},{k % 10};{'ab'[k % 2]}\n" for k in range(60))
    Path("t.csv").write_text(f"x;y\n{lines}")
    assert shell("train", "t.csv", "--target", "y", "--epochs", "1", "-o", "m").status == 0
    (column,) = cp.load_model("m").prepared.inputs
    assert column.numbers(cp.Table.of({"x": [text, "36,5"]}).cells("x"))[0][0] == value  # type: ignore[union-attr]
    Path("new.csv").write_text("x;y\n39.125;a\n38.25;b\n")
    for command in ("predict", "evaluate"):
        assert "new.csv, line 2: column 'x' has '39.125'; in training it was written like" in (
            shell(command, "m", "new.csv").err
        )
        assert shell(command, "m", "new.csv", "--decimal", ".").status == 0


@pytest.mark.parametrize(
    ("form", "text", "value"),
    [
        (NumberForm(before="$", thousands=","), "475.0", 475.0),
        (NumberForm(before="$", thousands=","), "1.234", 1.234),
        (NumberForm(decimal=",", thousands=".", after=" €"), "1.234", None),
        (NumberForm(decimal=",", thousands=".", after=" €"), "1234.5", 1234.5),
        (NumberForm(after="%"), "0.45", None),
        (NumberForm(after=" km"), "12", None),
        (NumberForm(decimal=","), "007", None),
    ],
)
def test_a_plain_number_is_read_where_it_has_one_meaning(form: NumberForm, text: str, value: float | None) -> None:
    assert form.plain_number(text) == value


ODD = {
    "another unit": ("{} cm", "50 kg", "--na"),
    "a larger unit": ("{} cm", "0.5 m", "--na"),
    "no unit": ("{}.09 kg", "5.09", "write all so"),
    "no sign": ("{}%", "0.5", "write all so"),
    "thousands or decimals": ("{},5", "1.234", "--decimal ."),
    "a decimal comma": ("{}.5", "36,5", "--decimal ,"),
}


@pytest.mark.parametrize("name", ODD)
def test_a_few_numbers_in_another_way_are_gaps_and_most_are_refused_with_a_command(shell: Shell, name: str) -> None:
    way, odd, said = ODD[name]

    def rows(some: list[str]) -> str:
        return "x;z;y\n" + "".join(f"{text};{k % 5};{'ab'[k % 2]}\n" for k, text in enumerate(some))

    Path("t.csv").write_text(rows([way.format(36 + k % 30) for k in range(60)]))
    assert shell("train", "t.csv", "--target", "y", "--epochs", "1", "-o", "m").status == 0
    good = [way.format(40 + k) for k in range(9)]
    for command in ("predict", "evaluate"):
        for others in ([odd], [odd, odd], [odd, "abc"], ["abc"]):
            Path("new.csv").write_text(rows([*good, *others]))
            outcome = shell(command, "m", "new.csv")
            assert outcome.status == 0, outcome.err
            assert repr(others[0]) in outcome.out + outcome.err
            Path("gaps.csv").write_text(rows([*good, *[""] * len(others)]))
            if command == "predict":
                gaps = shell(command, "m", "gaps.csv", "--proba")
                assert shell(command, "m", "new.csv", "--proba").out == gaps.out
        for others in ([odd] * 9, [*[odd] * 9, "abc"]):
            Path("new.csv").write_text(rows([*good, *others]))
            outcome = shell(command, "m", "new.csv")
            assert outcome.status == 1
            assert f"new.csv, line 11: column 'x' has {odd!r}" in outcome.err
            assert said in outcome.err
            if said == "--na":
                assert shell(command, "m", "new.csv", "--na", odd).status == 0


def test_a_file_with_units_of_another_look_is_read_without_a_word(shell: Shell) -> None:
    Path("t.csv").write_text("x,z,y\n" + "".join(f"{36 + k % 30} cm,{k % 5},{'ab'[k % 2]}\n" for k in range(60)))
    assert shell("train", "t.csv", "--target", "y", "--epochs", "1", "-o", "m").status == 0
    Path("new.csv").write_text("x,z\n51 cm,1\n50cm,2\n50 CM,3\n")
    Path("same.csv").write_text("x,z\n51 cm,1\n50 cm,2\n50 cm,3\n")
    new, same = (shell("predict", "m", f"{each}.csv", "--proba") for each in ("new", "same"))
    assert (new.out, new.err) == (same.out, same.err)
    assert "gap" not in new.err


def test_the_line_of_the_number_in_another_way_is_named(shell: Shell) -> None:
    Path("t.csv").write_text(
        "x,z,y\n" + "".join(f"{10 + k % 3}.5%,{k % 7},{'ab'[k % 2]}\n" for k in range(60)) + '"5,5%",1,a\n'
    )
    for command in ("plan", "train"):
        assert "'5,5%' is in line 62" in shell(command, "t.csv", "--target", "y").err
