"""History: the columns of reported numbers."""

from __future__ import annotations

import pytest

from clearprop.training.history import History, Report


def two_rows() -> History:
    history = History()
    for step in (10, 20):
        history.append(Report(step, step / 10, 1 / step, 0.1, 0.0, validation_loss=2 / step, metrics={"accuracy": 0.5}))
    return history


def test_columns_stand_in_their_order() -> None:
    assert two_rows().columns == ["step", "epoch", "loss", "validation_loss", "accuracy", "eta", "seconds"]


def test_a_column_is_an_array_with_a_value_for_each_report() -> None:
    history = two_rows()
    assert history["loss"].tolist() == [0.1, 0.05]
    assert len(history) == 2
    assert "accuracy" in history
    assert "rmse" not in history
    assert history.to_dict()["step"] == [10, 20]


def test_without_validation_there_is_no_column_for_it() -> None:
    history = History()
    history.append(Report(1, 1.0, 0.5, 0.1, 0.0))
    assert history.columns == ["step", "epoch", "loss", "eta", "seconds"]


def test_an_unknown_column_is_answered_with_the_nearest() -> None:
    with pytest.raises(KeyError, match="unknown column 'los'; did you mean 'loss'"):
        two_rows()["los"]


def test_what_is_taken_out_is_a_copy() -> None:
    history = two_rows()
    history["loss"][:] = 7
    history.to_dict()["loss"].append(7)
    assert history["loss"].tolist() == [0.1, 0.05]


def test_a_history_says_how_it_ended() -> None:
    assert repr(History()) == "History (empty)"
    assert repr(two_rows()).startswith("History of 2 reports; last: step 20, epoch 2, loss 0.05,")
