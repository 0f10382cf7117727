"""What the claims of scenes are about, measured on trainings that Python takes again: a second answer beside the page's."""

from __future__ import annotations

from typing import Any

from clearprop.explanation.page.judged import judged_step
from clearprop.live.beginning import Beginning
from clearprop.live.replay import Replayed, replayed
from clearprop.live.scenes import Claim, Scene


def steps_of(claim: Claim, run: Beginning, training: int) -> int:
    """Steps after which a claim is about a run on so many training points."""
    return claim.epochs * -(-training // min(run.batch_size, training)) + claim.steps


def measured(scene: Scene) -> float | None:
    """The number of the scene's claim."""
    claim = scene.claim
    begun = [replayed(run, 0) for run in scene.runs]
    ended = [
        replayed(run, steps_of(claim, run, first.points.training)) for run, first in zip(scene.runs, begun, strict=True)
    ]
    values = [_value(claim, run, *pair, ended) for run, *pair in zip(scene.runs, begun, ended, strict=True)]
    if not claim.by_second:
        return values[0]
    first, second = values
    assert first is not None
    assert second is not None
    return first / second


def judged(run: Beginning, there: Replayed) -> dict[str, Any]:
    """Lints and gradients of a step on all training points."""
    net, n = there.network, there.points.training
    given = {
        "widths": list(net.widths),
        "activations": [str(net.f[l]) for l in net.layers],
        "parameters": net.parameters,
        "X": there.points.X[:n],
        "Y": there.points.Y[:n],
        "loss": run.loss,
        "optimizer": run.optimizer,
        "eta": run.eta,
        "check": False,
    }
    return judged_step(given)


def _value(claim: Claim, run: Beginning, first: Replayed, last: Replayed, ended: list[Replayed]) -> float | None:
    W, W0 = last.network.W[1], last.network.W0[1]
    match claim.measure:
        case "loss":
            return last.loss
        case "test loss":
            return last.test_loss
        case "loss by first":
            return last.loss / first.loss
        case "spread":
            return float(max(abs(W - W[:, :1]).max(), abs(W0 - W0[0]).max()))
        case "moved":
            return float(max(abs(W - first.network.W[1]).max(), abs(W0 - first.network.W0[1]).max()))
        case "distance":
            return float(abs(ended[0].network.parameters - ended[1].network.parameters).max())
        case "both ways":
            gap: float | None = judged(run, last)["both_ways"]
            return gap
    found = [lint["measured"][claim.key] for lint in judged(run, last)["lints"] if lint["code"] == claim.code]
    return float(found[0]) if found else None
