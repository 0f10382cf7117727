"""`tune`: searches the choices of a recipe for a table, in a folder that any number of processes and lives may share."""

from __future__ import annotations

import time as clock
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from os import PathLike
from pathlib import Path
from typing import Any

from ..fitting.fits import Fit, carry_out, plan
from ..fitting.given import recipe_of, table_of
from ..fitting.planned import Plan
from ..fitting.recipe import Recipe
from ..fitting.report import require_html
from ..io.files import write_atomically
from ..io.model import Model
from ..io.model_file import save_model
from ..io.tables.table import Table
from ..runs.configuration import Choice, to_toml
from ..runs.fitted import choices_of
from ..runs.lock import locked
from ..training.interrupts import EndedAtOnce
from .default_space import default_space
from .folder import BEST, RECIPE, RESULT, StudyFolder, about_recipe
from .journal import require_optuna
from .problem import LOSS, Problem
from .progress import trial_bar
from .report import report_of
from .space import Space
from .study import Study
from .tuned import Tuned
from .worker import Limits, Worked, study_of, work

TRIALS = 50
MOST_DEATHS = 20
"""So many worker processes in a row may end without a word, and without a trial done, before the search is given up."""


@dataclass(frozen=True)
class Search:
    """A search that has been checked and may begin."""

    table: Table
    problem: Problem
    folder: StudyFolder
    study: Study
    limits: Limits
    seconds: float | None
    jobs: int | None
    report: Path | None


def tune(
    table: Any,
    recipe: Recipe | None = None,
    *,
    folder: str | PathLike[str],
    space: str | PathLike[str] | Mapping[str, Any] | Space | None = None,
    trials: int = TRIALS,
    time: float | None = None,
    jobs: int | None = None,
    threads: int | None = 1,
    by: str = LOSS,
    report: str | PathLike[str] | None = None,
    progress: bool | None = None,
    **choices: Any,
) -> Tuned:
    """Search the choices of a recipe by validation rows, and train the best; all of it is kept in `folder`.

    Called again with the same folder it goes on; several processes may share it. `trials` are all of the study.

    Parameters
    ----------
    table, recipe, choices
        As `fit` takes them. They hold for all trials, but for what `space` has.
    folder
        Where the study is kept: its trials, the best model, its choices as a configuration of `clearprop train`.
    space
        A TOML file, or a dict such as {"eta": "{0.001 to 0.1, log}", "batch_size": [16, 32, 64]}; None for a space that suits
        most tables, `clearprop init --tune`.
    trials, time
        The search ends after so many trials, pruned and failed ones among them, or so many seconds.
    jobs
        Trainings at a time, each in a process: joblib's `n_jobs`. With None that of `joblib.parallel_config`, which may name
        machines of Dask or Ray; else one, in this process.
    threads
        Threads of one training; None for as many as there are processors.
    by
        What trials are compared by: "loss", or a metric such as "accuracy", on the validation rows.
    report
        A page with pictures, an .html file, which is written at the end.
    progress
        Whether to show a progress bar; None shows it on a terminal or in a notebook only.

    Notes
    -----
    Rows that are held out are seen by no trial. They are scored once, when the best trial has been trained at the end.
    Ctrl-C ends the search and keeps all that is done. A trial that diverges, or whose choices do not go together, is one that
    failed, with its reason.

    Raises
    ------
    ValueError
        An unsuitable table, recipe or space, or a folder with another study.

    Examples
    --------
    >>> import tempfile
    >>> table = {"x": [0, 1, 2, 3] * 9, "y": ["low", "low", "high", "high"] * 9}
    >>> space = {"eta": "{0.003 to 0.3, log}", "layers": ["4:tanh", ""]}
    >>> with tempfile.TemporaryDirectory() as here:
    ...     tuned = tune(table, target="y", epochs=10, space=space, trials=3, folder=f"{here}/study")
    >>> len(tuned.trials), tuned.model.predict({"x": [0.5, 2.5]}).tolist()
    (3, ['low', 'high'])
    """
    given = recipe_of(recipe, choices)
    search = begin(
        table_of(table, given), given, folder, space=space, trials=trials, seconds=time, jobs=jobs,
        threads=threads, by=by, report=report,
    )  # fmt: skip
    return carry_on(search, progress=progress)


def begin(
    table: Table,
    recipe: Recipe,
    folder: str | PathLike[str],
    *,
    space: str | PathLike[str] | Mapping[str, Any] | Space | None = None,
    trials: int = TRIALS,
    seconds: float | None = None,
    jobs: int | None = None,
    threads: int | None = 1,
    by: str = LOSS,
    report: str | PathLike[str] | None = None,
) -> Search:
    """Check everything, and make the folder or find the study in it."""
    require_optuna()
    if trials < 1:
        raise ValueError(f"trials must be 1 or more; given {trials}")
    if seconds is not None and not seconds > 0:
        raise ValueError(f"time is a number of seconds, more than 0; given {seconds}")
    if jobs == 0:
        raise ValueError("jobs is a number of processes, or -1 for one for each processor; given 0")
    if report is not None:
        require_html(Path(report))
    _require_portable(table, jobs)
    problem = Problem.of(table, recipe, space_of(space), by)
    kept = StudyFolder(folder)
    kept.make()
    about = {"source": table.source, "table": problem.planned.start.facts["table"], "target": problem.target}
    about |= {"recipe": about_recipe(problem.recipe), "space": problem.space.to_dict(), "by": by}
    with locked(kept.lock("study")):
        kept.require_same(about)
    study = study_of(problem, kept)
    page = None if report is None else Path(report)
    return Search(table, problem, kept, study, Limits(trials, None, threads), seconds, jobs, page)


def _require_portable(table: Table, jobs: int | None) -> None:
    """ValueError where other processes would have to read the temporary files of a table on the disk."""
    from joblib import effective_n_jobs

    if table.on_disk and effective_n_jobs(jobs) > 1:
        raise ValueError(
            f"{table.source} is kept on the disk, in files of this process, so other processes cannot take it from here; leave "
            "jobs out, and start the same command several times on one folder"
        )


def space_of(given: str | PathLike[str] | Mapping[str, Any] | Space | None) -> Space | Callable[[int], Space]:
    """The space of what was given; by default a function of the number of rows."""
    if given is None:
        return default_space
    if isinstance(given, Space):
        return given
    if isinstance(given, Mapping):
        return Space.of(given, lambda key: f"space: {key}")
    path = Path(given)
    if path.is_dir():
        raise IsADirectoryError(f"{path} is a folder, and the space of a search is a file")
    if not path.is_file():
        raise FileNotFoundError(f"there is no file {path}; `clearprop init --tune {path}` writes one")
    return Space.read(path.read_text(encoding="utf-8"), str(path))


def carry_on(search: Search, *, progress: bool | None = None) -> Tuned:
    """Train what is left of the trials, and then the best of them with all rows that it may learn from."""
    limits = search.limits
    if search.seconds is not None:
        limits = replace(limits, until=clock.time() + search.seconds)
    with trial_bar(search.study, limits.trials, progress) as bar:
        interrupted = _search(search, limits, bar)
    if interrupted:
        return _tuned(search, None, None, interrupted=True)
    others = search.study.others()
    if others and not limits.over:
        return _tuned(search, None, None, others=tuple(others))
    with locked(search.folder.lock("finish")):
        return _finished(search, progress)


def _search(search: Search, limits: Limits, bar: Callable[[], object]) -> bool:
    """Train trials until none is left to this process. Gives whether Ctrl-C ended it."""
    deaths = 0
    try:
        while not limits.over and search.study.left(limits.trials):
            try:
                for worked in _in_processes(search, limits):
                    bar()
                    deaths = 0 if worked.trials else deaths
                    if worked.interrupted:
                        return True
            except _ended_without_a_word() as error:
                deaths += 1
                if deaths > MOST_DEATHS:
                    raise MemoryError(f"processes end without a word, perhaps for want of memory: {error}") from None
    except EndedAtOnce:
        raise
    except KeyboardInterrupt:
        return True
    return False


def _in_processes(search: Search, limits: Limits) -> Iterator[Worked]:
    """What joblib's processes did, as they tell it."""
    from joblib import Parallel, delayed

    def tasks() -> Iterator[Any]:
        while not limits.over and search.study.left(limits.trials):
            yield delayed(work)(search.problem, str(search.folder), limits)

    how = {"n_jobs": search.jobs, "pre_dispatch": "n_jobs", "batch_size": 1}
    try:
        parallel = Parallel(return_as="generator_unordered", **how)
    except ValueError:  # a backend that gives its results at the end alone
        parallel = Parallel(**how)
    yield from parallel(tasks())


def _ended_without_a_word() -> type[Exception]:
    from joblib.externals.loky.process_executor import TerminatedWorkerError

    ended: type[Exception] = TerminatedWorkerError
    return ended


def _finished(search: Search, progress: bool | None) -> Tuned:
    """Train the best trial's recipe as `fit` does, score the held-out rows, and write the model."""
    best = search.study.best()
    if best is None:
        return _tuned(search, None, None)
    recipe = search.problem.final_recipe(best.values)
    planned = plan(search.table, recipe)
    fitted = carry_out(planned, progress=progress)
    if fitted.run.stopped_because == "interrupted":
        return _tuned(search, planned, None, interrupted=True)
    tuned = _tuned(search, planned, fitted)
    searched = {**tuned.summary(), "space": search.problem.space.to_dict()}
    model = Model(fitted.model.network, fitted.model.preprocessing, {**fitted.model.facts, "searched": searched})
    tuned = replace(tuned, fit=replace(fitted, model=model))
    _write(search, tuned, recipe)
    if search.report is not None:
        write_atomically(search.report, report_of(tuned, search.study).encode())
    return tuned


def _tuned(search: Search, planned: Plan | None, fitted: Fit | None, **how: Any) -> Tuned:
    result = search.folder.json(RESULT) or {}
    problem = search.problem
    return Tuned(
        folder=search.folder,
        trials=tuple(search.study.tried()),
        asked=search.limits.trials,
        by=problem.by,
        higher_is_better=problem.higher_is_better,
        space=problem.space,
        folds=len(problem.folds),
        planned=planned,
        fit=fitted,
        scored=tuple(result.get("scored", ())),
        **how,
    )


def _write(search: Search, tuned: Tuned, recipe: Recipe) -> None:
    """The model, its recipe as a configuration of `clearprop train`, and the result."""
    assert tuned.fit is not None
    save_model(tuned.fit.model, search.folder.files.file(BEST))
    table = search.table
    choices = {"source": table.source, **table.reading, **choices_of(recipe)}
    made = [Choice(name, value=_as_toml(value)) for name, value in choices.items() if value not in (None, (), {})]
    search.folder.files.write(to_toml(made).encode(), RECIPE)
    search.folder.write_json(RESULT, tuned.result())


def _as_toml(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value
