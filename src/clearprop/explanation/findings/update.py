"""The step: how the optimiser turns the gradient into new weights, and what a wrong order of updates would have done."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

import numpy as np

from ...backprop import normalization_link, traced_forward
from ...formulas.catalogue import Array
from ...formulas.optimizers import SGD, Optimizer
from ...network import Network
from ...validation import as_numbers
from ..notation.sentences import say
from ..notation.variables import LOSS, in_letters
from ..trace.around import Change, Rule, StateArray, Update, WhatIf
from .backward import formula_of
from .passes import Passes


class Descent:
    """One step of an optimiser from the weights of the forward pass, taken on a copy.

    `state` is what the optimiser remembers, by name; without it the step is the first one. `after` (p,) is where a training
    took the step to; what the optimiser remembered is then not asked.
    """

    def __init__(
        self,
        passes: Passes,
        optimizer: Optimizer,
        eta: float,
        state: Mapping[str, Array] | None = None,
        after: Array | None = None,
        note: str | None = None,
    ) -> None:
        self.note = note
        self.searching = optimizer if optimizer.rule.whole_set else None
        """A rule that takes no step along one gradient; the plain step is shown in its place."""
        self.passes, self.optimizer = passes, SGD() if optimizer.rule.whole_set else optimizer
        net = passes.net
        if not (state is None or isinstance(state, Mapping)):
            raise TypeError(f"state must be a dict of the optimiser's arrays by name; given {state!r}")
        fresh = self.optimizer.first_state(net.parameters, net.shapes)
        self.fresh = state is None
        self.before = {name: as_numbers(array, name).copy() for name, array in (fresh | dict(state or {})).items()}
        self.state = {name: array.copy() for name, array in self.before.items()}
        self.after, self.taken = net.copy(), after is not None
        if after is not None:
            self.after.parameters = after
            return
        with np.errstate(all="ignore"):
            self.optimizer.update_in_place(self.after.parameters, passes.grads.flat.copy(), eta, self.state)

    def rule(self) -> Rule:
        """What was done, and the loss of the same batch afterwards."""
        optimizer, plain = self.optimizer, isinstance(self.optimizer, SGD)
        return Rule(
            name=str(optimizer),
            formula=in_letters(formula_of(optimizer, ""), self.passes.symbols, 0, LOSS),
            plain=plain,
            about=_about(self) if self.note is None else f"{_about(self)}; {self.note}",
            noted=self.note is not None,
            loss_after=self.loss_after,
        )

    @cached_property
    def loss_after(self) -> float:
        """The loss of the same batch after the step."""
        return loss_at(self.passes, self.after)

    def layer(self, l: int) -> Update:
        """Layer l before and after."""
        passes, net, grads = self.passes, self.passes.net, self.passes.grads
        return Update(
            l=l,
            W=passes.weights_shown(net.W[l]),
            dW=passes.weights_shown(grads.dL_dW[l]),
            W_after=passes.weights_shown(self.after.W[l]),
            W0=net.W0[l][:, None].copy(),
            dW0=grads.dL_dW0[l][:, None].copy(),
            W0_after=self.after.W0[l][:, None].copy(),
            state=tuple(self._remembered(l)),
            others=self._others(l),
        )

    def _others(self, l: int) -> tuple[Change, ...]:
        """A normalisation's gain and shift, and an activation's alpha."""
        net, grads = self.passes.net, self.passes.grads
        found = (
            ("gain", net.gain, grads.dL_dgain, self.after.gain),
            ("shift", net.shift, grads.dL_dshift, self.after.shift),
            ("alpha", net.alpha, grads.dL_dalpha, self.after.alpha),
        )
        return tuple(
            Change(name, before[l][:, None].copy(), gradient[l][:, None].copy(), after[l][:, None].copy())
            for name, before, gradient, after in found
            if l in before
        )

    def _remembered(self, l: int) -> list[StateArray]:
        """The part of the optimiser's running arrays that belongs to the weights of layer l."""
        net = self.passes.net
        return [
            StateArray(
                name,
                *(
                    self.passes.weights_shown(net.with_parameters(state[name]).W[l])
                    for state in (self.before, self.state)
                ),
            )
            for name in (() if self.taken else self.optimizer.rule.remembers)
        ]

    def what_if(self, l: int) -> WhatIf:
        """dL/dW^l through W^(l+1) as it is after the step (the notes' pseudocode, read as it is printed, does this)."""
        passes, net, fwd, grads = self.passes, self.passes.net, self.passes.fwd, self.passes.grads
        with np.errstate(all="ignore"):
            dL_dA = grads.dL_dZ[l + 1] @ self.after.W[l + 1].T
            dL_dA = fwd.M[l] * dL_dA if l in fwd.M else dL_dA
            dL_dZ = net.f[l].dL_dZ(dL_dA, fwd.into_f(l), fwd.A[l])
            if l in net.normalization:
                dL_dZ = normalization_link(net, fwd, l, dL_dZ * net.gain[l])
            wrong = fwd.taken(l).T @ dL_dZ
            if fwd.penalty is not None:
                wrong += fwd.penalty.dR_dW(net.W[l])
            difference = wrong - grads.dL_dW[l]
            size = float(np.linalg.norm(grads.dL_dW[l]))
            relative = float(np.linalg.norm(difference)) / size if size else 0.0
        symbols = passes.symbols
        words = "{link} would be the new {W}, and the product would not be the gradient of the loss at any point"
        return WhatIf(
            l=l,
            wrong=passes.gradient_shown(wrong),
            difference=passes.gradient_shown(difference),
            relative=relative,
            why=say(words, link=symbols.of("dZ_dA", l + 1), W=symbols.of("W", l + 1)),
        )


def loss_at(passes: Passes, net: Network) -> float:
    """The loss of the step's batch with other weights."""
    fwd = passes.fwd
    with np.errstate(all="ignore"):
        again = (fwd.loss_function, fwd.weights, fwd.penalty, fwd.M, fwd.statistics)
        return float(traced_forward(net, fwd.A[0], fwd.Y, *again).loss)


def _about(descent: Descent) -> str:
    if descent.searching is not None:
        return f"{descent.searching.name} searches its steps over every point; shown is the plain one down this gradient (7.1)"
    if isinstance(descent.optimizer, SGD):
        return "straight down the gradient (7.1); it remembers nothing"
    if descent.taken:
        return "the step is the one that the training took, with what the optimiser remembered then"
    if descent.fresh:
        return "it begins without memory, as in the first step of a training: a model file does not keep an optimiser's state"
    return "its state is that of the training, before this step"
