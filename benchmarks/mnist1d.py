"""`python -m benchmarks.mnist1d`: MNIST-1D (Greydanus 2020), 4,000 points of 40 numbers, ten classes, 1,000 points held out.

`pip install mnist1d` is needed. Its authors' perceptron, 40-100-100-10 with ReLU, is right on 68 % of the points held out.
Means over `--seeds` of the networks; the data are always the same. Names of settings measure only these.
"""

from __future__ import annotations

import argparse
import importlib
import warnings
from time import perf_counter
from typing import Any

import numpy as np

from clearprop.estimators import MLPClassifier

PUBLISHED, WANTED = 0.68, 0.69
WHOLE: dict[str, Any] = {"preset": "tabular", "early_stopping": False}
SETTINGS: dict[str, dict[str, Any]] = {
    "defaults": {},
    "the preset": {"preset": "tabular"},
    "the preset, no rows held out": WHOLE,
    "the same with ReLU": WHOLE | {"activation": "relu"},
    "the same with ReLU and dropout": WHOLE | {"activation": "relu", "dropout": 0.2},
}


def main() -> None:
    """Print a line for each setting."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("settings", nargs="*", help=f"of {', '.join(SETTINGS)}")
    given = parser.parse_args()
    warnings.simplefilter("ignore")
    data = importlib.import_module("mnist1d.data")
    made = data.make_dataset(data.get_dataset_args())
    print(f"| settings | accuracy (published {PUBLISHED:.0%}, wanted {WANTED:.0%}) | of each seed | seconds |")
    print("| --- | --- | --- | --- |")
    for name, options in SETTINGS.items():
        if given.settings and name not in given.settings:
            continue
        scores, began = [], perf_counter()
        for seed in range(given.seeds):
            model = MLPClassifier(random_state=seed, threads=1, **options).fit(made["x"], made["y"])
            scores.append(model.score(made["x_test"], made["y_test"]))
        seconds = (perf_counter() - began) / given.seeds
        print(
            f"| {name} | {np.mean(scores):.1%} | {', '.join(f'{s:.1%}' for s in scores)} | {seconds:.2g} |", flush=True
        )


if __name__ == "__main__":
    main()
