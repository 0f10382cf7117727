"""The files that `clearprop train` writes: model, picture of the losses, report. They are checked before training."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..fitting.fits import Fit
from ..fitting.planned import Plan
from ..io.files import writable
from ..io.model_file import load_model, save_model
from ..io.plots import plot_losses, require_plots
from .display import fact, strong
from .reading import stem_of
from .replacing import require_replaceable
from .reporting import require_report, write
from .summary import print_fit


@dataclass(frozen=True)
class Outputs:
    """The files of one training; None for what is not written."""

    model: Path | None
    named: bool
    """Whether a person named the model's file, who may then have it replaced."""
    plot: str | None
    report: str | None

    @classmethod
    def checked(cls, source: str, output: str | None, plot: str | None, report: str | None, *, kept: bool) -> Outputs:
        """ValueError or OSError where one cannot be written. A run that is `kept` in a folder has its model there."""
        path = None if output is None and kept else _replaceable(output or f"{stem_of(source)}.clearprop")
        if plot is not None:
            require_plots(require_replaceable("--plot", plot, reads=(source,), force=None))
        require_report(report, source)
        return cls(path, output is not None, plot, report)

    def require_same_table(self, planned: Plan) -> None:
        """ValueError where a file that nobody named holds a model of another table, which may have the same name, or target."""
        path = self.model
        if self.named or path is None or not path.exists() or not path.stat().st_size:
            return
        old, new = load_model(path).facts, planned.start.facts
        if old.get("source") != new["source"] and old.get("table") != new["table"]:
            other = f"another table, {old.get('source', 'which it does not name')}"
        elif old.get("target") != new["target"]:
            other = f"another target, {old.get('target', 'which it does not name')}"
        else:
            return
        raise ValueError(
            f"{path} holds a model of {other}, so it is not overwritten unasked; give a name, -o FILE, or -o {path} to "
            "replace it"
        )

    def write(self, planned: Plan, fitted: Fit, warned: Sequence[str]) -> None:
        """Write them all."""
        if self.model is not None:
            save_model(fitted.model, self.model)
        if self.plot is not None:
            plot_losses(fitted.run.history, self.plot, title=f"{fitted.model.network}")
        if self.report is not None:
            from ..fitting.report import training_report

            write(self.report, training_report(planned, fitted, list(warned)))

    def print(self, fitted: Fit) -> None:
        """Print the course of training, the scores, and the names of the files."""
        print_fit(fitted, self.model, self.plot)
        if self.report is not None:
            fact("report", strong(self.report))

    def to_json(self) -> dict[str, Any]:
        """Their names."""
        return {"model": self.model and str(self.model), "plot": self.plot, "report": self.report}


def _replaceable(output: str) -> Path:
    """The path of the model file; only another model file may be overwritten."""
    path = writable(output)
    if path.exists() and path.stat().st_size:
        try:
            load_model(path)
        except ValueError:
            raise ValueError(f"{path} exists and is not a model file, so it is not overwritten") from None
    return path
