"""Faults of the diagnosis: a mistake that is not seen, a right solution that is blamed, and what is said of either."""

from __future__ import annotations

from ..fault import Fault

DIAGNOSIS = [
    Fault(
        "any gradient that is nearly right is taken for one of differences",
        "diagnosis/differences.py",
        "    return bool((abs(ours - pair.given.ravel()[some]) <= within).all())\n",
        "    return True\n",
    ),
    Fault(
        "differences backwards are not known",
        "diagnosis/differences.py",
        "if not np.isfinite(ratio) or ratio == 0 or",
        "if not np.isfinite(ratio) or ratio <= 0 or",
    ),
    Fault(
        "an error that is carried forward is a second mistake",
        "diagnosis/search.py",
        "            came=take(path.came, key, value),\n            done=",
        "            came=take(path.came, key, path.came.dL_dZ),\n            done=",
    ),
    Fault(
        "the same mistake in several layers counts each time",
        "diagnosis/search.py",
        "            if group & names:\n",
        "            if group == names and False:\n",
    ),
    Fault(
        "a sum over the points is a mistake",
        "diagnosis/conventions.py",
        "    if n > 1:\n        sums.append",
        "    if n > 10**9:\n        sums.append",
    ),
    Fault(
        "what is taken at a kink is not a convention",
        "diagnosis/conventions.py",
        "for kink, value in SIDES if units else SIDES[:1]:",
        "for kink, value in SIDES[:1]:",
    ),
    Fault(
        "what remains of a sum that cancels is a mistake",
        "diagnosis/closeness.py",
        "self.relative * size + CANCELLED * terms",
        "self.relative * size + 0.0 * terms",
    ),
    Fault(
        "f' at a is compared with f' at z",
        "diagnosis/mistakes/of_activations.py",
        "            yield at.f.dA_dZ(at.A, at.f.A(at.A)) * at.G\n",
        "            yield at.f.dA_dZ(at.Z, at.A) * at.G\n",
    ),
    Fault(
        "weights updated too early are those before the step",
        "diagnosis/mistakes/of_links.py",
        "yield at.G @ (W - at.eta * at.dL_dW).T",
        "yield at.G @ (W + at.eta * at.dL_dW).T",
    ),
    Fault(
        "the entry shown is right with every mistake mended, not with this one alone",
        "diagnosis/wording.py",
        "{key: choice for key, choice in chosen.items() if key not in keys}",
        "{}",
    ),
    Fault(
        "what cannot be told apart is named as one",
        "diagnosis/search.py",
        "                choices.append(choice)\n",
        "                pass\n",
    ),
    Fault(
        "biases inside W are taken for the first row alone",
        "diagnosis/reading.py",
        "        for first in (False, True):\n",
        "        for first in (True,):\n",
    ),
    Fault(
        "a layer the other way round than the others is turned too",
        "diagnosis/reading.py",
        "shaped[l] = known.T if turn and array.ndim == 2 else known",
        "shaped[l] = known if known.shape == (m, n) else known.T",
    ),
    Fault(
        "a step is explained by a gradient whose shape does not allow it",
        "diagnosis/search.py",
        "        if self._is_no_step(path, key, seen):\n",
        "        if False:\n",
    ),
    Fault(
        "the usual convention is taken, not that of most arrays",
        "diagnosis/judge.py",
        "rank = (path.cost, -path.judged, best[2], unusual,",
        "rank = (path.cost, -path.judged, 0, unusual,",
    ),
    Fault(
        "a layer is said to have no gradient at all though its weights have one",
        "diagnosis/search.py",
        "        return not any(name in step.names for step in path.done if step.key == weights)\n",
        "        return False\n",
    ),
]
