"""What stands around the two passes in a trace's document: entries, the step, check, cost, health, lints, the batch."""

from __future__ import annotations

from collections.abc import Iterable

from ..notation.symbols import Written
from ..trace.around import Entry, Lint
from ..trace.equations import batch_symbol, update_of, update_rule
from ..trace.record import Step
from ..trace.values import KEPT, key_of
from .json_values import Plain, formula_json, in_script, number


def entry_part(entry: Entry) -> Plain:
    """One entry of a gradient as a sum over paths."""
    return {
        "name": entry.name,
        "l": entry.l,
        "indices": list(entry.indices),
        "symbol": formula_json(entry.symbol),
        "derivative": formula_json(entry.derivative),
        "formula": formula_json(entry.formula),
        "value": number(entry.value),
        "paths": [
            {
                "units": [{"quantity": key_of(name, l), "unit": unit} for name, l, unit in path.units],
                "factors": [{"symbol": formula_json(symbol), "value": number(value)} for symbol, value in path.factors],
                "product": number(path.product),
            }
            for path in entry.paths
        ],
        "count": entry.count,
        "rest": number(entry.rest),
        "shortcut": entry.shortcut,
    }


def update_part(trace: Step) -> Plain:
    """The step: its rule, every layer before and after, what a wrong order would have done."""
    rule = trace.rule

    return {
        "rule": {"name": rule.name, "formula": formula_json(rule.formula), "plain": rule.plain, "about": rule.about},
        "eta": number(trace.header.eta),
        "t": trace.header.t,
        "loss_before": number(trace.header.loss_value),
        "loss_after": number(rule.loss_after),
        "layers": [_layer(trace, l) for l in trace.update],
        "what_if": [
            {
                "l": l,
                "wrong": key_of("wrong_dL_dW", l),
                "difference": key_of("wrong_difference", l),
                "relative": number(each.relative),
                "reason": each.reason,
            }
            for l, each in trace.what_if.items()
        ],
    }


def _layer(trace: Step, l: int) -> Plain:
    """Layer l before and after the step."""
    update, symbols = trace.update[l], trace.header.symbols
    return {
        "l": l,
        "W": _change(trace, "W", l),
        "W0": _change(trace, "W0", l),
        "others": [
            {
                "name": each.name,
                "symbol": formula_json(symbols.of(each.name, l)),
                "slope": formula_json(symbols.of(f"dL_d{each.name}", l)),
                "written": formula_json(update_of(trace, l, each.name)),
                **_change(trace, each.name, l),
            }
            for each in update.others
        ],
        "written": [formula_json(each) for each in update_rule(trace, l)],
        "state": [
            {"name": each.name, "before": key_of(f"{each.name}_before", l), "after": key_of(f"{each.name}_after", l)}
            for each in update.state
        ],
    }


def _change(trace: Step, name: str, l: int) -> Plain:
    """One array before the step, its gradient as it is subtracted, and the array after it."""
    gradient = trace.header.symbols.of(f"dL_d{name}", l, transposed=trace.header.layout == "numerator")
    return {
        "before": key_of(name, l),
        "gradient": key_of(f"step_d{name}", l),
        "called": formula_json(gradient),
        "after": key_of(f"{name}_after", l),
    }


def check_part(trace: Step) -> Plain | None:
    """Each gradient beside its numeric value."""
    check = trace.check
    if check is None:
        return None
    return {
        "ok": check.ok,
        "outcome": check.outcome,
        "method": check.method,
        "because": check.because,
        "tolerance": number(check.tolerance),
        "max_error": number(check.max_error),
        "verdict": in_script(Written(check.verdict, trace.header.symbols.of("L").latex)),
        "caveats": list(check.caveats),
        "arrays": [
            {
                "l": each.l,
                "given": key_of(each.name, each.l),
                "numeric": key_of(f"numeric_{each.name}", each.l),
                "checked": each.checked,
                "at_kink": each.at_kink,
                "size": each.size,
                "error": number(each.error),
                "outcome": each.outcome,
                "kinks": [
                    {
                        "indices": list(entry.indices),
                        "symbol": formula_json(entry.symbol),
                        "given": number(entry.given),
                        "behind": number(entry.behind),
                        "ahead": number(entry.ahead),
                    }
                    for entry in each.kinks
                ],
            }
            for each in check.arrays
        ],
    }


def cost_part(trace: Step) -> Plain:
    """Multiplications, in three orders."""
    cost = trace.cost
    own = ("from_loss", "to_loss", "reused")
    return {
        "layers": [{"l": each.l, **{name: getattr(each, name) for name in own}} for each in cost.layers],
        **{name: getattr(cost, name) for name in (*own, "forward", "weights")},
        "reason": cost.reason,
    }


def health_part(trace: Step, fold: int | None) -> list[Plain]:
    """Norms, ratios and blame of every layer."""
    own = ("dL_dA", "dL_dZ", "dL_dW", "dL_dW0", "W", "change", "ratio", "blame")

    def units(l: int, shares: Iterable[float]) -> list[Plain]:
        shown = trace.values.kept(l, fold, KEPT) if fold is not None else None
        return [
            {"unit": unit, "blame": number(share)}
            for unit, share in enumerate(shares, 1)
            if shown is None or unit - 1 in shown
        ]

    return [
        {
            "l": l,
            **{name: number(getattr(each, name)) for name in own},
            "units": units(l, each.units),
            "verdict": each.verdict,
        }
        for l, each in trace.health.items()
    ]


def lint_part(lint: Lint) -> Plain:
    """One finding."""
    return {
        "code": lint.code,
        "severity": lint.severity,
        "l": lint.l,
        "units": list(lint.units),
        "message": lint.message,
        "remedy": lint.remedy,
        "measured": {name: number(value) for name, value in lint.measured.items()},
    }


def batch_part(trace: Step) -> Plain | None:
    """All points of the step."""
    batch = trace.batch
    if batch is None:
        return None
    keys = {"A": "batch_A", "dL_dZ": "batch_dL_dZ"}
    return {
        "size": batch.size,
        "at": batch.at,
        "losses": [number(each) for each in batch.losses],
        "shares": [number(each) for each in batch.shares],
        "layers": [
            {
                "l": l,
                "factors": [
                    {
                        "value": key_of(keys[factor.name], factor.l),
                        "symbol": formula_json(
                            batch_symbol(trace, factor.name, factor.l, transposed=factor.transposed)
                        ),
                        "transposed": factor.transposed,
                        "shape": list(factor.value.shape),
                    }
                    for factor in layer.weights.factors
                ],
                "penalty": None if trace.backward[l].dR_dW is None else key_of("dR_dW", l),
                "result": key_of("dL_dW", l),
                "norms": [number(each) for each in layer.norms],
            }
            for l, layer in batch.layers.items()
        ],
    }
