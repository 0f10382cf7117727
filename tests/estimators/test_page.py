"""The blocks of `docs/estimators.md` run as they stand, and on other points of two classes and of three."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.datasets import load_iris, load_wine

PAGE = (Path(__file__).parents[2] / "docs" / "estimators.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```python\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
X, SPECIES = load_iris(return_X_y=True)
WINES = load_wine(return_X_y=True)
TABLES = {
    "two classes": (X[:100:2], SPECIES[:100:2]),
    "three classes in text": (WINES[0], np.array(["barolo", "barbera", "grignolino"])[WINES[1]]),
}


@pytest.mark.lengthy
@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
@pytest.mark.filterwarnings("ignore::clearprop.columns.ColumnWarning")
@pytest.mark.parametrize("table", ["as they stand", *TABLES])
def test_the_blocks_of_the_page_run(table: str) -> None:
    names: dict[str, Any] = {}
    assert len(BLOCKS) >= 3
    for block in BLOCKS:
        if "train_test_split(" in block and table in TABLES:
            X, y = TABLES[table]
            order = np.random.default_rng(0).permutation(len(y))
            held, rest = order[: len(y) // 4], order[len(y) // 4 :]
            names |= {"X": X[rest], "y": y[rest], "X_val": X[held], "y_val": y[held]}
            continue
        exec(compile(block, "docs/estimators.md", "exec"), names)
        clf = names.get("clf")
        if clf is not None:
            P = clf.predict_proba(names["X_val"])
            np.testing.assert_allclose(P.sum(axis=1), 1, rtol=1e-12)
            assert (clf.classes_[P.argmax(axis=1)] == clf.predict(names["X_val"])).all()
