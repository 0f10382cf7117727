"""Mean targets of many categories: a training row never sees its own target, and a prediction sees all rows'."""

from __future__ import annotations

import json

import numpy as np
import pytest

from clearprop.columns import describe
from clearprop.columns.cells import Cells, read
from clearprop.columns.mean_targets import FOLDS, LEAST_ROWS, SMOOTHING, MeanColumn, _parted
from clearprop.columns.prepared_json import from_json, to_json

rng = np.random.default_rng(5)
NAMES = np.array([f"c{k:03}" for k in range(150)])


def drawn(rows: int = 2000, targets: int = 1) -> tuple[Cells, np.ndarray]:
    texts = NAMES[rng.integers(0, len(NAMES), rows)].tolist()
    texts[3] = texts[77] = None
    return read(texts), rng.normal(size=(rows, targets))


def test_a_mean_is_that_of_the_rows_of_the_category_drawn_towards_that_of_all() -> None:
    cells, Y = drawn(targets=2)
    column = MeanColumn.fitted("c", cells, Y, ["a", "b"])
    made = column.encode(cells)
    raw, centre, scale = _parted(cells, Y)
    values = np.array(cells.values.tolist(), object)
    for row in (0, 1, 500):
        own = values == values[row]
        expected = (Y[own].sum(axis=0) + SMOOTHING * Y.mean(axis=0)) / (own.sum() + SMOOTHING)
        assert made[row, -2:] == pytest.approx((expected - centre) / scale)
        others = np.arange(len(Y)) % FOLDS != row % FOLDS
        prior = Y[others].mean(axis=0)
        assert raw[row] == pytest.approx(
            (Y[own & others].sum(axis=0) + SMOOTHING * prior) / ((own & others).sum() + SMOOTHING)
        )
    assert made[3, -2:] == pytest.approx((Y.mean(axis=0) - centre) / scale), "a gap has the mean of all rows"
    assert column.out_of_fold(cells, Y).std(axis=0) == pytest.approx([1, 1])
    assert column.names[-2:] == ("c: mean of a", "c: mean of b")
    assert len(column.names) == column.width == made.shape[1]


def test_a_row_never_sees_its_own_target() -> None:
    cells, Y = drawn(400)
    before = _parted(cells, Y)[0]
    for row in range(0, 400, 23):
        changed = Y.copy()
        changed[row] += 1000
        after = _parted(cells, changed)[0]
        assert (after[row % FOLDS :: FOLDS] == before[row % FOLDS :: FOLDS]).all()
        assert (
            np.delete(after, slice(row % FOLDS, None, FOLDS)) != np.delete(before, slice(row % FOLDS, None, FOLDS))
        ).any()


def test_targets_that_are_noise_cannot_be_learnt_from_the_means() -> None:
    """With the row's own target in them, the means of categories of two rows would tell much of it."""
    texts = np.repeat([f"c{k}" for k in range(1500)], 2)
    order = rng.permutation(3000)
    cells, Y = read(texts[order].tolist()), rng.normal(size=(3000, 1))
    column = MeanColumn.fitted("c", cells, Y, ["y"])
    own = np.corrcoef(column.encode(cells)[:, -1], Y[:, 0])[0, 1]
    out = np.corrcoef(column.out_of_fold(cells, Y)[:, 0], Y[:, 0])[0, 1]
    assert own > 0.5
    assert abs(out) < 4 / np.sqrt(3000)


def test_a_category_that_is_new_or_had_one_row_has_the_mean_of_all_rows() -> None:
    cells = read([*["a", "b"] * 30, "alone"])
    Y = np.arange(61.0)[:, None]
    column = MeanColumn.fitted("c", cells, Y, ["y"])
    assert column.categories == ("a", "b")
    assert LEAST_ROWS == 2
    made = column.encode(read(["new", "alone", None, "a"]))[:, -1]
    assert made[0] == made[1] == made[2] == column.otherwise[0] != made[3]
    assert column.strays(read(["new", "a", "new"])) == (2, ("new",))


def test_one_target_in_all_rows_gives_finite_inputs() -> None:
    cells, _ = drawn(100)
    column = MeanColumn.fitted("c", cells, np.ones((100, 1)), ["y"])
    assert np.isfinite(column.encode(cells)).all()
    assert np.isfinite(column.out_of_fold(cells, np.ones((100, 1)))).all()
    assert MeanColumn.fitted("c", read([None, None]), np.ones((2, 1)), ["y"]).encode(read(["x", None])).shape == (2, 2)


@pytest.mark.parametrize("values", [["a", "b", "a", "b"], [1, 2, 1, 2], [1.5, 2, 1.5, 2]])
def test_json_gives_the_same_column_back(values: list[object]) -> None:
    column = MeanColumn.fitted("c", read(values), rng.normal(size=(4, 2)), ["a", "b"])
    again = from_json(json.loads(json.dumps(to_json(column))))
    assert again == column


@pytest.mark.parametrize(
    "changed",
    [
        {"means": [[1.0]]},
        {"means": [[1.0, float("nan")]]},
        {"means": [[1.0, "2"]]},
        {"means": 3},
        {"means": [3]},
        {"otherwise": []},
        {"otherwise": [None]},
        {"of": []},
        {"of": [1]},
        {"own": {"kind": "number", "name": "c", "mean": 0, "scale": 1, "fill": 0}},
        {"own": {"kind": "choice", "name": "d", "categories": ["a"]}},
        {"own": None},
        {"categories": ["a", "a"]},
        {"categories": ["a", 1]},
        {"categories": [1, 2]},
        {"more": 1},
    ],
)
def test_json_of_another_form_is_refused(changed: dict[str, object]) -> None:
    column = MeanColumn.fitted("c", read(["a", "b", "a", "b"]), rng.normal(size=(4, 1)), ["y"])
    with pytest.raises(ValueError, match=r".+"):
        from_json(to_json(column) | changed)


def test_a_person_says_by_what_categories_are_told() -> None:
    cells = read(["a", "b"] * 20)
    assert [describe(cells, "c", f"category(by='{by}')").by for by in ("inputs", "mean")] == ["inputs", "mean"]
    with pytest.raises(ValueError, match=r"write .*category\(by='inputs'\), category\(by='mean'\)"):
        describe(cells, "c", "category(by='hash')")
