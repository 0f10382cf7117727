"""What runs inside the sandbox: it imports a submission, follows scripts of calls, and writes what came out as lines of JSON.

It knows no mathematics and nothing that is right. It is run as a file by itself, with NumPy alone beside it, so it imports
nothing of this package. A script is a list of steps: `seed`, `make` an object, `set` and `get` an attribute, `call` a method.
"""

from __future__ import annotations

import json
import os
import sys
import traceback
from pathlib import Path
from typing import Any

if __name__ == "__main__":
    sys.path[:0] = sys.argv[3:]  # where NumPy is, and the submission's own folder

import numpy as np

MOST_NUMBERS = 20_000
"""An array with more is no answer to these scripts, whose arrays have some ten."""
MOST_MESSAGE = 300


AFTER_INIT = ("W", "W0", "G", "B")
"""The attributes that an object must have when it is made; a script sets them."""


class Probe:
    """A module whose arithmetic is its own, so that `Sequential` is judged alone and nothing is given away.

    A goes to C A. A step moves C by what the last forward and the last backward got, so that their order and number show in C.
    """

    def __init__(self, C: Any) -> None:
        self.C, self.came, self.went = np.array(C, dtype=float), 0.0, 0.0

    def forward(self, A: Any) -> Any:
        """C A. ValueError for a point that is no column: a module's bias would be added to it in the wrong way."""
        if np.ndim(A) != 2:
            raise ValueError(f"a point is a column, X[:, i:i+1], and what comes has shape {np.shape(A)}")
        self.came = float(np.asarray(A).sum())
        return self.C @ A

    def backward(self, derivative: Any) -> Any:
        """C^T times what comes."""
        self.went = float(np.asarray(derivative).sum())
        return self.C.T @ derivative

    def sgd_step(self, lrate: float) -> None:
        """C moves with lrate."""
        self.C = self.C * (1 - lrate) + lrate * np.arcsinh(self.came + 2 * self.went)

    def step(self, lrate: float) -> None:
        """The same."""
        self.sgd_step(lrate)

    def class_fun(self, Ypred: Any) -> Any:
        """The place of the largest number of each column."""
        return np.argmax(Ypred, axis=0)


class LossProbe:
    """A loss whose derivative is Ypred − 2 Y."""

    def forward(self, Ypred: Any, Y: Any) -> float:
        """A number."""
        self.Ypred, self.Y = Ypred, Y
        return float(np.asarray(Ypred).sum())

    def backward(self) -> Any:
        """Ypred − 2 Y of the last forward."""
        return self.Ypred - 2 * self.Y


class Script:
    """The objects and values of one script, by the names that it gives them."""

    def __init__(self, classes: dict[str, Any]) -> None:
        self.classes = classes
        self.values: dict[str, Any] = {}
        self.given: dict[str, Any] = {}
        """What each value was when it came, whatever writes into it later."""
        self.changed: list[str] = []
        self.lacking: dict[str, tuple[str, list[str]]] = {}
        """For each class what its object has, and what of the interface it has not."""
        self.held: list[tuple[str, Any, Any]] = []
        """The object, an array that a call of it was given, and what that was."""

    def follow(self, steps: list[dict[str, Any]]) -> None:
        """Take the steps in their order."""
        for step in steps:
            self._take(step)

    def _take(self, step: dict[str, Any]) -> None:
        kind, name = step["step"], step.get("as", "")
        if kind == "seed":
            np.random.seed(step["value"])  # noqa: NPY002 - the interface draws from this generator
        elif kind == "probes":
            self._probes(step)
        elif kind == "make":
            self.values[name] = self.classes[step["class"]](*[self._value(each) for each in step["args"]])
        elif kind == "set":
            self._set(self.values[step["of"]], step["name"], self._value(step["value"]))
        elif kind == "get":
            self._keep(name, getattr(self.values[step["of"]], step["name"]))
        else:
            self._keep(name, self._called(step))

    def _keep(self, name: str, value: Any) -> None:
        self.values[name] = value
        self.given[name] = value.copy() if isinstance(value, np.ndarray) else value

    def _set(self, of: Any, name: str, value: Any) -> None:
        kind = type(of).__name__[:40]
        if name in AFTER_INIT and not hasattr(of, name):
            own = [each for each in vars(of) if isinstance(each, str)] if hasattr(of, "__dict__") else []
            self.lacking.setdefault(kind, (", ".join(own[:8])[:120], []))[1].append(name)
        setattr(of, name, value)

    def absent(self) -> list[str]:
        """Attributes of the interface that objects lacked when they were set, in a sentence for each class."""
        return [
            f"{kind} has no {' and no '.join(dict.fromkeys(names))} after __init__; it has {own or 'nothing'}"
            for kind, (own, names) in self.lacking.items()
        ]

    def _called(self, step: dict[str, Any]) -> Any:
        of, args = step["of"], [self._value(each) for each in step["args"]]
        self.held += [(of, arg, arg.copy()) for arg in args if isinstance(arg, np.ndarray)]
        result = method_of(self.values[of], step["method"].split("|"))(*args, **step.get("options", {}))
        changed = [each for each in self.held if not np.array_equal(each[1], each[2], equal_nan=True)]
        if any(owner == of for owner, *_ in changed):
            self.changed.append(f"{of} {step['method']}")
        self.held = [each for each in self.held if not any(each is other for other in changed)]  # told once
        return result

    def _probes(self, step: dict[str, Any]) -> None:
        self.values["loss"] = LossProbe()
        for number, C in enumerate(step["matrices"], 1):
            self.values[f"probe{number}"] = Probe(C)

    def _value(self, given: Any) -> Any:
        if isinstance(given, dict) and "ref" in given:
            return self.values[given["ref"]]
        if isinstance(given, dict) and "refs" in given:
            return [self.values[name] for name in given["refs"]]
        return np.array(given["array"], dtype=float) if isinstance(given, dict) else given


def method_of(of: Any, names: list[str]) -> Any:
    """The method that an object's own class defines, before one of the same meaning that it has from its base."""
    for kind in type(of).__mro__:
        for name in names:
            if name in vars(kind):
                return getattr(of, name)
    for name in names:
        if hasattr(of, name):  # an attribute of the object itself
            return getattr(of, name)
    raise AttributeError(f"there is no method {' or '.join(names)}")


def encoded(value: Any) -> dict[str, Any]:
    """A value as JSON: numbers with their shape, or the name of its type where it is none."""
    kind = type(value).__name__
    try:
        array = np.asarray(value)
        numbers = array.dtype.kind in "fiub"
        if numbers and array.size <= MOST_NUMBERS:
            return {"shape": [int(side) for side in array.shape], "data": array.astype(float).ravel().tolist()}
    except Exception:  # noqa: BLE001 - an object of the submission may do anything
        return {"type": kind[:80]}
    return {"type": f"an array of {array.size} entries" if numbers else kind[:80]}


def said(error: BaseException, file: str) -> dict[str, Any]:
    """An error with the line of the submission in which it arose."""
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename == file]
    line = frames[-1].lineno if frames else getattr(error, "lineno", None)
    try:
        of_file = isinstance(error, SyntaxError) and error.filename == file
        message = str(getattr(error, "msg", "") if of_file else error)[
            :MOST_MESSAGE
        ]  # `str` would say the line once more
    except Exception:  # noqa: BLE001 - an exception of the submission may do anything
        message = ""
    return {"type": type(error).__name__[:80], "message": message, "line": line if isinstance(line, int) else None}


def source_of(file: str) -> str:
    """The program in a file; of a notebook its cells of code, without lines that are for the notebook alone."""
    text = Path(file).read_text(encoding="utf-8")
    if not file.endswith(".ipynb"):
        return text
    cells = ["".join(cell["source"]) for cell in json.loads(text)["cells"] if cell["cell_type"] == "code"]
    lines = "\n\n".join(cells).split("\n")
    return "\n".join("" if line.lstrip().startswith(("%", "!", "?")) else line for line in lines)


def imported(file: str) -> tuple[dict[str, Any], dict[str, Any] | None]:
    """What a submission defines, and its error where it has one."""
    names: dict[str, Any] = {"__name__": "submission", "__file__": file}
    try:
        exec(compile(source_of(file), file, "exec"), names)
    except SystemExit as error:
        return names, {
            "type": "SystemExit",
            "message": f"the program ends itself when it is imported: exit({error.code!r})"[:MOST_MESSAGE],
            "line": None,
        }
    except BaseException as error:  # noqa: BLE001 - any is reported
        return names, said(error, file)
    return names, None


def result_of(case: dict[str, Any], names: dict[str, Any], file: str) -> dict[str, Any]:
    """The values that a script gives, as far as it comes, and its error."""
    script, error = Script(names), None
    missing = [each for each in case["classes"] if not isinstance(names.get(each), type)]
    if missing:
        return {"case": case["case"], "values": {}, "changed": [], "absent": [], "missing": missing, "error": None}
    try:
        with np.errstate(all="ignore"):
            script.follow(case["steps"])
    except BaseException as caught:  # noqa: BLE001 - also SystemExit
        error = said(caught, file)
    values = {name: encoded(script.given[name]) for name in case["give"] if name in script.given}
    told = {"changed": script.changed, "absent": script.absent(), "missing": [], "error": error}
    return {"case": case["case"], "values": values, **told}


def limit(limits: dict[str, int]) -> None:
    """Let this process have no more than its share; what is lowered here cannot be raised again."""
    import resource

    for name, most in limits.items():
        kind = getattr(resource, name)
        hard = resource.getrlimit(kind)[1]
        allowed = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(kind, (allowed, allowed))


def main() -> None:
    """`runner.py TASK RESULTS PATHS...`: read the scripts from a file, write a line for the import and a line for each case."""
    task_file, results = sys.argv[1], int(sys.argv[2])
    task = json.loads(Path(task_file).read_text(encoding="utf-8"))
    limit(task["limits"])
    os.chdir(task["folder"])
    dumps, write = json.dumps, os.write

    def give(document: dict[str, Any]) -> None:
        line = (dumps(document) + "\n").encode()
        while line:
            line = line[write(results, line) :]

    names, error = imported(task["file"])
    give({"imported": error is None, "error": error})
    if error is None:
        for case in task["cases"]:
            give(result_of(case, names, task["file"]))
    os._exit(0)  # what a submission has left to be done at the end is not waited for


if __name__ == "__main__":
    main()
