"""Where a model file was meant that is not there: which models are near. No model is chosen here."""

from __future__ import annotations

import difflib
import os
from collections.abc import Mapping
from os import PathLike
from pathlib import Path

BEST = "best.clearprop"
"""The model of a run folder."""
MOST_NAMED = 4
"""So many model files are named."""


class NoModelFile(FileNotFoundError):
    """There is no model file of this name; `instead` gives by it the one that was likely meant."""

    def __init__(self, message: str, instead: Mapping[str, str]) -> None:
        super().__init__(message)
        self.instead = instead


class ModelIsAFolder(IsADirectoryError):
    """A folder was given in place of a model file; `instead` gives by it the model that was likely meant."""

    def __init__(self, message: str, instead: Mapping[str, str]) -> None:
        super().__init__(message)
        self.instead = instead


def missing(path: str | PathLike[str]) -> NoModelFile:
    """The error for a path without a file: it names a file with nearly this name, or else the models of runs, newest first."""
    folder, name = Path(path).parent, Path(path).stem
    beside = {each.stem: str(each) for each in folder.glob("*.clearprop")}
    near = difflib.get_close_matches(name, beside, n=1)
    if near:
        return NoModelFile(
            f"there is no model file {path}; did you mean {beside[near[0]]}?", {str(path): beside[near[0]]}
        )
    of_runs = [each for pattern in (f"*/{BEST}", f"runs/*/{BEST}") for each in folder.glob(pattern)]
    there = [str(each) for each in sorted(of_runs, key=os.path.getmtime, reverse=True)[:MOST_NAMED]]
    if not there:
        return NoModelFile(f"there is no model file {path}", {})
    said = f"the newest model of a run is {there[0]}" if len(there) > 1 else f"a run has the model {there[0]}"
    return NoModelFile(f"there is no model file {path}; {said}", {str(path): there[0]})


def folder_given(path: str | PathLike[str]) -> ModelIsAFolder:
    """The error for a folder in place of a model file: it names the models in it."""
    models = sorted(str(each) for each in Path(path).glob("*.clearprop"))
    models = models or sorted(str(each) for each in Path(path).glob(f"*/{BEST}"))[:MOST_NAMED]
    there = f"; the model files in it are {' and '.join(models)}" if models else ", and no model file is in it"
    return ModelIsAFolder(f"{path} is a folder{there}", {str(path): models[0]} if models else {})
