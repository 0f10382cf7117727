"""What happens after every epoch, or step of L-BFGS: the set held out is looked at, callbacks are told, patience is counted."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Any

from ..engines import ALONE, Ranks, Task
from ..training import Report
from ..training.callbacks import as_callbacks, asked_to_stop
from .calibrating import fit_temperature
from .held_out import Validation
from .improvement import Improvement

NO_IMPROVEMENT = "{what} did not improve more than tol={tol:f} for {epochs} consecutive epochs."


@dataclass
class Watch:
    """One training of an estimator, watched. It takes no step, and ends nothing: it answers whether training should end."""

    estimator: Any
    task: Task
    validation: Validation | None = None
    improvement: Improvement | None = None
    """None where nothing is counted: L-BFGS without a set held out ends by its own rules."""
    ranks: Ranks = ALONE
    """The processes that train together, of which the first one speaks and has callbacks."""
    began: float = field(default_factory=time.perf_counter)

    def __post_init__(self) -> None:
        est = self.estimator
        self.callbacks = as_callbacks(est.callbacks) if self.ranks.is_first else ()
        told = hasattr(est, "_skl_callbacks") and self.ranks.is_first
        self.events = est._init_callback_context(max_subtasks=None) if told else None
        """scikit-learn's callback context, if the estimator has callbacks of that protocol."""

    @property
    def is_idle(self) -> bool:
        """Whether nobody looks at the network before the end."""
        return self.validation is None and not self.tells_somebody

    @property
    def tells_somebody(self) -> bool:
        """Whether somebody is told of every epoch, who may look at everything."""
        return bool(self.callbacks) or self.events is not None

    def epoch_begins(self) -> Any:
        """The event of scikit-learn's protocol that ends with the epoch, where there are callbacks of that kind."""
        event = self.events.subcontext(task_name="epoch") if self.events else None
        if event:
            event.call_on_fit_task_begin(estimator=self.estimator)
        return event

    def count(self) -> float | None:
        """Count whether the network became better; its loss on the set held out, if there is one."""
        if self.validation is None:
            if self.improvement is not None:
                self.improvement.look_at_loss(self.estimator.loss_)
            return None
        score, loss = self.ranks.of_first(self.validation.look(self.task))
        self.show_score(score, loss)
        return loss

    def show_score(self, score: float, loss: float) -> None:
        """Count one more epoch by its score, and say it."""
        assert self.improvement is not None
        self.say(f"Validation score: {score:f}")
        self.improvement.look_at_score(score, loss, self.task.network)

    def has_waited_enough(self) -> bool:
        """Whether patience is at an end."""
        est = self.estimator
        return self.improvement is not None and bool(est._no_improvement_count > est.n_iter_no_change)

    def say_no_improvement(self, what_follows: str) -> None:
        """Say that patience is at an end, and what is done."""
        est, what = self.estimator, "Training loss" if self.validation is None else "Validation score"
        self.say(f"{NO_IMPROVEMENT.format(what=what, tol=est.tol, epochs=est.n_iter_no_change)} {what_follows}")

    def tell(self, validation_loss: float | None, event: Any, *, step: int, eta: float) -> bool:
        """Tell every callback; whether one of them asks to stop."""
        if not self.tells_somebody:
            return bool(self.ranks.any(False))
        est = self.estimator
        report = Report(
            step=step,
            epoch=float(est.n_iter_),
            loss=float(est.loss_),
            eta=eta,
            seconds=time.perf_counter() - self.began,
            validation_loss=validation_loss,
            metrics={} if validation_loss is None else {"validation_score": est.validation_scores_[-1]},
            network=self.task.network,
        )
        stop = asked_to_stop(self.callbacks, report)
        if event:
            stop |= event.call_on_fit_task_end(estimator=est, reconstruction_attributes=lambda: fitted(est))
        return bool(self.ranks.any(stop))

    def say(self, text: str) -> None:
        """What `verbose` shows, on the screen as scikit-learn has it."""
        if self.estimator.verbose and self.ranks.is_first:
            print(text)  # noqa: T201 - `verbose` asks for it

    def keep_best(self) -> None:
        """Give the network the best weights so far, and a temperature if it is to have one, where a set is held out."""
        if self.validation is not None:
            self.estimator._best.give(self.task.network)
            fit_temperature(self.estimator, self.validation.held_out)


def fitted(estimator: Any) -> dict[str, Any]:
    """The attributes that make an estimator as it stands ready to predict, its weights copied."""
    kept = {name: value for name, value in vars(estimator).items() if name.endswith("_") or name == "_labels"}
    if estimator._has_learnt_more():
        kept["_network"] = estimator._net().copy()
    return kept | {name: [array.copy() for array in vars(estimator)[name]] for name in ("coefs_", "intercepts_")}
