"""The history of a stream: bounded, and every step has a part in it."""

from __future__ import annotations

import numpy as np
import pytest

import clearprop as cp
from clearprop.training.bounded_history import BoundedHistory


@pytest.mark.parametrize("rows", [2, 3, 10, 1000])
def test_rows_are_bounded_and_their_means_are_of_all_steps(rows: int) -> None:
    history, rng = BoundedHistory(rows), np.random.default_rng(rows)
    losses, points = rng.normal(size=5000), rng.integers(1, 9, size=5000)
    for step in range(5000):
        if history.count(losses[step], int(points[step])):
            history.end(step=step + 1, eta=0.1, seconds=step)
        assert len(history.columns["step"]) <= rows
    history.end(step=5000, eta=0.1, seconds=5000)
    table = history.table()
    ends = table["step"].astype(int)
    begins = np.concatenate([[0], ends[:-1]])
    assert ends[-1] == 5000
    for row, (begin, end) in enumerate(zip(begins, ends, strict=True)):
        part = slice(begin, end)
        assert table["points"][row] == points[part].sum()
        assert table["loss"][row] == pytest.approx(np.average(losses[part], weights=points[part]), rel=1e-9)


def test_a_trainer_shows_the_row_that_is_not_full_yet() -> None:
    trainer = cp.Trainer(cp.Network((1, 1), ("identity",)), loss="square", eta=0.0, history=4)
    for _ in range(11):
        trainer.step([[1.0]], [[2.0]])
    assert trainer.history["step"].tolist()[-1] == 11
    assert trainer.history["points"].sum() == 11


def test_no_history_and_all_of_it() -> None:
    none, all_of_it = (
        cp.Trainer(cp.Network((1, 1), ("identity",)), loss="square", history=history) for history in (0, None)
    )
    for _ in range(3000):
        none.step([[1.0]], [[2.0]])
        all_of_it.step([[1.0]], [[2.0]])
    assert len(none.history) == 0
    assert len(all_of_it.history) == 3000
