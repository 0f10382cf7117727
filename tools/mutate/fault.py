"""A fault: a line as it is, the line as somebody might have written it, and what is wrong with that. It runs nothing."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

SOURCE = Path("src/clearprop")

LIKELIEST = {
    "advice": "tests/advice tests/estimators/test_advised.py",
    "backprop": "tests/test_normalized_networks.py tests/training/test_regularized_training.py "
    "tests/test_stale_passes.py tests/formulas/test_shapes_of_own_parts.py",
    "checks": "tests/checks/test_kinks.py tests/checks/test_check_gradients.py",
    "engines/numpy_engine": "tests/test_normalized*.py tests/engines/test_across_calls.py tests/engines/test_halves*.py",
    "columns": "tests/columns tests/io/test_preprocessing.py tests/estimators/test_columns.py",
    "engines": "tests/engines/test_across_calls.py tests/engines/test_halves_of_a_step.py tests/engines/test_state.py",
    "engines/in_page": "tests/live tests/engines/test_in_page.py",
    "engines/kernels": "tests/engines/test_kernels_*.py tests/engines/test_halves*.py tests/engines/test_mini_batches.py",
    "estimators": "tests/estimators/test_steps*.py tests/estimators/test_improvement.py tests/estimators/test_remedies.py",
    "diagnosis": "tests/diagnosis/test_diagnose.py tests/diagnosis/test_mistakes.py tests/diagnosis/test_planted.py",
    "ensemble": "tests/test_ensemble.py tests/io/test_ensemble_file.py",
    "estimators/calibrating": "tests/estimators/test_calibrating.py",
    "estimators/several": "tests/estimators/test_ensembles.py",
    "estimators/held_out": "tests/estimators/test_weights_of_points.py",
    "estimators/preparation": "tests/estimators/test_whole.py",
    "estimators/exports/to_sklearn": "tests/estimators/test_whole.py",
    "estimators/weights_alone": "tests/estimators/test_whole.py",
    "explanation": "tests/explanation/account tests/explanation/findings tests/explanation/text/test_text.py",
    "explanation/findings/reasons": "tests/explanation/test_explain.py",
    "explanation/page": "tests/explanation/page/test_document.py tests/explanation/account",
    "explanation/page/widget": "tests/explanation/page/test_notebook.py tests/browser/test_notebook.py",
    "explanation/latex/document": "tests/explanation/slides tests/explanation/latex",
    "explanation/slides": "tests/explanation/slides",
    "explanation/step_widget": "tests/explanation/page/test_notebook.py tests/browser/test_notebook.py",
    "live/widget": "tests/browser/test_notebook.py",
    "explanation/text/setting": "tests/explanation/account",
    "explanation/trace/row": "tests/estimators/test_raw_row.py",
    "estimators/exports": "tests/estimators/test_exported.py",
    "io/exports": "tests/io/exports",
    "operators": "tests/operators tests/io/exports/test_c.py tests/io/exports/test_numpy.py",
    "fitting": "tests/fitting tests/cli/test_scores_and_files.py",
    "formulas/averaging": "tests/training/test_averages.py",
    "formulas/clipping": "tests/formulas/test_optimizers.py tests/engines/test_halves_of_a_step.py",
    "formulas/class_metrics": "tests/formulas/test_class_metrics.py tests/fitting/test_scores.py",
    "formulas/cycles": "tests/formulas/test_schedules.py tests/formulas/test_parametrizations.py",
    "formulas/decays": "tests/formulas/test_schedules.py",
    "formulas/initializers": "tests/formulas/test_small_parts.py",
    "formulas/normalizations": "tests/test_normalized_networks.py",
    "formulas/parametrizations": "tests/engines/test_state.py",
    "formulas/patience": "tests/training/test_stopping.py tests/training/test_continuation.py",
    "formulas/penalties": "tests/formulas/test_small_parts.py tests/engines/test_penalty_of_sum.py",
    "formulas/rankings": "tests/formulas/test_class_metrics.py",
    "formulas/stable": "tests/formulas/test_exact_*.py",
    "training/calibration": "tests/training/test_calibration.py tests/fitting/test_ensembles.py",
    "training/lanes": "tests/training/test_ensembles.py tests/training/test_restarts.py tests/training/test_continuation.py",
    "training/restarts": "tests/training/test_ensembles.py tests/training/test_restarts.py tests/training/test_continuation.py",
    "training/run": "tests/training/test_ensembles.py",
    "training/step_engine": "tests/training/test_small_steps.py tests/training/test_small_steps_refused.py",
    "training": "tests/training/test_continuation.py tests/training/test_train*.py tests/engines/test_across_calls.py",
}
"""Where a fault in a file, or in a folder, is likeliest to be seen, besides the tests that go by the file's name."""


class Stale(Exception):
    """The text that a fault replaces is not there, or not once: the code has changed, and the fault must be written anew."""


@dataclass(frozen=True)
class Fault:
    """One replacement in one file."""

    what: str
    """What is wrong, as a person would say it."""
    file: str
    """Below src/clearprop."""
    old: str
    new: str

    @property
    def path(self) -> Path:
        """The file, below the root of the project."""
        return SOURCE / self.file

    @property
    def is_compiled(self) -> bool:
        """Whether the kernels must be built again."""
        return self.path.suffix in {".hpp", ".cpp"}

    @property
    def room(self) -> str:
        """The tests of the room that it is in; they mirror the sources."""
        room, *inside = self.path.relative_to(SOURCE).parts
        return f"tests/{room}" if inside else f"tests/test_{room}"

    @property
    def own_tests(self) -> list[str]:
        """Patterns of the test files that are likeliest to see it: those named like its file, then those of LIKELIEST."""
        folder = Path(self.room).parent if self.room.endswith(".py") else self.room
        word = self.path.stem.rpartition("_")[2]  # smooth_activations are tested with the other activations
        name = self.path.relative_to(SOURCE).with_suffix("")
        likeliest = next((LIKELIEST[str(each)] for each in (name, *name.parents) if str(each) in LIKELIEST), "")
        return [f"{folder}/**/test_*{word}*.py", *likeliest.split()]

    def planted(self, text: str) -> str:
        """The file's text with the fault in it. Stale where the old text is not there exactly once."""
        count = text.count(self.old)
        if count != 1 or self.old == self.new:
            raise Stale(f"{self.path}: {self.old!r} is there {count} times; write the fault anew: {self.what}")
        return text.replace(self.old, self.new)
