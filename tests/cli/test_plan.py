"""`clearprop plan`, and what `train` says of columns; options that say what they are; refusals with a command that works."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path

import pytest

import clearprop as cp

from .conftest import Shell

FEW = ("--epochs", "1")
TABLE = "id,size,colour,when,open,zip,note,all\n" + "".join(
    f"{k},{'NA' if k % 10 == 3 else k * 7 % 11 / 2},{('red', 'green', '')[k % 3]},2021-{1 + k % 12:02}-{1 + k % 28:02},"
    f"{('TRUE', 'true', 'False')[k % 3]},{('01234', '56789')[k % 2]},words of row {k} are many,1\n"
    for k in range(60)
)


@pytest.fixture
def table(shell: Shell) -> Path:
    """A table with columns of every kind, in this folder."""
    path = Path("table.csv")
    path.write_text(TABLE)
    return path


def lines_of(said: str) -> dict[str, str]:
    """The line of each column in what a plan says."""
    return {line.split()[0]: line for line in said.splitlines() if line}


def test_it_shows_what_each_column_is_and_becomes(shell: Shell, table: Path) -> None:
    before = sorted(Path().iterdir())
    outcome = shell("plan", "table.csv", "--target", "open")
    assert outcome.status == 0, outcome.err
    found = lines_of(outcome.out)
    for name, parts in {
        "id": ("identifier", "left out: its name is 'id', and its 60 whole numbers are all"),
        "size": ("number", " 6 ", "standardised, gaps filled with the median and marked"),
        "colour": ("category", " 20 ", "3 inputs, one for gaps", "red"),
        "when": ("date", "time, time of year, day of week", "2021-01-01"),
        "zip": ("category", "2 inputs", "01234"),
        "note": ("text", "left out: 60 different texts in 60 cells"),
        "all": ("constant", "left out: 1.0 in every row"),
        "open": ("the target",),
    }.items():
        assert all(part in found[name] for part in parts), found[name]
    assert "classification of open" in outcome.out
    assert sorted(Path().iterdir()) == before


AMBIGUOUS = "when,y\n" + "".join(f"{1 + k % 12:02}/{1 + k * 5 % 12:02}/{{year}},{k / 2}\n" for k in range(60))


@pytest.mark.parametrize("shape", ["identifier", "category"])
def test_texts_that_may_be_dates_are_said_in_whole_sentences_with_the_options_that_read_them(
    shell: Shell, shape: str
) -> None:
    rows = AMBIGUOUS.format(year=2021)
    if shape == "identifier":
        rows = "when,x,y\n" + "".join(f"{1 + k % 12:02}/{1 + k // 12:02}/2021,{k},{k / 2}\n" for k in range(60))
    Path("t.csv").write_text(rows)
    for command in (("plan",), ("train", *FEW)):
        said = shell(command[0], "t.csv", "--target", "y", *command[1:])
        plain = " ".join((said.out + said.err).split())
        assert "…" not in plain
        assert "'when' may be dates: say --kind \"when=date(first='day')\"" in plain
    ways = re.findall(r'--kind "([^"]*)"', shell("plan", "t.csv", "--target", "y").out)
    assert len(ways) == 2
    for way in ways:
        said = shell("plan", "t.csv", "--target", "y", "--kind", way).out
        assert "time, time of year" in said
        assert "may be dates" not in said


def test_years_of_two_digits_are_refused_as_dates_with_one_kind_in_the_command(shell: Shell) -> None:
    Path("t.csv").write_text(AMBIGUOUS.format(year="12"))
    assert "years of two digits" in shell("plan", "t.csv", "--target", "y").out
    outcome = shell("plan", "t.csv", "--target", "y", "--kind", "when=date(first='day')")
    assert "write them with four digits; try: clearprop plan" in outcome.err
    found = re.search("try: clearprop (.*)$", outcome.err)
    assert found
    assert found[1].count("--kind") == 1
    assert shell(*shlex.split(found[1])).status == 0


def test_a_plan_is_one_json_object_too(shell: Shell, table: Path) -> None:
    said = json.loads(shell("plan", "table.csv", "--target", "open", "--json").out)
    assert (said["task"], said["target"], said["rows"]) == ("classification", "open", 60)
    columns = {each["name"]: each for each in said["columns"]}
    assert [*columns] == ["id", "size", "colour", "when", "zip", "note", "all", "open"]
    assert columns["size"]["inputs"] == ["size", "size is missing"]
    assert columns["size"]["gaps"] == 6
    assert columns["note"]["is_left_out"]
    assert columns["open"]["is_target"]
    assert json.loads(shell("plan", "table.csv", "--json").out)["target"] is None
    refused = shell("plan", "table.csv", "--target", "opne", "--json")
    assert refused.status == 1
    assert "did you mean" in json.loads(refused.out)["error"]


def test_a_class_with_one_row_is_said(shell: Shell) -> None:
    Path("t.csv").write_text("x,y\n" + "".join(f"{k},{'ab'[k % 2]}\n" for k in range(30)) + "435,Summe\n")
    assert (
        "a class has 1 row, and nothing of it can be held out: 'Summe'" in shell("plan", "t.csv", "--target", "y").out
    )
    assert "1 row," not in shell("plan", "t.csv", "--target", "x").out


def test_numbers_of_an_example_are_as_in_the_table(shell: Shell) -> None:
    Path("t.csv").write_text("day,y\n" + "".join(f"{20120101 + k}.0,{k / 2}\n" for k in range(30)))
    assert "20120101" in shell("plan", "t.csv", "--target", "y").out


def test_without_a_target_every_column_is_shown(shell: Shell, table: Path) -> None:
    found = lines_of(shell("plan", "table.csv").out)
    assert "yes/no" in found["open"]
    assert "60 rows, 8 columns" in found["data"]


def test_training_shows_the_same_first_and_counts_only_where_there_are_many_columns(shell: Shell, table: Path) -> None:
    outcome = shell("train", "table.csv", "--target", "open", *FEW)
    assert outcome.status == 0, outcome.err
    for part in ("left out: 60 different texts in 60 cells", "gaps filled with the median and marked"):
        assert part in outcome.out
    said = shell("train", "digits", *FEW).out
    assert "64 numbers" in said
    assert "pixel_0_0" not in said


def test_a_person_says_what_columns_are_and_leaves_some_out(shell: Shell, table: Path) -> None:
    outcome = shell(
        *("train", "table.csv", "--target", "open", *FEW, "--kind", "id=number", "--kind", "size=category"),
        *("--ignore", "no*,all", "--ignore", "when", "--na", "red", "-o", "m"),
    )
    assert outcome.status == 0, outcome.err
    model = cp.load_model("m")
    names = model.prepared.input_names
    assert {name.partition(" ")[0] for name in names} == {"id", "size", "colour", "zip"}
    assert "id" in names
    assert "size = 0.5" in names
    assert "colour = red" not in names
    assert model.prepared.na == ("red",)
    assert model.facts["ignore"] == ["no*,all", "when"]
    assert shell("evaluate", "m", "table.csv", "--split", "test").status == 0


def test_rows_without_a_target_are_left_out_and_counted(shell: Shell, table: Path) -> None:
    outcome = shell("train", "table.csv", "--target", "colour", *FEW, "-o", "m")
    assert "40 rows" in outcome.out
    assert "20 without colour left out" in outcome.out
    assert cp.load_model("m").prepared.classes == ("green", "red")
    assert "8 of table.csv, test" in shell("evaluate", "m", "table.csv", "--split", "test").out


def test_truth_values_are_classes_of_their_own(shell: Shell, table: Path) -> None:
    shell("train", "table.csv", "--target", "open", *FEW, "-o", "m")
    assert cp.load_model("m").prepared.classes == (False, True)
    lines = shell("predict", "m", "table.csv").out.splitlines()
    assert set(lines[1:]) <= {"TRUE", "FALSE"}


REFUSED = {
    "no target": ("a,b\n1,2.5\n2,3.5\n3,1.5\n", []),
    "a misspelt target": ("size,price\n1,2.5\n2,3.5\n3,1.5\n", ["--target", "prise"]),
    "a misspelt target in one word": ("size,price\n1,2.5\n2,3.5\n3,1.5\n", ["--target=prise"]),
    "infinity": ("a,b,y\n1,inf,2.5\n2,-inf,3.5\n3,1,1.5\n4,2,2\n5,3,1\n", ["--target", "y"]),
    "two ways to write numbers": (
        "a,b,y\n1,5%,2.5\n2,0.05,3.5\n3,7%,1.5\n4,8%,1\n5,9%,2\n",
        ["--target", "y"],
    ),
    "a number that is none": (
        "a,b,y\n1,red,2.5\n2,blue,3.5\n3,red,1.5\n4,red,1\n5,red,2\n",
        ["--target", "y", "--kind", "b=number"],
    ),
    "names of rows alone": (
        "name,y\n" + "".join(f"n{k},{k / 2}\n" for k in range(30)),
        ["--target", "y"],
    ),
    "numbers too large": ("a,b,y\n1e308,1,2.5\n-1e308,2,3.5\n1e308,3,1.5\n1e307,4,1\n0,5,2\n", ["--target", "y"]),
}


@pytest.mark.parametrize("what", REFUSED)
def test_a_refusal_ends_with_a_command_that_works(shell: Shell, what: str) -> None:
    text, options = REFUSED[what]
    Path("odd table.csv").write_text(text)
    outcome = shell("train", "odd table.csv", *options, *FEW)
    assert outcome.status == 1
    assert outcome.err.count("\n") == 1
    found = re.search("try: clearprop (.*)$", outcome.err)
    assert found, outcome.err
    again = shell(*shlex.split(found[1]))
    assert again.status == 0, again.err


@pytest.mark.parametrize("empty", [0, 2])
def test_a_title_above_a_sheet_is_refused_with_a_command_that_works(shell: Shell, empty: int) -> None:
    openpyxl = pytest.importorskip("openpyxl", reason="openpyxl is not installed")
    book = openpyxl.Workbook()
    for row in [["Sales"], *[[]] * empty, ["a", "b", "y"], *([k, k % 3, k / 2] for k in range(30))]:
        book.active.append(row)
    book.save("t.xlsx")
    outcome = shell("plan", "t.xlsx", "--target", "y")
    assert outcome.status == 1
    found = re.search("try: clearprop (.*)$", outcome.err)
    assert found, outcome.err
    again = shell(*shlex.split(found[1]))
    assert again.status == 0, again.err
    assert "30 rows" in again.out


def test_what_is_no_kind_is_a_wrong_command_line(shell: Shell, table: Path) -> None:
    outcome = shell("plan", "table.csv", "--kind", "size=categroy")
    assert outcome.status == 2
    assert "'size=categroy' is not COLUMN=KIND; did you mean 'category'?" in outcome.err
    assert "has no column 'sise'; did you mean 'size'" in shell("plan", "table.csv", "--kind", "sise=number").err
    assert "has no column 'y*'" in shell("plan", "table.csv", "--ignore", "y*").err


@pytest.mark.parametrize(
    ("way", "options"),
    [("${:,.2f}", []), ("{:.2f} km", []), ("{:.3f}", ["--kind", "y=number(decimal=',')"])],
    ids=["money", "a unit", "as a person says"],
)
def test_a_target_is_read_as_it_is_written_also_in_evaluations(shell: Shell, way: str, options: list[str]) -> None:
    texts = [way.format(1000 + 37.5 * k) if "$" in way else way.format(1.5 + k / 8) for k in range(40)]
    if options:
        texts = [text.replace(".", ",") for text in texts]
    Path("t.csv").write_text("x,y\n" + "".join(f'{k},"{text}"\n' for k, text in enumerate(texts)))
    outcome = shell("train", "t.csv", "--target", "y", "--epochs", "200", *options, "-o", "m")
    assert outcome.status == 0, outcome.err
    model = cp.load_model("m")
    assert model.prepared.task == "regression"
    assert cp.load_model("m").prepared.target.mean == pytest.approx(  # type: ignore[union-attr]
        1000 + 37.5 * 19.5 if "$" in way else 1.5 + 19.5 / 8, rel=0.1
    )
    said = shell("evaluate", "m", "t.csv", "--split", "all").out
    assert "40 of t.csv" in said
    assert "left out" not in said
    assert "8 of t.csv, test" in shell("evaluate", "m", "t.csv", "--split", "test").out
    assert float(shell("predict", "m", "t.csv").out.splitlines()[-1]) == pytest.approx(
        1000 + 37.5 * 39 if "$" in way else 1.5 + 39 / 8, rel=0.2
    )


@pytest.mark.parametrize("command", ["plan", "train"])
@pytest.mark.parametrize("width", [80, 100])
def test_the_table_of_columns_fits_in_the_terminal(
    command: str, width: int, shell: Shell, table: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = (command, "table.csv", "--target", "open", *(FEW if command == "train" else ()), "--ignore", "zip")
    monkeypatch.setenv("COLUMNS", "1000")
    whole = shell(*given).out
    monkeypatch.setenv("COLUMNS", str(width))
    narrow = shell(*given).out
    start = narrow.index("column  ")
    block = narrow[start : narrow.index("network ") if command == "train" else None].splitlines()
    assert max(map(len, block)) <= width
    assert max(map(len, whole.splitlines())) > 80
    assert {"marked", "constant"} <= {*" ".join(block).split()}


def test_numbers_are_said_to_be_scaled_as_they_are(shell: Shell, table: Path) -> None:
    outcome = shell("train", "table.csv", "--target", "open", "--scaling", "robust", *FEW, "-o", "m")
    assert "scaled by robust, gaps filled with the median and marked" in outcome.out
    assert "standardised" not in outcome.out
    told = shell("info", "m").out
    assert "scaled by robust: (x − median) / (q₃ − q₁)" in told
    assert re.search(r"'size': median [\d.]+, spread [\d.]+", told)


@pytest.mark.parametrize("width", [60, 80])
def test_what_train_plan_and_evaluate_print_fits_in_the_terminal(
    width: int, shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    long = "a_rather_long_name_of_a_column_that_somebody_has_written"
    rows = "".join(f"{k % 7},{k * k % 11},{'class ' + 'xyz'[k % 3] * 20}\n" for k in range(90))
    Path("t.csv").write_text(f"{long}_1,{long}_2,kind of thing\n{rows}")
    told = ("t.csv", "--target", "kind of thing", "--epochs", "2", "--preset", "fast", "-o", "t.clearprop")
    for words in (("plan", "t.csv"), ("train", *told), ("evaluate", "t.clearprop", "t.csv"), ("info", "t.clearprop")):
        outcome = shell(*words)
        assert outcome.status == 0, outcome.err
        longest = max(outcome.out.splitlines(), key=len)
        # a table of scores has its columns, and a word stays whole
        assert len(longest) <= max(width, 76) or " " not in longest.strip(), (words[0], longest)


def test_ranks_are_said_to_pay_where_batches_are_large_and_not_where_the_wire_takes_longer(shell: Shell) -> None:
    done = shell("plan", "digits", "--ranks", "2", "--json")
    assert done.status == 0, done.err
    said = json.loads(done.out)["times_one_rank"]
    assert said["one machine"]["batches of 4,096"] > 1.8
    assert said["1 Gbit/s"]["batches of 32"] < 0.5
    assert said["1 Gbit/s, --local-steps 16"]["batches of 32"] > 2 * said["1 Gbit/s"]["batches of 32"]
    rounded = "1 Gbit/s, --compression bfloat16"
    assert said["1 Gbit/s"]["batches of 32"] < said[rounded]["batches of 32"] < 2 * said["1 Gbit/s"]["batches of 32"]
    assert said["one machine, --compression bfloat16"]["batches of 32"] < said["one machine"]["batches of 32"]
    printed = shell("plan", "digits", "--ranks", "2").out
    assert "2 ranks take about so many times the steps of one" in printed
    assert "1 Gbit/s, --local-steps 16" in printed
    assert "1 Gbit/s: batches of 32, one process; batches of 4,096, --local-steps 16" in printed
    assert shell("plan", "digits", "--ranks", "1").status == 2


def test_ranks_over_a_wire_of_ones_own_are_said_to_pay_by_what_it_takes(shell: Shell) -> None:
    same, slow = (
        json.loads(shell("plan", "digits", "--ranks", "2", "--json", "--wire", *wire).out)["times_one_rank"]
        for wire in (("50", "8.3"), ("5000", "800"))
    )
    assert same["your wire"] == same["1 Gbit/s"]
    assert slow["your wire"]["batches of 32"] < 0.1 * same["your wire"]["batches of 32"]
    printed = shell("plan", "digits", "--ranks", "2", "--wire", "5000", "800").out
    assert "your wire: batches of 32, one process; " in printed
    done = shell("plan", "digits", "--wire", "50", "8")
    assert done.status == 2
    assert "give --ranks N too" in done.err


def test_what_computes_batch_statistics_over_shards_is_said_before_the_first_step(shell: Shell) -> None:
    told = ("blobs", "--epochs", "1", "--penalty", "none", "--layers", "4:relu", "--normalization", "batch_norm")
    said = "engine      numpy, which is slower: batch statistics over micro-shards have no compiled kernel"
    shared = shell("train", *told, "--shards", "2", "--compression", "bfloat16", "-o", "m.clearprop").out
    before = shared.partition("trained ")[0]
    assert said in before
    assert "gradients sent as bfloat16" in " ".join(before.split())
    assert said not in shell("train", *told, "-o", "n.clearprop").out


@pytest.mark.parametrize(("width", "shown"), [(100, True), (80, True), (55, False)])
def test_examples_are_cut_where_the_terminal_is_narrow_and_missed_only_with_a_word(
    width: int, shown: bool, shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    rows = "".join(
        f"{k % 7},2021-01-{1 + k % 28:02} 10:{k % 60:02}:00,a rather long text of class {k % 3}\n" for k in range(90)
    )
    Path("t.csv").write_text(f"a_rather_long_name_of_a_column,when it was written down,kind of thing\n{rows}")
    said = shell("plan", "t.csv", "--target", "kind of thing").out
    assert max(map(len, said.splitlines())) <= width
    header = next(line for line in said.splitlines() if line.startswith("column"))
    assert header.endswith("an example") == shown
    if shown:
        assert "2021-01-0" in said
        assert "a rather" in said
        return
    (needed,) = re.findall(r"a terminal of (\d+) columns shows examples too", said)
    for columns in (int(needed) - 1, int(needed)):
        monkeypatch.setenv("COLUMNS", str(columns))
        assert ("an example\n" in shell("plan", "t.csv").out) == (columns == int(needed))


@pytest.mark.parametrize("command", ["plan", "train"])
def test_inputs_that_are_shown_are_those_that_the_network_has(command: str, shell: Shell) -> None:
    """A category of 6 rows in the table may have 4 of them in training, where it is rare."""
    rows = "".join(f"state {k % 27},{k % 6},{k % 11}\n" for k in range(162))
    Path("t.csv").write_text(f"state,x,y\n{rows}")
    options = ("--epochs", "1", "--validation", "0.16", "-o", "m") if command == "train" else ()
    outcome = shell(command, "t.csv", "--target", "y", *options)
    assert outcome.status == 0, outcome.err
    (inputs, rare) = re.findall(r"(\d+) inputs, (\d+) rare or further ones together", outcome.out)[0]
    assert int(inputs) + int(rare) == 27 + 1
    if command == "train":
        assert re.search(rf"network +{int(inputs) + 1}-", outcome.out)


def test_texts_among_a_target_of_numbers_are_named_where_its_rows_are_left_out(shell: Shell) -> None:
    Path("t.csv").write_text("x,y\n" + "".join(f"{k},{'hot' if k % 20 == 7 else k / 2}\n" for k in range(60)))
    assert "57 rows, 3 without y left out ('hot' counts as a gap)" in shell("plan", "t.csv", "--target", "y").out
    said = " ".join(shell("train", "t.csv", "--target", "y", *FEW).out.split())
    assert "; 3 without y left out ('hot' counts as a gap)" in said


def test_a_plan_takes_the_task_as_training_does(shell: Shell) -> None:
    Path("t.csv").write_text("x,y\n" + "".join(f"{k},{k % 5}\n" for k in range(60)))
    plan = ("plan", "t.csv", "--target", "y")
    assert "classification of y" in shell(*plan).out
    assert "regression of y" in shell(*plan, "--task", "regression").out
    said = shell("plan", "t.csv", "--task", "regression").err
    assert "--task says what is made of a target; give --target COLUMN too" in said


@pytest.mark.parametrize("command", ["plan", "train"])
def test_numbers_as_classes_of_few_rows_are_said_with_regression(command: str, shell: Shell) -> None:
    Path("few.csv").write_text("x,y\n" + "".join(f"{k},{k * 7 % 80 + 0.5}\n" for k in range(250)))
    given = (command, "few.csv", "--target", "y", "--task", "classification", *(FEW if command == "train" else ()))
    said = " ".join(shell(*given).out.split())
    assert "80 of 80 classes have 4 rows or less, from which little can be learnt; --task regression predicts y" in said
    Path("many.csv").write_text("x,y\n" + "".join(f"{k},{k / 2}\n" for k in range(90)))
    refused = shell(*("many.csv" if each == "few.csv" else each for each in given)).err
    assert "too few rows of each for training; --task regression predicts a number; try: " in refused
    mended = shlex.split(refused.partition("try: clearprop ")[2])
    assert "classification" not in mended
    assert "regression of y" in shell(*mended).out


def test_the_target_is_not_suggested_to_be_left_out(shell: Shell) -> None:
    Path("t.csv").write_text("grind,rating\n" + "".join(f"{k},{'ab'[k % 2]}\n" for k in range(60)))
    said = shell("plan", "t.csv", "--target", "rating", "--ignore", "nothing").err
    assert "has no column 'nothing' to be left out; there are grind" in said
    assert "did you mean 'rating'" in shell("plan", "t.csv", "--target", "grind", "--ignore", "ratign").err
