"""`clearprop studio`: a page from a data set, a table or a model."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path

import pytest

import clearprop as cp
from clearprop.cli import main
from clearprop.fitting import fit
from clearprop.live import Studio


def test_it_writes_the_page_of_a_data_set(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    main(["studio", "circles(points=40)"])
    assert capsys.readouterr().out == "wrote circles.html\n"
    assert (tmp_path / "circles.html").read_text() == cp.studio(data="circles(points=40)").html


def test_it_begins_with_a_model(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    model = fit(cp.load_table("moons(points=60)"), epochs=1).model
    path, page = tmp_path / "m.clearprop", tmp_path / "m.html"
    cp.save_model(model, path)
    main(["studio", str(path), "-o", str(page), "--data", "moons(points=40)"])
    assert "moons(points=40" in page.read_text()


def test_rows_without_a_target_are_left_out_and_counted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    rows = [f"{k},{'' if k == 5 else 'ab'[k % 2]}" for k in range(30)]
    Path("rows.csv").write_text("\n".join(["x,y", *rows]) + "\n")
    main(["studio", "rows.csv", "--target", "y"])
    assert capsys.readouterr().out == "wrote rows.html\n1 row without y left out\n"
    main(["train", "rows.csv", "--target", "y", "--epochs", "1", "--quiet", "-o", "m.clearprop"])
    capsys.readouterr()
    main(["studio", "m.clearprop", "--json", "-o", "m.html"])
    found = json.loads(capsys.readouterr().out)
    assert (found["rows"], found["of"], found["rows_without_target"]) == (29, 29, 1)
    page = cp.studio(data={"x": [1.0, 2, 3, 4, 5, 6], "y": [1.5, 2.5, None, 4.25, 5.5, 7]}, target="y")
    assert len(page.data.X) == 5
    assert "1 row without y left out." in page.data.about


@pytest.mark.parametrize(
    ("rows", "target", "ways"),
    [
        ([f"{k % 5},{'inf' if k == 3 else k},{'uv'[k % 2]}" for k in range(40)], ["--target", "y"], 1),
        ([f'{k % 5},"{k % 9 + 1},{k * 7 % 900 + 100}",{"uv"[k % 2]}' for k in range(40)], ["--target", "y"], 3),
        ([f"{k % 5},{k * k},{'uv'[k % 2]}" for k in range(40)], [], 1),
    ],
    ids=["infinite", "comma", "target"],
)
def test_each_command_that_is_named_succeeds(
    rows: list[str],
    target: list[str],
    ways: int,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(Studio, "html", "")  # what all pages carry takes a second
    Path("rows.csv").write_text("\n".join(["a,paid,y", *rows]) + "\n")
    with pytest.raises(SystemExit):
        main(["studio", "rows.csv", *target])
    named = re.findall(r"clearprop (.*)", capsys.readouterr().err)
    assert len(named) == ways
    for each in named:
        main(shlex.split(each))
        assert capsys.readouterr() == ("wrote rows.html\n", "")


def test_where_no_target_is_given_a_search_names_the_command_with_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "rows.csv"
    path.write_text("\n".join(["a,y", *(f"{k * k},{'uv'[k % 2]}" for k in range(40))]) + "\n")
    with pytest.raises(SystemExit):
        main(["tune", str(path)])
    assert capsys.readouterr().err.endswith(f"; try: clearprop tune {path} --target=y\n")


def test_a_models_own_table_is_read_with_gaps_that_are_named_and_its_columns_stay(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path, page = str(tmp_path / "m.clearprop"), str(tmp_path / "m.html")
    cp.save_model(fit(cp.load_table("moons(points=60)"), epochs=1).model, path)
    main(["studio", path, "-o", page, "--na=-999"])
    assert "training held out" in Path(page).read_text()
    with pytest.raises(SystemExit):
        main(["studio", path, "-o", page, "--ignore", "x1"])
    assert "leave --kind and --ignore out" in capsys.readouterr().err


def test_a_file_that_it_did_not_write_stays(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "page.html").write_text("mine")
    with pytest.raises(SystemExit):
        main(["studio", "moons", "-o", str(tmp_path / "page.html")])
    assert "--force" in capsys.readouterr().err
    assert (tmp_path / "page.html").read_text() == "mine"
