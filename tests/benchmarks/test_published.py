"""Published tables: what a comparison says, and the readers of data that no package has, on data made here."""

from __future__ import annotations

import gzip
from pathlib import Path

import numpy as np
import pytest
from benchmarks.published import nielsen, proben1
from benchmarks.published.__main__ import GROUPS, main, summary
from benchmarks.published.idx import images_and_labels
from benchmarks.published.rows import Comparison, Given, Row


def compared(published: str, values: tuple[float, ...], *others: float, **options: object) -> Comparison:
    return Comparison(Row("a row", published, float, **options), values, others)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("comparison", "verdict"),
    [
        (compared("0.871", (0.8705, 0.8705)), "equal"),  # the half of its last digit
        (compared("0.871", (0.8704, 0.8704)), "below"),
        (compared("0.870", (0.8, 1.0)), "equal"),  # a deviation of 0.14 says nothing
        (compared("0.5", (0.7, 0.7)), "better"),
        (compared("0.5", (0.7, 0.7), less_is_better=True), "below"),
        (compared("", (0.7, 0.7), 0.6, 0.6), "better"),
        (compared("", (0.7, 0.5), 0.8, 0.6), "below"),  # by as much on both seeds
        (compared("", (0.7, 0.5)), ""),
    ],
)
def test_a_row_is_better_or_below_where_the_difference_is_more_than_its_error(
    comparison: Comparison, verdict: str
) -> None:
    assert comparison.verdict == verdict


def test_what_was_published_as_a_mean_of_more_runs_is_known_better() -> None:
    one, many = (compared("0.80", (0.70, 0.74, 0.78), runs=runs) for runs in (1, 100))
    assert one.uncertainty > 1.5 * many.uncertainty
    assert (one.verdict, many.verdict) == ("below", "below")


def test_rows_that_were_not_run_count_for_nothing() -> None:
    assert summary([]) == "No row was run."
    assert (
        summary(["better", "equal", "below", "equal"])
        == "Of 4 rows 1 are better, 2 equal and 1 below: 75% better or equal, wanted 90%."
    )


def test_every_published_figure_is_a_number_and_no_name_is_there_twice() -> None:
    for group in GROUPS:
        given = Given(mnist=Path(), proben1=Path("no/such/folder"))
        rows = group.rows(given) if group.name != "RealMLP" else []
        assert len({row.name for row in rows}) == len(rows)
        assert all(float(row.published) for row in rows)


def write_idx(path: Path, array: np.ndarray) -> None:
    head = bytes([0, 0, 8, array.ndim]) + np.array(array.shape, ">i4").tobytes()
    data = head + array.astype("u1").tobytes()
    path.write_bytes(gzip.compress(data) if path.suffix == ".gz" else data)


@pytest.fixture
def mnist(tmp_path: Path) -> Path:
    """Images of 4 × 4 pixels, whose brightest pixel is their digit; one pair of files packed."""
    rng = np.random.default_rng(0)
    for kind, count, suffix in (("train", 400, ".gz"), ("t10k", 100, "")):
        labels = rng.integers(10, size=count)
        images = rng.integers(60, size=(count, 16))
        images[np.arange(count), labels] = 255
        write_idx(tmp_path / f"{kind}-images-idx3-ubyte{suffix}", images.reshape(count, 4, 4))
        write_idx(tmp_path / f"{kind}-labels-idx1-ubyte{suffix}", labels)
    return tmp_path


def test_a_folder_in_mnists_format_is_read_packed_or_not(mnist: Path) -> None:
    for kind, count in (("train", 400), ("t10k", 100)):
        X, y = images_and_labels(mnist, kind)
        assert X.shape == (count, 16)
        assert np.array_equal(X.argmax(axis=1), y)
    with pytest.raises(FileNotFoundError, match="no valid-images-idx3-ubyte"):
        images_and_labels(mnist, "valid")


def test_the_book_s_network_learns_the_digits_of_a_folder(mnist: Path) -> None:
    peak = next(row for row in nielsen.rows(Given(mnist=mnist)) if row.name == "784-30-10, eta = 3, at its peak")
    assert peak.measure(0) > 90


def a_problem(folder: Path) -> Path:
    """Two classes that a line parts, 60, 30 and 30 points."""
    rng = np.random.default_rng(1)
    X = rng.uniform(size=(120, 2))
    Y = np.eye(2)[(X.sum(axis=1) > 1).astype(int)]
    head = (
        "bool_in=0\nreal_in=2\nbool_out=2\nreal_out=0\ntraining_examples=60\nvalidation_examples=30\ntest_examples=30\n"
    )
    rows = [" ".join(f"{value:g}" for value in row) for row in np.hstack([X, Y])]
    path = folder / "line" / "line1.dt"
    path.parent.mkdir()
    path.write_text(head + "\n".join(rows) + "\n")
    return path


def test_a_file_of_proben1_is_read_and_learnt_by_its_rules(tmp_path: Path) -> None:
    path = a_problem(tmp_path)
    problem = proben1.read(path)
    assert [len(part[0]) for part in (problem.training, problem.validation, problem.test)] == [60, 30, 30]
    error, wrong = proben1.errors(path, 0)
    assert error < 10
    assert wrong < 15
    path.write_text(path.read_text().replace("test_examples=30", "test_examples=31"))
    with pytest.raises(ValueError, match=r"line1.dt has numbers of shape \(120, 4\)"):
        proben1.read(path)


def test_the_squared_error_percentage_is_prechelts() -> None:
    """100 / (N P) times the sum of squares, for outputs from 0 to 1."""
    Y, A = np.array([[0.0, 1.0], [1.0, 0.0]]), np.array([[0.5, 1.0], [1.0, 0.5]])
    assert proben1.percentage(Y, A) == 100 * 0.5 / 4


def test_the_command_keeps_what_it_measured_and_says_what_was_not_run(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "proben1"
    folder.mkdir()
    a_problem(folder)
    (folder / "published.csv").write_text("problem,error\nline1,50.0\n")
    results = tmp_path / "results.jsonl"
    words = ["--seeds", "2", "--proben1", str(folder), "--results", str(results), "Proben1", "Nielsen"]
    main(words)
    first = capsys.readouterr().out
    assert "Not run: it needs `make tables MNIST=FOLDER`" in first
    assert "| line1 | 50.0 |" in first
    assert first.endswith("Of 1 rows 1 are better, 0 equal and 0 below: 100% better or equal, wanted 90%.\n")
    kept = results.read_text()
    assert kept.count("\n") == 2
    main(words)
    assert capsys.readouterr().out == first
    assert results.read_text() == kept
