"""The parts that a page offers: those that its engine has, as the catalogue describes them, and which go together."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..engines import in_page
from ..explanation.notation.symbols import Symbols, Written
from ..explanation.notation.variables import LOSS, in_letters
from ..explanation.page.json_values import formula_json
from ..formulas.activations import Activation, Elementwise
from ..formulas.catalogue import CATALOGUE, Part
from ..formulas.domains import REALS
from ..formulas.initializers import Initializer
from ..formulas.losses import Loss
from ..formulas.optimizers import Optimizer
from ..validation import require_pair


def offered_parts(*given: Part) -> dict[str, list[dict[str, Any]]]:
    """Activations, losses, optimisers and first weights by kind; those `given` with their own hyper-parameters come first."""
    offered = {
        kind.kind: [
            _part(part) for part in dict.fromkeys([*(part for part in given if isinstance(part, kind)), *_known(kind)])
        ]
        for kind in (Activation, Loss, Optimizer)
    }
    own = [part for part in given if isinstance(part, Initializer)]
    known = [each() for each in CATALOGUE[Initializer.kind].values()]
    offered[Initializer.kind] = [_told(part) for part in dict.fromkeys([*own, *known])]
    return offered


def _known(kind: type[Part]) -> list[Part]:
    return [each() for each in CATALOGUE[kind.kind].values() if each in in_page.known_parts()]


def _part(part: Part) -> dict[str, Any]:
    described = _told(part) | {"engine": in_page.named(part)}
    if isinstance(part, Optimizer):
        described |= {"eta": part.rule.default_eta, **_memory(part)}
    if isinstance(part, Activation):
        described["hidden"] = isinstance(part, Elementwise)
    return described


def _told(part: Part) -> dict[str, Any]:
    """What the page writes of a part."""
    return {
        "text": str(part),
        "formula": formula_json(in_letters(Written(part.formula, part.latex), Symbols(), 0, LOSS)),
    }


def _memory(part: Optimizer) -> dict[str, list[str]]:
    """The arrays of its state that a page's engine gives, and the counts beside them; none where there is more."""
    lasting = part.lasting_state(part.first_state(np.zeros(1), [(1, "W", (1, 1))]))
    arrays, counts = list(part.rule.remembers), [name for name in lasting if name in {"t", "M"}]
    whole = set(lasting) == {*arrays, *counts}
    return {"remembers": arrays if whole else [], "counts": counts if whole else []}


def pairs(*, classes: bool) -> dict[str, list[str]]:
    """Output activations that fit each loss, by their texts, for one-hot targets or for any values."""
    found: dict[str, list[str]] = {}
    targets = np.eye(2) if classes else np.array([[-1.5], [2.5]])
    for loss in _known(Loss):
        assert isinstance(loss, Loss)
        if not np.all(loss.domain_Y.contains(targets)):
            continue
        fitting = [str(f) for f in _known(Activation) if _fits(f, loss, targets.shape[1], classes=classes)]
        if fitting:
            found[str(loss)] = fitting
    return found


def _fits(f: Part, loss: Loss, outputs: int, *, classes: bool) -> bool:
    """Whether a loss takes what an output activation gives, which must reach the targets."""
    assert isinstance(f, Activation)
    if not classes and not f.range.includes(REALS):
        return False
    try:
        require_pair(f, loss, outputs)
    except ValueError:
        return False
    return True
