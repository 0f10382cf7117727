"""Faults of what is said of a gradient: verdicts at kinks, lints and their thresholds, one list for a step and a training."""

from __future__ import annotations

from ..fault import Fault

FINDINGS = [
    # ---- checks at kinks
    Fault(
        "a function's gradient is checked along ones alone, where mistakes cancel",
        "checks/functions.py",
        "np.random.default_rng((seed, 1)).normal(size=out.shape)",
        "np.ones(out.shape)",
    ),
    Fault(
        "what lies beyond both slopes of a function at a kink cannot be told",
        "checks/functions.py",
        "untold=abs(given - nearest) <= wide.noise + slope)",
        "untold=True)",
    ),
    Fault(
        "what cannot be told is called wrong",
        "checks/gradients.py",
        'verdict="differs" if not agree else "agrees" if compared else "cannot be told"',
        'verdict="differs" if not agree or not compared else "agrees"',
    ),
    Fault(
        "what cannot be told is passed",
        "checks/gradients.py",
        'verdict="differs" if not agree else "agrees" if compared else "cannot be told"',
        'verdict="differs" if not agree else "agrees"',
    ),
    Fault(
        "the loss is said to fall one way at its own kink",
        "explanation/findings/reasons.py",
        "    if not kinked:\n",
        "    if True:\n",
    ),
    Fault(
        "outputs at a kink are compared with the others",
        "explanation/findings/reasons.py",
        "_why_moving(np.where(on_kink, np.nan, dL_dA), ",
        "_why_moving(dL_dA, ",
    ),
    Fault(
        "a loss that rises at its kink is called a wrong derivative",
        "explanation/findings/lints_of_gradients.py",
        "_on_kink(seen, kinks) if kinks else ",
        "",
    ),
    Fault(
        "the right-hand slope is told without looking",
        "explanation/findings/check.py",
        "    if np.allclose(here, above):\n",
        "    if True:\n",
    ),
    Fault(
        "any value is right at a kink",
        "checks/gradients.py",
        "return given if choices is None or np.isnan(choices).any() else float(np.clip(given, *choices))",
        "return given",
    ),
    Fault(
        "only the side that the formulas take is right at a kink",
        "checks/gradients.py",
        "return given if choices is None or np.isnan(choices).any() else float(np.clip(given, *choices))",
        "return kink.held",
    ),
    Fault(
        "a kink that a part does not declare is not looked for",
        "checks/gradients.py",
        "        if kink is None and not confirmed:\n",
        "        if False:\n",
    ),
    Fault(
        "a smaller step is believed however little it has changed",
        "checks/gradients.py",
        "return again if again.confirmed and again.gap <= found.gap / 4 else found",
        "return again if again.confirmed else found",
    ),
    Fault(
        "a slope that bends at once is called wrong",
        "checks/gradients.py",
        "return again if again.confirmed and again.gap <= found.gap / 4 else found",
        "return found",
    ),
    Fault(
        "near a kink is at the kink",
        "checks/pieces.py",
        "ON_KINK = 256 * float(np.finfo(np.float64).eps)",
        "ON_KINK = 1e-5",
    ),
    Fault(
        "a held piece goes on as its mirror image, with the wrong curvature",
        "checks/pieces.py",
        "return 3 * edge - 3 * near + far",
        "return 2 * edge - near",
    ),
    Fault(
        "the derivative to the left is that to the right",
        "checks/numeric.py",
        "behind, ahead = (float(_one_sided(problem, direction, sign * h).sum()) for sign in (-1, 1))",
        "behind, ahead = (float(_one_sided(problem, direction, sign * h).sum()) for sign in (1, 1))",
    ),
    Fault(
        "all points must take the same side of a kink",
        "checks/numeric.py",
        "        low = min(here + changes[changes < 0].sum(), turned(on), np.minimum(behind, ahead).sum())\n"
        "        high = max(here + changes[changes > 0].sum(), turned(on), np.maximum(behind, ahead).sum())\n",
        "        low = min(here, turned(on), behind.sum(), ahead.sum())\n"
        "        high = max(here, turned(on), behind.sum(), ahead.sum())\n",
    ),
    Fault(
        "a wrong slope at a kink is no fault of its part",
        "checks/links.py",
        "return np.where(near, np.clip(given, np.minimum(*sides), np.maximum(*sides)), (ahead - behind) / (2 * H))",
        "return np.where(near, given, (ahead - behind) / (2 * H))",
    ),
    Fault(
        "the shell takes what cannot be told for a disagreement",
        "cli/check.py",
        'EXITS: dict[Verdict, int] = {"differs": ERROR, "cannot be told": CANNOT_TELL}',
        'EXITS: dict[Verdict, int] = {"differs": ERROR, "cannot be told": ERROR}',
    ),
    # ---- lints
    Fault(
        "a gradient vanishes a thousand times later",
        "advice/thresholds.py",
        '"vanishing gradient",\n    1e-3,',
        '"vanishing gradient",\n    1e-6,',
    ),
    Fault(
        "healthy gradients are said to vanish",
        "advice/thresholds.py",
        '"vanishing gradient",\n    1e-3,',
        '"vanishing gradient",\n    1e-1,',
    ),
    Fault(
        "a gradient explodes ten thousand times later",
        "advice/thresholds.py",
        '"exploding gradient",\n    1e2,',
        '"exploding gradient",\n    1e6,',
    ),
    Fault(
        "two points make a unit dead",
        "advice/thresholds.py",
        '"points that make a unit dead",\n    30,',
        '"points that make a unit dead",\n    2,',
    ),
    Fault(
        "a vanishing gradient is looked for between neighbours only",
        "explanation/findings/lints_of_gradients.py",
        "largest = max(range(l + 1, net.L + 1), key=lambda k: sizes[k])",
        "largest = l + 1",
    ),
    Fault(
        "a gradient that has vanished to 0 is not seen",
        "explanation/findings/lints_of_gradients.py",
        "if _is_cut(seen, l) or not",
        "if sizes[l] == 0 or not",
    ),
    Fault(
        "a training is judged with another step size than its steps had",
        "explanation/recorded.py",
        "after=step.after), step.eta)",
        "after=step.after), 0.0)",
    ),
    Fault(
        "a training has lints of its weights alone, without the penalty",
        "explanation/recorded.py",
        "task.loss, weights, task.penalty\n",
        "task.loss, weights, None\n",
    ),
    Fault(
        "a finding of a training is told in the words of the last step",
        "explanation/findings/over_time.py",
        "t, first = next(iter(lints.items()))",
        "t, first = next(iter(lints)), list(lints.values())[-1]",
    ),
    Fault(
        "units are dead in a training that are off in its last step",
        "explanation/findings/over_time.py",
        "lasting = np.logical_and.accumulate(off[::-1], axis=0)[::-1]",
        "lasting = off[-1:] & np.ones_like(off)",
    ),
    # ---- products in a notation
    Fault(
        "the weight link stands as if inputs were in rows, in every notation",
        "explanation/findings/passes.py",
        'return (self.layout == "numerator") != self.symbols.notation.out_in',
        'return self.layout == "numerator"',
    ),
    Fault(
        "a factor's symbol forgets that it is transposed",
        "explanation/trace/equations.py",
        "return transpose(symbol) if factor.transposed else symbol",
        "return symbol",
    ),
    Fault(
        "the page does not turn a factor that stands transposed",
        "explanation/page/document_passes.py",
        '"transposed": factor.transposed,',
        '"transposed": False,',
    ),
    Fault(
        "in numerator layout the step subtracts a gradient that lies the other way",
        "explanation/page/document_around.py",
        'gradient = trace.header.symbols.of(f"dL_d{name}", l, transposed=trace.header.layout == "numerator")',
        'gradient = trace.header.symbols.of(f"dL_d{name}", l)',
    ),
    # ---- nudges and the valley
    Fault(
        "half a nudge is compared with the estimate of the whole one",
        "explanation/findings/nudge.py",
        "float(there.loss) - float(fwd.loss), share * estimate)",
        "float(there.loss) - float(fwd.loss), estimate)",
    ),
    Fault(
        "the slope by an input is that of another point",
        "explanation/findings/nudge.py",
        "grads.dL_dA[0][base.at]))",
        "grads.dL_dA[0][0]))",
    ),
    Fault(
        "a nudge that begins on a kink says nothing of it",
        "explanation/findings/nudge.py",
        "(here.pieces != there.pieces) | (here.on_kink & (here.array != there.array))",
        "here.pieces != there.pieces",
    ),
    Fault(
        "a step size is called best though it raises the loss",
        "explanation/findings/valley.py",
        "if not lowest < start:",
        "if False:",
    ),
]
