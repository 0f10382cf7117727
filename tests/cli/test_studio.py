"""`clearprop studio`: a page from a data set, a table or a model."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import clearprop as cp
from clearprop.cli import main
from clearprop.fitting import fit


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


def test_a_file_that_it_did_not_write_stays(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "page.html").write_text("mine")
    with pytest.raises(SystemExit):
        main(["studio", "moons", "-o", str(tmp_path / "page.html")])
    assert "--force" in capsys.readouterr().err
    assert (tmp_path / "page.html").read_text() == "mine"
