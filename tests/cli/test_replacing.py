"""What a command may write over: files like the one that it writes, and never what it reads."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from .conftest import Shell

FORMS = {
    "--html": "a.html",
    "--latex": "a.tex",
    "--beamer": "c.tex",
    "--tikz": "b.tex",
    "--svg": "a.svg",
    "--json": "a.json",
    "--text": "a",
}


@pytest.fixture
def model(shell: Shell, penguins: Path) -> str:
    assert shell("train", "penguins.csv", "--target", "species", "--epochs", "1", "-o", "m").status == 0
    return "m"


@pytest.mark.parametrize("force", [(), ("--force",)])
@pytest.mark.parametrize("name", ["penguins.csv", "link.csv", "./penguins.csv", "m"])
def test_predictions_never_replace_the_table_or_the_model(
    shell: Shell, model: str, penguins: Path, name: str, force: tuple[str, ...]
) -> None:
    os.symlink("penguins.csv", "link.csv")
    before = [Path(each).read_bytes() for each in ("penguins.csv", "m")]
    said = shell("predict", model, "penguins.csv", "--keep", "all", "--to", "csv", "-o", name, *force)
    assert said.status == 1
    assert f"-o {name} is a file that this command reads, so it is not overwritten; give another name" in said.err
    assert [Path(each).read_bytes() for each in ("penguins.csv", "m")] == before


@pytest.mark.parametrize("suffix", ["csv", "tsv", "jsonl", "parquet"])
def test_predictions_replace_predictions_and_nothing_else(shell: Shell, model: str, suffix: str) -> None:
    if suffix == "parquet":
        pytest.importorskip("pyarrow")
    path = Path(f"said.{suffix}")
    for _ in range(2):
        assert shell("predict", model, "penguins.csv", "-o", str(path)).status == 0
    path.write_bytes(b"name,age\nann,3\n")
    said = shell("predict", model, "penguins.csv", "-o", str(path))
    assert (
        "exists and has other columns than species, which this command writes, so it is not overwritten; give"
        in said.err
    )
    assert path.read_bytes() == b"name,age\nann,3\n"
    assert shell("predict", model, "penguins.csv", "-o", str(path), "--force").status == 0
    assert shell("predict", model, "penguins.csv", "-o", str(path)).status == 0


def test_predictions_with_and_without_problems_replace_each_other(shell: Shell, model: str) -> None:
    Path("huge.csv").write_text("island,bill,mass\nDream,38,3600\nDream,inf,3600\n")
    for table in ("penguins.csv", "huge.csv", "huge.csv", "penguins.csv"):
        assert shell("predict", model, table, "-o", "said.csv").status == 0, table


@pytest.mark.parametrize("option", FORMS)
def test_an_explanation_replaces_an_explanation_and_nothing_else(shell: Shell, model: str, option: str) -> None:
    path = Path(FORMS[option])
    for _ in range(2):
        assert shell("explain", model, "penguins.csv", option, str(path)).status == 0
    path.write_text("<!doctype html>\n{ my own }")
    said = shell("explain", model, "penguins.csv", option, str(path))
    assert "exists and was not written by clearprop, so it is not overwritten" in said.err
    assert path.read_text() == "<!doctype html>\n{ my own }"
    assert shell("explain", model, "penguins.csv", option, str(path), "--force").status == 0


@pytest.mark.parametrize("table", [("penguins.csv",), ()])
def test_an_explanation_never_replaces_the_table(shell: Shell, model: str, table: tuple[str, ...]) -> None:
    said = shell("explain", model, *table, "--text", "penguins.csv", "--force")
    assert "is a file that this command reads" in said.err


@pytest.mark.lengthy
@pytest.mark.parametrize("suffix", ["svg", "png", "pdf"])
def test_pictures_and_reports_replace_their_like_and_nothing_else(shell: Shell, penguins: Path, suffix: str) -> None:
    pytest.importorskip("matplotlib")
    words = ("train", "penguins.csv", "--target", "species", "--epochs", "1", "-o", "m")
    for _ in range(2):
        assert shell(*words, "--plot", f"p.{suffix}", "--report", "r.html").status == 0
    assert shell("evaluate", "m", "penguins.csv", "--report", "r.html").status == 0
    for option, name in {"--plot": f"p.{suffix}", "--report": "r.html"}.items():
        Path(name).write_text("<!doctype html> mine")
        said = shell(*words, option, name)
        assert f"{name} exists and was not written by clearprop, so it is not overwritten" in said.err
        assert Path(name).read_text() == "<!doctype html> mine"
    assert shell("evaluate", "m", "penguins.csv", "--report", "r.html").status == 1
